// Package esltest records what a driver and a real FreeSWITCH say to each other, and plays FreeSWITCH's part again later,
// to a driver that may have changed meanwhile.
//
// Its guarantee: a tape holds FreeSWITCH's own words, cleaned of the machine that it ran on; and a player says them in
// their order, each not before what had come before it when it was recorded.
//
//	recorder, _ := esltest.Record(realAddress)   // e2e, with -update: drive recorder.Address(), say recorder.Mark(...)
//	player, _ := esltest.Play(tape)              // esl: drive player.Address(), say player.Mark(...)
package esltest

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A Kind says whose an Entry is.
type Kind byte

// Whose an entry is.
const (
	Command Kind = 'c' // of the driver
	Answer  Kind = 'a' // to the next command of its connection that has none
	Event   Kind = 'e'
	Mark    Kind = 't' // what the test did: a caller called, a phone was switched on
)

// An Entry is one thing that was said or done.
type Entry struct {
	Kind Kind
	Conn int    // in the order in which connections were opened, from 1; 0 for a Mark
	Text string // a command, the body of an event, the text of an answer, the name of a mark
	Head string // of an answer: its Content-Type
}

// A Tape is one exchange.
type Tape []Entry

// Save writes a tape, a line for each entry, compressed.
func (t Tape) Save(path string) error {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	for _, e := range t {
		fmt.Fprintf(z, "%c %d %s %s\n", e.Kind, e.Conn, strconv.Quote(e.Head), strconv.Quote(e.Text)) // to memory
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("save a tape: %w", err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		return fmt.Errorf("save a tape: %w", err)
	}
	return nil
}

// Load reads what Save wrote.
func Load(path string) (Tape, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("load a tape: %w", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("load the tape %s: %w", path, err)
	}
	var t Tape
	for r := bufio.NewReader(z); ; {
		line, err := r.ReadString('\n')
		if err == io.EOF {
			return t, nil
		}
		if err != nil {
			return nil, fmt.Errorf("load the tape %s: %w", path, err)
		}
		var e Entry
		var kind rune
		if _, err := fmt.Sscanf(line, "%c %d %q %q\n", &kind, &e.Conn, &e.Head, &e.Text); err != nil {
			return nil, fmt.Errorf("load the tape %s: line %d: %w", path, len(t)+1, err)
		}
		e.Kind = Kind(kind)
		t = append(t, e)
	}
}

// frame writes a message as FreeSWITCH does.
func frame(kind, reply, body string) string {
	head := "Content-Type: " + kind + "\n"
	if body != "" {
		head = "Content-Length: " + strconv.Itoa(len(body)) + "\n" + head
	}
	if reply != "" {
		head += "Reply-Text: " + reply + "\n"
	}
	return head + "\n" + body
}

// A message is a frame that was read.
type message struct {
	kind, reply, body string
}

// readMessage reads one frame of FreeSWITCH's.
func readMessage(r *bufio.Reader) (message, error) {
	var m message
	length := 0
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return m, err
		}
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			if m.kind == "" {
				continue
			}
			break
		}
		name, value, _ := strings.Cut(line, ": ")
		switch name {
		case "Content-Type":
			m.kind = value
		case "Reply-Text":
			m.reply = value
		case "Content-Length":
			if length, err = strconv.Atoi(value); err != nil {
				return m, fmt.Errorf("a length of %q", value)
			}
		}
	}
	body := make([]byte, length)
	_, err := io.ReadFull(r, body)
	m.body = string(body)
	return m, err
}

// readCommand reads one command of a driver's, with its headers in a fixed order: eslgo sends them in any.
func readCommand(r *bufio.Reader) (string, error) {
	var lines []string
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return "", err
		}
		if line = strings.TrimRight(line, "\r\n"); line == "" {
			if len(lines) == 0 {
				continue
			}
			slices.Sort(lines[1:])
			return strings.Join(lines, "\n"), nil
		}
		lines = append(lines, line)
	}
}

// What differs from run to run in the same command: the time of a guard, the begin of FreeSWITCH, the run of the driver.
var varying = regexp.MustCompile(`(sched_api |hotline_(?:start|until)_\w+=|Hotline-Run: )[0-9A-Z]+`)

// sameText makes commands equal that differ only in what varies.
func sameText(command string) string { return varying.ReplaceAllString(command, "${1}*") }

// looks says whether a command only asks. How often and when it is asked may change without anything being wrong.
func looks(command string) bool {
	for _, name := range []string{"show ", "uuid_dump ", "uuid_exists ", "uuid_buglist ", "global_", "status", "version", "uptime"} {
		if strings.HasPrefix(command, "api "+name) {
			return true
		}
	}
	return false
}

// ping is what a driver asks to find out whether the connection lives. It is on no tape.
const ping = "api uuid_exists 0"
