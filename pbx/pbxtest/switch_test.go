package pbxtest_test

import (
	"testing"
	"time"

	"hotline/pbx"
	"hotline/pbx/pbxtest"
)

// far makes a Party a Far: in memory, who hears whom is known without listening.
type far struct{ *pbxtest.Party }

func (f far) HearsSound(t *testing.T) {
	t.Helper()
	f.until(t, "a sound", func(what string) bool { return what != "silence" })
}

func (f far) HearsParty(t *testing.T, other pbxtest.Far) {
	t.Helper()
	f.until(t, "the other party", func(what string) bool { return what == "leg "+string(other.(far).Leg()) })
}

func (f far) until(t *testing.T, want string, ok func(string) bool) {
	t.Helper()
	if what := f.Hears(); !ok(what) {
		t.Fatalf("hears %s, want %s", what, want)
	}
}

func (f far) IsAnswered(t *testing.T) {
	t.Helper()
	if !f.Answered() {
		t.Error("the party does not know that it is answered")
	}
}

func (f far) Speak(on bool) {
	if on {
		f.Party.Speak(time.Hour)
	} else {
		f.Hush()
	}
}

func (f far) Display() string { return f.Shown }

func TestConformance(t *testing.T) {
	pbxtest.TestSwitch(t, func(t *testing.T) *pbxtest.Rig {
		s := pbxtest.New()
		s.Files["/short.wav"], s.Files["/long.wav"] = 500*time.Millisecond, 20*time.Second
		phones := map[string]*pbxtest.Phone{}
		return &pbxtest.Rig{
			Switch: func() pbx.Switch { return s },
			Caller: func(_ *testing.T, from, name, to string, hidden bool) pbxtest.Far {
				return far{s.CallHidden(name, from, to, hidden)}
			},
			Phone: func(_ *testing.T, name string, does pbxtest.Behaviour, after time.Duration) {
				phones[name] = s.Phone(name, does, after)
			},
			Picked:    func(_ *testing.T, name string) pbxtest.Far { return far{phones[name].Last()} },
			Elsewhere: func(_ *testing.T, name string) { phones[name].Elsewhere() },
			Cut:       func(*testing.T) { s.Cut() },
			Phones:    [2]string{"101", "102"}, Number: "0809400100",
			Short: "/short.wav", Long: "/long.wav", Missing: "/missing.wav", Music: "default",
		}
	})
}
