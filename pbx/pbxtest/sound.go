package pbxtest

import (
	"errors"
	"testing"
	"time"

	"hotline/pbx"
)

// measured holds a driver that is a Listener to what it says: of a phone that is heard and hears.
func measured(t *testing.T, b *bench) {
	ear, ok := b.sw.(pbx.Listener)
	if !ok {
		t.Skip("this driver does not say how the sound goes")
	}
	b.Phone(t, b.Phones[0], Answers, 0)
	leg, err := b.dialFor("", b.Phones[0], patience)
	b.must("dial", err)
	of[pbx.Answered](b, leg)
	b.must("play", b.sw.Play(b.ctx, leg, 1, b.Short))
	b.played(leg, 1, pbx.Done)
	heard, err := ear.Listen(b.ctx, leg, time.Second)
	b.must("listen", err)
	if !heard.Heard || heard.Level > 0 || heard.Level < -60 {
		t.Errorf("a phone that speaks is heard as %+v", heard)
	}
	traffic, err := ear.Traffic(b.ctx, leg)
	b.must("count", err)
	if traffic.Sent == 0 || traffic.Received == 0 || traffic.Loss < 0 || traffic.Loss > 100 {
		t.Errorf("sound went both ways, and is counted as %+v", traffic)
	}
	b.must("play after it", b.sw.Play(b.ctx, leg, 2, b.Short))
	b.played(leg, 2, pbx.Done)
	b.must("hang up", b.sw.Hangup(b.ctx, leg, pbx.Normal))
	of[pbx.HungUp](b, leg)
	if _, err := ear.Traffic(b.ctx, leg); !errors.Is(err, pbx.ErrGone) {
		t.Errorf("the sound of a leg that is gone: %v, want ErrGone", err)
	}
	if _, err := ear.Listen(b.ctx, leg, time.Second); !errors.Is(err, pbx.ErrGone) {
		t.Errorf("listen to a leg that is gone: %v, want ErrGone", err)
	}
}
