package lab

import (
	"errors"
	"os"
	"testing"
)

// Run starts a lab for one test and closes it when the test ends; when the test failed, the test's log gets the end of
// Asterisk's. Without an Asterisk on the machine the test is skipped, or fails when HOTLINE_ASTERISK_REQUIRED is set,
// as `make test` does.
func Run(t testing.TB, o Options) *Asterisk {
	t.Helper()
	a, err := Start(t.Context(), o)
	if errors.Is(err, ErrNoAsterisk) && os.Getenv("HOTLINE_ASTERISK_REQUIRED") == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("end of asterisk's log:\n%s", a.Log())
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}
