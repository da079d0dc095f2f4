package ari

import "hotline/pbx"

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
