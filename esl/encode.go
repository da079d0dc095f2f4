package esl

import (
	"errors"
	"fmt"
	"maps"
	"net/textproto"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/percipia/eslgo/command"
	"github.com/percipia/eslgo/command/call"
)

// ErrUnsafe is text that FreeSWITCH could read as more than what it stands for.
var ErrUnsafe = errors.New("unsafe on the event socket")

// The event socket ends a command at the first empty line. eslgo puts neither quotes nor escapes around what it is
// given, so every part is checked before it gets there. FreeSWITCH itself looks for ${...} in the arguments of a command
// and runs what stands there: no dollar passes.
const end = "\r\n\r\n"

// API encodes a command that FreeSWITCH answers at once.
func API(name string, words ...string) ([]byte, error) {
	for _, w := range append([]string{name}, words...) {
		if err := word(w); err != nil {
			return nil, fmt.Errorf("api %q: %w", name, err)
		}
	}
	return []byte(command.API{Command: name, Arguments: strings.Join(words, " ")}.BuildMessage() + end), nil
}

// InBackground encodes a command that FreeSWITCH carries out beside others; the event about the outcome carries job.
func InBackground(job, name string, words ...string) ([]byte, error) {
	for _, w := range append([]string{job, name}, words...) {
		if err := word(w); err != nil {
			return nil, fmt.Errorf("bgapi %q: %w", name, err)
		}
	}
	message := command.API{Command: name, Arguments: strings.Join(words, " "), Background: true}.BuildMessage()
	return []byte(message + "\r\nJob-UUID: " + job + end), nil
}

// Originate encodes a call that FreeSWITCH makes in the background; the event about the outcome carries job. where is a
// dial string, and then is what the leg runs once it is answered.
func Originate(job, where string, variables map[string]string, then string) ([]byte, error) {
	var set []string
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		v, err := value(variables[name])
		if err == nil {
			err = word(name)
		}
		if err != nil {
			return nil, fmt.Errorf("originate %s: %s: %w", where, name, err)
		}
		set = append(set, name+"="+v)
	}
	for _, w := range []string{job, where} {
		if err := word(w); err != nil {
			return nil, fmt.Errorf("originate %s: %w", where, err)
		}
	}
	if strings.ContainsAny(then, "'\\$") || line(then) != nil {
		return nil, fmt.Errorf("originate %s: %w: %q", where, ErrUnsafe, then)
	}
	arguments := "{" + strings.Join(set, ",") + "}" + where + " '" + then + "' inline"
	message := command.API{Command: "originate", Arguments: arguments, Background: true}.BuildMessage()
	return []byte(message + "\r\nJob-UUID: " + job + end), nil
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

// Auth encodes the password.
func Auth(password string) ([]byte, error) {
	if strings.ContainsFunc(password, unicode.IsControl) || password == "" {
		return nil, fmt.Errorf("the password: %w", ErrUnsafe)
	}
	return []byte(command.Auth{Password: password}.BuildMessage() + end), nil
}

// Subscribe encodes the wish to be told of events. Those of CUSTOM are given by their subclasses.
func Subscribe(events, subclasses []string) ([]byte, error) {
	names := slices.Concat(events, []string{"CUSTOM"}, subclasses)
	for _, n := range names {
		if err := word(n); err != nil {
			return nil, fmt.Errorf("subscribe: %w", err)
		}
	}
	return []byte(command.Event{Format: "plain", Listen: names}.BuildMessage() + end), nil
}

// Mark encodes an event of our own, which comes back in line with all others and with FreeSWITCH's time. It tells every
// other hotline which run of which instance is here.
func Mark(instance, run string) ([]byte, error) {
	for _, w := range []string{instance, run} {
		if err := word(w); err != nil {
			return nil, fmt.Errorf("mark: %w", err)
		}
	}
	headers := textproto.MIMEHeader{"Event-Subclass": {markSubclass}, instanceHeader: {instance}, runHeader: {run}}
	message := (&command.SendEvent{Name: "CUSTOM", Headers: headers}).BuildMessage()
	return []byte(strings.TrimRight(message, "\r\n") + end), nil
}

// Quoted is text as one word of a command: a file's name may hold blanks.
func Quoted(s string) string {
	if strings.ContainsRune(s, ' ') {
		return "'" + s + "'"
	}
	return s
}

// word refuses what is not one word, plain or in quotes.
func word(s string) error {
	inner := s
	if len(s) > 2 && s[0] == '\'' && s[len(s)-1] == '\'' {
		inner = strings.ReplaceAll(s[1:len(s)-1], " ", "")
	}
	if inner == "" || !utf8.ValidString(inner) || strings.ContainsFunc(inner, func(r rune) bool {
		return unicode.IsControl(r) || unicode.IsSpace(r) || strings.ContainsRune(`'\$`, r)
	}) || len(s) > maxLine {
		return fmt.Errorf("%w: %q is no single word", ErrUnsafe, clip(s))
	}
	return nil
}

// value encodes the value of a variable in a dial string, where nearly every sign means something.
func value(s string) (string, error) {
	quote := false
	for _, r := range s {
		switch {
		case r == ' ':
			quote = true
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
			quote = quote || r >= utf8.RuneSelf
		case strings.ContainsRune("._-+@:/*#", r):
		default:
			return "", fmt.Errorf("%w: %q", ErrUnsafe, clip(s))
		}
	}
	if !utf8.ValidString(s) || len(s) > maxLine {
		return "", fmt.Errorf("%w: %q", ErrUnsafe, clip(s))
	}
	if quote {
		return "'" + s + "'", nil
	}
	return s, nil
}

// plain makes text one that value accepts: what it refuses becomes a blank.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if _, err := value(string(r)); err != nil {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// line refuses what does not stay on one line, holds something to be run, or is so long that eslgo would send it as a
// body.
func line(s string) error {
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || r == '$' }) {
		return fmt.Errorf("%w: %q", ErrUnsafe, clip(s))
	}
	if len(s) > maxLine {
		return fmt.Errorf("%w: %d bytes are too much for one line", ErrUnsafe, len(s))
	}
	return nil
}

// clip keeps errors short.
func clip(s string) string {
	if len(s) > 80 {
		return s[:80]
	}
	return s
}

const maxLine = 2048
