package esltest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"hotline/pbx/pbxtest"
)

// Marked is a rig that marks whatever the test does before it is done.
func Marked(r *pbxtest.Rig, mark func(name string)) *pbxtest.Rig {
	m := &marker{mark: mark}
	marked := *r
	marked.Caller = func(t *testing.T, from, name, to string, hidden bool) pbxtest.Far {
		m.did("%s calls %s, hidden %v", from, to, hidden)
		return m.far(r.Caller(t, from, name, to, hidden))
	}
	marked.Phone = func(t *testing.T, phone string, does pbxtest.Behaviour, after time.Duration) {
		m.did("phone %s does %d", phone, does)
		r.Phone(t, phone, does, after)
	}
	marked.Elsewhere = func(t *testing.T, phone string) {
		m.did("phone %s is called elsewhere", phone)
		r.Elsewhere(t, phone)
	}
	marked.Picked = func(t *testing.T, phone string) pbxtest.Far { return m.far(r.Picked(t, phone)) }
	marked.Cut = func(t *testing.T) {
		m.did("cut")
		r.Cut(t)
	}
	return &marked
}

// A marker counts, so that the same thing done twice has two marks.
type marker struct {
	mark func(string)
	mu   sync.Mutex
	fars int
	n    int
}

func (m *marker) did(format string, args ...any) {
	m.mu.Lock()
	m.n++
	name := fmt.Sprintf("%d: ", m.n) + fmt.Sprintf(format, args...)
	m.mu.Unlock()
	m.mark(name)
}

func (m *marker) far(f pbxtest.Far) pbxtest.Far {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fars++
	return &markedFar{Far: f, m: m, n: m.fars}
}

type markedFar struct {
	pbxtest.Far
	m *marker
	n int
}

func (f *markedFar) Press(keys string) {
	f.m.did("far %d presses %s", f.n, keys)
	f.Far.Press(keys)
}

func (f *markedFar) Speak(on bool) {
	f.m.did("far %d speaks %v", f.n, on)
	f.Far.Speak(on)
}

func (f *markedFar) Hangup() {
	f.m.did("far %d hangs up", f.n)
	f.Far.Hangup()
}

func (f *markedFar) HearsParty(t *testing.T, other pbxtest.Far) {
	f.Far.HearsParty(t, other.(*markedFar).Far)
}

// Rig is the rig of a tape: nobody is there, whatever the test does is only marked, and a party heard what it heard when
// the tape was recorded.
func (p *Player) Rig() *pbxtest.Rig {
	return Marked(&pbxtest.Rig{
		Caller:    func(*testing.T, string, string, string, bool) pbxtest.Far { return absent{} },
		Phone:     func(*testing.T, string, pbxtest.Behaviour, time.Duration) {},
		Picked:    func(*testing.T, string) pbxtest.Far { return absent{} },
		Elsewhere: func(*testing.T, string) {},
		Cut:       func(*testing.T) { p.Cut() },
		Phones:    [2]string{"101", "102"}, Number: Number,
		Short: Sounds + "/short.wav", Long: Sounds + "/long.wav", Missing: Sounds + "/missing.wav", Music: Music,
		Taped: true,
	}, p.Mark)
}

// What things are called on a tape.
const (
	Folder = "/lab"
	Sounds = "/lab/sounds"
	Number = "0809400100"
	Music  = "moh"
	Domain = "hotline.lab"
)

// absent is a party of whom there is only what the switch said.
type absent struct{}

func (absent) Press(string)                       {}
func (absent) Speak(bool)                         {}
func (absent) Hangup()                            {}
func (absent) HearsSound(*testing.T)              {}
func (absent) HearsParty(*testing.T, pbxtest.Far) {}
func (absent) IsAnswered(*testing.T)              {}
func (absent) Answered() bool                     { return false }
func (absent) Display() string                    { return "0612345678" }
func (absent) Gone() <-chan struct{} {
	gone := make(chan struct{})
	close(gone)
	return gone
}
