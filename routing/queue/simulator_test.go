package queue

import (
	"fmt"
	"math/rand"
	"slices"
	"testing"
	"time"
)

// world is a floor full of people who do anything at any time. It keeps its own books, by its own reckoning, and
// holds each decision of the board against them.
type world struct {
	t        *testing.T
	rnd      *rand.Rand
	b        *Board
	now      time.Time
	queues   []QueueSpec
	people   []AgentSpec
	switches []string
	phones   map[string]*sight    // by switch and agent
	away     map[string]time.Time // switches, and until when their conversations go on
	waiting  []*waiter            // in the order of entering
	ringing  []call
	talking  []call
	crowd    int                  // so many wait at most
	told     []string             // every decision
	states   map[AgentID]Decision // the last that said what an agent does
	entered  int
	offers   int
	ended    int // offers, each by exactly one of: cancelled, missed, won
}

type waiter struct {
	Ticket
	away   bool
	ran    map[string]bool // queue and stage
	missed map[AgentID]time.Time
}

type call struct {
	ticket   TicketID
	agent    AgentID
	queue    string
	onSwitch string
	until    time.Time // of the ring time

	overtaken bool // the agent was offered something else while the switch was away
}

// sight is what a switch has last said of an agent's phone, or the phone to the switch.
type sight struct {
	said, registered, busy bool
	troubled, held         time.Time // until then
}

func newWorld(t *testing.T, seed int64, switches ...string) *world {
	w := &world{t: t, rnd: rand.New(rand.NewSource(seed)), b: New(), now: start, crowd: 3, switches: switches,
		phones: map[string]*sight{}, states: map[AgentID]Decision{}, away: map[string]time.Time{}}
	if seed%2 == 1 {
		w.crowd = 1000
	}
	for i := range 6 {
		w.people = append(w.people, AgentSpec{ID: fmt.Sprintf("agent%d", i), Phone: fmt.Sprint(100 + i)})
	}
	w.queues = make([]QueueSpec, 3)
	w.shuffleQueues()
	w.expect(w.b.Configure(w.now, w.queues, w.people))
	for _, p := range w.people[:len(switches)-1] { // a restart found them talking on a switch that is not there yet
		if err := w.b.Hold(w.now, p.ID, switches[1]); err != nil {
			t.Fatal(err)
		}
		w.sight(switches[1], p.ID).held, w.away[switches[1]] = w.now.Add(holdFor), w.now.Add(holdFor)
	}
	for onSwitch := range w.away {
		w.expect(w.b.Away(w.now, onSwitch))
	}
	return w
}

// someSwitch draws nothing where there is nothing to choose.
func (w *world) someSwitch() string {
	if len(w.switches) == 1 {
		return w.switches[0]
	}
	return w.switches[w.rnd.Intn(len(w.switches))]
}

func (w *world) sight(onSwitch string, id AgentID) *sight {
	key := onSwitch + " " + id
	if w.phones[key] == nil {
		w.phones[key] = &sight{}
	}
	return w.phones[key]
}

// reaches is whether the switch can ring the agent, from the books.
func (w *world) reaches(onSwitch string, id AgentID) bool {
	s := w.sight(onSwitch, id)
	return (!s.said || s.registered) && !w.now.Before(s.troubled)
}

// report is a switch that speaks of a phone.
func (w *world) report(onSwitch string, a AgentSpec, registered, busy bool) {
	s := w.sight(onSwitch, a.ID)
	if !s.said || s.registered != registered || s.busy != busy {
		*s = sight{said: true, registered: registered, busy: busy, held: s.held}
	}
	w.expect(w.b.Phone(w.now, onSwitch, a.Phone, registered, busy))
}

func (w *world) canRing(onSwitch string, id AgentID) bool {
	_, away := w.away[onSwitch]
	return !away && w.reaches(onSwitch, id)
}

// goesOn is whether a conversation is to be believed in.
func (w *world) goesOn(c call) bool {
	until, away := w.away[c.onSwitch]
	return !c.overtaken && (!away || w.now.Before(until))
}

// overtaken marks the conversations of an agent who is offered something else meanwhile.
func (w *world) overtaken(id AgentID) {
	for i := range w.talking {
		w.talking[i].overtaken = w.talking[i].overtaken || w.talking[i].agent == id
	}
}

