package queue

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var start = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

// step is one line of a scenario: what happens how long after the start, and what the board decides. Changes of
// agents' states are not listed; "agents" asks for them.
type step struct {
	at   string
	do   string
	want []string
}

type scenario struct {
	name   string
	queues []QueueSpec
	agents []AgentID // the phone of each is tel-<id>; none = all the queues' agents
	steps  []step
}

func (s scenario) run(t *testing.T) {
	t.Helper()
	b := New()
	b.Configure(start, s.queues, s.staff())
	for _, st := range s.steps {
		check(t, b, st)
	}
}

func check(t *testing.T, b *Board, st step) {
	t.Helper()
	got := perform(t, b, start.Add(duration(t, st.at)), st.do)
	if diff := cmp.Diff(st.want, got); diff != "" {
		t.Fatalf("%s %s (-want +got):\n%s", st.at, st.do, diff)
	}
	if err := b.Check(); err != nil && !restoring(st.do) {
		t.Fatalf("%s %s: %v", st.at, st.do, err)
	}
}

// restoring says whether the board is left waiting for tickets.
func restoring(do string) bool {
	step, _, _ := strings.Cut(do, " ")
	return strings.HasPrefix(step, "restore") || step == "hold" || step == "arrived"
}

func (s scenario) staff() []AgentSpec {
	ids := s.agents
	for _, q := range s.queues {
		for _, id := range q.Agents {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	var specs []AgentSpec
	for _, id := range ids {
		specs = append(specs, AgentSpec{ID: id, Phone: "tel-" + id})
	}
	return specs
}

func runAll(t *testing.T, scenarios []scenario) {
	t.Helper()
	for _, s := range scenarios {
		t.Run(s.name, s.run)
	}
}

// perform carries out one step. Times in it are relative to the start. Where a switch matters its name comes last, or
// as on=name; without it there is one switch, that has no name.
func perform(t *testing.T, b *Board, now time.Time, do string) []string {
	t.Helper()
	f := append(strings.Fields(do), "", "", "", "", "")
	switch f[0] {
	case "enter":
		return render(b.Enter(now, parseTickets(t, now, f[1:])...))
	case "leave":
		return render(b.Leave(now, f[1]))
	case "return":
		return render(b.Return(now, f[1]))
	case "answered":
		won, d := b.Answered(now, f[1], f[2])
		return append([]string{map[bool]string{true: "won", false: "lost"}[won]}, render(d)...)
	case "failed":
		misses := map[string]Miss{"no_answer": NoAnswer, "busy": Busy, "declined": Declined, "unreachable": Unreachable}
		return render(b.Failed(now, f[1], f[2], misses[f[3]]))
	case "talked":
		return render(b.Talked(now, f[1], ticketOf(b, f[1], f[3]), f[2]))
	case "released":
		return render(b.Released(now, f[1], ticketOf(b, f[1], f[2])))
	case "login":
		return render(b.LogIn(now, f[1]))
	case "logout":
		return render(b.LogOut(now, f[1]))
	case "pause":
		return render(b.Pause(now, f[1], f[2]))
	case "resume":
		return render(b.Resume(now, f[1]))
	case "phone":
		return render(b.Phone(now, f[3], f[1], f[2] != "unregistered", f[2] == "busy"))
	case "away":
		return render(b.Away(now, f[1]))
	case "back":
		return render(b.Back(now, f[1]))
	case "tick":
		return render(b.Tick(now))
	}
	return ask(t, b, now, f)
}

// ticketOf is the ticket that is named, else the one the agent talks with.
func ticketOf(b *Board, agent AgentID, named TicketID) TicketID {
	if a := b.agents[agent]; named == "" && a != nil && a.talk != nil {
		return a.talk.ticket
	}
	return named
}

// ask is the steps that look, and those of a restart.
func ask(t *testing.T, b *Board, now time.Time, f []string) []string {
	t.Helper()
	var out []string
	switch f[0] {
	case "next":
		if n := b.Next(now); !n.IsZero() {
			out = append(out, n.Sub(start).String())
		}
	case "agents":
		for _, a := range b.Agents() {
			state := a.State.String()
			if a.After != Ready {
				state += ", then " + strings.TrimSpace(a.After.String()+" "+a.Reason) + ","
				a.Reason = ""
			}
			out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s%s%s", a.ID, state, a.Reason, a.Ticket, a.Queue)))
		}
	case "idle":
		for _, a := range b.Agents() {
			out = append(out, fmt.Sprintf("%s %v", a.ID, a.IdleSince.Sub(start)))
		}
	case "waiting":
		for _, v := range b.Waiting(f[1]) {
			out = append(out, strings.TrimSpace(fmt.Sprintf("%d %s %s", v.Position, v.ID, strings.Join(v.Offered, "+"))))
		}
	case "restore":
		out = problem(b.Restore(now, f[1], f[2], start.Add(duration(t, f[3]))))
	case "restoretalk":
		out = problem(b.RestoreTalk(now, f[1], Ticket{ID: f[5], Queue: f[2], Switch: f[4]}, start.Add(duration(t, f[3]))))
	case "hold":
		out = problem(b.Hold(now, f[1], f[2]))
	case "arrived":
		b.Arrived(f[1])
	case "restoreagent":
		state, err := ParseAgentState(f[2])
		if err != nil {
			t.Fatal(err)
		}
		after := Ready
		if f[5] != "" {
			if after, err = ParseAgentState(f[5]); err != nil {
				t.Fatal(err)
			}
		}
		out = problem(b.RestoreAgent(f[1], state, after, "", start.Add(duration(t, f[3])), start.Add(duration(t, f[4]))))
	default:
		t.Fatalf("no step is called %q", f[0])
	}
	return out
}

func problem(err error) []string {
	if err != nil {
		return []string{err.Error()}
	}
	return nil
}

// parseTickets reads "id queue key=value ..." once or several times, separated by commas.
func parseTickets(t *testing.T, now time.Time, fields []string) []Ticket {
	t.Helper()
	var tickets []Ticket
	for _, text := range strings.Split(strings.Join(fields, " "), ",") {
		f := strings.Fields(text)
		n := Ticket{ID: f[0], Queue: f[1], Arrival: now}
		for _, option := range f[2:] {
			key, value, _ := strings.Cut(option, "=")
			switch key {
			case "arrived":
				n.Arrival = start.Add(duration(t, value))
			case "head":
				n.HeadStart = duration(t, value)
			case "target":
				n.Target = duration(t, value)
			case "prefers": // marie:20s
				who, wait, _ := strings.Cut(value, ":")
				n.Preferred, n.Until = who, n.Arrival.Add(duration(t, wait))
			case "on":
				n.Switch = value
			case "ran":
				bits, err := strconv.Atoi(value)
				if err != nil {
					t.Fatal(err)
				}
				n.Ran = Stages(bits)
			default:
				t.Fatalf("no ticket has %q", key)
			}
		}
		tickets = append(tickets, n)
	}
	return tickets
}

func render(decisions []Decision) []string {
	var out []string
	for _, d := range decisions {
		switch d.Kind {
		case Offer:
			out = append(out, fmt.Sprintf("offer %s %s %v", d.Ticket, d.Agent, d.Ring))
		case Cancel:
			out = append(out, fmt.Sprintf("cancel %s %s: %s", d.Ticket, d.Agent, d.Reason))
		case Overflow:
			out = append(out, fmt.Sprintf("overflow %s %v", d.Ticket, d.Stage))
		case Alarm:
			out = append(out, fmt.Sprintf("alarm %s%s %s: %s", d.Ticket, d.Agent, d.Queue, d.Reason))
		}
	}
	return out
}

func duration(t *testing.T, text string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
