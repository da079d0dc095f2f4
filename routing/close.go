package routing

import (
	"context"
	"errors"
	"slices"
	"time"

	"hotline/pbx"
)

// close ends the visit: everybody still on the line is hung up, and once the last leg has ended the record is written.
// Should the daemon leave before that, the place is still there and the next one closes.
func (v *visit) close(why error) {
	v.part(why)
	for _, l := range slices.Concat(v.legs[1:], v.legs[:1]) { // the agent is free before the caller's last moment
		if !v.gone(l) {
			return // the daemon leaves
		}
		if l.ID == v.kept.Peer {
			v.released()
		}
	}
	v.Floor.ended(v.contact.ID)
	v.deliver()
	v.tellLow()
	if v.delivered() {
		v.record()
	} // else the next start finds the place
}

// part says who is to be hung up, and why.
func (v *visit) part(why error) {
	for _, l := range v.legs[1:] {
		l.parting = pbx.Normal
		if l.ID != v.kept.Peer {
			l.parting = pbx.AnsweredElsewhere // rings for a caller who is gone: nothing was missed
			l.inVain = l.inVain || v.kept.Peer == ""
		}
	}
	switch {
	case errors.Is(why, pbx.ErrGone):
		v.log.Info("caller gone")
		return
	case errors.Is(why, errGoneUnseen):
		return
	case v.kept.has(FlagBlocked):
		v.legs[0].parting = pbx.Declined
		return
	case errors.Is(why, errDone):
		v.legs[0].parting = v.last
		return
	}
	// A caller was harmed by us or by the switch. The switch's own fallback is the better end for them.
	v.flag("failed")
	v.log.Error("call failed", "node", v.place.Node, "err", why)
	ctx, cancel := context.WithTimeout(v.call.Context(), 5*time.Second)
	defer cancel()
	if err := v.call.Guard(ctx, pbx.Guard{After: 100 * time.Millisecond, Then: pbx.Fallback}); err != nil {
		v.legs[0].parting = pbx.Broken
	}
}

// A hang-up that is not followed by the end of the leg is asked for again after this.
const hangUpAgain = 5 * time.Second

// gone waits for the end of a leg, and hangs it up until it comes if that is how it is to end. It says whether the end
// has come: else the daemon leaves.
func (v *visit) gone(l *leg) bool {
	if l.call == nil {
		return true
	}
	defer l.take()
	for l.parting != "" && l.call.Facts().Ended.IsZero() {
		v.hangUp(l, l.parting)
		ctx, cancel := context.WithTimeout(v.Exchange.Context(), hangUpAgain)
		err := l.call.Gone(ctx)
		cancel()
		if err != nil && v.Exchange.Context().Err() != nil {
			return false
		}
	}
	return l.call.Gone(v.Exchange.Context()) == nil
}

// released tells the floor that the agent who talked is free for wrap-up.
func (v *visit) released() {
	switch {
	case v.kept.Agent == "" || v.kept.Third != "" || v.kept.Freed:
	case v.kept.TalkFrom.IsZero():
		v.Floor.Released(v.kept.Agent, v.contact.ID)
	default:
		v.Floor.Talked(v.kept.Agent, v.contact.ID, v.kept.Queue)
	}
}

// The flags of records that money depends on.
const (
	AnswerUnknown = "answer_unknown" // it was answered, nobody knows when: it cannot be rated
	EndEstimated  = "end_estimated"  // nobody saw the end of a leg that cost money
)