// turn is a switch that goes away or comes back.
func (w *world) turn() {
	if len(w.switches) == 1 {
		return
	}
	onSwitch := w.someSwitch()
	if _, away := w.away[onSwitch]; !away {
		w.away[onSwitch] = w.now.Add(holdFor)
		for _, p := range w.people {
			if s := w.sight(onSwitch, p.ID); s.busy {
				s.busy, s.held = false, w.now.Add(holdFor)
			}
		}
		w.expect(w.b.Away(w.now, onSwitch))
		return
	}
	w.back(onSwitch)
}

func (w *world) back(onSwitch string) {
	delete(w.away, onSwitch)
	for _, p := range w.people {
		w.sight(onSwitch, p.ID).held = time.Time{}
	}
	w.expect(w.b.Back(w.now, onSwitch))
}

// shuffleQueues gives each queue other agents and rules, as a reload may.
func (w *world) shuffleQueues() {
	for i := range w.queues {
		q := QueueSpec{Name: fmt.Sprintf("queue%d", i), Strategy: Strategy(w.rnd.Intn(3)), PauseAfter: w.rnd.Intn(4)}
		for _, p := range w.rnd.Perm(len(w.people))[:2+w.rnd.Intn(3)] {
			q.Agents = append(q.Agents, w.people[p].ID)
		}
		q.Target, q.Ring = w.seconds(90), w.seconds(20)+time.Second
		q.WrapUp, q.MaxWait = w.seconds(20), w.seconds(300)
		q.OnNobody, q.OnMaxWait = w.rnd.Intn(2) == 0, w.rnd.Intn(2) == 0
		w.queues[i] = q.withDefaults()
	}
}

func (w *world) seconds(n int) time.Duration {
	return time.Duration(1+w.rnd.Intn(n*1000)) * time.Millisecond
}

func (w *world) spec(name string) QueueSpec {
	return w.queues[slices.IndexFunc(w.queues, func(q QueueSpec) bool { return q.Name == name })]
}

func (w *world) waiter(id TicketID) *waiter {
	if i := slices.IndexFunc(w.waiting, func(t *waiter) bool { return t.ID == id }); i >= 0 {
		return w.waiting[i]
	}
	return nil
}

// deadline is rule 1 once more, from the books.
func (w *world) deadline(t *waiter) time.Time {
	target := w.spec(t.Queue).Target
	if t.Target > 0 {
		target = min(target, t.Target)
	}
	return t.Arrival.Add(target - t.HeadStart)
}

// step does one random thing.
func (w *world) step() {
	agent := w.people[w.rnd.Intn(len(w.people))]
	switch n := w.rnd.Intn(100); {
	case n < 20:
		w.enter()
	case n < 28:
		w.leave()
	case n < 45:
		w.answer()
	case n < 58:
		w.miss()
	case n < 72:
		w.hangUp()
	case n < 75:
		w.expect(w.b.Pause(w.now, agent.ID, "lunch"))
	case n < 80:
		w.expect(w.b.Resume(w.now, agent.ID))
	case n < 82:
		w.expect(w.b.LogOut(w.now, agent.ID))
	case n < 86:
		w.expect(w.b.LogIn(w.now, agent.ID))
	case n < 90:
		onSwitch := w.someSwitch()
		if _, away := w.away[onSwitch]; away {
			break
		}
		w.report(onSwitch, agent, w.rnd.Intn(4) > 0, w.rnd.Intn(4) == 0)
	case n < 91:
		w.shuffleQueues()
		w.expect(w.b.Configure(w.now, w.queues, w.people))
	case n < 95:
		w.comeBack()
	case n < 96:
		w.turn()
	default:
		w.pass()
	}
	w.pass()
}

func (w *world) enter() {
	if len(w.waiting) >= w.crowd {
		return
	}
	w.entered++
	n := Ticket{ID: fmt.Sprintf("t%06d", w.entered), Queue: w.queues[w.rnd.Intn(3)].Name, Switch: w.someSwitch(), Arrival: w.now}
	if w.rnd.Intn(4) == 0 {
		n.HeadStart = w.seconds(60)
	}
	if w.rnd.Intn(4) == 0 {
		n.Preferred, n.Until = w.people[w.rnd.Intn(len(w.people))].ID, w.now.Add(w.seconds(30))
	}
	w.waiting = append(w.waiting, &waiter{Ticket: n, ran: map[string]bool{}, missed: map[AgentID]time.Time{}})
	w.expect(w.b.Enter(w.now, n))
}

