package queue

import (
	"strings"
	"testing"
	"time"
)

func TestRule5RingAll(t *testing.T) {
	nine := agents("a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9")
	three := agents("marie", "paul", "lea")
	runAll(t, []scenario{
		{name: "the first wins, the others lose nothing", queues: sales(three, strategy(RingAll), pauseAfter(1)), steps: []step{
			{"0s", "enter a sales", []string{"offer a marie 20s", "offer a paul 20s", "offer a lea 20s"}},
			{"5s", "answered a paul", []string{"won", "cancel a marie: answered elsewhere", "cancel a lea: answered elsewhere"}},
			{"5s", "answered a lea", []string{"lost"}},
			{"5s", "failed a marie no_answer", nil},
			{"5s", "agents", []string{"marie ready", "paul talking sales", "lea ready"}},
			{"5s", "idle", []string{"marie 0s", "paul 0s", "lea 0s"}},
		}},
		{name: "eight at most", queues: sales(nine, strategy(RingAll)), steps: []step{
			{"0s", "enter a sales", []string{"offer a a1 20s", "offer a a2 20s", "offer a a3 20s", "offer a a4 20s",
				"offer a a5 20s", "offer a a6 20s", "offer a a7 20s", "offer a a8 20s"}},
			{"1s", "enter b sales", []string{"offer b a9 20s"}},
		}},
		{name: "who becomes free joins", queues: sales(three, strategy(RingAll)), steps: []step{
			{"0s", "pause lea lunch", nil},
			{"0s", "enter a sales", []string{"offer a marie 20s", "offer a paul 20s"}},
			{"5s", "resume lea", []string{"offer a lea 20s"}},
		}},
		{name: "who declined waits until the others were tried", queues: sales(strategy(RingAll)), steps: []step{
			{"0s", "enter a sales", []string{"offer a marie 20s", "offer a paul 20s"}},
			{"1s", "failed a marie declined", nil},
			{"17s", "tick", nil},
			{"20s", "failed a paul no_answer", []string{"offer a marie 20s"}},
			{"35s", "tick", []string{"offer a paul 20s"}},
		}},
		{name: "all ring again together", queues: sales(strategy(RingAll)), steps: []step{
			{"0s", "enter a sales", []string{"offer a marie 20s", "offer a paul 20s"}},
			{"20s", "failed a marie no_answer", nil},
			{"20.001s", "failed a paul no_answer", nil},
			{"35s", "tick", []string{"offer a marie 20s"}},
			{"35.001s", "tick", []string{"offer a paul 20s"}},
		}},
	})
}

func TestRule5Progressive(t *testing.T) {
	three := agents("marie", "paul", "lea")
	runAll(t, []scenario{
		{name: "one more with every step", queues: sales(three, strategy(Progressive)), steps: []step{
			{"0s", "enter a sales", []string{"offer a marie 20s"}},
			{"0s", "next", []string{"10s"}},
			{"9.999s", "tick", nil},
			{"10s", "tick", []string{"offer a paul 20s"}},
			{"10s", "agents", []string{"marie ringing asales", "paul ringing asales", "lea ready"}},
			{"20s", "tick", []string{"offer a lea 20s"}},
			{"21s", "answered a marie", []string{"won", "cancel a paul: answered elsewhere", "cancel a lea: answered elsewhere"}},
		}},
		{name: "a miss is replaced at once", queues: sales(three, strategy(Progressive)), steps: []step{
			{"0s", "enter a sales", []string{"offer a marie 20s"}},
			{"3s", "failed a marie declined", []string{"offer a paul 20s"}},
			{"12s", "tick", nil},
			{"13s", "tick", []string{"offer a lea 20s"}},
		}},
	})
}

