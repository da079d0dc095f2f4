// Package e2e holds the drivers and the daemon against a real Asterisk or FreeSWITCH with real SIP phones.
//
// Its guarantee: what passes here was seen and heard by a telephone, not concluded from our own state. Which switch it
// is says HOTLINE_E2E_SWITCH (lab.Run).
package e2e

import (
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"log/slog"
	"math"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"hotline/ari"
	"hotline/e2e/lab"
	"hotline/e2e/phone"
	"hotline/esl"
	"hotline/esl/esltest"
	"hotline/pbx"
	"hotline/pbx/pbxtest"
)

// patience is how long a step may take on a busy machine.
const patience = 20 * time.Second

// TestConformance holds the driver of the switch to the promises of the port.
func TestConformance(t *testing.T) {
	sw := lab.Run(t)
	sounds := t.TempDir()
	writeTone(t, filepath.Join(sounds, "short.wav"), time.Second)
	writeTone(t, filepath.Join(sounds, "long.wav"), 20*time.Second)
	control, newDriver, music := drivers(t, sw)
	pbxtest.TestSwitch(t, func(t *testing.T) *pbxtest.Rig {
		between := newProxy(t, control)
		r := newRig(t, sw)
		t.Cleanup(r.close)
		address, rig := between.address(), &pbxtest.Rig{
			Caller: r.caller, Phone: r.phone, Picked: r.picked,
			Elsewhere: r.elsewhere,
			Cut:       func(*testing.T) { between.cut() },
			Phones:    [2]string{"101", "102"}, Number: esltest.Number,
			Short: filepath.Join(sounds, "short.wav"), Long: filepath.Join(sounds, "long.wav"),
			Missing: filepath.Join(sounds, "missing.wav"), Music: music,
		}
		if f, ok := sw.(*lab.FreeSWITCH); ok && *update {
			address, rig = recorded(t, control, map[string]string{sounds: esltest.Sounds, f.Dir: esltest.Folder}, rig)
		}
		driver := func(instance string) func() pbx.Switch {
			return func() pbx.Switch {
				log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelInfo}))
				sw, err := newDriver(address, instance, log)
				if err != nil {
					t.Fatal(err)
				}
				return sw
			}
		}
		rig.Switch, rig.Other = driver("hotline"), driver("hotline-2")
		return rig
	})
	if f, ok := sw.(*lab.FreeSWITCH); ok && *update && !t.Failed() {
		lines, err := os.ReadFile(f.Records)
		if err == nil {
			err = os.WriteFile(filepath.Join(tapes, "hotline.csv"), lines, 0o644)
		}
		if err != nil {
			t.Error(err)
		}
	}
}

// update makes TestConformance write what FreeSWITCH says into esl/testdata, for the test there that needs no FreeSWITCH.
var update = flag.Bool("update", false, "record the exchanges with FreeSWITCH anew")

const tapes = "../esl/testdata"

// recorded is a rig whose driver goes through a recorder; what it recorded is kept when the part has passed.
func recorded(t *testing.T, control string, folders map[string]string, r *pbxtest.Rig) (string, *pbxtest.Rig) {
	t.Helper()
	rec, err := esltest.Record(control, folders)
	if err != nil {
		t.Fatal(err)
	}
	r.Cut = func(*testing.T) { rec.Cut() }
	t.Cleanup(func() {
		tape := rec.Stop()
		if t.Failed() {
			return
		}
		if err := tape.Save(filepath.Join(tapes, path.Base(t.Name())+".tape.gz")); err != nil {
			t.Error(err)
		}
	})
	return rec.Address(), esltest.Marked(r, rec.Mark)
}

// drivers returns where a switch is driven, what makes a driver that goes to another address than that one, and the
// music of the switch.
func drivers(t testing.TB, sw lab.Switch) (control string, driver func(address, instance string, log *slog.Logger) (pbx.Switch, error), music string) {
	t.Helper()
	switch sw := sw.(type) {
	case *lab.Asterisk:
		at, err := url.Parse(sw.ARI)
		if err != nil {
			t.Fatal(err)
		}
		return at.Host, func(address, instance string, log *slog.Logger) (pbx.Switch, error) {
			return ari.New(ari.Config{
				Name: "lab", URL: "http://" + address + at.Path, User: sw.User, Password: sw.Password, App: instance,
				Phone: "PJSIP/{phone}", Records: sw.Records, Log: log,
			})
		}, "default"
	case *lab.FreeSWITCH:
		recordings := t.TempDir()
		return sw.ESL, func(address, instance string, log *slog.Logger) (pbx.Switch, error) {
			return esl.New(esl.Config{
				Name: "lab", Address: address, Password: sw.Password, Instance: instance,
				Phone: sw.Phone(), Records: sw.Records, Recordings: recordings, Log: log,
			})
		}, sw.Music
	}
	t.Fatalf("no driver for %T", sw)
	return "", nil, ""
}

// rig is telephones around a switch.
type rig struct {
	t    *testing.T
	sw   lab.Switch
	ctx  context.Context
	stop context.CancelFunc
	wg   sync.WaitGroup

	mu     sync.Mutex
	tones  int
	calls  []*far
	phones map[string]*phone.Phone
	last   map[string]*far
}

func newRig(t *testing.T, sw lab.Switch) *rig {
	r := &rig{t: t, sw: sw, phones: map[string]*phone.Phone{}, last: map[string]*far{}}
	r.ctx, r.stop = context.WithCancel(context.Background())
	return r
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
	c, err := phone.Dial(ctx, phone.Outside{From: from, Name: name, To: to, Via: r.sw.Trunk(), Hidden: hidden, Tone: tone})
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
	p, err := phone.Register(ctx, phone.Config{User: name, Password: r.sw.PhonePassword(name), Registrar: r.sw.SIP(), Tone: tone})
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

// elsewhere lets the switch call a phone without hotline, and returns once the phone has picked up.
func (r *rig) elsewhere(t *testing.T, name string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r.mu.Lock()
	before := r.last[name]
	r.mu.Unlock()
	if err := r.sw.CallPhone(ctx, name); err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		r.mu.Lock()
		now := r.last[name]
		r.mu.Unlock()
		if now != before && now.Answered() {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("phone %s has no other call", name)
		}
	}
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

func (f *far) Speak(on bool) {
	if on {
		f.Say(f.tone)
	} else {
		f.Say(0)
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

// writeTone writes a sound file of the tone of speech.
func writeTone(t testing.TB, path string, lasts time.Duration) {
	t.Helper()
	writeToneOf(t, path, speechTone, lasts)
}

// writeToneOf writes a sound file of one steady tone.
func writeToneOf(t testing.TB, path string, hz float64, lasts time.Duration) {
	t.Helper()
	const rate = 8000
	n := int(lasts.Seconds() * rate)
	wav := append([]byte("RIFF\x00\x00\x00\x00WAVEfmt "), 16, 0, 0, 0, 1, 0, 1, 0, 0x40, 0x1f, 0, 0, 0x80, 0x3e, 0, 0, 2, 0, 16, 0, 'd', 'a', 't', 'a')
	wav = binary.LittleEndian.AppendUint32(wav, uint32(2*n))
	for i := range n {
		wav = binary.LittleEndian.AppendUint16(wav, uint16(int16(8000*math.Sin(2*math.Pi*hz*float64(i)/rate))))
	}
	binary.LittleEndian.PutUint32(wav[4:], uint32(len(wav)-8))
	if err := os.WriteFile(path, wav, 0o644); err != nil {
		t.Fatal(err)
	}
}
