package queue

import "time"

// Talked reports that the agent's leg left the conversation with that ticket after a talk. The wrap-up of the queue begins
// (rule 7), and idle time counts from its end.
func (b *Board) Talked(now time.Time, agent AgentID, id TicketID, queue string) []Decision {
	if a := b.agents[agent]; a.talksFor(id) {
		a.talk = nil
		a.wrapEnd = now
		if q := b.queues[queue]; q != nil {
			a.wrapEnd = now.Add(q.WrapUp)
		}
		a.idle = a.wrapEnd
	}
	return b.work(now)
}

// Released reports that the agent's leg left without a talk: the caller of that ticket went while the two were being
// connected. The agent is ready and has lost nothing (rule 4).
func (b *Board) Released(now time.Time, agent AgentID, id TicketID) []Decision {
	if a := b.agents[agent]; a.talksFor(id) {
		a.talk = nil
	}
	return b.work(now)
}

// LogIn makes the agent one who is there. Idle time counts from now.
func (b *Board) LogIn(now time.Time, id AgentID) []Decision {
	if a := b.agents[id]; a != nil && !a.loggedIn {
		a.loggedIn, a.paused = true, false
		a.freshen(now)
	}
	return b.work(now)
}

// LogOut ends the agent's work: at once, also while the phone rings, or after the conversation.
func (b *Board) LogOut(now time.Time, id AgentID) []Decision {
	if a := b.agents[id]; a != nil {
		a.loggedIn = false
		b.withdraw(a, reasonLoggedOut)
	}
	return b.work(now)
}

// Pause stops offers to the agent: at once, also while the phone rings, or after the conversation. Again changes the
// reason.
func (b *Board) Pause(now time.Time, id AgentID, reason string) []Decision {
	if a := b.agents[id]; a != nil && a.loggedIn {
		a.paused, a.pauseReason = true, reason
		b.withdraw(a, reasonPaused)
	}
	return b.work(now)
}

// Resume is the agent saying "I am ready": it ends a pause, or a wrap-up before its time. Idle time counts from now,
// for a pause was no waiting for calls. To whoever is ready already it does nothing.
func (b *Board) Resume(now time.Time, id AgentID) []Decision {
	if a := b.agents[id]; a != nil && (a.paused || now.Before(a.wrapEnd)) {
		a.paused, a.pauseReason = false, ""
		a.freshen(now)
	}
	return b.work(now)
}

// freshen is a new start after an absence. During a conversation nothing was absent yet.
func (a *agent) freshen(now time.Time) {
	a.missed = 0
	if a.talk == nil {
		a.idle, a.wrapEnd = now, time.Time{}
	}
}

// withdraw takes back the offer to an agent who will not take it.
func (b *Board) withdraw(a *agent, why string) {
	if a.offer != nil {
		b.cancel(a.offer, why)
	}
}
