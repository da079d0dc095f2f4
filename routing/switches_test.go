package routing_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
)

// A switch goes from hotline.yaml while it has calls: they are told of once, hold up nobody, and are not forgotten when
// it is named again.
func TestSwitchNoLongerNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "", "pbx", second)
		s.play(`
			0s 101 answers after 1s
			0s 102 off
			0s fs.101 answers after 1s
			0s fs.102 off
			1s fs.ada calls 0809400100
			2s fs.ada presses 1
			5s hotline stops`)
		var log bytes.Buffer
		s.log = slog.New(slog.NewTextHandler(&log, nil))
		s.names = []string{"pbx"}
		s.play(`
			1s bob calls 0809400100
			2s bob presses 1
			10s bob hangs up
			11s hotline stops`)
		const warning = `level=WARN msg="open calls of a switch that is not among switches; they stay open until it is again" switch=fs calls=1`
		if n := strings.Count(log.String(), warning); n != 1 {
			t.Errorf("warned %d times:\n%s", n, log.String())
		}
		if got := s.journal.String(); !strings.Contains(got, `talked 7s with "marie"`) || !strings.Contains(got, "open: 0809400100 at talk") {
			t.Errorf("written down:\n%s", got)
		}
		s.names = []string{"pbx", second}
		s.play(`
			1s fs.ada hangs up
			2s hotline stops`)
		if got := s.journal.String(); strings.Contains(got, "open:") || strings.Count(got, "record:") != 2 {
			t.Errorf("written down:\n%s", got)
		}
	})
}
