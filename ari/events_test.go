package ari

import (
	"testing"
	"time"

	"hotline/pbx"
	"hotline/pbx/driver"
)

func TestDecodeKeepsWhatTheLibraryDrops(t *testing.T) {
	m, err := decode([]byte(event("ChannelDestroyed", "c1", "Up", map[string]any{"cause": 17, "tech_cause": 486})))
	d, ok := m.body.(*destroyed)
	if err != nil || !ok || d.TechCause != 486 || d.Cause != 17 || d.Channel.ID != "c1" {
		t.Errorf("destroyed: %+v, %v", m.body, err)
	}
	if want := time.Date(2026, 11, 22, 7, 0, 1, 500e6, time.UTC); !m.at.Equal(want) {
		t.Errorf("time %s, want %s", m.at, want)
	}
	m, err = decode([]byte(`{"type":"ChannelTransfer","timestamp":"2026-11-22T07:00:01.500+0000","state":"channel_declined",
		"referred_by":{"source_channel":{"id":"l1"}}}`))
	if x, ok := m.body.(*transfer); err != nil || !ok || x.ReferredBy.Source.ID != "l1" || x.State != "channel_declined" {
		t.Errorf("transfer: %+v, %v", m.body, err)
	}
	m, err = decode([]byte(`{"type":"TextMessageReceived","message":{"from":"a","body":"hello","variables":{"X":"y"}}}`))
	if x, ok := m.body.(*text); err != nil || !ok || x.Message.Body != "hello" {
		t.Errorf("text: %+v, %v", m.body, err)
	}
	if m, err = decode([]byte(`{"type":"ChannelToneDetected"}`)); err != nil || m.body != nil {
		t.Errorf("a kind that nobody knows: %+v, %v", m.body, err)
	}
}

func TestChannelKeepsItsArguments(t *testing.T) {
	var c channel
	err := c.UnmarshalJSON([]byte(`{"id":"c1","creationtime":"2026-11-22T07:00:01.000+0000",
		"dialplan":{"context":"x","exten":"1","priority":2,"app_name":"Stasis","app_data":"hotline,inbound,0805123456,prohib,sfr"}}`))
	if err != nil || c.ID != "c1" {
		t.Fatalf("%+v, %v", c, err)
	}
	s := &Switch{cfg: Config{App: "hotline"}}
	l := newLeg("c1")
	l.fill(&c.ChannelData, s.args(&c))
	if l.To != "0805123456" || !l.Hidden || l.Trunk != "sfr" || l.Ours {
		t.Errorf("%+v", l.Leg)
	}
	if s.cfg.App = "other"; s.ours(&c) {
		t.Error("another instance's channel is taken for ours")
	}
}

// Whatever Asterisk sends, reading it and applying it neither panics nor tells anything about a leg after its end.
func FuzzEvent(f *testing.F) {
	for _, kind := range []string{"StasisStart", "StasisEnd", "ChannelDestroyed", "ChannelStateChange", "ChannelHangupRequest",
		"ChannelDtmfReceived", "ChannelHold", "ChannelEnteredBridge", "ChannelLeftBridge", "ChannelTransfer", "DeviceStateChanged"} {
		f.Add([]byte(event(kind, "c1", "Up", map[string]any{"bridge": map[string]string{"id": "b-c1"}, "args": []string{"inbound", "1"}})))
	}
	f.Add([]byte(`{"type":"PlaybackFinished","playback":{"id":"c1.0","state":"failed"}}`))
	f.Add([]byte(`{"type":"Dial","peer":{"id":"c1"},"dialstatus":"RINGING"}`))
	f.Add([]byte(`{"type":"TextMessageReceived","message":{"variables":[]}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, err := New(Config{URL: "http://host/ari", App: "hotline", Phone: "PJSIP/{phone}"})
		if err != nil {
			t.Fatal(err)
		}
		c := &conn{Line: driver.NewLine(t.Context())}
		c.End(nil, func() {}) // nothing is begun
		first, err := decode([]byte(offered("c1")))
		if err != nil {
			t.Fatal(err)
		}
		m, err := decode(raw)
		if err != nil {
			return
		}
		over := false
		for _, m := range []message{first, m, m} {
			for _, e := range s.apply(c, m) {
				if over && e.About().Leg == "c1" {
					if _, again := e.(pbx.Offered); !again {
						t.Errorf("%T after the end", e)
					}
				}
				if _, last := e.(pbx.HungUp); last && e.About().Leg == "c1" {
					over = true
				}
			}
		}
	})
}
