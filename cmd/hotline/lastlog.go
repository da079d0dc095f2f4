package main

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"hotline/web"
)

// A memory is a log handler that hands on what it is told, and remembers the last warning and the last error for
// `hotline status`.
type memory struct {
	slog.Handler
	last  *lastTroubles
	attrs string // of With, as they are shown
}

type lastTroubles struct {
	mu           sync.Mutex
	err, warning web.Entry
}

func newMemory(h slog.Handler) *memory { return &memory{Handler: h, last: &lastTroubles{}} }

// Enabled lets warnings through to be remembered, whatever the level of the log.
func (m *memory) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn || m.Handler.Enabled(ctx, l)
}

// Handle remembers the record if it is a warning or worse.
func (m *memory) Handle(ctx context.Context, r slog.Record) error {
	if r.Level >= slog.LevelWarn {
		var text strings.Builder
		text.WriteString(r.Message + m.attrs)
		r.Attrs(func(a slog.Attr) bool {
			text.WriteString(shownAttr(a))
			return true
		})
		m.last.keep(r.Level, web.Entry{At: r.Time, Text: text.String()})
	}
	if !m.Handler.Enabled(ctx, r.Level) {
		return nil
	}
	return m.Handler.Handle(ctx, r)
}

func shownAttr(a slog.Attr) string { return ", " + a.Key + " " + a.Value.Resolve().String() }

// WithAttrs keeps what comes with every record.
func (m *memory) WithAttrs(attrs []slog.Attr) slog.Handler {
	shown := m.attrs
	for _, a := range attrs {
		shown += shownAttr(a)
	}
	return &memory{Handler: m.Handler.WithAttrs(attrs), last: m.last, attrs: shown}
}

// WithGroup is used by nobody here; its names would be shown without the group.
func (m *memory) WithGroup(name string) slog.Handler {
	return &memory{Handler: m.Handler.WithGroup(name), last: m.last, attrs: m.attrs}
}

func (l *lastTroubles) keep(level slog.Level, e web.Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if level >= slog.LevelError {
		l.err = e
	} else {
		l.warning = e
	}
}

// log is what is remembered.
func (l *lastTroubles) log() web.Log {
	l.mu.Lock()
	defer l.mu.Unlock()
	entry := func(e web.Entry) *web.Entry {
		if e.At.IsZero() {
			return nil
		}
		return &web.Entry{At: e.At.Round(time.Millisecond), Text: e.Text}
	}
	return web.Log{Error: entry(l.err), Warning: entry(l.warning)}
}
