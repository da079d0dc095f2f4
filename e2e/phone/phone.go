// Package phone is real SIP telephones for tests: desk phones that register, and outside callers.
//
// Its guarantee: what it reports (who rang, answered and hung up, when, and what was heard) is what this end of the
// line saw and measured itself, never what the switch or hotline claims.
//
//	agent, _ := phone.Register(ctx, phone.Config{User: "101", Password: "...", Registrar: "127.0.0.1:5060", Tone: 440})
//	defer agent.Close()
//	agent.On(phone.Answer(300 * time.Millisecond))
//	caller, _ := phone.Dial(ctx, phone.Outside{From: "0612345678", To: "0805123456", Via: "127.0.0.1:5060"})
//	err := caller.WaitHear(ctx, 440)
package phone

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/emiago/diago"
	"github.com/emiago/sipgo/sip"
)

const (
	registerFor = time.Hour        // longer than any test
	closeLimit  = 10 * time.Second // to end all calls
	byeLimit    = 3 * time.Second  // for the switch to acknowledge a BYE
	callQueue   = 64               // incoming calls that nobody has looked at
)

// A Codec is how a phone speaks.
type Codec string

// The codecs a phone can speak. The zero value is ALaw.
const (
	ALaw Codec = "alaw"
	ULaw Codec = "ulaw"
)

// Config is a desk phone.
type Config struct {
	User      string
	Password  string
	Registrar string       // the switch's SIP address, such as 127.0.0.1:5060
	Tone      float64      // in Hz, what it says when it talks; 0 is silence
	Codec     Codec        // of its calls
	Log       *slog.Logger // nil: says nothing
}

// A Reaction is what a phone does with a call that comes in.
type Reaction struct {
	answers bool
	after   time.Duration
	code    int // to refuse with
	reason  string
}

// Answer rings for a while and then takes the call.
func Answer(after time.Duration) Reaction { return Reaction{answers: true, after: after} }

// RingOnly rings until the other side gives up, or until Call.Answer or Call.Refuse.
func RingOnly() Reaction { return Reaction{} }

// Busy refuses with 486.
func Busy() Reaction { return Reaction{code: sip.StatusBusyHere, reason: "Busy Here"} }

// Decline refuses with 603.
func Decline() Reaction { return Reaction{code: sip.StatusGlobalDecline, reason: "Decline"} }

// A Phone is a registered desk phone.
type Phone struct {
	config   Config
	line     *line
	register *diago.RegisterTransaction
	calls    chan *Call
	wait     sync.WaitGroup // for calls in progress

	mu       sync.Mutex
	reaction Reaction
	byID     map[string]*Call // calls in progress, by Call-ID
	closed   bool
}

// Register switches a phone on and registers it. It rings when called until On says otherwise.
func Register(ctx context.Context, c Config) (*Phone, error) {
	p := &Phone{config: c, calls: make(chan *Call, callQueue), byID: map[string]*Call{}}
	var err error
	if p.line, err = plug(ctx, c.User, c.Codec, c.Log, p.incoming, p.bye); err != nil {
		return nil, err
	}
	uri, err := address(c.User, c.Registrar)
	if err != nil {
		return nil, errors.Join(err, p.line.unplug())
	}
	p.register, err = p.line.diago.RegisterTransaction(ctx, uri, diago.RegisterOptions{
		Username: c.User, Password: c.Password, Expiry: registerFor,
	})
	if err == nil {
		err = p.register.Register(ctx)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("register phone %s at %s: %w", c.User, c.Registrar, err), p.line.unplug())
	}
	return p, nil
}

// On sets what the phone does with the next calls.
func (p *Phone) On(r Reaction) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reaction = r
}

// Calls are the calls that came in, in order, each from the moment the phone knew of it.
func (p *Phone) Calls() <-chan *Call { return p.calls }

// Wait is the next call that comes in.
func (p *Phone) Wait(ctx context.Context) (*Call, error) {
	select {
	case c := <-p.calls:
		return c, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for a call on phone %s: %w", p.config.User, context.Cause(ctx))
	}
}

// Unregister tells the switch that the phone is gone. It still works: a call in progress goes on.
func (p *Phone) Unregister(ctx context.Context) error {
	if err := p.register.Unregister(ctx); err != nil {
		return fmt.Errorf("unregister phone %s: %w", p.config.User, err)
	}
	return nil
}

// Close hangs up and pulls the plug. The switch is not told: it may be dead, and a test that wants it told says
// Unregister first.
func (p *Phone) Close() error {
	p.mu.Lock()
	p.closed = true
	open := make([]*Call, 0, len(p.byID))
	for _, c := range p.byID {
		open = append(open, c)
	}
	p.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
	defer cancel()
	var errs []error
	for _, c := range open {
		errs = append(errs, c.Hangup(ctx))
	}
	p.wait.Wait()
	return errors.Join(append(errs, p.line.unplug())...)
}

