package store

import (
	"encoding/json"
	"fmt"
	"time"

	"hotline/billing"
	"hotline/number"
	"hotline/routing"
)

// A callRow is a row of table call.
type callRow struct {
	ID           string `db:"id"`
	Switch       string `db:"switch"`
	SwitchStart  int64  `db:"switch_start"`
	Service      string `db:"service"`
	Number       string `db:"number"`
	Arrived      string `db:"arrived"`
	Caller       string `db:"caller"`
	CallerName   string `db:"caller_name"`
	Hidden       bool   `db:"caller_hidden"`
	RulesVersion string `db:"rules_version"`
	Opened       int64  `db:"opened"`
	Lang         string `db:"lang"`
	Closed       *int64 `db:"closed"`
	Cause        string `db:"cause"`
	Queue        string `db:"queue"`
	Agent        string `db:"agent"`
	WaitedMS     int64  `db:"waited_ms"`
	TalkedMS     int64  `db:"talked_ms"`
	Nodes        string `db:"nodes"`
	Flags        string `db:"flags"`
}

func contactRow(c routing.Contact) callRow {
	return callRow{ID: c.ID, Switch: c.Switch, SwitchStart: c.SwitchStart.UnixMilli(), Service: c.Service,
		Number: string(c.Number), Arrived: c.Arrived, Caller: string(c.Caller), CallerName: c.CallerName, Hidden: c.Hidden,
		RulesVersion: c.RulesVersion, Opened: c.Opened.UnixMilli()}
}

func recordRow(r routing.Record, flags []string) callRow {
	row := contactRow(r.Contact)
	row.Lang, row.Closed, row.Cause, row.Queue, row.Agent = r.Lang, ms(r.Closed), r.Cause, r.Queue, r.Agent
	row.WaitedMS, row.TalkedMS = r.Waited.Milliseconds(), r.Talked.Milliseconds()
	row.Nodes, row.Flags = list(r.Nodes), list(flags)
	return row
}

func (r callRow) contact() routing.Contact {
	return routing.Contact{ID: r.ID, Switch: r.Switch, SwitchStart: moment(&r.SwitchStart), Service: r.Service,
		Number: number.Number(r.Number), Arrived: r.Arrived, Caller: number.Number(r.Caller), CallerName: r.CallerName,
		Hidden: r.Hidden, RulesVersion: r.RulesVersion, Opened: moment(&r.Opened)}
}

func (r callRow) record() (routing.Record, error) {
	record := routing.Record{Contact: r.contact(), Lang: r.Lang, Closed: moment(r.Closed), Cause: r.Cause, Queue: r.Queue,
		Agent: r.Agent, Waited: time.Duration(r.WaitedMS) * time.Millisecond, Talked: time.Duration(r.TalkedMS) * time.Millisecond}
	var err error
	if record.Nodes, err = unlist(r.Nodes); err != nil {
		return record, fmt.Errorf("nodes of call %s: %w", r.ID, err)
	}
	if record.Flags, err = unlist(r.Flags); err != nil {
		return record, fmt.Errorf("flags of call %s: %w", r.ID, err)
	}
	return record, nil
}

// A legRow is a row of table leg.
type legRow struct {
	Switch      string `db:"switch"`
	SwitchStart int64  `db:"switch_start"`
	ID          string `db:"switch_leg"`
	Call        string `db:"call"`
	Role        string `db:"role"`
	Agent       string `db:"agent"`
	Target      string `db:"target"`
	Created     *int64 `db:"created"`
	Ringing     *int64 `db:"ringing"`
	Answered    *int64 `db:"answered"`
	Ended       *int64 `db:"ended"`
	Cause       string `db:"cause"`
	SIP         int    `db:"sip"`
	Estimated   bool   `db:"estimated"`
	Trunk       string `db:"trunk"`
}

func newLegRow(l routing.Leg) legRow {
	return legRow{Switch: l.Switch, SwitchStart: l.SwitchStart.UnixMilli(), ID: l.ID, Call: l.Call, Role: l.Role, Agent: l.Agent,
		Target: l.Target, Created: ms(l.Created), Ringing: ms(l.Ringing), Answered: ms(l.Answered), Ended: ms(l.Ended),
		Cause: l.Cause, SIP: l.SIP, Estimated: l.Estimated, Trunk: l.Trunk}
}

func (r legRow) leg() routing.Leg {
	return routing.Leg{ID: r.ID, Call: r.Call, Switch: r.Switch, SwitchStart: moment(&r.SwitchStart), Role: r.Role,
		Agent: r.Agent, Target: r.Target, Created: moment(r.Created), Ringing: moment(r.Ringing), Answered: moment(r.Answered),
		Ended: moment(r.Ended), Cause: r.Cause, SIP: r.SIP, Estimated: r.Estimated, Trunk: r.Trunk}
}

// A placeRow is a row of table place.
type placeRow struct {
	Call  string `db:"call"`
	Node  string `db:"node"`
	Since int64  `db:"since"`
	Kept  string `db:"kept"`
	Seq   int64  `db:"seq"`
}