func (w *world) leave() {
	if len(w.waiting) == 0 {
		return
	}
	t := w.waiting[w.rnd.Intn(len(w.waiting))]
	w.strike(t.ID)
	w.expect(w.b.Leave(w.now, t.ID))
	if slices.ContainsFunc(w.ringing, func(c call) bool { return c.ticket == t.ID }) {
		w.t.Fatalf("%s left and still rings", t.ID)
	}
}

func (w *world) strike(id TicketID) {
	w.waiting = slices.DeleteFunc(w.waiting, func(t *waiter) bool { return t.ID == id })
}

func (w *world) answer() {
	if len(w.ringing) == 0 {
		if won, d := w.b.Answered(w.now, "t000001", "agent0"); won || len(d) > 0 {
			w.t.Fatalf("an offer that is not in force was won")
		}
		return
	}
	i := w.rnd.Intn(len(w.ringing))
	c := w.ringing[i]
	w.ringing = slices.Delete(w.ringing, i, i+1)
	w.ended++
	w.talking = append(w.talking, c)
	w.strike(c.ticket)
	won, d := w.b.Answered(w.now, c.ticket, c.agent)
	if !won {
		w.t.Fatalf("%s answered %s and lost", c.agent, c.ticket)
	}
	w.expect(d)
	if again, d := w.b.Answered(w.now, c.ticket, c.agent); again || len(d) > 0 {
		w.t.Fatalf("%s was won twice", c.ticket)
	}
}

func (w *world) miss() {
	if len(w.ringing) == 0 {
		return
	}
	i := w.rnd.Intn(len(w.ringing))
	c := w.ringing[i]
	w.ringing = slices.Delete(w.ringing, i, i+1)
	w.ended++
	w.waiter(c.ticket).missed[c.agent] = w.now
	why := NoAnswer + Miss(w.rnd.Intn(4))
	if why == Busy || why == Unreachable {
		w.sight(c.onSwitch, c.agent).troubled = w.now.Add(troubleFor)
	}
	w.expect(w.b.Failed(w.now, c.ticket, c.agent, why))
	if d := w.b.Failed(w.now, c.ticket, c.agent, NoAnswer); len(d) > 0 && d[0].Kind != Offer {
		w.t.Fatalf("a second report was believed: %v", render(d))
	}
}

func (w *world) hangUp() {
	if len(w.talking) == 0 {
		return
	}
	i := w.rnd.Intn(len(w.talking))
	c := w.talking[i]
	w.talking = slices.Delete(w.talking, i, i+1)
	if w.rnd.Intn(8) == 0 {
		w.expect(w.b.Released(w.now, c.agent, c.ticket))
		return
	}
	w.expect(w.b.Talked(w.now, c.agent, c.ticket, c.queue))
}

// comeBack ends an overflow stage: the caller keeps waiting, here or in another queue.
func (w *world) comeBack() {
	for _, t := range w.waiting {
		if !t.away {
			continue
		}
		t.away = false
		to := w.queues[w.rnd.Intn(3)].Name
		if to == t.Queue || w.rnd.Intn(2) == 0 {
			w.expect(w.b.Return(w.now, t.ID))
			return
		}
		target := w.spec(t.Queue).Target
		if t.Target > 0 {
			target = min(target, t.Target)
		}
		t.Queue, t.Target, t.Preferred = to, target, ""
		w.expect(w.b.Enter(w.now, Ticket{ID: t.ID, Queue: to, Arrival: w.now}))
		return
	}
}

// pass lets time go by, no further than to the next instant of the board, and proves that nothing was due before.
func (w *world) pass() {
	to := w.now.Add(w.seconds(3))
	if next := w.b.Next(w.now); !next.IsZero() && !next.After(to) {
		if before := next.Add(-time.Nanosecond); before.After(w.now) {
			w.idle(before)
		}
		to = next
	} else {
		w.idle(to)
	}
	w.now = to
	w.expect(w.b.Tick(w.now))
	if d := w.b.Tick(w.now); len(d) > 0 {
		w.t.Fatalf("the same tick twice decided %v", render(d))
	}
}

func (w *world) idle(at time.Time) {
	if d := w.b.Tick(at); len(d) > 0 {
		w.t.Fatalf("decided %q before the next instant", render(d))
	}
}
