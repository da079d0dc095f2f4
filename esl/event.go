package esl

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// A header is one of the few of an event's hundred headers that somebody reads.
type header int

const (
	hName header = iota
	hSubclass
	hStamp
	hLeg
	hAnswerState
	hCallState
	hChannelState
	hPresence
	hFrom
	hFromName
	hTo
	hHideNumber
	hCreated
	hAnswered
	hHungUp
	hApplication
	hApplicationID
	hDigit
	hDuration
	hBugFunction
	hBugTarget
	hCause
	hJob
	hBridgeA
	hBridgeB
	hInstance
	hRun
	hUser
	hApp
	hKind
	hNumber
	hTrunk
	hCall
	hSettled
	hGuard
	hLeft
	hTransfer
	hQ850
	hSIP
	hGateway
	hProfile
	hSignalBond
	hCurrentApplication
	headers
)

// The headers of the event by which hotlines tell each other that they are there.
const (
	instanceHeader = "Hotline-Instance"
	runHeader      = "Hotline-Run"
)

// headerOf finds the header with that name; headers if nobody reads it.
func headerOf(name string) header {
	switch name {
	case "Event-Name":
		return hName
	case "Event-Subclass":
		return hSubclass
	case "Event-Date-Timestamp":
		return hStamp
	case "Unique-ID":
		return hLeg
	case "Answer-State":
		return hAnswerState
	case "Channel-Call-State":
		return hCallState
	case "Channel-State":
		return hChannelState
	case "Channel-Presence-ID":
		return hPresence
	case "Caller-Caller-ID-Number":
		return hFrom
	case "Caller-Caller-ID-Name":
		return hFromName
	case "Caller-Destination-Number":
		return hTo
	case "Caller-Privacy-Hide-Number":
		return hHideNumber
	case "Caller-Channel-Created-Time":
		return hCreated
	case "Caller-Channel-Answered-Time":
		return hAnswered
	case "Caller-Channel-Hangup-Time":
		return hHungUp
	}
	return rarerHeader(name)
}

func rarerHeader(name string) header {
	switch name {
	case "Application":
		return hApplication
	case "Application-UUID":
		return hApplicationID
	case "DTMF-Digit":
		return hDigit
	case "DTMF-Duration":
		return hDuration
	case "Media-Bug-Function":
		return hBugFunction
	case "Media-Bug-Target":
		return hBugTarget
	case "Hangup-Cause":
		return hCause
	case "Job-UUID":
		return hJob
	case "Bridge-A-Unique-ID":
		return hBridgeA
	case "Bridge-B-Unique-ID":
		return hBridgeB
	case instanceHeader:
		return hInstance
	case runHeader:
		return hRun
	case "from-user", "username":
		return hUser
	case "variable_hotline_app":
		return hApp
	case "variable_hotline_kind":
		return hKind
	case "variable_hotline_number":
		return hNumber
	case "variable_hotline_trunk":
		return hTrunk
	case "variable_hotline_call":
		return hCall
	case "variable_hotline_settled":
		return hSettled
	case "variable_hotline_guard":
		return hGuard
	case "variable_hotline_left", "variable_" + trialVariable:
		return hLeft
	case "variable_hotline_transfer":
		return hTransfer
	case "variable_hangup_cause_q850":
		return hQ850
	case "variable_sip_term_status":
		return hSIP
	case "variable_sip_gateway":
		return hGateway
	case "variable_sofia_profile_name":
		return hProfile
	case "variable_signal_bond":
		return hSignalBond
	case "variable_current_application":
		return hCurrentApplication
	}
	return headers
}

// An event is one event of FreeSWITCH, or a channel as uuid_dump tells it, which is the same thing.
type event struct {
	values [headers]string
	body   string // of BACKGROUND_JOB: what the job said
}

func (e *event) get(h header) string { return e.values[h] }

// at is when the event happened, by FreeSWITCH's clock.
func (e *event) at() time.Time { return e.time(hStamp) }

// time reads microseconds since 1970; zero is a time that has not come.
func (e *event) time(h header) time.Time {
	us, err := strconv.ParseInt(e.values[h], 10, 64)
	if err != nil || us <= 0 || us > 1<<60 {
		return time.Time{}
	}
	return time.UnixMicro(us)
}

// parseEvent reads the body of a text/event-plain frame: a line for each header, percent-encoded, and for some events a
// body of their own behind an empty line.
func parseEvent(body string) (*event, error) {
	e := new(event)
	inner := 0
	for body != "" {
		end := strings.IndexByte(body, '\n')
		if end < 0 {
			return e, fmt.Errorf("an event ends within a line")
		}
		line := body[:end]
		body = body[end+1:]
		if line == "" {
			break
		}
		name, value, ok := strings.Cut(line, ": ")
		if !ok {
			continue // a header without a value
		}
		if name == "Content-Length" {
			inner, _ = strconv.Atoi(value) // what is no length is none
			continue
		}
		if h := headerOf(name); h < headers {
			e.values[h] = decoded(value)
		}
	}
	if inner > 0 && inner <= len(body) {
		e.body = body[:inner]
	}
	if e.values[hName] == "" {
		return e, fmt.Errorf("an event has no name")
	}
	return e, nil
}

// decoded undoes FreeSWITCH's percent-encoding, in which a plus is a plus. What is not encoded rightly stays as it is.
func decoded(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	if d, err := url.PathUnescape(s); err == nil {
		return d
	}
	return s
}

// parseDump reads what uuid_dump says in JSON.
func parseDump(text string) (event, error) {
	var e event
	var all map[string]any
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		return e, fmt.Errorf("read a channel: %w", err)
	}
	for name, v := range all {
		if h := headerOf(name); h < headers {
			e.values[h], _ = v.(string) // a list is nothing we read
		}
	}
	if e.values[hLeg] == "" {
		return e, fmt.Errorf("read a channel: it has no id")
	}
	return e, nil
}
