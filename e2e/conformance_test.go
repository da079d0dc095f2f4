// Package e2e holds the driver and the daemon against a real Asterisk with real SIP phones.
//
// Its guarantee: what passes here was seen and heard by a telephone, not concluded from our own state.
package e2e

import (
	"context"
	"encoding/binary"
	"errors"
	"log/slog"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"hotline/ari"
	"hotline/e2e/lab"
	"hotline/e2e/phone"
	"hotline/pbx"
	"hotline/pbx/pbxtest"
)

// patience is how long a step may take on a busy machine.
const patience = 20 * time.Second

// TestConformance holds the driver for Asterisk to the promises of the port.
func TestConformance(t *testing.T) {
	a := lab.Run(t, lab.Options{})
	sounds := t.TempDir()
	writeTone(t, filepath.Join(sounds, "short.wav"), time.Second)
	writeTone(t, filepath.Join(sounds, "long.wav"), 20*time.Second)
	pbxtest.TestSwitch(t, func(t *testing.T) *pbxtest.Rig {
		address, err := url.Parse(a.ARI)
		if err != nil {
			t.Fatal(err)
		}
		between := newProxy(t, address.Host)
		address.Host = between.address()
		r := &rig{t: t, a: a, phones: map[string]*phone.Phone{}, last: map[string]*far{}}
		r.ctx, r.stop = context.WithCancel(context.Background())
		t.Cleanup(r.close)
		return &pbxtest.Rig{
			Switch: func() pbx.Switch {
				sw, err := ari.New(ari.Config{
					Name: "lab", URL: address.String(), User: a.User, Password: a.Password, App: a.App,
					Phone: "PJSIP/{phone}", Records: a.Records, Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelInfo})),
				})
				if err != nil {
					t.Fatal(err)
				}
				return sw
			},
			Caller: r.caller, Phone: r.phone, Picked: r.picked,
			Cut:    func(*testing.T) { between.cut() },
			Phones: [2]string{"101", "102"}, Number: "0809400100",
			Short: filepath.Join(sounds, "short.wav"), Long: filepath.Join(sounds, "long.wav"),
			Missing: filepath.Join(sounds, "missing.wav"), Music: "default",
		}
	})
}

// rig is telephones around an Asterisk.
type rig struct {
	t    *testing.T
	a    *lab.Asterisk
	ctx  context.Context
	stop context.CancelFunc
	wg   sync.WaitGroup

	mu     sync.Mutex
	tones  int
	calls  []*far
	phones map[string]*phone.Phone
	last   map[string]*far
}

// far is the far end of a leg.
type far struct {
	*phone.Call
	t         *testing.T
	tone      float64
	forgotten bool // by the switch: it will not answer a BYE
}

// tone returns a pitch that nobody else in this test has.
func (r *rig) tone() float64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tones++
	return 400 + 110*float64(r.tones)
}

func (r *rig) caller(t *testing.T, from, name, to string, hidden bool) pbxtest.Far {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	tone := r.tone()
	c, err := phone.Dial(ctx, phone.Outside{From: from, Name: name, To: to, Via: r.a.SIP, Hidden: hidden, Tone: tone})
	if err != nil {
		t.Fatalf("call %s: %v", to, err)
	}
	return r.keep(&far{Call: c, t: t, tone: tone})
}

func (r *rig) keep(f *far) *far {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = append(r.calls, f)
	return f
}

func (r *rig) phone(t *testing.T, name string, does pbxtest.Behaviour, after time.Duration) {
	t.Helper()
	if does == pbxtest.Off {
		if p := r.phones[name]; p != nil {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			delete(r.phones, name)
			r.switchOff(ctx, name, p)
		}
		return
	}
	r.plug(t, name).On(map[pbxtest.Behaviour]phone.Reaction{
		pbxtest.Rings: phone.RingOnly(), pbxtest.Answers: phone.Answer(after), pbxtest.Busy: phone.Busy(), pbxtest.Refuses: phone.Decline(),
	}[does])
}

