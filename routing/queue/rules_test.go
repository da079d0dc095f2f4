package queue

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// sales is the plainest queue: two agents, the longest idle is next.
func sales(change ...func(*QueueSpec)) []QueueSpec {
	q := QueueSpec{Name: "sales", Agents: []AgentID{"marie", "paul"}, Target: 20 * time.Second, Ring: 20 * time.Second, WrapUp: 30 * time.Second}
	for _, c := range change {
		c(&q)
	}
	return []QueueSpec{q}
}

func agents(ids ...AgentID) func(*QueueSpec) { return func(q *QueueSpec) { q.Agents = ids } }
func strategy(s Strategy) func(*QueueSpec)   { return func(q *QueueSpec) { q.Strategy = s } }
func onNobody(q *QueueSpec)                  { q.OnNobody = true }
func maxWait(d time.Duration) func(*QueueSpec) {
	return func(q *QueueSpec) { q.MaxWait, q.OnMaxWait = d, true }
}
func pauseAfter(n int) func(*QueueSpec) { return func(q *QueueSpec) { q.PauseAfter = n } }

// twoQueues share paul; support is less urgent.
func twoQueues() []QueueSpec {
	return append(sales(agents("paul")), QueueSpec{Name: "support", Agents: []AgentID{"paul", "lea"}, Target: time.Minute, WrapUp: 10 * time.Second})
}

func TestRule1Order(t *testing.T) {
	runAll(t, []scenario{
		{name: "first come first served", queues: sales(agents("marie")), steps: []step{
			{"0s", "enter a sales", []string{"offer a marie 20s"}},
			{"1s", "enter c sales", nil},
			{"2s", "enter b sales", nil},
			{"3s", "waiting sales", []string{"1 a marie", "2 c", "3 b"}},
		}},
		{name: "same instant goes by id", queues: sales(agents("marie")), steps: []step{
			{"0s", "enter b sales, a sales", []string{"offer a marie 20s"}},
		}},
		{name: "a head start is so many seconds", queues: sales(agents("marie")), steps: []step{
			{"0s", "pause marie lunch", nil},
			{"0s", "enter a sales", nil},
			{"9s", "enter b sales head=10s", nil},
			{"11s", "enter c sales head=10s", nil},
			{"12s", "waiting sales", []string{"1 b", "2 a", "3 c"}},
			{"12s", "resume marie", []string{"offer b marie 20s"}},
		}},
		{name: "same deadline goes by arrival", queues: sales(agents("marie")), steps: []step{
			{"0s", "pause marie lunch", nil},
			{"10s", "enter a sales head=10s", nil},
			{"10s", "enter b sales arrived=0s", nil},
			{"10s", "waiting sales", []string{"1 b", "2 a"}},
		}},
		{name: "an agent of two queues takes the earlier deadline", queues: twoQueues(), steps: []step{
			{"0s", "pause lea lunch", nil},
			{"0s", "pause paul lunch", nil},
			{"0s", "enter old support", nil},
			{"39s", "enter new sales", nil},
			{"40s", "resume paul", []string{"offer new paul 20s"}},
		}},
		{name: "long waiting beats a short target", queues: twoQueues(), steps: []step{
			{"0s", "pause lea lunch", nil},
			{"0s", "pause paul lunch", nil},
			{"0s", "enter old support", nil},
			{"41s", "enter new sales", nil},
			{"42s", "resume paul", []string{"offer old paul 20s"}},
		}},
		{name: "a move keeps arrival and head start and the smaller target", queues: twoQueues(), steps: []step{
			{"0s", "pause lea lunch", nil},
			{"0s", "pause paul lunch", nil},
			{"0s", "enter b support", nil},
			{"5s", "enter a sales", nil},
			{"30s", "enter a support arrived=30s", nil},
			{"30s", "waiting support", []string{"1 a", "2 b"}},
			{"31s", "enter b sales arrived=31s head=60s", nil},
			{"31s", "waiting sales", []string{"1 b"}},
			{"31s", "resume paul", []string{"offer b paul 20s"}},
		}},
		{name: "a move ends the ringing of the old queue", queues: twoQueues(), steps: []step{
			{"0s", "enter a support", []string{"offer a paul 20s"}},
			{"2s", "enter a sales", []string{"cancel a paul: moved to another queue", "offer a paul 20s"}},
		}},
		{name: "entering twice changes nothing", queues: twoQueues(), steps: []step{
			{"0s", "enter a support", []string{"offer a paul 20s"}},
			{"2s", "enter a support", nil},
			{"2s", "waiting support", []string{"1 a paul"}},
		}},
		{name: "an unknown queue is an alarm and a place", queues: sales(), steps: []step{
			{"0s", "enter a nowhere", []string{"alarm a nowhere: no such queue"}},
			{"0s", "waiting nowhere", []string{"1 a"}},
		}},
	})
}