func TestRule6NoRingingBeyondMaxWait(t *testing.T) {
	runAll(t, []scenario{
		{name: "the ring time is cut", queues: sales(agents("marie"), maxWait(45*time.Second), pauseAfter(1)), steps: []step{
			{"0s", "enter a sales", []string{"offer a marie 20s"}},
			{"15s", "failed a marie declined", nil},
			{"30s", "tick", []string{"offer a marie 15s"}},
			{"45s", "failed a marie no_answer", []string{"overflow a on_max_wait"}},
			{"45s", "idle", []string{"marie 0s"}},
		}},
		{name: "phones stop at max_wait", queues: sales(agents("marie"), maxWait(10*time.Second)), steps: []step{
			{"0s", "enter a sales", []string{"offer a marie 10s"}},
			{"0s", "enter b sales", nil},
			{"10s", "tick", []string{"cancel a marie: overflow", "overflow a on_max_wait", "overflow b on_max_wait"}},
			{"10s", "agents", []string{"marie ready"}},
		}},
		{name: "an answer in the same instant wins if it is applied first", queues: sales(agents("marie"), maxWait(10*time.Second)), steps: []step{
			{"0s", "enter a sales", []string{"offer a marie 10s"}},
			{"10s", "answered a marie", []string{"won"}},
			{"10s", "tick", nil},
		}},
		{name: "and loses if it is not", queues: sales(agents("marie"), maxWait(10*time.Second)), steps: []step{
			{"0s", "enter a sales", []string{"offer a marie 10s"}},
			{"10s", "tick", []string{"cancel a marie: overflow", "overflow a on_max_wait"}},
			{"10s", "answered a marie", []string{"lost"}},
		}},
		{name: "no stage, no cut", queues: sales(agents("marie"), func(q *QueueSpec) { q.MaxWait = 10 * time.Second }), steps: []step{
			{"0s", "enter a sales", []string{"offer a marie 20s"}},
			{"10s", "tick", nil},
		}},
	})
}

func TestRule7WrapUp(t *testing.T) {
	talk := []step{
		{"0s", "enter a sales", []string{"offer a marie 20s"}},
		{"5s", "answered a marie", []string{"won"}},
	}
	after := func(more ...step) []step { return append(talk[:2:2], more...) }
	one := sales(agents("marie"))
	runAll(t, []scenario{
		{name: "from the end of the talk", queues: one, steps: after(
			step{"60s", "talked marie sales", nil},
			step{"60s", "agents", []string{"marie wrap_up"}},
			step{"60s", "next", []string{"1m30s"}},
			step{"61s", "enter b sales", nil},
			step{"89.999s", "tick", nil},
			step{"90s", "tick", []string{"offer b marie 20s"}},
			step{"90s", "idle", []string{"marie 1m30s"}},
		)},
		{name: "ended early", queues: one, steps: after(
			step{"60s", "talked marie sales", nil},
			step{"61s", "enter b sales", nil},
			step{"70s", "resume marie", []string{"offer b marie 20s"}},
			step{"70s", "idle", []string{"marie 1m10s"}},
		)},
		{name: "said twice counts once", queues: one, steps: after(
			step{"60s", "talked marie sales", nil},
			step{"80s", "talked marie sales", nil},
			step{"90s", "tick", nil},
			step{"90s", "agents", []string{"marie ready"}},
		)},
		{name: "a pause begins after the call", queues: one, steps: after(
			step{"10s", "pause marie lunch", nil},
			step{"10s", "agents", []string{"marie talking, then paused lunch, sales"}},
			step{"60s", "talked marie sales", nil},
			step{"60s", "agents", []string{"marie paused lunch"}},
		)},
		{name: "a pause that was asked for can be taken back", queues: one, steps: after(
			step{"10s", "pause marie lunch", nil},
			step{"20s", "resume marie", nil},
			step{"20s", "agents", []string{"marie talking sales"}},
			step{"30s", "logout marie", nil},
			step{"40s", "login marie", nil},
			step{"40s", "agents", []string{"marie talking sales"}},
			step{"60s", "talked marie sales", nil},
			step{"60s", "agents", []string{"marie wrap_up"}},
		)},
		{name: "a log-out begins after the call", queues: one, steps: after(
			step{"10s", "logout marie", nil},
			step{"10s", "agents", []string{"marie talking, then offline, sales"}},
			step{"60s", "talked marie sales", nil},
			step{"60s", "agents", []string{"marie offline"}},
		)},
		{name: "a pause taken back during the call", queues: one, steps: after(
			step{"10s", "pause marie lunch", nil},
			step{"20s", "resume marie", nil},
			step{"60s", "talked marie sales", nil},
			step{"60s", "agents", []string{"marie wrap_up"}},
		)},
		{name: "a pause taken back during the call costs no idle time", queues: one, steps: after(
			step{"10s", "pause marie lunch", nil},
			step{"20s", "resume marie", nil},
			step{"30s", "released marie", nil},
			step{"30s", "idle", []string{"marie 0s"}},
		)},
		{name: "a pause while ringing gives the ticket to the next", queues: sales(), steps: []step{
			{"0s", "enter a sales", []string{"offer a marie 20s"}},
			{"3s", "pause marie lunch", []string{"cancel a marie: agent paused", "offer a paul 20s"}},
		}},
		{name: "to resume when ready does not lose the turn", queues: sales(), steps: []step{
			{"5s", "resume marie", nil},
			{"5s", "enter a sales", []string{"offer a marie 20s"}},
		}},
	})
}

