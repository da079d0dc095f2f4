// Package esl is for FreeSWITCH what package ari is for Asterisk. So far it holds the one place where a command for the
// event socket is put into bytes; the connection and the driver are still to come.
//
// Its guarantee: whatever text a caller, a phone or a file brings along, FreeSWITCH reads exactly the one command that
// was meant, or the text is refused.
package esl

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/percipia/eslgo/command"
	"github.com/percipia/eslgo/command/call"
)

// ErrUnsafe is text that FreeSWITCH could read as more than what it stands for.
var ErrUnsafe = errors.New("unsafe on the event socket")

// The event socket ends a command at the first empty line. eslgo puts neither quotes nor escapes around what it is
// given, so every part is checked before it gets there.
const end = "\r\n\r\n"

// API encodes a command that FreeSWITCH answers at once. name and words are single words.
func API(name string, words ...string) ([]byte, error) {
	for _, w := range append([]string{name}, words...) {
		if err := word(w); err != nil {
			return nil, fmt.Errorf("api %q: %w", name, err)
		}
	}
	return []byte(command.API{Command: name, Arguments: strings.Join(words, " ")}.BuildMessage() + end), nil
}

// Execute encodes an application that a channel runs after those before it. id comes back with the events about it.
func Execute(channel, app, argument, id string) ([]byte, error) {
	for _, w := range []string{channel, app, id} {
		if err := word(w); err != nil {
			return nil, fmt.Errorf("execute %q on %q: %w", app, channel, err)
		}
	}
	if err := line(argument); err != nil {
		return nil, fmt.Errorf("execute %q on %q: %w", app, channel, err)
	}
	// Sync is event-lock: without it a second application runs inside the first one.
	message := (&call.Execute{UUID: channel, AppName: app, AppArgs: argument, AppUUID: id, Sync: true}).BuildMessage()
	return []byte(strings.TrimRight(message, "\r\n") + end), nil
}

// word refuses what is not one word of plain characters.
func word(s string) error {
	if s == "" || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return fmt.Errorf("%w: %q is no single word", ErrUnsafe, s)
	}
	return nil
}

// line refuses what does not stay on one line, or is so long that eslgo would send it as a body.
func line(s string) error {
	if strings.ContainsFunc(s, unicode.IsControl) {
		return fmt.Errorf("%w: %q does not stay on one line", ErrUnsafe, s)
	}
	if len(s) > maxLine {
		return fmt.Errorf("%w: %d bytes are too much for one line", ErrUnsafe, len(s))
	}
	return nil
}

const maxLine = 2048
