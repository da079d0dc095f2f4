package queue

import (
	"testing"
	"time"
)

// The switches of these scenarios are called A and B.

func TestTwoSwitches(t *testing.T) {
	runAll(t, []scenario{
		{name: "one line for both", queues: sales(agents("marie")), steps: []step{
			{"0s", "enter a sales on=A", []string{"offer a marie 20s"}},
			{"1s", "enter b sales on=B", nil},
			{"2s", "enter c sales on=A", nil},
			{"3s", "leave a", []string{"cancel a marie: ticket gone", "offer b marie 20s"}},
			{"4s", "leave b", []string{"cancel b marie: ticket gone", "offer c marie 20s"}},
		}},
		{name: "a phone that only one of them can ring", queues: sales(), steps: []step{
			{"0s", "phone tel-marie registered A", nil},
			{"0s", "phone tel-marie unregistered B", nil},
			{"0s", "phone tel-paul unregistered A", nil},
			{"0s", "phone tel-paul registered B", nil},
			{"0s", "agents", []string{"marie ready", "paul ready"}},
			{"1s", "enter b sales on=B", []string{"offer b paul 20s"}},
			{"2s", "enter c sales on=B", nil}, // marie is free, but not there
			{"3s", "enter a sales on=A", []string{"offer a marie 20s"}},
			{"4s", "phone tel-marie registered B", nil},
			{"5s", "leave a", []string{"cancel a marie: ticket gone", "offer c marie 20s"}},
		}},
		{name: "an older ticket that cannot be taken holds up nobody", queues: sales(agents("marie")), steps: []step{
			{"0s", "phone tel-marie unregistered B", nil},
			{"0s", "enter b sales on=B", nil},
			{"1s", "enter a sales on=A", []string{"offer a marie 20s"}},
		}},
		{name: "unavailable is who none of them can ring", queues: sales(), steps: []step{
			{"0s", "phone tel-marie unregistered A", nil},
			{"0s", "agents", []string{"marie unavailable not registered", "paul ready"}},
			{"1s", "phone tel-paul registered B", nil}, // B is there, and has not spoken of marie
			{"1s", "agents", []string{"marie ready", "paul ready"}},
			{"2s", "phone tel-marie unregistered B", nil},
			{"2s", "agents", []string{"marie unavailable not registered", "paul ready"}},
		}},
		{name: "a talk on one is a talk for both", queues: sales(agents("marie")), steps: []step{
			{"0s", "enter a sales on=A", []string{"offer a marie 20s"}},
			{"1s", "enter b sales on=B", nil},
			{"2s", "answered a marie", []string{"won"}},
			{"3s", "talked marie sales b", nil}, // no talk of hers
			{"4s", "released marie b", nil},
			{"5s", "agents", []string{"marie talking sales"}},
			{"9s", "talked marie sales a", nil},
			{"9s", "agents", []string{"marie wrap_up"}},
			{"39s", "tick", []string{"offer b marie 20s"}},
		}},
		{name: "a call that is not ours is one for both", queues: sales(agents("marie")), steps: []step{
			{"0s", "phone tel-marie busy A", nil},
			{"0s", "phone tel-marie registered B", nil},
			{"1s", "enter b sales on=B", nil},
			{"1s", "agents", []string{"marie busy_elsewhere"}},
			{"2s", "phone tel-marie registered A", []string{"offer b marie 20s"}},
		}},
		{name: "a refusal is believed of the switch that heard it", queues: sales(agents("marie")), steps: []step{
			{"0s", "phone tel-marie registered A", nil},
			{"0s", "phone tel-marie registered B", nil},
			{"1s", "enter a sales on=A", []string{"offer a marie 20s"}},
			{"2s", "enter b sales on=B", nil},
			{"3s", "failed a marie unreachable", []string{"offer b marie 20s"}},
			{"4s", "failed b marie unreachable", nil},
			{"5s", "agents", []string{"marie unavailable unreachable"}},
			{"33s", "tick", []string{"offer a marie 20s"}},
		}},
	})
}

func TestTwoSwitchesNobody(t *testing.T) {
	runAll(t, []scenario{
		{name: "nobody there for one of them", queues: sales(onNobody), steps: []step{
			{"0s", "phone tel-marie registered A", nil},
			{"0s", "phone tel-marie unregistered B", nil},
			{"0s", "phone tel-paul unregistered B", nil},
			{"1s", "enter b sales on=B", []string{"overflow b on_nobody"}},
			{"2s", "enter a sales on=A", []string{"offer a marie 20s"}},
		}},
		{name: "whoever talks is there for those who can ring them", queues: sales(agents("marie"), onNobody), steps: []step{
			{"0s", "phone tel-marie registered A", nil},
			{"0s", "phone tel-marie registered B", nil},
			{"1s", "enter a sales on=A", []string{"offer a marie 20s"}},
			{"2s", "answered a marie", []string{"won"}},
			{"3s", "enter b sales on=B", nil},
			{"4s", "phone tel-marie unregistered B", []string{"overflow b on_nobody"}},
			{"5s", "phone tel-marie unregistered A", nil},
			{"6s", "enter c sales on=A", nil},
		}},
		{name: "the last one who does not answer", queues: sales(pauseAfter(1)), steps: []step{
			{"0s", "phone tel-paul unregistered A", nil}, // marie is the only one there for A, not for B
			{"1s", "enter a sales on=A", []string{"offer a marie 20s"}},
			{"21s", "failed a marie no_answer", []string{"alarm marie sales: the last agent does not answer"}},
			{"22s", "enter b sales on=B", []string{"offer b paul 20s"}},
			{"42s", "failed b paul no_answer", []string{"offer a marie 20s"}},
			{"43s", "agents", []string{"marie ringing asales", "paul paused did not answer"}},
		}},
	})
}

