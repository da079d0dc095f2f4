package routing

import (
	"cmp"
	"slices"
	"time"

	"hotline/config"
	"hotline/routing/queue"
)

// A Level is who is asked from some time of waiting on, besides those of the levels before.
type Level struct {
	From   time.Duration
	Agents []Asked
	Why    string // experts_first, skilled_only, helpers; "" = the queue's agents
	Pos    config.Pos
}

// An Asked is somebody who is asked to take a call.
type Asked struct {
	Agent string
	Skill int // the level of the skill that the caller needs; 0 = has none, or none is needed
}

// Levels says who is asked to take a call of a queue, and from when.
func Levels(rules *config.Rules, q *config.Queue, skill string) (levels []Level) {
	var experts, skilled, others []Asked
	for _, id := range q.Agents {
		a := Asked{Agent: id}
		if agent := rules.Agents[id]; agent != nil && skill != "" {
			a.Skill = agent.Skills[skill]
		}
		switch {
		case skill == "" || a.Skill == 0:
			others = append(others, a)
		case a.Skill >= config.ExpertLevel:
			experts = append(experts, a)
		default:
			skilled = append(skilled, a)
		}
	}
	best := func(a, b Asked) int { return cmp.Compare(b.Skill, a.Skill) }
	slices.SortStableFunc(experts, best)
	slices.SortStableFunc(skilled, best)
	add := func(from time.Duration, why string, agents []Asked) {
		if len(agents) == 0 {
			return
		}
		for i := range levels {
			if levels[i].From == from {
				levels[i].Agents = append(levels[i].Agents, agents...)
				return
			}
		}
		l := Level{From: from, Agents: agents, Pos: q.Pos}
		if from > 0 {
			l.Why, l.Pos = why, rules.WordPos(q.Pos, why)
		}
		levels = append(levels, l)
	}
	add(0, "", experts)
	add(q.ExpertsFirst, "experts_first", skilled)
	add(skilledFor(q, skill), "skilled_only", others)
	add(q.Helpers.After, "helpers", helpers(q))
	slices.SortStableFunc(levels, func(a, b Level) int { return cmp.Compare(a.From, b.From) })
	return levels
}

// skilledFor is how long only those are asked who have the skill.
func skilledFor(q *config.Queue, skill string) time.Duration {
	if skill == "" {
		return 0
	}
	return max(q.SkilledOnly, q.ExpertsFirst)
}

func helpers(q *config.Queue) (asked []Asked) {
	for _, id := range q.Helpers.Agents {
		if !slices.Contains(q.Agents, id) {
			asked = append(asked, Asked{Agent: id})
		}
	}
	return asked
}

// trialSwitch is the switch of every trial.
const trialSwitch = "trial"

// house is a board with the agents of the trial: all free, all talking, or none logged in.
func (w *walker) house() *queue.Board {
	if w.board != nil {
		return w.board
	}
	w.board = queue.New()
	queues, agents := wholeSpecs(w.r.rules)
	w.board.Configure(w.now, queues, agents)
	for _, a := range agents {
		switch w.Trial.Agents {
		case config.AgentsNone:
			w.board.LogOut(w.now, a.ID)
		case config.AgentsBusy:
			other := queue.Ticket{ID: "other." + a.ID, Switch: trialSwitch}
			_ = w.board.RestoreTalk(w.now, a.ID, other, w.now) // fails only for who is engaged, and nobody is yet
		}
	}
	return w.board
}

// wholeSpecs are the queues and agents of the rules with all that this version reads, also what live calls do not follow yet:
// stages that only offer something, and phones outside.
func wholeSpecs(rules *config.Rules) (queues []queue.QueueSpec, agents []queue.AgentSpec) {
	queues, agents = specs(rules)
	for i := range queues {
		q := rules.Queues[queues[i].Name]
		queues[i].Agents, queues[i].OnNobody, queues[i].OnMaxWait = q.Agents, len(q.OnNobody) > 0, len(q.OnMaxWait) > 0
	}
	for _, id := range rules.AgentOrder {
		if a := rules.Agents[id]; !a.InHouse() {
			agents = append(agents, queue.AgentSpec{ID: id, Phone: a.Outside.String()})
		}
	}
	return queues, agents
}