func TestRule9BusyElsewhere(t *testing.T) {
	runAll(t, []scenario{
		{name: "not offered until free", queues: sales(onNobody), steps: []step{
			{"0s", "phone tel-marie busy", nil},
			{"0s", "phone tel-paul busy", nil},
			{"0s", "enter a sales", nil},
			{"0s", "agents", []string{"marie busy_elsewhere", "paul busy_elsewhere"}},
			{"9s", "phone tel-paul free", []string{"offer a paul 20s"}},
		}},
		{name: "a phone that was never reported is reachable", queues: sales(onNobody), steps: []step{
			{"0s", "enter a sales", []string{"offer a marie 20s"}},
		}},
	})
}

func TestRule10Overflow(t *testing.T) {
	both := sales(onNobody, maxWait(time.Minute))
	runAll(t, []scenario{
		{name: "nobody logged in, at entry", queues: both, steps: []step{
			{"0s", "logout marie", nil},
			{"0s", "logout paul", nil},
			{"1s", "enter a sales", []string{"overflow a on_nobody"}},
		}},
		{name: "when the last one pauses", queues: both, steps: []step{
			{"0s", "enter a sales, b sales, c sales", []string{"offer a marie 20s", "offer b paul 20s"}},
			{"1s", "logout marie", []string{"cancel a marie: agent logged out"}},
			{"2s", "pause paul lunch", []string{"cancel b paul: agent paused", "overflow a on_nobody", "overflow b on_nobody", "overflow c on_nobody"}},
		}},
		{name: "all phones unreachable", queues: both, steps: []step{
			{"0s", "phone tel-marie unregistered", nil},
			{"0s", "enter a sales", []string{"offer a paul 20s"}},
			{"1s", "failed a paul unreachable", []string{"overflow a on_nobody"}},
		}},
		{name: "busy, talking and wrap-up are somebody", queues: both, steps: []step{
			{"0s", "enter a sales, b sales", []string{"offer a marie 20s", "offer b paul 20s"}},
			{"1s", "answered a marie", []string{"won"}},
			{"2s", "failed b paul busy", nil},
			{"3s", "talked marie sales", nil},
			{"4s", "enter c sales", nil},
		}},
		{name: "somebody who leaves after the call is there until then", queues: sales(agents("marie"), onNobody), steps: []step{
			{"0s", "enter a sales, b sales", []string{"offer a marie 20s"}},
			{"1s", "answered a marie", []string{"won"}},
			{"2s", "logout marie", nil},
			{"9s", "talked marie sales", []string{"overflow b on_nobody"}},
		}},
		{name: "away is not offered, and keeps the place", queues: both, steps: []step{
			{"0s", "logout marie", nil},
			{"0s", "logout paul", nil},
			{"0s", "enter a sales", []string{"overflow a on_nobody"}},
			{"5s", "enter b sales ran=1", nil},
			{"6s", "login marie", []string{"offer b marie 20s"}},
			{"7s", "waiting sales", []string{"1 a", "2 b marie"}},
			{"8s", "login paul", nil},
			{"9s", "return a", []string{"offer a paul 20s"}},
		}},
		{name: "each stage once, then it waits on", queues: both, steps: []step{
			{"0s", "logout marie", nil},
			{"0s", "logout paul", nil},
			{"0s", "enter a sales", []string{"overflow a on_nobody"}},
			{"5s", "return a", nil},
			{"5s", "next", []string{"1m0s"}},
			{"1m", "tick", []string{"overflow a on_max_wait"}},
			{"1m5s", "return a", nil},
			{"1m5s", "next", nil},
			{"2m", "login paul", []string{"offer a paul 20s"}},
		}},
		{name: "no stage keeps waiting", queues: sales(), steps: []step{
			{"0s", "logout marie", nil},
			{"0s", "logout paul", nil},
			{"0s", "enter a sales", nil},
			{"1h", "tick", nil},
		}},
		{name: "to and fro between two queues ends", queues: []QueueSpec{
			{Name: "here", OnNobody: true}, {Name: "there", OnNobody: true}}, steps: []step{
			{"0s", "enter a here", []string{"overflow a on_nobody"}},
			{"0s", "enter a there", []string{"overflow a on_nobody"}},
			{"0s", "enter a here", nil},
			{"0s", "enter a there", nil},
		}},
		{name: "gone while away", queues: both, steps: []step{
			{"0s", "logout marie", nil},
			{"0s", "logout paul", nil},
			{"0s", "enter a sales", []string{"overflow a on_nobody"}},
			{"5s", "leave a", nil},
			{"5s", "return a", nil},
			{"5s", "waiting sales", nil},
		}},
	})
}

