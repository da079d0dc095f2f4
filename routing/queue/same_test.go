package queue

import "testing"

func TestRule18SameAgent(t *testing.T) {
	busy := []step{ // paul talks, marie is free
		{"0s", "enter x sales", []string{"offer x marie 20s"}},
		{"0s", "enter y sales", []string{"offer y paul 20s"}},
		{"1s", "answered y paul", []string{"won"}},
		{"1s", "leave x", []string{"cancel x marie: ticket gone"}},
	}
	runAll(t, []scenario{
		{name: "goes to the agent of the last time though another has been idle longer", queues: sales(), steps: []step{
			{"0s", "enter a sales prefers=paul:20s", []string{"offer a paul 20s"}},
		}},
		{name: "waits for them, then goes to anybody", queues: sales(), steps: append(busy,
			step{"2s", "enter a sales prefers=paul:10s", nil},
			step{"3s", "next", []string{"12s"}},
			step{"11.9s", "tick", nil},
			step{"12s", "tick", []string{"offer a marie 20s"}},
		)},
		{name: "gets them when they are free in time", queues: sales(), steps: append(busy,
			step{"2s", "enter a sales prefers=paul:60s", nil},
			step{"5s", "talked paul sales", nil},
			step{"35s", "tick", []string{"offer a paul 20s"}},
		)},
		{name: "not there: at once to anybody", queues: sales(), steps: []step{
			{"0s", "logout paul", nil},
			{"1s", "enter a sales prefers=paul:20s", []string{"offer a marie 20s"}},
		}},
		{name: "in a pause: at once to anybody", queues: sales(), steps: []step{
			{"0s", "pause paul lunch", nil},
			{"1s", "enter a sales prefers=paul:20s", []string{"offer a marie 20s"}},
		}},
		{name: "a pause that comes after the talk is none to wait for", queues: sales(), steps: append(busy,
			step{"2s", "enter a sales prefers=paul:20s", nil},
			step{"3s", "pause paul lunch", []string{"offer a marie 20s"}},
		)},
		{name: "phone not registered: at once to anybody", queues: sales(), steps: []step{
			{"0s", "phone tel-paul unregistered", nil},
			{"1s", "enter a sales prefers=paul:20s", []string{"offer a marie 20s"}},
		}},
		{name: "leaves while being waited for", queues: sales(), steps: append(busy,
			step{"2s", "enter a sales prefers=paul:20s", nil},
			step{"4s", "logout paul", []string{"offer a marie 20s"}},
		)},
		{name: "does not answer: at once to anybody", queues: sales(), steps: []step{
			{"0s", "enter a sales prefers=paul:60s", []string{"offer a paul 20s"}},
			{"20s", "failed a paul no_answer", []string{"offer a marie 20s"}},
		}},
		{name: "of another queue: at once to anybody", queues: sales(agents("marie")), agents: []AgentID{"paul"}, steps: []step{
			{"0s", "enter a sales prefers=paul:20s", []string{"offer a marie 20s"}},
		}},
		{name: "who rings keeps ringing when the wait is over", queues: sales(), steps: []step{
			{"0s", "enter a sales prefers=paul:5s", []string{"offer a paul 20s"}},
			{"5s", "tick", nil},
			{"6s", "waiting sales", []string{"1 a paul"}},
		}},
		{name: "all others ring too when the wait is over", queues: sales(strategy(RingAll)), steps: []step{
			{"0s", "enter a sales prefers=paul:5s", []string{"offer a paul 20s"}},
			{"5s", "tick", []string{"offer a marie 20s"}},
		}},
		{name: "others are served meanwhile, and the place is kept", queues: sales(), steps: append(busy,
			step{"2s", "enter a sales prefers=paul:20s", nil},
			step{"3s", "enter b sales", []string{"offer b marie 20s"}},
			step{"4s", "enter c sales", nil},
			step{"4s", "waiting sales", []string{"1 a", "2 b marie", "3 c"}},
			step{"5s", "answered b marie", []string{"won"}},
			step{"6s", "released marie", []string{"offer c marie 20s"}}, // the wait of a is not over
		)},
		{name: "an earlier caller gets them first", queues: sales(agents("paul")), steps: []step{
			{"0s", "enter x sales", []string{"offer x paul 20s"}},
			{"1s", "answered x paul", []string{"won"}},
			{"2s", "enter a sales", nil},
			{"3s", "enter b sales prefers=paul:60s", nil},
			{"4s", "talked paul sales", nil},
			{"34s", "tick", []string{"offer a paul 20s"}},
		}},
		{name: "after a restart for what is left of the wait", queues: sales(), steps: []step{
			{"0s", "restoretalk paul sales 0s", nil},
			{"30s", "enter a sales arrived=20s prefers=paul:20s", nil},
			{"39.9s", "tick", nil},
			{"40s", "tick", []string{"offer a marie 20s"}},
		}},
	})
}
