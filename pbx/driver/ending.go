package driver

import "hotline/pbx"

// An Ending is what is known about how a leg ended.
type Ending struct {
	Q850     int       // the hang-up cause, by the numbers of ITU-T Q.850
	SIP      int       // the SIP status behind it, 0 when the switch did not tell
	Ours     bool      // we dialled it
	Answered bool      //
	Rang     bool      // its other end was told to ring
	Asked    pbx.Cause // why we hung it up, empty when we did not
	Limit    bool      // a guard of ours struck
}

// Cause finds the word for an ending. What we wanted comes first: the switch itself only knows that it was cleared.
func (e Ending) Cause() pbx.Cause {
	switch {
	case e.Limit:
		return pbx.Limit
	case e.Asked != "":
		return e.Asked
	case e.Answered:
		return e.afterAnswer()
	case !e.Ours:
		return e.beforeAnswer()
	}
	if c, ok := sipCauses[e.SIP]; ok {
		return c
	}
	switch {
	case e.SIP == 408 || e.SIP == 480:
		// Both are said of a phone that rang in vain and of one that is not there.
		if e.Rang {
			return pbx.NoAnswer
		}
		return pbx.Unreachable
	case e.SIP >= 500 && e.SIP < 600:
		return pbx.Congestion
	case e.SIP >= 600:
		return pbx.Declined
	}
	if c, ok := q850Causes[e.Q850]; ok {
		return c
	}
	return pbx.Broken
}

func (e Ending) afterAnswer() pbx.Cause {
	switch e.Q850 {
	case 38, 41, 102, 111: // network out of order, temporary failure, a timer ran out, protocol error
		return pbx.Broken
	}
	return pbx.Normal
}

// beforeAnswer is for a caller whom nobody answered: whatever number the switch puts on it, the caller gave up.
func (e Ending) beforeAnswer() pbx.Cause {
	switch e.Q850 {
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

// FreeSWITCHCauses are the causes that FreeSWITCH has beside those of Q.850, as the number that means the same.
var FreeSWITCHCauses = map[string]int{
	"USER_NOT_REGISTERED": 20, "SUBSCRIBER_ABSENT": 20, "GATEWAY_DOWN": 27, "INVALID_GATEWAY": 27, "INVALID_PROFILE": 27,
	"INVALID_URL": 28, "DOES_NOT_EXIST_ANYWHERE": 1, "BUSY_EVERYWHERE": 17, "DECLINE": 21, "NOT_ACCEPTABLE": 58,
	"NO_PICKUP": 19, "PROGRESS_TIMEOUT": 19, "ALLOTTED_TIMEOUT": 16, "LOSE_RACE": 26, "PICKED_OFF": 26,
	"ORIGINATOR_CANCEL": 16, "MANAGER_REQUEST": 16, "BLIND_TRANSFER": 16, "ATTENDED_TRANSFER": 16,
	"MEDIA_TIMEOUT": 102, "SRTP_READ_ERROR": 111, "CRASH": 41, "SYSTEM_SHUTDOWN": 41, "USER_CHALLENGE": 21,
}