func TestRule17Restart(t *testing.T) {
	runAll(t, []scenario{
		{name: "an offer in flight is kept", queues: sales(), steps: []step{
			{"0s", "restore a marie -5s", nil},
			{"0s", "enter a sales arrived=-40s, b sales arrived=-50s", []string{"offer b paul 20s"}},
			{"0s", "waiting sales", []string{"1 b paul", "2 a marie"}},
			{"1s", "answered a marie", []string{"won"}},
		}},
		{name: "an offer whose caller is gone is cancelled", queues: sales(), steps: []step{
			{"0s", "restore a marie -5s", nil},
			{"0s", "leave a", []string{"cancel a marie: ticket gone"}},
			{"0s", "agents", []string{"marie ready", "paul ready"}},
		}},
		{name: "an offer that rang out before its ticket came", queues: sales(agents("marie")), steps: []step{
			{"0s", "restore a marie -5s", nil},
			{"1s", "failed a marie no_answer", nil},
			{"2s", "enter a sales arrived=-40s", nil},
			{"16s", "tick", []string{"offer a marie 20s"}},
		}},
		{name: "a conversation goes on", queues: sales(), steps: []step{
			{"0s", "restoretalk marie sales -5m", nil},
			{"0s", "enter a sales arrived=-40s", []string{"offer a paul 20s"}},
			{"9s", "talked marie sales", nil},
			{"9s", "agents", []string{"marie wrap_up", "paul ringing asales"}},
		}},
		{name: "one agent cannot be in two places", queues: sales(), steps: []step{
			{"0s", "restoretalk marie sales -5m", nil},
			{"0s", "restore a marie -5s", []string{`restore offer of "a" to "marie": the agent rings or talks already`}},
			{"0s", "restore a nobody -5s", []string{`restore offer of "a" to "nobody": no such agent`}},
			{"0s", "enter a sales", []string{"offer a paul 20s"}},
			{"0s", "restore a lea -5s", []string{`restore offer of "a" to "lea": the ticket is not waiting for another agent`}},
		}, agents: []AgentID{"marie", "paul", "lea"}},
		{name: "agents keep state and since", queues: sales(agents("marie", "paul", "lea", "karim"), onNobody), steps: []step{
			{"0s", "restoreagent marie offline -1h -2h", nil},
			{"0s", "restoreagent paul wrap_up -10s 20s", nil},
			{"0s", "restoreagent lea ringing -10s -3m", nil},
			{"0s", "restoreagent karim paused -10s -9m", nil},
			{"0s", "tick", nil},
			{"0s", "agents", []string{"marie offline", "paul wrap_up", "lea ready", "karim paused"}},
			{"0s", "idle", []string{"marie -2h0m0s", "paul 20s", "lea -3m0s", "karim -9m0s"}},
			{"0s", "next", []string{"20s"}},
			{"20s", "tick", nil},
			{"20s", "enter a sales", []string{"offer a lea 20s"}},
		}},
		{name: "what was asked to come after a conversation comes", queues: sales(agents("marie", "paul", "lea"), onNobody), steps: []step{
			{"0s", "restoreagent marie talking -10s -9m offline", nil},
			{"0s", "restoreagent paul talking -10s -9m paused", nil},
			{"0s", "restoreagent lea talking -10s -9m ready", nil},
			{"0s", "restoretalk paul sales -10s A a", nil},
			{"0s", "tick", nil},
			{"0s", "agents", []string{"marie offline", "paul talking, then paused, sales", "lea ready"}},
			{"5s", "talked paul sales", nil},
			{"5s", "agents", []string{"marie offline", "paul paused", "lea ready"}},
		}},
		{name: "a ticket that is away is not rung for", queues: sales(agents("marie"), maxWait(time.Minute)), steps: []step{
			{"0s", "enter a sales arrived=-2m", []string{"overflow a on_max_wait"}},
			{"0s", "restore a marie -5s", []string{`restore offer of "a" to "marie": the ticket is not waiting for another agent`}},
		}},
		{name: "a phone in trouble stays so for its 30 s", queues: sales(agents("marie")), steps: []step{
			{"0s", "restoreagent marie unavailable -10s -3m", nil},
			{"0s", "enter a sales", nil},
			{"0s", "next", []string{"20s"}},
			{"20s", "tick", []string{"offer a marie 20s"}},
		}},
		{name: "max_wait passed while we were away", queues: sales(maxWait(time.Minute)), steps: []step{
			{"0s", "enter a sales arrived=-2m, b sales arrived=-3m ran=2", []string{"overflow a on_max_wait", "offer b marie 20s"}},
		}},
	})
}

