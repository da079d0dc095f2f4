package pbx_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"hotline/pbx"
	"hotline/pbx/pbxtest"
)

// A blocker is a handler whose hands are tied for as long as a phone's state is not taken from it.
type blocker struct{ taken chan struct{} }

func (blocker) Offered(*pbx.Call, pbx.Offered) {}
func (blocker) Ready(pbx.Ready, []*pbx.Call)   {}
func (blocker) Found([]*pbx.Call)              {}
func (b blocker) PhoneState(pbx.PhoneState)    { <-b.taken }

// TestLink: since when a switch is there or not, and why not; and that an event which does not come through is noticed.
func TestLink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sw := pbxtest.New()
		sw.Phone("101", pbxtest.Rings, 0)
		x := pbx.NewExchange("test", sw, quiet())
		began := time.Now()
		if l := x.Link(); l.Up || l.Err != nil || !l.Since.Equal(began) {
			t.Errorf("before: %+v", l)
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		b := blocker{taken: make(chan struct{})}
		go func() { ended <- x.Run(ctx, b) }()
		synctest.Wait()
		if l := x.Link(); !l.Up || l.Version == "" || !l.Since.Equal(began) || x.Stuck() != 0 {
			t.Errorf("connected: %+v, stuck for %s", l, x.Stuck())
		}
		go func() { _ = x.Watch(ctx, []string{"101"}) }()
		synctest.Wait()
		time.Sleep(time.Minute)
		if d := x.Stuck(); d != time.Minute {
			t.Errorf("stuck for %s, want a minute", d)
		}
		close(b.taken)
		synctest.Wait()
		if d := x.Stuck(); d != 0 {
			t.Errorf("stuck for %s", d)
		}
		sw.Unplug()
		lost := time.Now()
		time.Sleep(10 * time.Second)
		if l := x.Link(); l.Up || l.Err == nil || l.Final || l.Since.Sub(lost) > time.Second || l.Version == "" {
			t.Errorf("unplugged: %+v", l)
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