func newPlaceRow(p routing.Place) placeRow {
	return placeRow{Call: p.Call, Node: p.Node, Since: p.Since.UnixMilli(), Kept: string(p.Kept), Seq: p.Seq}
}

func (r placeRow) place() routing.Place {
	p := routing.Place{Call: r.Call, Node: r.Node, Since: moment(&r.Since), Seq: r.Seq}
	if r.Kept != "" {
		p.Kept = []byte(r.Kept)
	}
	return p
}

// An agentRow is a row of table agent.
type agentRow struct {
	ID        string `db:"id"`
	State     string `db:"state"`
	AfterTalk string `db:"after_talk"`
	Reason    string `db:"reason"`
	Since     int64  `db:"since"`
	IdleSince *int64 `db:"idle_since"`
}

// An eventRow is a row of table event.
type eventRow struct {
	At    int64  `db:"at"`
	Kind  string `db:"kind"`
	Call  string `db:"call"`
	Queue string `db:"queue"`
	Agent string `db:"agent"`
	Data  string `db:"data"`
}

// A ratingRow is a row of table rating.
type ratingRow struct {
	Call        string `db:"call"`
	Leg         string `db:"leg"`
	Version     int    `db:"version"`
	At          int64  `db:"at"`
	Unrated     string `db:"unrated"`
	Flags       string `db:"flags"`
	DataVersion string `db:"data_version"`
	Why         string `db:"why"`
}

// A ratedRow is a row of table rated.
type ratedRow struct {
	Call       string `db:"call"`
	Leg        string `db:"leg"`
	Version    int    `db:"version"`
	Side       string `db:"side"`
	Component  string `db:"component"`
	Standing   string `db:"standing"`
	MicroEuro  *int64 `db:"micro_euro"`
	VAT        *int64 `db:"vat"`
	VATRate    int64  `db:"vat_rate"`
	Tax        string `db:"tax"`
	Delta      int64  `db:"delta"`
	Seconds    int64  `db:"seconds"`
	Price      string `db:"price"`
	Rule       string `db:"rule"`
	Step       string `db:"step"`
	Unverified bool   `db:"unverified"`
	Contract   string `db:"contract"`
	Source     string `db:"source"`
	Since      *int64 `db:"since"`
}

// void is the standing of a component that an earlier version had.
const void = "void"

func newRatedRow(r ratingRow, l billing.Line) ratedRow {
	row := ratedRow{Call: r.Call, Leg: r.Leg, Version: r.Version, Side: l.Part.Side().String(), Component: l.Part.String(),
		Standing: l.Standing.String(), Tax: l.Tax.String(), Seconds: l.Seconds, Step: l.Step()}
	if l.Standing == billing.Counted {
		amount, vat := int64(l.Amount), int64(l.VAT())
		row.MicroEuro, row.VAT, row.Delta, row.VATRate = &amount, &vat, int64(l.Reckoned()), int64(l.VATRate)
	}
	if t := l.Term; t != nil {
		row.Price, row.Rule, row.Unverified, row.Contract, row.Source = t.Price.String(), t.Rule.String(), t.Unverified, t.Contract, t.Source
		row.Since = ms(t.From)
	}
	return row
}

func (r ratedRow) line() billing.Line {
	part, _ := billing.ParsePart(r.Component)
	l := billing.Line{Part: part, Standing: billing.ParseStanding(r.Standing), Tax: billing.ParseTax(r.Tax), Seconds: r.Seconds}
	if r.MicroEuro != nil {
		l.Amount, l.VATRate = billing.Money(*r.MicroEuro), billing.BasisPoints(r.VATRate)
	}
	if r.Price != "" {
		price, _ := billing.ParsePrice(r.Price) // both were written by String
		rule, _ := billing.ParseRule(r.Rule)
		l.Term = &billing.Term{Price: price, Rule: rule, Tax: l.Tax, Step: r.Step, Unverified: r.Unverified, Contract: r.Contract,
			Source: r.Source, Span: billing.Span{From: moment(r.Since)}}
	}
	return l
}

// ms is how a time is stored; a zero time is NULL.
func ms(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	v := t.UnixMilli()
	return &v
}

// moment reads a stored time; NULL is the zero time.
func moment(v *int64) time.Time {
	var t time.Time
	if v != nil {
		t = time.UnixMilli(*v).UTC()
	}
	return t
}

// list stores a list of words that is shown and never searched.
func list(words []string) string {
	if len(words) == 0 {
		return "[]"
	}
	text, _ := json.Marshal(words) // a list of strings always has a JSON form
	return string(text)
}

func unlist(text string) ([]string, error) {
	if text == "[]" { // most lists of flags, of which there may be many
		return nil, nil
	}
	var words []string
	if err := json.Unmarshal([]byte(text), &words); err != nil || len(words) == 0 {
		return nil, err
	}
	return words, nil
}
