package lab

import (
	"context"
	"errors"
	"os"
	"testing"
)

// Run starts a lab with the switch that HOTLINE_E2E_SWITCH names, asterisk or freeswitch; asterisk without it. What
// RunAsterisk and RunFreeSWITCH say of themselves holds for it, too.
func Run(t testing.TB) Switch {
	t.Helper()
	return RunWith(t, Options{})
}

// RunWith is Run with options.
func RunWith(t testing.TB, o Options) Switch {
	t.Helper()
	switch which := os.Getenv("HOTLINE_E2E_SWITCH"); which {
	case "", "asterisk":
		return RunAsterisk(t, o)
	case "freeswitch":
		return RunFreeSWITCH(t, o)
	default:
		t.Fatalf("HOTLINE_E2E_SWITCH is %q, want asterisk or freeswitch", which)
		return nil
	}
}

// RunAsterisk starts a lab for one test and closes it when the test ends; when the test failed, the test's log gets the
// end of Asterisk's. Without an Asterisk on the machine the test is skipped, or fails when HOTLINE_ASTERISK_REQUIRED is
// set, as `make test` does.
func RunAsterisk(t testing.TB, o Options) *Asterisk {
	t.Helper()
	return run(t, o, StartAsterisk, ErrNoAsterisk, "HOTLINE_ASTERISK_REQUIRED")
}

// RunFreeSWITCH is RunAsterisk for FreeSWITCH, with HOTLINE_FREESWITCH_REQUIRED, which `make e2e-freeswitch` sets.
func RunFreeSWITCH(t testing.TB, o Options) *FreeSWITCH {
	t.Helper()
	return run(t, o, StartFreeSWITCH, ErrNoFreeSWITCH, "HOTLINE_FREESWITCH_REQUIRED")
}

func run[S Switch](t testing.TB, o Options, start func(context.Context, Options) (S, error), none error, required string) S {
	t.Helper()
	s, err := start(t.Context(), o)
	if errors.Is(err, ErrNoStock) || errors.Is(err, none) && os.Getenv(required) == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("end of the switch's log:\n%s", s.Log())
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
