package web

import (
	"time"

	"hotline/number"
	"hotline/routing"
	"hotline/routing/queue"
)

// Status is everything on one page.
type Status struct {
	At        time.Time   `json:"at"`
	OK        bool        `json:"ok"` // nothing needs attention
	Attention []Attention `json:"attention"`
	Facts
	Calls  Calls   `json:"calls"`
	Queues []Queue `json:"queues"`
	Agents []Agent `json:"agents"`
}

// Attention is something that a person should look at.
type Attention struct {
	Code  string `json:"code"`
	About string `json:"about,omitempty"` // the name of a switch or queue
}

// The codes of Attention.
const (
	NotRunning      = "not_running"      // the daemon
	NotReached      = "not_reached"      // the daemon runs, or may run, and was not asked
	OtherVersion    = "other_version"    // the daemon is not of the version of the program that asked
	SwitchDown      = "switch_down"      // About is not connected
	RulesChanged    = "rules_changed"    // the file says something else than what is in force
	RulesUnreadable = "rules_unreadable" // the file cannot be read any more
	DiskLow         = "disk_low"         // records will soon not be written
	LoggedError     = "error_logged"     // within the last quarter of an hour
	NobodyThere     = "nobody_there"     // callers wait in queue About, which nobody answers
	LetterGivenUp   = "letter_given_up"  // a mail, webhook or text will not be sent
)

// Facts are what is true of the daemon and its machine, apart from the calls.
type Facts struct {
	Program  Program  `json:"program"`
	Rules    Rules    `json:"rules"`
	Switches []Switch `json:"switches"`
	Log      Log      `json:"log"`
	Disk     Disk     `json:"disk"`
	Database Database `json:"database"`
	Missed   int      `json:"missed"` // callers of the last 30 days who reached nobody and are to be called back; -1 if that is not known
	Outbox   Outbox   `json:"outbox"`

	Closed []routing.Closing `json:"closed"` // services, by hand
}

// Outbox is what is still to be sent: mails, webhooks, texts.
type Outbox struct {
	Late    int `json:"late"`     // tried in vain, and tried again
	GivenUp int `json:"given_up"` // of the last 30 days
}

// Program is the daemon.
type Program struct {
	Version string    `json:"version"`
	Started time.Time `json:"started,omitzero"`
}

// Rules are the rules in force.
type Rules struct {
	File    string    `json:"file"`
	Version string    `json:"version,omitempty"` // twelve hexadecimal digits
	Number  int       `json:"number,omitempty"`  // of the version
	Loaded  time.Time `json:"loaded,omitzero"`   // since when the version is in force
	Who     string    `json:"who,omitempty"`     // put it in force
	Why     string    `json:"why,omitempty"`
	OnDisk  string    `json:"on_disk,omitempty"` // what the version would be if the file were loaded now
	Problem string    `json:"problem,omitempty"` // why it cannot be read
}

// Switch is the connection with a switch.
type Switch struct {
	Name      string    `json:"name"`
	Kind      string    `json:"kind"`
	At        string    `json:"at"`
	Connected bool      `json:"connected"`
	Since     time.Time `json:"since"` // connected, or not
	Version   string    `json:"version,omitempty"`
	Why       string    `json:"why,omitempty"`   // not: a code below
	Error     string    `json:"error,omitempty"` // the same as the log says it
}

// Why a switch is not connected.
const (
	Refused     = "refused"     // the user or the password; it is not tried again
	Replaced    = "replaced"    // another hotline of the same instance has it; it is not tried again
	Unreachable = "unreachable" // for a reason that Error says; it is tried again and again, as in what follows
	NoListener  = "no_listener" // nobody listens at its address
	NoName      = "no_name"     // the name of its machine is not known
	NoReply     = "no_reply"    // nothing came within seconds
	Connecting  = "connecting"  // for the first time
)

// Log is the last that went wrong.
type Log struct {
	Error   *Entry `json:"error"`
	Warning *Entry `json:"warning"`
}