func TestRule17SwitchBySwitch(t *testing.T) {
	runAll(t, []scenario{
		{name: "held until their switch is back", queues: sales(onNobody), steps: []step{
			{"0s", "hold marie B", nil},
			{"0s", "enter a sales on=A, c sales on=A", []string{"offer a paul 20s"}},
			{"0s", "agents", []string{"marie busy_elsewhere", "paul ringing asales"}},
			{"8s", "arrived B", nil},
			{"8s", "restoretalk marie sales -5m B b", nil},
			{"8s", "tick", nil},
			{"9s", "talked marie sales b", nil},
			{"39s", "tick", []string{"cancel a paul: the switch reported nothing", "offer a marie 20s", "offer c paul 20s"}},
		}},
		{name: "gone when their switch is back", queues: sales(agents("marie")), steps: []step{
			{"0s", "hold marie B", nil},
			{"0s", "enter a sales on=A", nil},
			{"8s", "arrived B", nil},
			{"8s", "tick", []string{"offer a marie 20s"}},
		}},
		{name: "an older ticket comes back with the switch", queues: sales(agents("marie")), steps: []step{
			{"0s", "hold marie B", nil},
			{"0s", "enter a sales on=A", nil},
			{"8s", "arrived B", nil},
			{"8s", "enter b sales on=B arrived=-40s", []string{"offer b marie 20s"}},
		}},
		{name: "freed when their switch stays away", queues: sales(agents("marie")), steps: []step{
			{"0s", "hold marie B", nil},
			{"0s", "enter a sales on=A", nil},
			{"0s", "next", []string{"30s"}},
			{"30s", "tick", []string{"offer a marie 20s"}},
			{"31s", "answered a marie", []string{"won"}},
			{"40s", "arrived B", nil},
			{"40s", "restoretalk marie sales -5m B b", []string{`restore conversation of "marie": the agent rings or talks already`}},
			{"41s", "talked marie sales b", nil},
			{"41s", "agents", []string{"marie talking sales"}},
		}},
	})
}

func TestSwitchAway(t *testing.T) {
	talking := []step{
		{"0s", "enter b sales on=B", []string{"offer b marie 20s"}},
		{"1s", "answered b marie", []string{"won"}},
		{"2s", "enter a sales on=A", nil},
		{"3s", "away A", nil},
		{"4s", "back A", nil},
		{"5s", "away B", nil},
		{"6s", "away B", nil},
		{"7s", "agents", []string{"marie talking sales"}},
		{"7s", "next", []string{"35s"}},
	}
	runAll(t, []scenario{
		{name: "its tickets keep their places and are not offered", queues: sales(agents("marie")), steps: []step{
			{"0s", "away B", nil},
			{"1s", "enter b sales on=B", nil},
			{"2s", "enter a sales on=A", []string{"offer a marie 20s"}},
			{"3s", "enter c sales on=A", nil},
			{"4s", "back B", nil},
			{"5s", "leave a", []string{"cancel a marie: ticket gone", "offer b marie 20s"}},
		}},
		{name: "what else they talk about there ends for us as well", queues: sales(agents("marie")), steps: []step{
			{"0s", "phone tel-marie busy B", nil},
			{"1s", "away B", nil},
			{"2s", "enter a sales on=A", nil},
			{"2s", "agents", []string{"marie busy_elsewhere"}},
			{"31s", "tick", []string{"offer a marie 20s"}},
			{"32s", "leave a", []string{"cancel a marie: ticket gone"}},
			{"33s", "back B", nil},
			{"33s", "phone tel-marie busy B", nil},
			{"34s", "enter c sales on=A", nil},
		}},
		{name: "who talks there is left alone for a while", queues: sales(agents("marie")), steps: append(talking,
			step{"35s", "tick", []string{"offer a marie 20s"}},
			step{"36s", "answered a marie", []string{"won"}},
			step{"40s", "back B", nil},
			step{"41s", "talked marie sales b", nil}, // which is over long since
			step{"42s", "agents", []string{"marie talking sales"}},
			step{"43s", "talked marie sales a", nil},
			step{"44s", "agents", []string{"marie wrap_up"}},
		)},
		{name: "who talks there still, when it is back", queues: sales(agents("marie")), steps: append(talking,
			step{"20s", "back B", nil},
			step{"50s", "tick", nil},
			step{"50s", "agents", []string{"marie talking sales"}},
		)},
		{name: "who talks there still, and nobody needed", queues: sales(agents("marie")), steps: append(talking,
			step{"20s", "leave a", nil},
			step{"35s", "tick", nil},
			step{"35s", "agents", []string{"marie ready"}},
			step{"50s", "back B", nil},
			step{"50s", "agents", []string{"marie talking sales"}},
		)},
	})
}

// TestSwitchStays: a ticket that comes again, from another queue, is on the switch that it was on.
func TestSwitchStays(t *testing.T) {
	b := New()
	b.Configure(start, twoQueues(), []AgentSpec{{"paul", "tel-paul"}, {"lea", "tel-lea"}})
	b.Phone(start, "B", "tel-lea", false, false)
	b.Pause(start, "paul", "lunch")
	b.Enter(start, Ticket{ID: "b", Queue: "sales", Switch: "B"})
	if d := render(b.Enter(start.Add(time.Second), Ticket{ID: "b", Queue: "support"})); len(d) > 0 {
		t.Errorf("decided %q", d)
	}
	if got := b.Waiting("support")[0].Switch; got != "B" {
		t.Errorf("it is on switch %q", got)
	}
}
