package esl_test

import (
	"log/slog"
	"path"
	"path/filepath"
	"testing"

	"hotline/esl"
	"hotline/esl/esltest"
	"hotline/pbx"
	"hotline/pbx/pbxtest"
)

// TestRecorded holds the driver to the promises of the port against what a real FreeSWITCH said when it was asked
// (`make record-freeswitch` records it anew). A driver that does something else to a leg, or in another order, fails;
// one that leaves something out waits for a FreeSWITCH that does not go on.
func TestRecorded(t *testing.T) {
	pbxtest.TestTape(t, func(t *testing.T) *pbxtest.Rig {
		tape, err := esltest.Load(filepath.Join("testdata", path.Base(t.Name())+".tape.gz"))
		if err != nil {
			t.Fatal(err)
		}
		player, err := esltest.Play(tape)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			wrong, waiting := player.Stop()
			if wrong != "" {
				t.Error(wrong)
			}
			if t.Failed() && waiting != "" {
				t.Errorf("the tape waits for %s", waiting)
			}
		})
		rig := player.Rig()
		driver := func(instance string) func() pbx.Switch {
			return func() pbx.Switch {
				sw, err := esl.New(esl.Config{
					Name: "tape", Address: player.Address(), Password: "secret", Instance: instance, Phone: "user/{phone}@" + esltest.Domain,
					Records: filepath.Join("testdata", "hotline.csv"), Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
				})
				if err != nil {
					t.Fatal(err)
				}
				return sw
			}
		}
		rig.Switch, rig.Other = driver("hotline"), driver("hotline-2")
		return rig
	})
}