func TestRule2Offer(t *testing.T) {
	runAll(t, []scenario{
		{name: "offered and ringing in one step", queues: sales(), steps: []step{
			{"0s", "enter a sales", []string{"offer a marie 20s"}},
			{"0s", "agents", []string{"marie ringing asales", "paul ready"}},
			{"0s", "waiting sales", []string{"1 a marie"}},
		}},
		{name: "one offer per ticket and one per agent", queues: sales(), steps: []step{
			{"0s", "enter a sales", []string{"offer a marie 20s"}},
			{"1s", "enter b sales", []string{"offer b paul 20s"}},
			{"2s", "enter c sales", nil},
			{"3s", "tick", nil},
		}},
		{name: "longest idle first, then the queue's order", queues: sales(agents("paul", "marie", "lea")), agents: []AgentID{"lea", "marie"}, steps: []step{
			{"0s", "enter a sales", []string{"offer a paul 20s"}},
			{"5s", "answered a paul", []string{"won"}},
			{"9s", "talked paul sales", nil},
			{"50s", "enter b sales", []string{"offer b marie 20s"}},
			{"50s", "enter c sales", []string{"offer c lea 20s"}},
			{"50s", "enter d sales", []string{"offer d paul 20s"}},
		}},
	})
}

func TestRule2ConsideredExplains(t *testing.T) {
	b := New()
	q := sales(agents("marie", "paul", "lea", "karim"))
	b.Configure(start, q, scenario{queues: q}.staff())
	b.Pause(start, "marie", "lunch")
	b.Enter(start, Ticket{ID: "a", Queue: "sales"})
	var got []Considered
	for _, d := range b.Failed(start, "a", "paul", Declined) {
		if d.Kind == Offer {
			got = d.Considered
		}
	}
	want := []Considered{{"marie", "paused"}, {"paul", refusedBarred}, {"lea", ""}, {"karim", refusedIdle}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRule10ConsideredExplains(t *testing.T) {
	b := New()
	q := sales(onNobody)
	b.Configure(start, q, scenario{queues: q}.staff())
	b.Pause(start, "marie", "lunch")
	b.Enter(start, Ticket{ID: "a", Queue: "sales"})
	for _, d := range b.LogOut(start, "paul") {
		if d.Kind != Overflow {
			continue
		}
		if diff := cmp.Diff([]Considered{{"marie", "paused"}, {"paul", "offline"}}, d.Considered); diff != "" {
			t.Error(diff)
		}
		return
	}
	t.Error("no overflow")
}

func TestRule3Misses(t *testing.T) {
	runAll(t, []scenario{
		{name: "no answer goes to the next one", queues: sales(), steps: []step{
			{"0s", "enter a sales", []string{"offer a marie 20s"}},
			{"20s", "failed a marie no_answer", []string{"offer a paul 20s"}},
			{"20s", "idle", []string{"marie 20s", "paul 0s"}},
		}},
		{name: "when all were tried the first one again", queues: sales(), steps: []step{
			{"0s", "enter a sales", []string{"offer a marie 20s"}},
			{"20s", "failed a marie no_answer", []string{"offer a paul 20s"}},
			{"40s", "failed a paul no_answer", []string{"offer a marie 20s"}},
		}},
		{name: "not before 15 s", queues: sales(agents("marie")), steps: []step{
			{"0s", "enter a sales", []string{"offer a marie 20s"}},
			{"4s", "failed a marie declined", nil},
			{"4s", "idle", []string{"marie 0s"}},
			{"4s", "next", []string{"19s"}},
			{"18.999s", "tick", nil},
			{"19s", "tick", []string{"offer a marie 20s"}},
		}},
		{name: "not before the others, be it longer than 15 s", queues: sales(), steps: []step{
			{"0s", "enter a sales", []string{"offer a marie 20s"}},
			{"1s", "failed a marie declined", []string{"offer a paul 20s"}},
			{"17s", "tick", nil},
			{"21s", "failed a paul no_answer", []string{"offer a marie 20s"}},
		}},
		{name: "who talks is not waited for", queues: sales(), steps: []step{
			{"0s", "enter x sales", []string{"offer x marie 20s"}},
			{"1s", "answered x marie", []string{"won"}},
			{"2s", "enter a sales", []string{"offer a paul 20s"}},
			{"3s", "failed a paul declined", nil},
			{"18s", "tick", []string{"offer a paul 20s"}},
		}},
		{name: "who comes in between is tried before", queues: sales(), steps: []step{
			{"0s", "pause paul lunch", nil},
			{"0s", "enter a sales", []string{"offer a marie 20s"}},
			{"1s", "failed a marie declined", nil},
			{"5s", "resume paul", []string{"offer a paul 20s"}},
		}},
		{name: "the untried one first, also when both may", queues: sales(), steps: []step{
			{"0s", "pause paul lunch", nil},
			{"0s", "enter a sales", []string{"offer a marie 20s"}},
			{"1s", "failed a marie declined", nil},
			{"16s", "resume paul", []string{"offer a paul 20s"}},
		}},
		{name: "barred from one ticket only", queues: sales(agents("marie")), steps: []step{
			{"0s", "enter a sales", []string{"offer a marie 20s"}},
			{"1s", "enter b sales", nil},
			{"2s", "failed a marie declined", []string{"offer b marie 20s"}},
		}},
		{name: "busy is unavailable for 30 s", queues: sales(agents("marie"), onNobody), steps: []step{
			{"0s", "enter a sales", []string{"offer a marie 20s"}},
			{"1s", "failed a marie busy", nil},
			{"1s", "agents", []string{"marie unavailable busy"}},
			{"1s", "idle", []string{"marie 0s"}},
			{"16s", "tick", nil},
			{"16s", "next", []string{"31s"}},
			{"31s", "tick", []string{"offer a marie 20s"}},
		}},
		{name: "busy until the phone says otherwise", queues: sales(agents("marie")), steps: []step{
			{"0s", "phone tel-marie registered", nil},
			{"0s", "enter a sales", []string{"offer a marie 20s"}},
			{"1s", "failed a marie busy", nil},
			{"2s", "phone tel-marie registered", nil},
			{"2s", "agents", []string{"marie unavailable busy"}},
			{"3s", "phone tel-marie busy", nil},
			{"3s", "agents", []string{"marie busy_elsewhere"}},
			{"9s", "phone tel-marie free", nil},
			{"9s", "agents", []string{"marie ready"}},
			{"16s", "tick", []string{"offer a marie 20s"}},
		}},
		{name: "a stale report changes nothing", queues: sales(), steps: []step{
			{"0s", "enter a sales", []string{"offer a marie 20s"}},
			{"1s", "failed a paul no_answer", nil},
			{"1s", "failed b marie no_answer", nil},
			{"1s", "failed a nobody no_answer", nil},
			{"1s", "agents", []string{"marie ringing asales", "paul ready"}},
		}},
		{name: "an offer nobody reports on is given up", queues: sales(), steps: []step{
			{"0s", "enter a sales", []string{"offer a marie 20s"}},
			{"0s", "next", []string{"30s"}},
			{"30s", "tick", []string{"cancel a marie: the switch reported nothing", "offer a paul 20s"}},
			{"30s", "agents", []string{"marie ready", "paul ringing asales"}},
		}},
	})
}

func TestRule3PauseAfter(t *testing.T) {
	runAll(t, []scenario{
		{name: "paused after two in a row", queues: sales(pauseAfter(2)), steps: []step{
			{"0s", "enter a sales", []string{"offer a marie 20s"}},
			{"20s", "failed a marie no_answer", []string{"offer a paul 20s"}},
			{"25s", "answered a paul", []string{"won"}},
			{"30s", "enter b sales", []string{"offer b marie 20s"}},
			{"50s", "failed b marie no_answer", nil},
			{"50s", "agents", []string{"marie paused did not answer", "paul talking sales"}},
			{"60s", "resume marie", nil},
			{"65s", "tick", []string{"offer b marie 20s"}},
			{"70s", "failed b marie no_answer", nil},
			{"70s", "agents", []string{"marie ready", "paul talking sales"}},
		}},
		{name: "busy, declined and an answer do not count", queues: sales(agents("marie", "paul"), pauseAfter(2)), steps: []step{
			{"0s", "logout paul", nil},
			{"0s", "login paul", nil},
			{"0s", "enter a sales", []string{"offer a marie 20s"}},
			{"1s", "failed a marie declined", []string{"offer a paul 20s"}},
			{"2s", "failed a paul busy", nil},
			{"16s", "tick", []string{"offer a marie 20s"}},
			{"36s", "failed a marie no_answer", []string{"offer a paul 20s"}},
			{"37s", "failed a paul busy", nil},
			{"51s", "tick", []string{"offer a marie 20s"}},
			{"52s", "answered a marie", []string{"won"}},
			{"60s", "talked marie sales", nil},
			{"90s", "enter b sales", []string{"offer b paul 20s"}},
			{"91s", "failed b paul busy", []string{"offer b marie 20s"}},
			{"111s", "failed b marie no_answer", nil},
			{"111s", "agents", []string{"marie ready", "paul unavailable busy"}},
		}},
		{name: "never the last one: alarm", queues: sales(pauseAfter(1)), steps: []step{
			{"0s", "logout paul", nil},
			{"0s", "enter a sales", []string{"offer a marie 20s"}},
			{"20s", "failed a marie no_answer", []string{"alarm marie sales: the last agent does not answer"}},
			{"20s", "agents", []string{"marie ready", "paul offline"}},
			{"35s", "tick", []string{"offer a marie 20s"}},
		}},
		{name: "the last one of any queue", queues: append(twoQueues()[:1], QueueSpec{Name: "support", Agents: []AgentID{"paul", "lea"}, PauseAfter: 1}), steps: []step{
			{"0s", "enter a support", []string{"offer a paul 20s"}},
			{"20s", "failed a paul no_answer", []string{"alarm paul sales: the last agent does not answer", "offer a lea 20s"}},
		}},
		{name: "one who is about to leave does not count as another", queues: sales(pauseAfter(1)), steps: []step{
			{"0s", "enter a sales, b sales", []string{"offer a marie 20s", "offer b paul 20s"}},
			{"1s", "answered b paul", []string{"won"}},
			{"2s", "logout paul", nil},
			{"20s", "failed a marie no_answer", []string{"alarm marie sales: the last agent does not answer"}},
		}},
	})
}

func TestRule4CallerGoneWhileRinging(t *testing.T) {
	runAll(t, []scenario{
		{name: "ready, idle unchanged, nothing counted", queues: sales(pauseAfter(1)), steps: []step{
			{"5s", "enter a sales", []string{"offer a marie 20s"}},
			{"15s", "leave a", []string{"cancel a marie: ticket gone"}},
			{"15s", "agents", []string{"marie ready", "paul ready"}},
			{"15s", "idle", []string{"marie 0s", "paul 0s"}},
			{"15s", "failed a marie no_answer", nil},
			{"15s", "answered a marie", []string{"lost"}},
			{"16s", "enter b sales", []string{"offer b marie 20s"}},
		}},
		{name: "gone while being connected", queues: sales(), steps: []step{
			{"5s", "enter a sales", []string{"offer a marie 20s"}},
			{"9s", "answered a marie", []string{"won"}},
			{"9s", "leave a", nil},
			{"9s", "released marie", nil},
			{"9s", "idle", []string{"marie 0s", "paul 0s"}},
			{"9s", "agents", []string{"marie ready", "paul ready"}},
		}},
		{name: "the agent is offered the next one, after the cancel", queues: sales(agents("marie")), steps: []step{
			{"0s", "enter a sales, b sales", []string{"offer a marie 20s"}},
			{"5s", "leave a", []string{"cancel a marie: ticket gone", "offer b marie 20s"}},
		}},
	})
}
