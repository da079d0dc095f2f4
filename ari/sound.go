package ari

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"time"

	"hotline/pbx"
	"hotline/pbx/driver"
)

// Traffic implements pbx.Listener.
func (s *Switch) Traffic(ctx context.Context, id pbx.LegID) (t pbx.Traffic, err error) {
	err = s.on(ctx, "count the packets of", id, func(ctx context.Context, _ *leg) error {
		var said struct{ TxCount, RxCount, RxPLoss int }
		if err := s.rest.do(ctx, get(&said, "channels", string(id), "rtp_statistics")); err != nil {
			return err
		}
		t.Sent, t.Received = said.TxCount, said.RxCount
		if all := said.RxCount + said.RxPLoss; all > 0 {
			t.Loss = 100 * float64(said.RxPLoss) / float64(all)
		}
		return nil
	})
	return t, err
}

// Listen implements pbx.Listener. The leg is recorded through a channel that only listens to it, and Asterisk keeps
// nothing of that.
func (s *Switch) Listen(ctx context.Context, id pbx.LegID, within time.Duration) (heard pbx.Loudness, err error) {
	ear := string(id) + ".ear"
	err = s.on(ctx, "listen to", id, func(ctx context.Context, l *leg) error {
		if err := s.musicOff(ctx, l); err != nil {
			return err
		}
		listen := url.Values{"spy": {"in"}, "app": {s.cfg.App}, "appArgs": {whisperArg}}
		if err := s.rest.do(ctx, post(listen, "channels", string(id), "snoop", ear)); err != nil {
			return err
		}
		limit := strconv.Itoa(int(math.Ceil(within.Seconds())) + 1)
		record := url.Values{"name": {ear}, "format": {"sln"}, "ifExists": {"overwrite"}, "maxDurationSeconds": {limit}}
		return s.whenReady(ctx, func() error { return s.rest.do(ctx, post(record, "channels", ear, "record")) }, true)
	})
	if err == nil && !driver.Pausing(ctx, within) {
		err = context.Cause(ctx)
	}
	var sound []byte
	after := context.WithoutCancel(ctx) // what was begun is taken away whatever happens
	end := s.ask(after, fmt.Sprintf("end listening to %s", id), func(ctx context.Context) error {
		defer func() {
			_ = s.rest.do(ctx, remove(nil, "recordings", "stored", ear)) // there is none if it never began
			_ = s.drop(ctx, ear, pbx.Normal)                             // it ends with the leg anyway
		}()
		if err != nil {
			return nil
		}
		if err := s.rest.do(ctx, post(nil, "recordings", "live", ear, "stop")); err != nil {
			return err
		}
		return s.stored(ctx, ear, &sound)
	})
	if err == nil {
		err = end
	}
	if err != nil {
		return pbx.Loudness{}, err
	}
	return loudness(sound), nil
}

// stored fetches a recording, which Asterisk puts into its place a moment after its end; until it has written it out, it is empty.
func (s *Switch) stored(ctx context.Context, name string, into *[]byte) error {
	for pause := 5 * time.Millisecond; ; pause *= 2 {
		err := s.rest.do(ctx, get(into, "recordings", "stored", name, "file"))
		late := is(err, 404) || err == nil && len(*into) == 0
		if !late || !driver.Pausing(ctx, pause) {
			return err
		}
	}
}

const inPacket = 160 // samples

// loudness looks at samples of 16 bits, 8000 a second.
func loudness(sound []byte) pbx.Loudness {
	l := pbx.Loudness{Level: -90}
	row := 0
	for len(sound) >= 2*inPacket {
		sum, squares := 0.0, 0.0
		for i := range inPacket {
			v := math.Abs(float64(int16(binary.LittleEndian.Uint16(sound[2*i:]))))
			sum, squares = sum+v, squares+v*v
		}
		sound = sound[2*inPacket:]
		if row++; sum/inPacket < driver.Audible {
			row = 0
		}
		l.Heard = l.Heard || row > driver.InARow
		if squares > 0 {
			l.Level = max(l.Level, 20*math.Log10(math.Sqrt(squares/inPacket)/math.MaxInt16))
		}
	}
	return l
}