// enter takes note of a call; false when the phone is being closed.
func (p *Phone) enter(c *Call) (Reaction, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return Reaction{}, false
	}
	p.wait.Add(1)
	p.byID[c.id] = c
	return p.reaction, true
}

func (p *Phone) leave(c *Call) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.byID, c.id)
	p.wait.Done()
}

// bye is a BYE, before the SIP library sees it: only here its time and its reason can be had.
func (p *Phone) bye(id, reason string) {
	p.mu.Lock()
	c := p.byID[id]
	p.mu.Unlock()
	if c != nil {
		c.over(Them, sip.StatusOK, reason)
	}
}

// incoming lives as long as one call. The SIP library runs it in a goroutine of its own and hangs up after it.
func (p *Phone) incoming(d *diago.DialogServerSession) {
	from := d.InviteRequest.From()
	c := newCall(d.InviteRequest, from.Address.User, from.DisplayName, d.ToUser(), p.config.Codec, p.config.Tone)
	reaction, ok := p.enter(c)
	if !ok {
		return
	}
	defer p.leave(c)
	defer close(c.done)
	// While it rings this refuses it, afterwards it hangs up.
	c.end = func() { c.refuse(sip.StatusTemporarilyUnavailable, "Temporarily Unavailable") }
	select {
	case p.calls <- c:
	default: // Nobody looks at the calls of this phone.
	}
	if !p.ring(c, d, reaction) {
		return
	}
	returned, err := take(d)
	if err != nil {
		c.over(Them, sip.StatusRequestTerminated, err.Error())
		return
	}
	defer func() { <-returned }()
	c.mu.Lock()
	c.refer = func(ctx context.Context, to sip.Uri) error { return d.Refer(ctx, to) }
	c.mu.Unlock()
	c.mark(func(s *Story) { s.Answered, s.Code = time.Now(), sip.StatusOK })
	c.sound.start(&d.DialogMedia)
	select {
	case <-c.refusal:
		c.over(Us, sip.StatusOK, "")
		c.fail(hangup(d))
	case <-d.Context().Done():
	}
	c.over(Them, sip.StatusOK, "")
	c.fail(errors.Join(d.Close(), c.sound.stopped()))
}

// take answers and returns when the other side has acknowledged it. sipgo v1.1.0 overlooks an acknowledgement that
// comes at once and then waits until the call ends, so the state of the dialog is watched beside it; returned is
// closed when sipgo is through, after the call's end at the latest.
func take(d *diago.DialogServerSession) (returned <-chan struct{}, err error) {
	acknowledged, through := make(chan struct{}), make(chan struct{})
	once := sync.OnceFunc(func() { close(acknowledged) }) // A late repetition may confirm again.
	d.OnState(func(s sip.DialogState) {
		if s == sip.DialogStateConfirmed {
			once()
		}
	})
	var answered error
	go func() {
		defer close(through)
		answered = d.Answer()
	}()
	select {
	case <-acknowledged:
		return through, nil
	case <-through:
		return through, answered
	}
}

// hangup says goodbye, for as long as that may take with a switch that does not answer. A goodbye that crosses
// another is fine.
func hangup(d interface {
	Hangup(context.Context) error
	Context() context.Context
}) error {
	ctx, cancel := context.WithTimeout(context.Background(), byeLimit)
	defer cancel()
	err := d.Hangup(ctx)
	if err == nil {
		return nil
	}
	select {
	case <-d.Context().Done():
		return nil
	case <-ctx.Done():
		return fmt.Errorf("hang up: %w", err)
	}
}

// ring says whether to answer; otherwise the call is over.
func (p *Phone) ring(c *Call, d *diago.DialogServerSession, r Reaction) bool {
	if r.code != 0 {
		c.refuse(r.code, r.reason)
	} else if err := d.Ringing(); err != nil {
		c.over(Them, sip.StatusRequestTerminated, err.Error())
		return false
	}
	c.mark(func(s *Story) { s.Ringing = time.Now() })
	var after <-chan time.Time
	if r.answers {
		timer := time.NewTimer(r.after)
		defer timer.Stop()
		after = timer.C
	}
	select {
	case no := <-c.refusal:
		err := d.Respond(no.code, no.reason, nil)
		if err != nil && d.Context().Err() != nil {
			c.over(Them, sip.StatusRequestTerminated, "cancelled") // In the same moment, and they were first.
			return false
		}
		c.over(Us, no.code, no.reason)
		c.fail(err)
		return false
	case <-d.Context().Done():
		c.over(Them, sip.StatusRequestTerminated, "cancelled")
		return false
	case <-c.answer:
	case <-after:
	}
	return true
}

// address is the SIP address of a user at host:port.
func address(user, hostport string) (sip.Uri, error) {
	host, port, err := net.SplitHostPort(hostport)
	if err != nil {
		return sip.Uri{}, fmt.Errorf("sip address %q: %w", hostport, err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		return sip.Uri{}, fmt.Errorf("sip address %q: %w", hostport, err)
	}
	return sip.Uri{Scheme: "sip", User: user, Host: host, Port: n}, nil
}
