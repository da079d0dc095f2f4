package ari

import "hotline/pbx"

// An ending is what is known about how a channel ended.
type ending struct {
	q850     int       // Asterisk's hang-up cause
	sip      int       // the SIP status behind it, 0 when Asterisk did not tell
	ours     bool      // we dialled it
	answered bool      //
	rang     bool      // its other end was told to ring
	asked    pbx.Cause // why we hung it up, empty when we did not
	limit    bool      // a guard of ours struck
}

// cause finds the word for an ending. What we wanted comes first: Asterisk itself only knows that it was cleared.
func (e ending) cause() pbx.Cause {
	switch {
	case e.limit:
		return pbx.Limit
	case e.asked != "":
		return e.asked
	case e.answered:
		return e.afterAnswer()
	case !e.ours:
		return e.beforeAnswer()
	}
	if c, ok := sipCauses[e.sip]; ok {
		return c
	}
	switch {
	case e.sip == 408 || e.sip == 480:
		// Both are said of a phone that rang in vain and of one that is not there.
		if e.rang {
			return pbx.NoAnswer
		}
		return pbx.Unreachable
	case e.sip >= 500 && e.sip < 600:
		return pbx.Congestion
	case e.sip >= 600:
		return pbx.Declined
	}
	if c, ok := q850Causes[e.q850]; ok {
		return c
	}
	return pbx.Broken
}

func (e ending) afterAnswer() pbx.Cause {
	switch e.q850 {
	case 38, 41, 102, 111: // network out of order, temporary failure, a timer ran out, protocol error
		return pbx.Broken
	}
	return pbx.Normal
}

// beforeAnswer is for a caller whom nobody answered: whatever number Asterisk puts on it, the caller gave up.
func (e ending) beforeAnswer() pbx.Cause {
	switch e.q850 {
	case 38, 41, 102, 111:
		return pbx.Broken
	}
	return pbx.Cancelled
}

// What a SIP status and what a Q.850 cause mean, for a phone and for a trunk alike.
var (
	sipCauses = map[int]pbx.Cause{
		400: pbx.Congestion, 401: pbx.Congestion, 402: pbx.Congestion, 403: pbx.Congestion, 407: pbx.Congestion,
		404: pbx.NotFound, 410: pbx.NotFound, 484: pbx.NotFound, 604: pbx.NotFound,
		486: pbx.Busy, 600: pbx.Busy,
		487: pbx.Cancelled,
		488: pbx.Congestion, 606: pbx.Congestion,
		603: pbx.Declined,
	}
	q850Causes = map[int]pbx.Cause{
		1: pbx.NotFound, 2: pbx.Unreachable, 3: pbx.Unreachable, 16: pbx.Normal, 17: pbx.Busy, 18: pbx.Unreachable,
		19: pbx.NoAnswer, 20: pbx.Unreachable, 21: pbx.Declined, 22: pbx.NotFound, 26: pbx.AnsweredElsewhere,
		27: pbx.Unreachable, 28: pbx.NotFound, 31: pbx.Normal, 34: pbx.Congestion, 38: pbx.Congestion,
		41: pbx.Congestion, 42: pbx.Congestion, 44: pbx.Congestion, 47: pbx.Congestion, 50: pbx.Congestion,
		57: pbx.Congestion, 58: pbx.Congestion, 102: pbx.Unreachable, 127: pbx.Broken,
	}
)

// reasons are the words that the DELETE of a channel takes; a cause that is not here is "normal".
var reasons = map[pbx.Cause]string{
	pbx.Busy:              "busy",
	pbx.NoAnswer:          "no_answer",
	pbx.Declined:          "rejected",
	pbx.Unreachable:       "no_answer",
	pbx.NotFound:          "unallocated",
	pbx.Congestion:        "congestion",
	pbx.AnsweredElsewhere: "answered_elsewhere",
	pbx.Broken:            "failure",
}