// Entry is a line of the log.
type Entry struct {
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

// Disk is where the database is.
type Disk struct {
	Folder string `json:"folder"`
	Free   int64  `json:"free"` // bytes; -1 if it cannot be measured
}

// Database is the file with all records.
type Database struct {
	File    string `json:"file"`
	Bytes   int64  `json:"bytes"`             // with what is not yet merged; -1 if it is not there
	Problem string `json:"problem,omitempty"` // why it cannot be looked at
}

// Calls are how many calls are there.
type Calls struct {
	Total   int `json:"total"`
	Talking int `json:"talking"`
	Waiting int `json:"waiting"` // in a queue, also while a phone rings
	Other   int `json:"other"`   // in a menu, or hearing something
}

// Queue is a queue at a glance.
type Queue struct {
	Name    string    `json:"name"`
	Waiting int       `json:"waiting"`
	Oldest  time.Time `json:"oldest,omitzero"` // since when the one waits who has waited longest
	Callers []string  `json:"callers"`         // ids of calls, the next to be served first
	Free    int       `json:"free"`            // agents
	Talking int       `json:"talking"`         // agents, with a call of ours
	Present int       `json:"present"`         // agents who are logged in, not paused, and whose phone can be reached
}

// Agent is somebody who answers.
type Agent struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Phone   string    `json:"phone"`
	Phones  []Phone   `json:"phones"`
	Queues  []string  `json:"queues"`
	State   string    `json:"state"` // ready, ringing, talking, wrap_up, paused, offline, unavailable, busy_elsewhere
	Reason  string    `json:"reason,omitempty"`
	Since   time.Time `json:"since"`
	After   string    `json:"after,omitempty"` // paused or offline, when that comes after the talk
	Until   time.Time `json:"until,omitzero"`  // of wrap_up
	Call    string    `json:"call,omitempty"`  // that rings or talks
	Caller  string    `json:"caller,omitempty"`
	Written *bool     `json:"written,omitempty"` // in the answer to a wish: it outlives a restart
}

// Phone is an agent's phone as a switch sees it.
type Phone struct {
	Switch     string `json:"switch"`
	Registered *bool  `json:"registered"` // null: the switch has not spoken of it
	Busy       bool   `json:"busy"`       // with a call that is not ours
}

// Call is a call that is there now.
type Call struct {
	ID         string        `json:"id"`
	Switch     string        `json:"switch"`
	Caller     number.Number `json:"caller"` // empty: withheld, or not a number
	CallerName string        `json:"caller_name,omitempty"`
	Hidden     bool          `json:"hidden"`
	Number     number.Number `json:"number"` // as dialled
	Arrived    string        `json:"arrived"`
	Service    string        `json:"service"`
	Language   string        `json:"language,omitempty"`
	Opened     time.Time     `json:"opened"`
	Answered   time.Time     `json:"answered,omitzero"`
	Where      Where         `json:"where"`
	Queue      string        `json:"queue,omitempty"` // the latest
	Arrival    time.Time     `json:"arrival,omitzero"`
	Position   int           `json:"position,omitempty"` // in the queue, while waiting there
	Agent      string        `json:"agent,omitempty"`
	TalkFrom   time.Time     `json:"talk_from,omitzero"`
	Ringing    []string      `json:"ringing,omitempty"` // agents
}

// Where is the place of a call in the rules.
type Where struct {
	Node  string    `json:"node"`
	Kind  string    `json:"kind,omitempty"` // announcement, prompt, menu, queue, talk
	Name  string    `json:"name,omitempty"` // of the prompt, menu or queue
	Since time.Time `json:"since"`
}

// CallList is all calls.
type CallList struct {
	At    time.Time `json:"at"`
	Calls []Call    `json:"calls"`
}

// AgentList is all agents.
type AgentList struct {
	At     time.Time `json:"at"`
	Agents []Agent   `json:"agents"`
}

// present says whether an agent in that state serves callers now or soon.
func present(s queue.AgentState) bool {
	return s != queue.Offline && s != queue.Paused && s != queue.Unavailable
}
