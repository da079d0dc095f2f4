package queue

import (
	"fmt"
	"math/rand"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// expect holds decisions against the books, and writes them in.
func (w *world) expect(decisions []Decision) {
	w.t.Helper()
	var offered []Decision
	w.told = append(w.told, render(decisions)...)
	for _, d := range decisions {
		switch d.Kind {
		case Offer:
			w.offered(d)
			offered = append(offered, d)
		case Cancel:
			if len(offered) > 0 {
				w.t.Fatalf("cancel after an offer: %v", render(decisions))
			}
			w.cancelled(d)
		case Overflow:
			w.overflowed(d)
		case AgentChanged:
			w.states[d.Agent] = d
		}
	}
	for _, d := range offered {
		w.inOrder(d)
		w.toTheLast(d)
	}
	if err := w.b.Check(); err != nil {
		w.t.Fatalf("after %v: %v", render(decisions), err)
	}
}

func (w *world) offered(d Decision) {
	w.t.Helper()
	t := w.waiter(d.Ticket)
	busy := func(c call) bool { return c.agent == d.Agent }
	switch {
	case t == nil || t.away:
		w.t.Fatalf("%s is offered and does not wait", d.Ticket)
	case slices.ContainsFunc(w.ringing, busy) || slices.ContainsFunc(w.talking, func(c call) bool { return busy(c) && w.goesOn(c) }):
		w.t.Fatalf("%s is offered %s and is busy", d.Agent, d.Ticket)
	case !slices.Contains(w.spec(t.Queue).Agents, d.Agent):
		w.t.Fatalf("%s is offered %s of %s", d.Agent, d.Ticket, t.Queue)
	case d.Ring <= 0 || d.Ring > w.spec(t.Queue).Ring:
		w.t.Fatalf("%s rings for %v", d.Ticket, d.Ring)
	}
	if !w.reaches(t.Switch, d.Agent) {
		w.t.Fatalf("%s is offered %s of switch %s, which cannot ring", d.Agent, d.Ticket, t.Switch)
	}
	if _, away := w.away[t.Switch]; away {
		w.t.Fatalf("%s is offered %s of a switch that is away", d.Agent, d.Ticket)
	}
	for _, onSwitch := range w.switches {
		if w.sight(onSwitch, d.Agent).busy {
			w.t.Fatalf("%s is offered %s and has a call on switch %s", d.Agent, d.Ticket, onSwitch)
		}
		if w.now.Before(w.sight(onSwitch, d.Agent).held) {
			w.t.Fatalf("%s is offered %s and may have a call on switch %s, which is away", d.Agent, d.Ticket, onSwitch)
		}
	}
	if last, missed := t.missed[d.Agent]; missed && w.now.Sub(last) < barFor {
		w.t.Fatalf("%s is offered %s again after %v", d.Agent, d.Ticket, w.now.Sub(last))
	}
	if q := w.spec(t.Queue); q.OnMaxWait && !t.ran[fmt.Sprint(t.Queue, StageMaxWait)] && w.now.Add(d.Ring).After(t.Arrival.Add(q.MaxWait)) {
		w.t.Fatalf("%s rings beyond max_wait", d.Ticket)
	}
	w.overtaken(d.Agent)
	w.offers++
	w.ringing = append(w.ringing, call{ticket: d.Ticket, agent: d.Agent, queue: t.Queue, onSwitch: t.Switch, until: w.now.Add(d.Ring)})
}

func (w *world) cancelled(d Decision) {
	w.t.Helper()
	i := slices.IndexFunc(w.ringing, func(c call) bool { return c.ticket == d.Ticket && c.agent == d.Agent })
	if i < 0 {
		w.t.Fatalf("%s is cancelled for %s and was not ringing", d.Agent, d.Ticket)
	}
	if d.Reason == reasonOverdue {
		w.waiter(d.Ticket).missed[d.Agent] = w.now
	}
	w.ringing = slices.Delete(w.ringing, i, i+1)
	w.ended++
}

func (w *world) overflowed(d Decision) {
	w.t.Helper()
	t := w.waiter(d.Ticket)
	stage := fmt.Sprint(t.Queue, d.Stage)
	if t.away || t.ran[stage] {
		w.t.Fatalf("%s runs %v again", d.Ticket, stage)
	}
	if slices.ContainsFunc(w.ringing, func(c call) bool { return c.ticket == d.Ticket }) {
		w.t.Fatalf("%s overflows and rings", d.Ticket)
	}
	t.away, t.ran[stage] = true, true
}

// inOrder is rule 1 on an offer: nobody with an earlier deadline waits whom this agent could have been offered.
func (w *world) inOrder(d Decision) {
	w.t.Helper()
	mine := w.deadline(w.waiter(d.Ticket))
	for _, t := range w.waiting {
		_, tried := t.missed[d.Agent]
		rings := slices.ContainsFunc(w.ringing, func(c call) bool { return c.ticket == t.ID })
		serves := slices.Contains(w.spec(t.Queue).Agents, d.Agent)
		if !t.away && !rings && !tried && serves && (!w.prefers(t) || t.Preferred == d.Agent) && w.canRing(t.Switch, d.Agent) && w.deadline(t).Before(mine) {
			w.t.Fatalf("%s is offered %s before %s", d.Agent, d.Ticket, t.ID)
		}
	}
}

// prefers is rule 18 once more, from the books: the ticket is to go to one agent alone.
func (w *world) prefers(t *waiter) bool { return t.Preferred != "" && w.now.Before(t.Until) }

// toTheLast is rule 18 on an offer: it goes to the agent of the last time, if that one could take it.
func (w *world) toTheLast(d Decision) {
	w.t.Helper()
	t := w.waiter(d.Ticket)
	_, tried := t.missed[t.Preferred]
	if !w.prefers(t) || t.Preferred == d.Agent || tried || !slices.Contains(w.spec(t.Queue).Agents, t.Preferred) || !w.reaches(t.Switch, t.Preferred) {
		return
	}
	does, said := w.states[t.Preferred]
	gone := said && (does.State == Offline || does.State == Paused || does.State == Talking && does.After != Ready)
	if !gone {
		w.t.Fatalf("%s is offered %s, which waits for %s", d.Agent, d.Ticket, t.Preferred)
	}
}

// drain lets everybody come to work and be kind, and returns how long it took until nobody waited.
func (w *world) drain() time.Duration {
	from := w.now
	for _, p := range w.people {
		w.expect(w.b.LogIn(w.now, p.ID))
		w.expect(w.b.Resume(w.now, p.ID))
		for _, onSwitch := range w.switches {
			w.back(onSwitch)
			w.report(onSwitch, p, true, false)
		}
	}
	for len(w.waiting)+len(w.talking) > 0 {
		for len(w.ringing) > 0 {
			w.answer()
		}
		for len(w.talking) > 0 {
			w.hangUp()
		}
		w.comeBack()
		w.pass()
		if w.now.Sub(from) > 24*time.Hour {
			w.t.Fatalf("%d wait for ever: %v", len(w.waiting), w.waiting[0].Ticket)
		}
	}
	return w.now.Sub(from)
}

func TestAnythingGoes(t *testing.T) {
	for seed := range int64(20) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) { anythingGoes(newWorld(t, seed, "pbx")) })
		t.Run(fmt.Sprintf("seed %d, two switches", seed), func(t *testing.T) { anythingGoes(newWorld(t, seed, "asterisk", "freeswitch")) })
	}
}

