// Package routing is a caller's way through the company: which node of the rules comes first, what is heard there, who
// is rung, and what is written down about it.
//
// Its guarantee: the place of every call is written before a node is entered (and is only ever late when the disk is), so
// that a daemon that is killed and started again finds each caller where they were; and nothing is ever dialled without
// the Gate.
package routing

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"

	"hotline/config"
	"hotline/number"
	"hotline/outbox"
	"hotline/pbx"
	"hotline/prompt"
)

// A Switchboard serves the calls of one switch by the rules. It is the pbx.Handler of its Exchange.
type Switchboard struct {
	Setup
	adopting sync.Once
	adopted  chan struct{} // closed once the calls of an earlier run are back in their places
	phones   chan struct{} // others are to be watched
}

// A Setup is what a Switchboard works with.
type Setup struct {
	Exchange      *pbx.Exchange
	Rules         *InForce
	Floor         *Floor
	Journal       Journal
	Shutters      *Shutters     // nil: nobody closes anything by hand
	Porter        *Porter       // one for all switches; nil: this one has its own
	Blocklist     Blocklist     // nil: nobody counts
	Acquaintances Acquaintances // nil knows nobody
	Outbox        outbox.Poster // takes what is to be sent
	Notices       []Notice      // which webhooks are told of calls
	Hooks         Hooks         // nil: none are asked
	Texts         Texts         // nil: none are sent
	Mailroom      Mailroom
	Opinions      Opinions       // nil: answers to surveys are not kept
	Supervisor    string         // the address that is told of low scores; "" = nobody is
	Recordist     Recordist      // nil: nobody records prompts
	Recordings    Recordings     // where what is recorded is kept
	Prompts       string         // the folder of the sound files, as the switch sees it; or where it fetches them
	Shelf         *prompt.Shelf  // from which it fetches them; nil: it has the folder
	Music         string         // the class of music where a queue names none
	Trunks        []config.Trunk // by which the switch reaches numbers outside, best first
	Speech        Speaker        // nil: nobody speaks during a call
	Log           *slog.Logger
}

// New returns a switchboard.
func New(s Setup) *Switchboard {
	if s.Porter == nil {
		s.Porter = NewPorter()
	}
	return &Switchboard{Setup: s, adopted: make(chan struct{}), phones: make(chan struct{}, 1)}
}

// Offered serves a call that came in, once the calls of an earlier run are back in their places. One that has ended by
// then is recorded all the same.
func (s *Switchboard) Offered(c *pbx.Call, _ pbx.Offered) {
	select {
	case <-s.adopted:
		s.serve(c)
	case <-s.Exchange.Context().Done():
	}
}

// PhoneState tells the floor what a phone does on this switch.
func (s *Switchboard) PhoneState(p pbx.PhoneState) {
	s.Floor.Phone(s.Exchange.Name(), p.Phone, p.Registered, p.Busy)
}

// Ready takes over the calls that an earlier run left, the first time; and whatever has appeared unseen, later.
func (s *Switchboard) Ready(_ pbx.Ready, found []*pbx.Call) {
	first := false
	s.adopting.Do(func() {
		first = true
		s.watch()
		s.Exchange.Go(s.watchOthers)
		s.adopt(found)
	})
	if !first {
		s.Floor.Back(s.Exchange.Name())
		s.strays(found)
	}
}

// Found takes over what has appeared unseen.
func (s *Switchboard) Found(found []*pbx.Call) { s.strays(found) }

// Watch has the switch tell soon what the phones of the rules in force do.
func (s *Switchboard) Watch() { nudge(s.phones) }

// watchOthers watches the phones of the rules in force again whenever they may be others. One goroutine does it, so that the
// last rules have the last word; a switch that is not there yet is told when it is.
func (s *Switchboard) watchOthers() {
	for {
		select {
		case <-s.phones:
			s.watch()
		case <-s.Exchange.Context().Done():
			return
		}
	}
}

func (s *Switchboard) watch() {
	var phones []string
	rules := s.Rules.Now().Rules
	for _, id := range rules.AgentOrder {
		if a := rules.Agents[id]; a.InHouse() {
			phones = append(phones, a.Phone)
		}
	}
	err := s.Exchange.Watch(s.Exchange.Context(), phones)
	if err != nil && s.Exchange.Up() { // else the switch is told when it is there
		s.Log.Warn("phones not watched; a phone that is not there is found out by ringing it", "err", err)
	}
}

