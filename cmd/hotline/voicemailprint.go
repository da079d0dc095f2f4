package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	"hotline/config"
	"hotline/number"
	"hotline/routing"
)

// printMessages writes the list for a person: for each message a line, and below it the name and who deals with it.
func printMessages(w io.Writer, t tongue, messages []routing.Kept) {
	if len(messages) == 0 {
		fmt.Fprintln(w, t.say("Aucun message n'attend.", "No message waits."))
		return
	}
	waits := 0
	g := grid{right: "lllrl"}
	g.add("id", t.say("reçu", "left"), t.say("client", "caller"), t.say("durée", "length"), t.say("messagerie", "mailbox"), t.say("état", "state"))
	for _, k := range messages {
		if k.State == routing.MessageNew {
			waits++
		}
		from := k.Caller.Pretty()
		if from == "" {
			from = t.say("masqué", "withheld")
		}
		g.add(shortID(k.ID), k.At.In(paris()).Format("02/01 15:04"), from, clock(k.Length), cut(k.Mailbox, 14), t.in(messageStateWords(k.State)))
	}
	fmt.Fprintf(w, t.say("Messages : %d, dont %d que personne n'a pris\n", "Messages: %d, of which %d are nobody's yet\n"), len(messages), waits)
	var table bytes.Buffer
	g.print(&table, "")
	lines := strings.SplitAfter(table.String(), "\n")
	fmt.Fprint(w, "\n"+lines[0])
	for i, k := range messages {
		fmt.Fprint(w, lines[i+1])
		var notes []string
		if name := number.CleanName(k.CallerName); name != "" {
			notes = append(notes, name)
		}
		notes = append(notes, t.say("au ", "to ")+k.Number.Pretty())
		if k.Who != "" {
			notes = append(notes, cut(k.Who, 30)+t.say(" depuis le ", " since ")+t.moment(k.Since))
		}
		if k.Heard.IsZero() {
			notes = append(notes, t.say("pas encore écouté", "not heard yet"))
		}
		hanging(w, "        ", strings.Join(notes, t.say(" ; ", "; ")))
	}
	fmt.Fprintln(w)
	wrapped(w, "", t.say("Pour vous en occuper : hotline voicemail claim ID, puis hotline voicemail done ID.", "To deal with one: hotline voicemail claim ID, then hotline voicemail done ID."))
}

func messageStateWords(s routing.MessageState) config.Words {
	switch s {
	case routing.MessageNew:
		return both("à prendre", "new")
	case routing.MessageClaimed:
		return both("pris", "claimed")
	}
	return both("réglé", "done")
}

// messageFrom is who has left a message.
func (t tongue) messageFrom(k routing.Kept) string {
	from := k.Caller.Pretty()
	if from == "" {
		from = t.say("un numéro masqué", "a withheld number")
	}
	if name := number.CleanName(k.CallerName); name != "" {
		return from + " (" + name + ")"
	}
	return from
}

// printMessage writes all that is known of one message.
func printMessage(w io.Writer, t tongue, k routing.Kept, changes []routing.MessageChange) {
	sides(w, "Message "+k.ID, t.in(messageStateWords(k.State)))
	fmt.Fprintln(w)
	g := grid{}
	g.add(t.say("de", "from"), t.messageFrom(k))
	g.add(t.say("reçu", "left"), t.moment(k.At)+", "+clock(k.Length))
	g.add(t.say("ligne", "line"), fmt.Sprintf(t.say("%s, service %s, messagerie %s", "%s, service %s, mailbox %s"), k.Number.Pretty(), cut(k.Service, 30), cut(k.Mailbox, 30)))
	g.add(t.say("appel", "call"), "hotline cdr show "+k.Call)
	g.print(w, "")
	fmt.Fprintln(w)
	for _, c := range changes {
		by := cut(c.Who, 40)
		if by == "" {
			by = "hotline"
		}
		fmt.Fprintf(w, "%s  %s, %s\n", c.At.In(paris()).Format("02/01 15:04"), t.in(deedWords(c.What)), by)
	}
}

func deedWords(d routing.MessageDeed) config.Words {
	switch d {
	case routing.LeaveMessage:
		return both("reçu", "left")
	case routing.ClaimMessage:
		return both("pris", "claimed")
	case routing.DoneMessage:
		return both("réglé", "done")
	case routing.ReopenMessage:
		return both("rendu", "reopened")
	case routing.HearMessage:
		return both("écouté", "heard")
	case routing.DeleteMessage:
		return both("supprimé", "deleted")
	}
	return both("effacé", "erased")
}

// A messageJSON is a message for programs.
type messageJSON struct {
	ID       string               `json:"id"`
	Call     string               `json:"call"`
	Mailbox  string               `json:"mailbox"`
	Service  string               `json:"service"`
	Number   number.Number        `json:"number"`
	Caller   number.Number        `json:"caller,omitempty"`
	Name     string               `json:"name,omitempty"`
	At       time.Time            `json:"at"`
	LengthMS int64                `json:"length_ms"`
	State    routing.MessageState `json:"state"`
	Who      string               `json:"who,omitempty"`
	Since    time.Time            `json:"since"`
	Heard    time.Time            `json:"heard,omitzero"`
}

func messagesJSON(messages []routing.Kept) []messageJSON {
	out := []messageJSON{}
	for _, k := range messages {
		out = append(out, messageJSON{k.ID, k.Call, k.Mailbox, k.Service, k.Number, k.Caller, number.CleanName(k.CallerName), k.At, k.Length.Milliseconds(),
			k.State, k.Who, k.Since, k.Heard})
	}
	return out
}