// record writes the contact's record. What ended unseen is looked up in what the switch wrote down itself.
func (v *visit) record() {
	v.lookUp()
	customer := v.legs[0]
	r := Record{
		Contact: v.contact, Lang: v.kept.Lang, Cause: customer.Cause, Queue: v.kept.Queue, Agent: v.kept.Agent,
		Waited: v.kept.Waited, Nodes: v.kept.Nodes, Flags: v.kept.Flags,
	}
	if l := v.leg(v.kept.Peer); l != nil && r.Agent == "" {
		r.Agent = l.Agent // to whose phone a transfer went
	}
	for _, l := range v.legs {
		r.Legs = append(r.Legs, l.Leg)
		if l.Ended.After(r.Closed) {
			r.Closed = l.Ended
		}
		if l.call != nil && l.call.Facts().Up && l.Answered.IsZero() && l.Role == Customer {
			r.Flags = append(r.Flags, AnswerUnknown)
		}
		if l.Estimated && !l.Answered.IsZero() && !slices.Contains(r.Flags, EndEstimated) {
			r.Flags = append(r.Flags, EndEstimated)
		}
	}
	if from := v.kept.TalkFrom; !from.IsZero() {
		r.Talked = max(0, v.talkEnd().Sub(from))
	} else if !v.kept.Arrival.IsZero() {
		r.Waited = max(0, customer.Ended.Sub(v.kept.Arrival))
	}
	if !v.book(r) {
		return // the next start finds the place and closes
	}
	v.budget()
	v.notifyEnded(r)
	v.log.Info("call ended", "cause", r.Cause, "waited", r.Waited, "talked", r.Talked, "agent", r.Agent)
}

// book writes the record, and does not give up while the daemon is there: it is money.
func (v *visit) book(r Record) bool {
	for {
		ctx, cancel := context.WithTimeout(context.Background(), writeTry)
		err := v.Journal.Close(ctx, r)
		cancel()
		if err == nil {
			return true
		}
		v.log.Error("record not written; it is tried again", "err", err)
		if !v.pause(writeAgain) {
			return false
		}
	}
}

// talkEnd is when the first of the two who talked left.
func (v *visit) talkEnd() time.Time {
	end := v.legs[0].Ended
	if l := v.leg(v.kept.Peer); l != nil && !l.Ended.IsZero() && l.Ended.Before(end) {
		end = l.Ended
	}
	return end
}

// lookUp fills in, from the switch's own records, what nobody saw. Without them the last known time stands.
func (v *visit) lookUp() {
	var unseen []pbx.LegID
	for _, l := range v.legs {
		if l.unseen() {
			unseen = append(unseen, pbx.LegID(l.ID))
		}
	}
	if len(unseen) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	past, err := v.Exchange.Past(ctx, unseen)
	if err != nil {
		v.log.Warn("the switch's records cannot be read; ends are estimated", "err", err)
	}
	for _, l := range v.legs {
		if !l.unseen() {
			continue
		}
		p, ok := past[pbx.LegID(l.ID)]
		if !ok || p.Ended.IsZero() {
			l.Estimated = true
			if l.Ended.IsZero() {
				l.Ended, l.Cause = v.lastKnown(l), string(pbx.Unknown)
			}
			continue
		}
		l.Ended, l.Cause, l.Estimated = p.Ended, string(p.Cause), false
		if l.Answered.IsZero() {
			l.Answered = p.Answered
		}
		if l.Created.IsZero() {
			l.Created = p.Created
		}
	}
}

// lastKnown is the last time at which the leg is known to have been there.
func (v *visit) lastKnown(l *leg) time.Time {
	last := v.alive
	for _, t := range []time.Time{l.Created, l.Ringing, l.Answered} {
		if t.After(last) {
			last = t
		}
	}
	return last
}

// unseen says whether the leg ended, or was answered, while nobody was looking.
func (l *leg) unseen() bool {
	if l.Ended.IsZero() || l.Estimated {
		return true
	}
	if l.call == nil || !l.Answered.IsZero() {
		return false
	}
	f := l.call.Facts()
	return f.Up || f.Left // the fallback may have answered it
}

func (v *visit) leg(id string) *leg {
	for _, l := range v.legs {
		if l.ID == id && id != "" {
			return l
		}
	}
	return nil
}