// serve takes a call from the first node on.
func (s *Switchboard) serve(c *pbx.Call) {
	v := s.newVisit(c)
	if met, barred := v.barred(); barred {
		v.turnAway(met)
		v.begin("")
		return
	}
	if f := v.crowd(false); f != calm {
		v.begin(v.overrun(f))
		return
	}
	v.recognize(c.Context())
	first := v.Router.start(v.contact, &v.kept, time.Now())
	if code, ok := v.Router.code(c.Leg()); ok {
		first = code
		v.flag(FlagHouse)
	}
	if first == "" {
		v.last = pbx.NotFound
		v.flag("number_unknown")
		if c.Leg().House { // a slip of the fingers: no customer's call
			v.flag(FlagHouse)
		}
		v.log.Warn("a number was called that is not in the rules", "arrived", v.contact.Arrived)
	}
	v.log.Info("call offered", "from", v.contact.Caller, "number", v.contact.Number, "service", v.contact.Service, "node", first)
	v.begin(first)
}

// begin writes down that the call is there, and takes it from that node on.
func (v *visit) begin(first string) {
	v.place = Place{Call: v.contact.ID, Node: first, Since: v.contact.Opened, Kept: v.kept.json()}
	v.open()
	v.notify(CallOffered, nil)
	v.run(first)
}

// open writes down that there is a contact, before anything is done with it.
func (v *visit) open() {
	v.show()
	customer, place := v.legs[0].Leg, v.place
	_ = v.write(v.call.Context(), "contact", forGood, func(ctx context.Context) error {
		return v.Journal.Open(ctx, v.contact, customer, place)
	})
}

func (s *Switchboard) newVisit(c *pbx.Call) *visit {
	l, version := c.Leg(), s.Rules.Now()
	contact := Contact{
		ID: ulid.Make().String(), Switch: s.Exchange.Name(), SwitchStart: s.Exchange.Start(),
		Arrived: number.CleanName(l.To), Caller: number.ParseCaller(l.From, l.Hidden), CallerName: number.CleanName(l.Name),
		Hidden: l.Hidden, RulesVersion: version.Rules.Hash, Opened: time.Now(),
	}
	v := &visit{Switchboard: s, call: c, contact: contact, log: s.Log.With("call", contact.ID), last: pbx.Normal}
	v.follow(version)
	line, ours := v.Router.Route(l.To)
	if ours {
		v.contact.Service, v.contact.Number = line.Service, line.Number
	} else if n, err := number.Parse(l.To); err == nil && !l.House {
		v.contact.Number = n
	}
	v.kept = v.Router.promised(line, contact.Opened)
	v.kept.Closed = s.Shutters.At(v.contact.Service, contact.Opened)
	v.legs = []*leg{{call: c, Leg: Leg{
		ID: string(c.ID()), Call: contact.ID, Switch: contact.Switch, SwitchStart: contact.SwitchStart, Role: Customer,
		Target: v.contact.Arrived, Created: c.Facts().Created,
	}}}
	return v
}

// follow makes the visit one by that version of the rules.
func (v *visit) follow(version *Version) {
	v.Router, v.Sounds = version.Router, version.Sounds.In(v.Prompts, v.Shelf)
}

// dial is the only place that dials, and the gate stands before it. A leg outside counts from before it is dialled.
func (v *visit) dial(ctx context.Context, owner *pbx.Call, d pbx.Dial) (*pbx.Call, error) {
	o := Outgoing{To: d.To, Shows: d.CallerNumber, Caller: v.contact.Caller, Trunks: v.Trunks}
	if err := v.Floor.goOut(string(d.Leg), o, v.Rules.Now().Rules); err != nil {
		return nil, err
	}
	c, err := v.Exchange.Dial(ctx, owner, d)
	if err != nil {
		v.Floor.cameBack(string(d.Leg))
		return nil, err
	}
	v.Exchange.Go(func() { v.Floor.away(v.Exchange.Context(), c) })
	return c, nil
}
