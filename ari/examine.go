package ari

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"hotline/pbx"
	"hotline/pbx/driver"
)

// Facts are what Examine found out about an Asterisk. What Asterisk did not say is nil, or missing in its map.
type Facts struct {
	Err      error // it was not reached, or was lost: ErrNotARI, pbx.ErrAuth, pbx.ErrDown, or another
	Version  string
	Ahead    *time.Duration  // its clock, of ours
	ReadOnly bool            // our user may not do anything
	App      *string         // HOTLINE_APP of the dialplan; empty if it is not set
	Modules  map[string]bool // those of Modules, whether they run
	Phones   map[string]bool // whether they have registered

	Extensions map[Extension]bool // those of Extensions, whether the dialplan has them
	Files      map[string]bool    // whether it can play them
	Music      map[string]bool    // whether musiconhold.conf has the class
	Listen     *string            // the address that http.conf binds ARI to
	RTP        [2]int             // the first and the last port of sound; 0 is not known
}

// ErrNotARI is a web server that answers, but not as ARI does.
var ErrNotARI = errors.New("this is not the address of ari, or ari is switched off")

// Modules are what hotline needs of Asterisk.
func Modules() []string {
	return []string{
		"app_stasis", "res_stasis", "res_stasis_answer", "res_stasis_playback", "res_stasis_device_state",
		"res_ari", "res_ari_applications", "res_ari_asterisk", "res_ari_bridges", "res_ari_channels", "res_ari_endpoints",
		"res_ari_events", "res_ari_playbacks", "res_http_websocket", "res_musiconhold", "bridge_simple", "bridge_softmix",
		"format_wav", "func_callerid", "func_channel", "func_strings", "func_timeout", recordsModule,
	}
}

// FetchModules are what it needs besides to fetch sounds by HTTP.
func FetchModules() []string { return []string{"res_curl", "func_curl", "res_http_media_cache"} }

// RecordModules are what it needs besides to record what callers say.
func RecordModules() []string { return []string{"res_stasis_recording", "res_ari_recordings"} }

const (
	recordsModule = "cel_custom"
	examineLimit  = 8 * time.Second // for all of it
)

// Examine looks at an Asterisk through ARI and changes nothing. The files are paths as Asterisk sees them.
func Examine(ctx context.Context, cfg Config, files, phones, music []string) Facts {
	ctx, cancel := context.WithTimeoutCause(ctx, examineLimit, errSlow)
	defer cancel()
	s, err := New(cfg)
	if err != nil {
		return Facts{Err: err}
	}
	defer s.rest.http.CloseIdleConnections()
	var f Facts
	if f.Version, f.Err = s.version(ctx); f.Err != nil {
		return f
	}
	for _, look := range []func(context.Context, *Facts) error{s.lookAtClock, s.lookAtRights, s.lookAtApp, s.lookAtModules} {
		if f.Err = unlessRefused(look(ctx, &f)); f.Err != nil {
			return f
		}
	}
	if !f.ReadOnly {
		if f.Err = unlessRefused(lookDeeper(ctx, cfg, &f, files, music)); f.Err != nil {
			return f
		}
	}
	f.Phones = map[string]bool{}
	for _, p := range phones {
		state, err := s.lookAt(ctx, p)
		if f.Err = unlessRefused(err); f.Err != nil {
			return f
		}
		if err == nil {
			f.Phones[p] = state.registered
		}
	}
	return f
}

var errSlow = fmt.Errorf("asterisk has not answered everything within %s: %w", examineLimit, pbx.ErrDown)

// unlessRefused is err, unless Asterisk has answered: then there is only one thing that cannot be known.
func unlessRefused(err error) error {
	switch {
	case errors.Is(err, pbx.ErrDown), errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%w: %w", pbx.ErrDown, err)
	}
	return nil
}

func (s *Switch) version(ctx context.Context) (string, error) {
	var info struct {
		System struct{ Version string }
	}
	err := s.rest.do(ctx, get(&info, "asterisk", "info"))
	switch {
	case errors.Is(err, pbx.ErrAuth):
		return "", err
	case unlessRefused(err) != nil:
		return "", unlessRefused(err)
	case err != nil, info.System.Version == "":
		return "", ErrNotARI
	}
	return driver.Clean(info.System.Version), nil
}

func (s *Switch) lookAtClock(ctx context.Context, f *Facts) error {
	var pong struct{ Timestamp string }
	before := time.Now()
	if err := s.rest.do(ctx, get(&pong, "asterisk", "ping")); err != nil {
		return err
	}
	ours := before.Add(time.Since(before) / 2)
	at, err := time.Parse("2006-01-02T15:04:05.999-0700", pong.Timestamp)
	if err != nil {
		return fmt.Errorf("read asterisk's clock: %w", err)
	}
	ahead := at.Sub(ours)
	f.Ahead = &ahead
	return nil
}

// lookAtRights asks to stop a playback that there is not. Who may only read is refused before that is noticed.
func (s *Switch) lookAtRights(ctx context.Context, f *Facts) error {
	err := s.rest.do(ctx, remove(nil, "playbacks", "hotline-doctor"))
	f.ReadOnly = errors.Is(err, pbx.ErrAuth)
	return err
}

func (s *Switch) lookAtApp(ctx context.Context, f *Facts) error {
	var variable struct{ Value string }
	r := get(&variable, "asterisk", "variable")
	r.query = map[string][]string{"variable": {"HOTLINE_APP"}}
	err := s.rest.do(ctx, r)
	if err == nil {
		app := driver.Clean(variable.Value)
		f.App = &app
	}
	return err
}

func (s *Switch) lookAtModules(ctx context.Context, f *Facts) error {
	var modules []struct{ Name, Status string }
	if err := s.rest.do(ctx, get(&modules, "asterisk", "modules")); err != nil {
		return err
	}
	runs := map[string]bool{}
	for _, m := range modules {
		runs[strings.TrimSuffix(m.Name, ".so")] = m.Status == "Running"
	}
	f.Modules = map[string]bool{}
	for _, m := range append(Modules(), FetchModules()...) {
		f.Modules[m] = runs[m]
	}
	return nil
}