// plug returns a phone, registered now if it was not.
func (r *rig) plug(t *testing.T, name string) *phone.Phone {
	t.Helper()
	if p := r.phones[name]; p != nil {
		return p
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	tone := r.tone()
	p, err := phone.Register(ctx, phone.Config{User: name, Password: r.a.PhonePassword(name), Registrar: r.a.SIP, Tone: tone})
	if err != nil {
		t.Fatal(err)
	}
	r.phones[name] = p
	r.wg.Go(func() { r.listen(name, p, tone) })
	return p
}

// listen keeps the latest call of a phone until the rig is closed.
func (r *rig) listen(name string, p *phone.Phone, tone float64) {
	for {
		c, err := p.Wait(r.ctx)
		if err != nil {
			return
		}
		f := r.keep(&far{Call: c, t: r.t, tone: tone})
		r.mu.Lock()
		r.last[name] = f
		r.mu.Unlock()
	}
}

func (r *rig) picked(t *testing.T, name string) pbxtest.Far {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.last[name]
	if f == nil {
		t.Fatalf("phone %s was never called", name)
	}
	return f
}

func (r *rig) switchOff(ctx context.Context, name string, p *phone.Phone) {
	r.t.Helper()
	if err := errors.Join(p.Unregister(ctx), p.Close()); err != nil {
		r.t.Errorf("switch phone %s off: %v", name, err)
	}
}

// close hangs up everybody and takes the phones away, so that the next part finds an empty house.
func (r *rig) close() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	r.mu.Lock()
	calls := r.calls
	r.mu.Unlock()
	for _, c := range calls {
		if c.forgotten {
			continue
		}
		if err := c.Call.Hangup(ctx); err != nil {
			r.t.Logf("hang up: %v", err)
		}
	}
	for name, p := range r.phones {
		r.switchOff(ctx, name, p)
	}
	r.stop()
	r.wg.Wait()
}

func (f *far) Press(keys string) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := f.Call.Press(ctx, keys); err != nil {
		f.t.Error(err)
	}
}

func (f *far) Hangup() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := f.Call.Hangup(ctx); err != nil {
		f.t.Error(err)
	}
}

// forget hangs up a call that the switch no longer knows.
func (r *rig) forget(f *far) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_ = f.Call.Hangup(ctx) // 481
	r.mu.Lock()
	defer r.mu.Unlock()
	f.forgotten = true
}

func (f *far) HearsSound(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := f.WaitAudio(ctx); err != nil {
		t.Fatal(err)
	}
}

func (f *far) HearsParty(t *testing.T, other pbxtest.Far) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := f.WaitHear(ctx, other.(*far).tone); err != nil {
		t.Fatal(err)
	}
}

func (f *far) IsAnswered(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := f.WaitAnswered(ctx); err != nil {
		t.Fatal(err)
	}
}

func (f *far) Answered() bool        { return !f.Story().Answered.IsZero() }
func (f *far) Gone() <-chan struct{} { return f.Ended() }
func (f *far) Display() string       { return f.From }

// writeTone writes a sound file of one steady tone.
func writeTone(t *testing.T, path string, lasts time.Duration) {
	t.Helper()
	const rate = 8000
	n := int(lasts.Seconds() * rate)
	wav := append([]byte("RIFF\x00\x00\x00\x00WAVEfmt "), 16, 0, 0, 0, 1, 0, 1, 0, 0x40, 0x1f, 0, 0, 0x80, 0x3e, 0, 0, 2, 0, 16, 0, 'd', 'a', 't', 'a')
	wav = binary.LittleEndian.AppendUint32(wav, uint32(2*n))
	for i := range n {
		wav = binary.LittleEndian.AppendUint16(wav, uint16(int16(8000*math.Sin(2*math.Pi*300*float64(i)/rate))))
	}
	binary.LittleEndian.PutUint32(wav[4:], uint32(len(wav)-8))
	if err := os.WriteFile(path, wav, 0o644); err != nil {
		t.Fatal(err)
	}
}
