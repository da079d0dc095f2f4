package phone

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/emiago/diago"
	"github.com/emiago/diago/audio"
	"github.com/emiago/diago/media"
	"github.com/pion/rtp"
)

const (
	rate       = 8000                   // samples per second
	frame      = 160                    // samples per packet: 20 ms
	window     = 200 * time.Millisecond // what Hears looks back on
	enough     = 5                      // packets in the window to judge by
	loudness   = 8000                   // of our tone, of 32767
	silence    = 300                    // loudness below which nothing is heard
	purity     = 0.3                    // share of the energy that a tone must have to be heard among others
	keyPackets = 5                      // 100 ms per key
	keyRepeats = 3                      // of its end, for lost packets
	keyPause   = 4                      // packets between two keys
	longPause  = 25                     // packets of a comma
	keyNames   = "0123456789*#ABCD"     // by event number of RFC 4733
	keyVolume  = 10
)

// A sound is the two streams of a call: a tone and keys out, and what comes in.
type sound struct {
	codec   media.Codec
	presses chan press

	once  sync.Once
	wait  sync.WaitGroup
	close chan struct{}

	mu    sync.Mutex
	tone  float64
	heard []packet // the latest, oldest first
	total int
	keys  strings.Builder
	last  uint32 // timestamp of the last key received, to count it once
	err   error
}

// A packet is 20 ms of what came in.
type packet struct {
	at      time.Time
	payload []byte
	codec   uint8
}

// A press is one key to send.
type press struct {
	key  rune
	sent chan struct{}
}

func newSound(codec Codec, tone float64) *sound {
	s := &sound{codec: media.CodecAudioAlaw, presses: make(chan press), close: make(chan struct{}), tone: tone}
	if codec == ULaw {
		s.codec = media.CodecAudioUlaw
	}
	return s
}

// start begins to talk and to listen. Later calls do nothing: the streams of early media go on after the answer.
func (s *sound) start(m *diago.DialogMedia) {
	s.once.Do(func() {
		s.wait.Go(func() { s.fail(s.listen(m)) })
		s.wait.Go(func() { s.fail(s.talk(m)) })
	})
}

// stopped ends talking and waits until listening has ended too, which it does when the call's media are closed.
func (s *sound) stopped() error {
	close(s.close)
	s.wait.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

func (s *sound) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil && err != nil && !errors.Is(err, net.ErrClosed) && !errors.Is(err, io.EOF) {
		s.err = err
	}
}

// listen keeps the last packets and counts keys.
func (s *sound) listen(m *diago.DialogMedia) error {
	buf := make([]byte, media.RTPBufSize)
	for {
		var p rtp.Packet
		n, err := m.RTPSession().ReadRTP(buf, &p)
		if err != nil {
			return err
		}
		if n > 0 {
			s.take(&p)
		}
	}
}

func (s *sound) take(p *rtp.Packet) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.PayloadType == media.CodecTelephoneEvent8000.PayloadType {
		end := len(p.Payload) >= 4 && p.Payload[1]&0x80 != 0
		if end && int(p.Payload[0]) < len(keyNames) && (s.keys.Len() == 0 || p.Timestamp != s.last) {
			s.last = p.Timestamp
			s.keys.WriteByte(keyNames[p.Payload[0]])
		}
		return
	}
	now := time.Now()
	s.total++
	s.heard = append(s.heard, packet{now, p.Payload, p.PayloadType})
	for len(s.heard) > 0 && now.Sub(s.heard[0].at) > window {
		s.heard = s.heard[1:]
	}
}

// talk sends a packet every 20 ms: the tone, or a key that is being pressed.
func (s *sound) talk(m *diago.DialogMedia) error {
	out := stream{codec: s.codec, ssrc: rand.Uint32(), stamp: rand.Uint32(), number: uint16(rand.Uint32())}
	tick := time.NewTicker(poll)
	defer tick.Stop()
	var key *keying
	for {
		presses := s.presses
		if key != nil {
			presses = nil // One after the other.
		}
		select {
		case <-s.close:
			return nil
		case p := <-presses:
			key = &keying{press: p}
			continue
		case <-tick.C:
		}
		s.mu.Lock()
		tone := s.tone
		s.mu.Unlock()
		var p *rtp.Packet
		if key == nil {
			p = out.tone(tone)
		} else if p = out.key(key); p == nil {
			close(key.press.sent)
			key = nil
			continue
		}
		if err := m.RTPSession().WriteRTP(p); err != nil {
			return err
		}
	}
}

