package esl

import "hotline/pbx/driver"

// q850 is FreeSWITCH's cause as a number of Q.850, which its own causes beyond that list are mapped to.
func q850(e *event) int {
	if n := q850Of(e.get(hCause)); n != 0 {
		return n
	}
	return number(e.get(hQ850))
}

// q850Of finds the number of a cause by its name; 0 if it is none that we know.
func q850Of(cause string) int {
	if n, ok := driver.FreeSWITCHCauses[cause]; ok {
		return n
	}
	return q850Names[cause]
}

// sipStatus is the SIP status that ended the call, 0 if there was none. 487 is the answer to FreeSWITCH's own CANCEL, and
// says nothing.
func sipStatus(e *event) int {
	if n := number(e.get(hSIP)); n != 487 {
		return n
	}
	return 0
}

// q850Names are FreeSWITCH's names for the causes of Q.850.
var q850Names = map[string]int{
	"UNALLOCATED_NUMBER": 1, "NO_ROUTE_TRANSIT_NET": 2, "NO_ROUTE_DESTINATION": 3, "NORMAL_CLEARING": 16, "USER_BUSY": 17,
	"NO_USER_RESPONSE": 18, "NO_ANSWER": 19, "CALL_REJECTED": 21, "NUMBER_CHANGED": 22, "DESTINATION_OUT_OF_ORDER": 27,
	"INVALID_NUMBER_FORMAT": 28, "NORMAL_UNSPECIFIED": 31, "NORMAL_CIRCUIT_CONGESTION": 34, "NETWORK_OUT_OF_ORDER": 38,
	"NORMAL_TEMPORARY_FAILURE": 41, "SWITCH_CONGESTION": 42, "REQUESTED_CHAN_UNAVAIL": 44, "FACILITY_NOT_SUBSCRIBED": 50,
	"BEARERCAPABILITY_NOTAUTH": 57, "BEARERCAPABILITY_NOTAVAIL": 58, "RECOVERY_ON_TIMER_EXPIRE": 102, "PROTOCOL_ERROR": 111,
	"INTERWORKING": 127,
}