func TestRule16Reload(t *testing.T) {
	staff := []AgentSpec{{"marie", "tel-marie"}, {"paul", "tel-paul"}}
	b := New()
	b.Configure(start, twoQueues(), []AgentSpec{{"paul", "tel-paul"}, {"lea", "tel-lea"}})
	script := func(now time.Duration, do string, want ...string) {
		t.Helper()
		check(t, b, step{now.String(), do, want})
	}
	script(0, "enter a support", "offer a paul 20s")
	script(0, "enter b support", "offer b lea 20s")
	script(0, "enter c support")
	script(time.Second, "answered a paul", "won")

	// Support and lea are gone, marie is new: lea stops ringing, paul finishes what support has.
	got := render(b.Configure(start.Add(2*time.Second), sales(), staff))
	if want := "cancel b lea: agent removed"; len(got) != 1 || got[0] != want {
		t.Fatalf("reload decided %q, want %q", got, want)
	}
	script(3*time.Second, "agents", "marie ready", "paul talking support")
	script(4*time.Second, "talked paul support")
	script(14*time.Second, "tick", "offer b paul 20s")
	script(15*time.Second, "waiting support", "1 b paul", "2 c")

	// Support, where paul is the only one left, no longer keeps him from being paused.
	if got := b.Agents()[1].Queues; len(got) != 1 || got[0] != "sales" {
		t.Errorf("paul serves %q", got)
	}

	// The target of sales shrinks: the deadlines follow.
	script(16*time.Second, "enter d sales", "offer d marie 20s")
	urgent := sales(func(q *QueueSpec) { q.Target = time.Second })
	b.Configure(start.Add(17*time.Second), urgent, staff)
	if v := b.Waiting("sales")[0]; !v.Deadline.Equal(start.Add(17 * time.Second)) {
		t.Errorf("deadline %v after the reload", v.Deadline.Sub(start))
	}
	if err := b.Check(); err != nil {
		t.Error(err)
	}
}

func TestRule16RemovedQueueHoldsNobody(t *testing.T) {
	strict := sales(pauseAfter(1))
	staff := scenario{queues: strict}.staff()
	b := New()
	b.Configure(start, append(strict, QueueSpec{Name: "gone", Agents: []AgentID{"marie"}}), staff)
	b.Configure(start, strict, staff)
	check(t, b, step{"0s", "enter a sales", []string{"offer a marie 20s"}})
	check(t, b, step{"20s", "failed a marie no_answer", []string{"offer a paul 20s"}})
	check(t, b, step{"20s", "agents", []string{"marie paused did not answer", "paul ringing asales"}})
}

func TestRule16AnotherPhoneIsAnotherChance(t *testing.T) {
	b := New()
	b.Configure(start, sales(agents("marie")), []AgentSpec{{"marie", "101"}})
	check(t, b, step{"0s", "enter a sales", []string{"offer a marie 20s"}})
	check(t, b, step{"1s", "failed a marie unreachable", nil})
	b.Configure(start.Add(2*time.Second), sales(agents("marie")), []AgentSpec{{"marie", "102"}})
	check(t, b, step{"2s", "agents", []string{"marie ready"}})
	check(t, b, step{"16s", "tick", []string{"offer a marie 20s"}})
}

func TestNext(t *testing.T) {
	runAll(t, []scenario{
		{name: "nothing to do", queues: sales(), steps: []step{{"0s", "next", nil}}},
		{name: "asked late, the answer is now", queues: sales(), steps: []step{
			{"0s", "enter a sales", []string{"offer a marie 20s"}},
			{"35s", "next", []string{"35s"}},
		}},
	})
}

func TestAgentsListTheirQueuesByName(t *testing.T) {
	var queues []QueueSpec
	for _, name := range []string{"e", "b", "d", "a", "c", "f"} {
		queues = append(queues, QueueSpec{Name: name, Agents: []AgentID{"marie"}})
	}
	b := New()
	b.Configure(start, queues, []AgentSpec{{"marie", "101"}})
	if got := strings.Join(b.Agents()[0].Queues, ""); got != "abcdef" {
		t.Errorf("queues %q", got)
	}
}