// press sends one key and returns when it is done.
func (s *sound) press(ctx context.Context, key rune, ended <-chan struct{}) error {
	if key != ',' && !strings.ContainsRune(keyNames, key) {
		return errors.New("telephones have no such key")
	}
	p := press{key, make(chan struct{})}
	queue, sent := s.presses, (chan struct{})(nil)
	for {
		select {
		case queue <- p:
			queue, sent = nil, p.sent
		case <-sent:
			return nil
		case <-ended:
			return errors.New("the call is over")
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (s *sound) say(hz float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tone = hz
}

func (s *sound) keysSoFar() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.keys.String()
}

// recent are the samples that arrived within the window; nil when too few did.
func (s *sound) recent() []float64 {
	s.mu.Lock()
	since := time.Now().Add(-window)
	var packets []packet
	for _, p := range s.heard {
		if p.at.After(since) {
			packets = append(packets, p)
		}
	}
	s.mu.Unlock()
	if len(packets) < enough {
		return nil
	}
	var samples []float64
	for _, p := range packets {
		samples = append(samples, decode(p)...)
	}
	return samples
}

func (s *sound) hears(hz float64) bool {
	samples := s.recent()
	return volume(samples) > silence && share(samples, hz) > purity
}

func (s *sound) loud() bool { return volume(s.recent()) > silence }

// describe tells what is heard, for the message of a failed wait.
func (s *sound) describe() string {
	samples := s.recent()
	s.mu.Lock()
	defer s.mu.Unlock()
	return fmt.Sprintf("%d packets in all, %d of the last %s, volume %.0f", s.total, len(samples)/frame, window, volume(samples))
}

// decode is a packet as samples.
func decode(p packet) []float64 {
	linear := make([]byte, 2*len(p.payload))
	var err error
	if p.codec == media.CodecAudioUlaw.PayloadType {
		_, err = audio.DecodeUlawTo(linear, p.payload)
	} else {
		_, err = audio.DecodeAlawTo(linear, p.payload)
	}
	if err != nil {
		return nil // It only fails for a buffer that is too small.
	}
	samples := make([]float64, len(p.payload))
	for i := range samples {
		samples[i] = float64(int16(binary.LittleEndian.Uint16(linear[2*i:])))
	}
	return samples
}

// volume is the root mean square.
func volume(samples []float64) float64 {
	if len(samples) == 0 {
		return 0
	}
	var sum float64
	for _, x := range samples {
		sum += x * x
	}
	return math.Sqrt(sum / float64(len(samples)))
}

// share is the part of the energy that lies at hz (Goertzel): 1 for a pure tone.
func share(samples []float64, hz float64) float64 {
	coefficient := 2 * math.Cos(2*math.Pi*hz/rate)
	var s1, s2, energy float64
	for _, x := range samples {
		s1, s2 = x+coefficient*s1-s2, s1
		energy += x * x
	}
	if energy == 0 {
		return 0
	}
	return 2 * (s1*s1 + s2*s2 - coefficient*s1*s2) / (float64(len(samples)) * energy)
}

// Holds says whether a tone is nearly all that is heard in a sound of a telephone.
func Holds(sound []int16, hz float64) bool {
	samples := make([]float64, len(sound))
	for i, x := range sound {
		samples[i] = float64(x)
	}
	return volume(samples) > silence && share(samples, hz) > purity
}

// A stream numbers the packets that go out.
type stream struct {
	codec  media.Codec
	ssrc   uint32
	stamp  uint32
	number uint16
	phase  float64
	talked bool
}

// A keying is a key being sent.
type keying struct {
	press press
	step  int
	stamp uint32
}

func (o *stream) packet(payloadType uint8, stamp uint32, marker bool, payload []byte) *rtp.Packet {
	o.number++
	return &rtp.Packet{
		Header: rtp.Header{
			Version: 2, Marker: marker, PayloadType: payloadType,
			SequenceNumber: o.number, Timestamp: stamp, SSRC: o.ssrc,
		},
		Payload: payload,
	}
}

// tone is the next 20 ms of a sine wave, without a jump to the last.
func (o *stream) tone(hz float64) *rtp.Packet {
	linear := make([]byte, 2*frame)
	for i := range frame {
		if hz > 0 {
			o.phase += 2 * math.Pi * hz / rate
		}
		sample := 0.0
		if hz > 0 {
			sample = loudness * math.Sin(o.phase)
		}
		binary.LittleEndian.PutUint16(linear[2*i:], uint16(int16(sample)))
	}
	o.phase = math.Mod(o.phase, 2*math.Pi)
	payload := make([]byte, frame)
	encode := audio.EncodeAlawTo
	if o.codec.PayloadType == media.CodecAudioUlaw.PayloadType {
		encode = audio.EncodeUlawTo
	}
	if _, err := encode(payload, linear); err != nil {
		panic(err) // It only fails for a buffer that is too small.
	}
	first := !o.talked
	o.talked = true
	o.stamp += frame
	return o.packet(o.codec.PayloadType, o.stamp, first, payload)
}

// key is the next packet of a key by RFC 4733: growing durations, its end three times, then a pause (filled with
// silence, so that the line never falls quiet). Nil when the key is done.
func (o *stream) key(k *keying) *rtp.Packet {
	k.step++
	if k.press.key == ',' {
		if k.step > longPause {
			return nil
		}
		return o.tone(0)
	}
	if k.step == 1 {
		k.stamp = o.stamp + frame
	}
	switch {
	case k.step <= keyPackets+keyRepeats:
		o.stamp += frame
		over := k.step > keyPackets
		event := media.DTMFEvent{
			Event:      uint8(strings.IndexRune(keyNames, k.press.key)),
			EndOfEvent: over,
			Volume:     keyVolume,
			Duration:   uint16(frame * min(k.step, keyPackets)),
		}
		return o.packet(media.CodecTelephoneEvent8000.PayloadType, k.stamp, k.step == 1, media.DTMFEncode(event))
	case k.step <= keyPackets+keyRepeats+keyPause:
		return o.tone(0)
	default:
		return nil
	}
}