// queue: the caller waits until somebody is asked, or the rules have something else to do.
func (w *walker) queue(n *Node) (next string) {
	pos := n.Queue.Pos
	if step, ok := w.r.steps[w.from]; ok && step.Kind == config.ToQueue && step.Name == n.Queue.Name {
		pos = step.Pos
	}
	back := w.kept.Queue == n.Queue.Name && w.kept.Skill == n.Skill
	w.kept.join(w.r, n, w.now)
	if !back {
		w.add(Event{Kind: Queues, Name: n.Queue.Name, Skill: n.Skill, Queue: n.Queue, Levels: Levels(w.r.rules, n.Queue, n.Skill), Pos: pos})
	}
	w.contact.Switch = trialSwitch
	orders := w.mine(w.house().Enter(w.now, w.kept.ticket(w.contact, n.Queue)))
	if len(orders) == 0 { // nobody is free
		if next, way := w.r.overBudget(&w.kept, w.Line, w.budget()); next != "" {
			w.add(Event{Kind: OverBudget, Pos: w.r.rules.WordPos(w.Line.Pos, "over_budget")})
			w.leave()
			w.take(way)
			return next
		}
	}
	w.answer()
	for {
		for _, d := range orders {
			switch d.Kind {
			case queue.Offer:
				w.add(Event{Kind: Asks, Name: d.Agent, Pos: n.Queue.Pos})
				w.answerNow()
				if n.Queue.Survey != "" {
					w.survey(n.Queue.Survey, n.Queue, w.r.rules.WordPos(n.Queue.Pos, "survey"))
				}
				w.Agent, w.End = d.Agent, EndQueue
				return ""
			case queue.Overflow:
				next, way := w.kept.overflow(n, d.Stage)
				return w.overflow(n, d.Stage.String(), next, way)
			}
		}
		at := w.board.Next(w.now)
		until, limited := w.kept.patience(w.contact, w.Answered)
		switch {
		case limited && (at.IsZero() || !until.After(at)):
			w.now = until
			w.add(Event{Kind: EarlyLimit, Pos: w.r.rules.WordPos(w.Service.Pos, "answer")})
			next, way := w.kept.tooLate(n)
			if way == "" {
				w.leave()
				return ""
			}
			return w.overflow(n, queue.StageMaxWait.String(), next, way)
		case at.IsZero() || at.Sub(w.Trial.At) > longestTrial:
			w.add(Event{Kind: Waits, Name: n.Queue.Name, Pos: n.Queue.Pos})
			w.End = EndQueue
			return ""
		}
		w.now = at
		orders = w.mine(w.board.Tick(w.now))
	}
}

// longestTrial is after how long nothing is expected to happen any more to a caller who waits.
const longestTrial = 48 * time.Hour

// mine are those of the decisions that are about this call.
func (w *walker) mine(all []queue.Decision) []queue.Decision {
	return slices.DeleteFunc(all, func(d queue.Decision) bool {
		return d.Ticket != w.contact.ID || d.Kind == queue.AgentChanged || d.Kind == queue.Alarm
	})
}

func (w *walker) overflow(n *Node, stage, next, way string) string {
	w.add(Event{Kind: Overflows, Name: stage, Pos: w.r.rules.WordPos(n.Queue.Pos, stage)})
	w.leave()
	w.take(way)
	return next
}

func (w *walker) leave() { w.board.Leave(w.now, w.contact.ID) }

func (w *walker) budget() BudgetState {
	if w.Trial.Spent && w.Line.Budget > 0 {
		return BudgetSpent
	}
	return BudgetFine
}
