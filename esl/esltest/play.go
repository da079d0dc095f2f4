package esltest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"
	"sync"
)

// A Player is FreeSWITCH as it was when the tape was recorded.
type Player struct {
	listener net.Listener
	tape     Tape
	wg       sync.WaitGroup

	mu      sync.Mutex
	changed *sync.Cond
	conns   []net.Conn
	next    int                 // entry that comes next
	heard   map[string][]string // commands that were heard and are not yet passed on the tape, by the leg they are about
	wrong   string              // the first command that was not what the tape has at its place
	marks   map[string]int      // likewise
	answers map[string][]answer
	last    map[string]answer // what the same question was answered with the last time
	runs    map[string]string // of the drivers, by instance, as they say themselves
	closed  bool
}

// An answer is what followed a command on the tape.
type answer struct {
	at int // entry of the command
	Entry
}

// Play listens for a driver.
func Play(t Tape) (*Player, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("play: %w", err)
	}
	p := &Player{listener: l, tape: t, heard: map[string][]string{}, marks: map[string]int{}, answers: map[string][]answer{}, last: map[string]answer{}, runs: map[string]string{}}
	p.changed = sync.NewCond(&p.mu)
	p.index()
	p.wg.Go(p.accept)
	return p, nil
}

// index finds the answer to each command.
func (p *Player) index() {
	open := map[int][]int{} // commands without an answer, by connection
	for i, e := range p.tape {
		switch e.Kind {
		case Command:
			open[e.Conn] = append(open[e.Conn], i)
		case Answer:
			if len(open[e.Conn]) == 0 {
				continue
			}
			at := open[e.Conn][0]
			open[e.Conn] = open[e.Conn][1:]
			text := sameText(p.tape[at].Text)
			p.answers[text] = append(p.answers[text], answer{at, e})
		}
	}
}

// Address is where the driver connects.
func (p *Player) Address() string { return p.listener.Addr().String() }

// Mark says that the test has done that.
func (p *Player) Mark(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.marks[name]++
	p.changed.Broadcast()
}

// Cut breaks every connection there is.
func (p *Player) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hangUp()
}

func (p *Player) hangUp() {
	for _, c := range p.conns {
		if c != nil {
			c.Close()
		}
	}
	p.changed.Broadcast()
}

// Stop ends it, and says what the driver did otherwise than on the tape, and what the player was waiting for if the tape
// has not come to its end.
func (p *Player) Stop() (wrong, waiting string) {
	p.listener.Close()
	p.mu.Lock()
	p.closed = true
	p.hangUp()
	for i := p.next; i < len(p.tape) && waiting == ""; i++ {
		if e := p.tape[i]; e.Kind == Mark || e.Kind == Command && !looks(e.Text) {
			waiting = fmt.Sprintf("entry %d of %d: %c %q", i+1, len(p.tape), e.Kind, e.Text)
		}
	}
	wrong = p.wrong
	p.mu.Unlock()
	p.wg.Wait()
	return wrong, waiting
}

func (p *Player) accept() {
	for {
		c, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.mu.Lock()
		p.conns = append(p.conns, c)
		id := len(p.conns)
		p.mu.Unlock()
		p.wg.Go(func() { p.serve(id, c) })
		if id == 1 {
			p.wg.Go(p.play)
		}
	}
}

// serve hears commands and answers them.
func (p *Player) serve(id int, c net.Conn) {
	defer c.Close()
	if _, err := io.WriteString(c, frame("auth/request", "", "")); err != nil {
		return
	}
	in := bufio.NewReader(c)
	for {
		command, err := readCommand(in)
		if err != nil {
			return
		}
		reply := frame("api/response", "", "false")
		switch {
		case strings.HasPrefix(command, "auth "):
			reply = frame("command/reply", "+OK accepted", "")
		case command != ping:
			reply = p.answer(command)
		}
		p.mu.Lock() // events go the same way
		_, err = io.WriteString(c, reply)
		p.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// A leg's id is a UUID, or one of ours.
var legs = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b(?:ours|early)-[a-z0-9-]+`)

var (
	runID    = regexp.MustCompile(`Hotline-Run: ([0-9A-Z]+)`)
	instance = regexp.MustCompile(`Hotline-Instance: ([0-9A-Za-z_-]+)`)
)

// instanceOf is the instance that an announcement is of.
func instanceOf(text string) string {
	if m := instance.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

// answer finds what FreeSWITCH said to a command: to one that does something the next answer, to one that only looks
// the latest that belongs to what has happened so far.
func (p *Player) answer(command string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if m := runID.FindStringSubmatch(command); m != nil {
		p.runs[instanceOf(command)] = m[1]
	}
	text := sameText(command)
	list := p.answers[text]
	a, known := p.last[text]
	for len(list) > 0 && (!known || p.due(list[0].at)) {
		a, known = list[0], true
		list = list[1:]
		if !looks(command) {
			break
		}
	}
	p.answers[text], p.last[text] = list, a
	if !looks(command) {
		p.heard[legOf(text)] = append(p.heard[legOf(text)], text)
		p.changed.Broadcast()
	}
	switch {
	case !known && strings.HasPrefix(command, "sendmsg"), !known && strings.HasPrefix(command, "sendevent"):
		return frame("command/reply", "-ERR not on the tape", "")
	case !known:
		return frame("api/response", "", "-ERR No such channel! (not on the tape)\n")
	case a.Head == "command/reply":
		return frame(a.Head, a.Text, "")
	}
	return frame(a.Head, "", a.Text)
}

// due says whether the test and the driver have done all that they did before that entry.
func (p *Player) due(at int) bool {
	for i := p.next; i < at; i++ {
		switch e := p.tape[i]; {
		case e.Kind == Mark && p.marks[e.Text] == 0, e.Kind == Command && !looks(e.Text) && len(p.heard[legOf(e.Text)]) == 0:
			return false
		}
	}
	return true
}

// play goes through the tape, and says each event once everything has happened that had happened before it.
func (p *Player) play() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for ; p.next < len(p.tape); p.next++ {
		e := p.tape[p.next]
		switch e.Kind {
		case Mark:
			p.await(p.marks, e.Text)
		case Command:
			if !looks(e.Text) {
				p.hear(sameText(e.Text))
			}
		case Event:
			for !p.closed && len(p.conns) < e.Conn {
				p.changed.Wait()
			}
			if p.closed {
				return
			}
			body := runID.ReplaceAllString(e.Text, "Hotline-Run: "+p.runs[instanceOf(e.Text)])
			_, _ = io.WriteString(p.conns[e.Conn-1], frame("text/event-plain", "", body)) // to one who may have gone
		}
		if p.closed {
			return
		}
	}
}

// hear takes the next command about the same leg, once there is one. It has to be that one: what is done to a leg is done
// in an order.
func (p *Player) hear(want string) {
	leg := legOf(want)
	for !p.closed && len(p.heard[leg]) == 0 {
		p.changed.Wait()
	}
	if p.closed {
		return
	}
	got := p.heard[leg][0]
	p.heard[leg] = p.heard[leg][1:]
	if got != want && p.wrong == "" {
		p.wrong = fmt.Sprintf("entry %d: the driver says %q, on the tape it is %q", p.next+1, got, want)
	}
}

// legOf is the leg that a command is about: the first word that is none of FreeSWITCH's.
func legOf(command string) string {
	if m := legs.FindString(command); m != "" {
		return m
	}
	return ""
}

// await takes one of that out of the map, once it is there.
func (p *Player) await(m map[string]int, text string) {
	for !p.closed && m[text] == 0 {
		p.changed.Wait()
	}
	m[text]--
}
