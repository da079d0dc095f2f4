package pbx_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"hotline/pbx"
	"hotline/pbx/pbxtest"
)

// TestRecord holds Call.Record to what it says of who ended a recording, and to keeping what was said before.
func TestRecord(t *testing.T) {
	for _, test := range []struct {
		name string
		do   func(far *pbxtest.Party, sw *pbxtest.Switch, end context.CancelFunc)
		by   pbx.RecordEnd
		dur  time.Duration
		err  error
		next byte // the key that is left for whoever asks next
	}{
		{"a key", func(far *pbxtest.Party, _ *pbxtest.Switch, _ context.CancelFunc) {
			far.Speak(10 * time.Second)
			time.Sleep(4 * time.Second)
			far.Press("5#1")
		}, pbx.ByKey, 4 * time.Second, nil, '1'},
		{"silence", func(far *pbxtest.Party, _ *pbxtest.Switch, _ context.CancelFunc) { far.Speak(6 * time.Second) },
			pbx.BySilence, 9 * time.Second, nil, 0},
		{"the limit", func(far *pbxtest.Party, _ *pbxtest.Switch, _ context.CancelFunc) { far.Speak(time.Hour) },
			pbx.ByLimit, 20 * time.Second, nil, 0},
		{"a hang-up", func(far *pbxtest.Party, _ *pbxtest.Switch, _ context.CancelFunc) {
			far.Speak(time.Hour)
			time.Sleep(7 * time.Second)
			far.Hangup()
		}, pbx.ByHangup, 7 * time.Second, pbx.ErrGone, 0},
		{"whoever records", func(far *pbxtest.Party, _ *pbxtest.Switch, end context.CancelFunc) {
			far.Speak(time.Hour)
			time.Sleep(5 * time.Second)
			end()
		}, pbx.ByContext, 5 * time.Second, context.Canceled, 0},
		{"a lost connection does not", func(far *pbxtest.Party, sw *pbxtest.Switch, _ context.CancelFunc) {
			far.Speak(time.Hour)
			time.Sleep(19 * time.Second)
			sw.Unplug()
			time.Sleep(10 * time.Second)
			sw.Plug()
		}, pbx.ByLimit, 20 * time.Second, nil, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "message.wav")
			synctest.Test(t, func(t *testing.T) {
				var far *pbxtest.Party
				var house *pbxtest.Switch
				sw, _, stop := serve(t, func(c *pbx.Call) {
					if err := c.Answer(c.Context()); err != nil {
						t.Error(err)
					}
					ctx, end := context.WithCancel(c.Context())
					defer end()
					c.Exchange().Go(func() {
						synctest.Wait()
						test.do(far, house, end)
					})
					got, err := c.Record(ctx, pbx.Recording{ID: "rec-1", File: file, Max: 20 * time.Second, Quiet: 3 * time.Second}, "#*")
					if want := (pbx.Taken{By: test.by, File: file, Dur: test.dur}); got != want || !errors.Is(err, test.err) {
						t.Errorf("recorded %+v, %v; want %+v, %v", got, err, want, test.err)
					}
					if key, _ := c.Key(c.Context(), time.Second); key != test.next {
						t.Errorf("the next key is %q, want %q", key, test.next)
					}
					_ = c.Hangup(pbx.Normal)
				})
				defer stop()
				house = sw
				far = sw.Call("Client", "0612345678", "0809400100")
				<-far.Gone()
				synctest.Wait()
				if info, err := os.Stat(file); err != nil || info.Size() != 44+int64(16000*test.dur.Seconds()) {
					t.Errorf("the file: %v, %v", info, err)
				}
			})
		})
	}
}