func anythingGoes(w *world) {
	for range 1500 {
		w.step()
	}
	waiting := len(w.waiting)
	took := w.drain()
	if w.offers != w.ended || len(w.ringing) > 0 {
		w.t.Errorf("%d offers, %d ended, %d ring", w.offers, w.ended, len(w.ringing))
	}
	w.t.Logf("%d tickets, %d offers; %d waiting at the end were served in %v", w.entered, w.offers, waiting, took)
}

// TestSameFactsSameDecisions runs the same world twice.
func TestSameFactsSameDecisions(t *testing.T) {
	told := func() []string {
		w := newWorld(t, 7, "asterisk", "freeswitch")
		for range 1000 {
			w.step()
		}
		return w.told
	}
	if diff := cmp.Diff(told(), told()); diff != "" {
		t.Error(diff)
	}
}

// TestNobodyStarves keeps a floor overloaded with urgent tickets. A ticket without any head start must be taken before
// every ticket that came later than the greatest head start and the longest wait for one agent after it.
func TestNobodyStarves(t *testing.T) {
	const greatest, longest = 60 * time.Second, 10 * time.Second
	rnd := rand.New(rand.NewSource(1))
	b := New()
	people := []AgentSpec{{"a", "1"}, {"b", "2"}, {"c", "3"}}
	b.Configure(start, sales(agents("a", "b", "c"), func(q *QueueSpec) { q.WrapUp = 0 }), people)
	arrived := map[TicketID]time.Time{}
	var taken []TicketID
	answer := func(now time.Time, decisions []Decision) {
		for _, d := range decisions {
			if d.Kind != Offer {
				continue
			}
			if won, _ := b.Answered(now, d.Ticket, d.Agent); won {
				taken = append(taken, d.Ticket)
			}
		}
	}
	for second := range 3600 {
		now := start.Add(time.Duration(second) * time.Second)
		id := fmt.Sprintf("%04d", second)
		arrived[id] = now
		n := Ticket{ID: id, Queue: "sales", Arrival: now, HeadStart: time.Duration(rnd.Int63n(int64(greatest)))}
		if second%3 == 0 { // passed over while it waits for one of them, and no longer
			n.Preferred, n.Until = people[second/3%3].ID, now.Add(longest)
		}
		answer(now, b.Enter(now, n))
		if second%2 == 0 { // one agent is done every two seconds: half of what arrives
			answer(now, b.Talked(now, people[second/2%3].ID, ticketOf(b, people[second/2%3].ID, ""), "sales"))
		}
	}
	if len(taken) < 1700 {
		t.Fatalf("only %d were taken", len(taken))
	}
	waiting := map[TicketID]bool{}
	for _, v := range b.Waiting("sales") {
		waiting[v.ID] = true
	}
	latest := start
	for i, id := range taken {
		if overtaken := latest.Sub(arrived[id]); overtaken > greatest+longest {
			t.Fatalf("ticket %s was the %d. to be taken, after one that came %v later", id, i+1, overtaken)
		}
		if arrived[id].After(latest) {
			latest = arrived[id]
		}
	}
	for id := range waiting {
		if latest.Sub(arrived[id]) > greatest+longest {
			t.Fatalf("ticket %s waits, one that came %v later does not", id, latest.Sub(arrived[id]))
		}
	}
}

