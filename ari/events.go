package ari

import (
	"encoding/json"
	"fmt"
	"time"

	ariv5 "github.com/CyCoreSystems/ari/v5"
)

// The kinds of events that ari/v5 does not know, or reads wrongly.
const (
	kindDestroyed = "ChannelDestroyed"    // it drops tech_cause
	kindTransfer  = "ChannelTransfer"     // it does not know it
	kindText      = "TextMessageReceived" // it takes the variables for a list
)

// A message is one event of Asterisk. Its body is an ari/v5 event, or one of the types below, or nil for a kind that
// nobody needs.
type message struct {
	kind string
	at   time.Time
	body any
}

// destroyed is the end of a channel.
type destroyed struct {
	Cause     int
	TechCause int `json:"tech_cause"` // the SIP status
	Channel   ariv5.ChannelData
}

// transfer is a phone that wants to transfer (State empty), or the echo of what we told it about that.
type transfer struct {
	State      string
	ReferredBy struct {
		Source ariv5.ChannelData `json:"source_channel"`
	} `json:"referred_by"`
}

// text is a SIP MESSAGE.
type text struct {
	Message struct{ From, To, Body string }
}

// decode reads one message. A kind that nobody needs is not read, and no error: DecodeEvent refuses what it does not
// know, and each Asterisk brings new ones.
func decode(raw []byte) (message, error) {
	var head struct {
		Type      string
		Timestamp ariv5.DateTime
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return message{}, fmt.Errorf("read the type of an event: %w", err)
	}
	m := message{kind: head.Type, at: time.Time(head.Timestamp)}
	if m.kind == "" {
		return m, fmt.Errorf("an event has no type")
	}
	var err error
	switch e := ariv5.Events; m.kind {
	case kindDestroyed:
		m.body, err = read(raw, new(destroyed))
	case kindTransfer:
		m.body, err = read(raw, new(transfer))
	case kindText:
		m.body, err = read(raw, new(text))
	case e.StasisStart, e.StasisEnd, e.RecordingFinished, e.RecordingFailed, e.ChannelHangupRequest, e.ChannelStateChange, e.Dial, e.ChannelDtmfReceived, e.ChannelHold,
		e.ChannelUnhold, e.PlaybackFinished, e.ChannelEnteredBridge, e.ChannelLeftBridge, e.DeviceStateChanged:
		m.body, err = ariv5.DecodeEvent(raw)
	}
	if err != nil {
		return message{}, fmt.Errorf("read %s: %w", head.Type, err)
	}
	return m, nil
}

func read(raw []byte, into any) (any, error) {
	err := json.Unmarshal(raw, into)
	return into, err
}

// A channel is a channel as GET tells it, with what ari/v5 drops.
type channel struct {
	ariv5.ChannelData
	app     string // the dialplan application it is in
	appData string // and that one's arguments
}

func (c *channel) UnmarshalJSON(raw []byte) error {
	if err := json.Unmarshal(raw, &c.ChannelData); err != nil {
		return err
	}
	var more struct {
		Dialplan struct {
			App  string `json:"app_name"`
			Data string `json:"app_data"`
		}
	}
	if err := json.Unmarshal(raw, &more); err != nil {
		return err
	}
	c.app, c.appData = more.Dialplan.App, more.Dialplan.Data
	return nil
}
