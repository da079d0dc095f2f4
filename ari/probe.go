package ari

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/coder/websocket"

	"hotline/pbx/driver"
)

// Where hotline's dialplan begins, where it lands and where transfers go, as deploy/asterisk/extensions.conf names them.
const (
	EntryContext    = "hotline-in"
	FallbackContext = "hotline-fallback"
	TransferContext = "hotline-transfer"
)

// An Extension is a place in the dialplan.
type Extension struct{ Context, Name string }

// Extensions are those that hotline needs. T is where a guard lands.
func Extensions() []Extension {
	return []Extension{{EntryContext, "0123456789"}, {EntryContext, "T"}, {FallbackContext, "s"}, {TransferContext, "101"}}
}

// A probe is an application of the doctor's own on Asterisk: no hotline sees what it does there, no phone rings, and
// all of it is gone when it ends. In it is a channel that is never rung, for what only a channel can be asked, and a
// bridge with nobody in it, for the files.
type probe struct {
	*Switch
	id   string
	conn *conn
	news chan news
}

// news is what the probe reads of an event.
type news struct {
	Type    string
	Channel struct {
		ID, State string
		Dialplan  struct {
			Context, Exten string
			App            string `json:"app_name"`
			Data           string `json:"app_data"`
		}
	}
	Playback   struct{ ID, State string }
	Peer       struct{ Name string }
	Dialstatus string

	at time.Time // by our clock
}

// openProbe connects under a name that nobody else has.
func openProbe(ctx context.Context, cfg Config) (*probe, error) {
	id := cfg.App[:min(len(cfg.App), 40)] + "-doctor-" + strings.ToLower(rand.Text()[:8])
	cfg.App = id
	s, err := New(cfg)
	if err != nil {
		return nil, err
	}
	p := &probe{Switch: s, id: id, news: make(chan news, 1000)}
	if p.conn, err = s.connect(ctx); err != nil {
		return nil, err
	}
	p.conn.Work(p.read)
	return p, nil
}

// bridgeID is another than the channel's: Asterisk tells us of only one of two things that have the same.
func (p *probe) bridgeID() string { return p.id + ".bridge" }

func (p *probe) read(ctx context.Context) {
	for {
		kind, raw, err := p.conn.ws.Read(ctx)
		if err != nil {
			p.conn.Lose(err)
			return
		}
		n := news{at: time.Now()}
		if kind != websocket.MessageText || json.Unmarshal(raw, &n) != nil {
			continue
		}
		select {
		case p.news <- n:
		case <-ctx.Done():
			return
		}
	}
}

// close takes away what the probe has made. What is not there is no matter.
func (p *probe) close(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), restDeadline)
	defer cancel()
	_ = p.rest.do(ctx, remove(nil, "bridges", p.bridgeID()))
	_ = p.rest.do(ctx, remove(nil, "channels", p.id))
	p.conn.end(context.Canceled)
	p.rest.http.CloseIdleConnections()
}

// lookDeeper finds out what ARI shows only to who has a channel. What cannot be found out stays unknown.
func lookDeeper(ctx context.Context, cfg Config, f *Facts, files, music []string) error {
	p, err := openProbe(ctx, cfg)
	if err != nil {
		return err
	}
	defer p.close(ctx)
	silent := url.Values{"endpoint": {"Local/s@hotline-doctor"}, "app": {p.id}, "channelId": {p.id}}
	if err := p.rest.do(ctx, post(silent, "channels", "create")); err != nil {
		return err
	}
	for _, e := range Extensions() {
		if there, ok := p.value(ctx, fmt.Sprintf("DIALPLAN_EXISTS(%s,%s,1)", e.Context, e.Name)); ok {
			set(&f.Extensions, e, there == "1")
		}
	}
	if _, reads := p.setting(ctx, "http.conf", "general", "enabled"); reads { // ARI is on, so this one says so
		for _, class := range music {
			if driver.SafeWord.MatchString(class) {
				_, there := p.setting(ctx, "musiconhold.conf", class, "mode")
				set(&f.Music, class, there)
			}
		}
	}
	if listen, ok := p.setting(ctx, "http.conf", "general", "bindaddr"); ok {
		f.Listen = &listen
	}
	for i, name := range []string{"rtpstart", "rtpend"} {
		if text, ok := p.setting(ctx, "rtp.conf", "general", name); ok {
			f.RTP[i], _ = strconv.Atoi(text) // what is no port is not known
		}
	}
	return p.tryFiles(ctx, f, files)
}

// set puts a value into a map that may not be there yet.
func set[K comparable](m *map[K]bool, key K, value bool) {
	if *m == nil {
		*m = map[K]bool{}
	}
	(*m)[key] = value
}

// value is what a function of the dialplan comes to on the probe's channel, unless there is no such function.
func (p *probe) value(ctx context.Context, function string) (string, bool) {
	var variable struct{ Value string }
	r := get(&variable, "channels", p.id, "variable")
	r.query = url.Values{"variable": {function}}
	err := p.rest.do(ctx, r)
	return variable.Value, err == nil
}

// setting is what stands in a file of the configuration.
func (p *probe) setting(ctx context.Context, file, section, name string) (string, bool) {
	return p.value(ctx, fmt.Sprintf("AST_CONFIG(%s,%s,%s)", file, section, name))
}

// tryFiles has Asterisk open every file, as if to play it to nobody: it begins behind the end.
func (p *probe) tryFiles(ctx context.Context, f *Facts, files []string) error {
	if err := p.rest.do(ctx, post(url.Values{"type": {"holding"}}, "bridges", p.bridgeID())); err != nil {
		return err
	}
	tell := url.Values{"eventSource": {"bridge:" + p.bridgeID()}}
	if err := p.rest.do(ctx, post(tell, "applications", p.id, "subscription")); err != nil {
		return err
	}
	plays := map[string]string{} // file by playback
	for i, file := range files {
		uri, err := mediaURI(file)
		if err != nil {
			continue
		}
		id := p.id + "." + strconv.Itoa(i)
		r := post(url.Values{"offsetms": {"1000000000"}}, "bridges", p.bridgeID(), "play", id)
		r.body = map[string]any{"media": []string{uri}}
		if err := p.rest.do(ctx, r); err != nil {
			return err
		}
		plays[id] = file
	}
	for len(plays) > 0 {
		select {
		case n := <-p.news:
			if file, ok := plays[n.Playback.ID]; ok && n.Type == "PlaybackFinished" {
				set(&f.Files, file, n.Playback.State == "done")
				delete(plays, n.Playback.ID)
			}
		case <-p.conn.Ctx.Done():
			return context.Cause(p.conn.Ctx)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// Missing lists the extensions that are known not to be there.
func (f Facts) Missing() (missing []Extension) {
	for _, e := range Extensions() {
		if there, known := f.Extensions[e]; known && !there {
			missing = append(missing, e)
		}
	}
	return slices.Clip(missing)
}