// BenchmarkCall is one whole call on a big floor: 200 agents, 500 waiting, ten queues, everybody in three of them.
func BenchmarkCall(b *testing.B) {
	const agentCount, ticketCount, queueCount = 200, 500, 10
	var queues []QueueSpec
	for i := range queueCount {
		queues = append(queues, QueueSpec{Name: fmt.Sprint("q", i), Target: time.Duration(20+i) * time.Second, MaxWait: time.Hour, OnMaxWait: true, OnNobody: true})
	}
	var people []AgentSpec
	for i := range agentCount {
		a := AgentSpec{ID: fmt.Sprint("agent", i), Phone: fmt.Sprint(i)}
		people = append(people, a)
		for j := range 3 {
			q := &queues[(i+3*j)%queueCount]
			q.Agents = append(q.Agents, a.ID)
		}
	}
	now := start
	board := New()
	board.Configure(now, queues, people)
	var ringing []Decision
	note := func(decisions []Decision) {
		for _, d := range decisions {
			if d.Kind == Offer {
				ringing = append(ringing, d)
			}
		}
	}
	entered := 0
	enter := func() {
		entered++
		note(board.Enter(now, Ticket{ID: fmt.Sprint(entered), Queue: queues[entered%queueCount].Name, Arrival: now}))
	}
	for range ticketCount + agentCount {
		enter()
	}
	b.ReportAllocs()
	for b.Loop() {
		now = now.Add(50 * time.Millisecond)
		enter()
		d := ringing[0]
		ringing = ringing[1:]
		won, more := board.Answered(now, d.Ticket, d.Agent)
		if !won {
			b.Fatalf("%s lost", d.Ticket)
		}
		note(more)
		note(board.Talked(now, d.Agent, d.Ticket, d.Queue))
		board.Next(now)
	}
	if err := board.Check(); err != nil {
		b.Fatal(err)
	}
}
