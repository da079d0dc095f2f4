package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"hotline/config"
	"hotline/number"
	"hotline/routing"
	"hotline/store"
)

// A missedPage is who is to be called back, as it is shown.
type missedPage struct {
	routing.Missed
	now    []number.Number                // callers who are on the line
	people map[number.Number]store.Person // those of them who are in the contacts
	since  time.Time
	at     time.Time
	all    bool
	limit  int // of those to be called; 0 for all
}

// print writes the list for a person: for each caller a line, and below it the name, the number that was called, and what else
// is to be known before one calls.
func (p missedPage) print(w io.Writer, t tongue) {
	head := t.say("Personne à rappeler", "Nobody to call back")
	if n := len(p.Open); n > 0 {
		head = fmt.Sprintf(t.say("À rappeler : %d", "To call back: %d"), n)
	}
	ends(w, head, t.say("appels depuis le ", "calls since ")+t.moment(p.since))
	shown := p.Open
	if p.limit > 0 {
		shown = shown[:min(p.limit, len(shown))]
	}
	if len(shown) > 0 {
		p.table(w, t, shown)
	}
	if p.all {
		fmt.Fprintln(w)
		fmt.Fprintf(w, t.say("Ne sont plus à rappeler : %d\n", "No longer to be called back: %d\n"), len(p.Settled))
		if len(p.Settled) > 0 {
			p.table(w, t, p.Settled)
		}
	}
	if len(p.Open)+p.Withheld > 0 {
		fmt.Fprintln(w)
	}
	if more := len(p.Open) - len(shown); more > 0 {
		fmt.Fprintf(w, t.say("Et encore %d : --limit 0 les montre tous.\n", "And %d more: --limit 0 shows them all.\n"), more)
	}
	if p.Withheld > 0 {
		wrapped(w, "", fmt.Sprintf(t.say("Appels manqués sans numéro, que personne ne peut rappeler : %d.", "Missed calls without a number, which nobody can call back: %d."), p.Withheld))
	}
	if len(p.Open) > 0 {
		wrapped(w, "", t.say("Rappelé ? Dites-le : hotline missed done NUMÉRO", "Called back? Say so: hotline missed done NUMBER"))
	}
}

// table writes callers under one head.
func (p missedPage) table(w io.Writer, t tongue, callers []routing.Unreached) {
	g := grid{right: "llrrll"}
	g.add(t.say("dernier", "last"), t.say("client", "caller"), t.say("fois", "calls"), t.say("attente", "waited"), "service", t.say("fin", "end"))
	for _, u := range callers {
		g.add(u.Last().Opened.In(paris()).Format("02/01 15:04"), u.Caller.Pretty(), fmt.Sprint(len(u.Misses)), clock(u.Waited()), cut(u.Last().Service, 12),
			t.in(outcomeWords(u.Last().Outcome)))
	}
	var table bytes.Buffer
	g.print(&table, "")
	lines := strings.SplitAfter(table.String(), "\n")
	fmt.Fprint(w, "\n"+lines[0])
	for i, u := range callers {
		fmt.Fprint(w, lines[i+1])
		hanging(w, strings.Repeat(" ", 13), strings.Join(p.notes(t, u), t.say(" ; ", "; ")))
	}
}

// name is what the contacts call somebody, else the network.
func (p missedPage) name(u routing.Unreached) string {
	return number.CleanName(cmp.Or(p.people[u.Caller].Name, u.Name()))
}

// notes are what is to be known of a caller beside the table.
func (p missedPage) notes(t tongue, u routing.Unreached) (notes []string) {
	if name := p.name(u); name != "" {
		notes = append(notes, name)
	}
	last := u.Last()
	notes = append(notes, t.say("au ", "to ")+last.Number.Pretty())
	if last.Lang != "" {
		notes = append(notes, last.Lang)
	}
	if n := u.Messages(); n > 0 {
		notes = append(notes, fmt.Sprintf(t.say("a laissé %s", "left %s"), t.many(n, "message", "message")))
	}
	if u.Short() {
		notes = append(notes, fmt.Sprintf(t.say("court : %d s", "short: %d s"), int(last.Closed.Sub(last.Opened)/time.Second)))
	}
	switch {
	case u.Settled.Caller != "":
		notes = append(notes, t.in(settledWords(u.Settled)))
	case slices.Contains(p.now, u.Caller):
		notes = append(notes, t.say("EN LIGNE en ce moment", "ON THE LINE now"))
	}
	return notes
}

func outcomeWords(o routing.MissOutcome) config.Words {
	switch o {
	case routing.MissedClosed:
		return both("fermé", "closed")
	case routing.MissedWaiting:
		return both("abandon en file", "gave up waiting")
	case routing.MissedTooLong:
		return both("trop attendu", "waited too long")
	case routing.MissedNobody:
		return both("aucun agent", "no agent there")
	case routing.MissedBudget:
		return both("budget du jour", "day's budget")
	case routing.MissedMenu:
		return both("au menu", "in a menu")
	case routing.MissedGreeting:
		return both("à l'accueil", "at the greeting")
	case routing.MissedFailed:
		return both("panne", "failure")
	}
	return both("%s", "%s", string(o))
}

// settledWords say how a caller has left the list.
func settledWords(s routing.Settled) config.Words {
	when := both(tongue("fr").moment(s.Ended), tongue("en").moment(s.Ended))
	switch {
	case s.Call != "" && s.Agent != "":
		return both("a parlé avec "+number.CleanName(s.Agent)+" le "+when.FR, "talked with "+number.CleanName(s.Agent)+" on "+when.EN)
	case s.Call != "":
		return both("a parlé avec quelqu'un le "+when.FR, "talked with somebody on "+when.EN)
	}
	by := both("noté par "+number.CleanName(s.Who)+" le "+when.FR, "noted by "+number.CleanName(s.Who)+" on "+when.EN)
	if note := number.CleanName(s.Note); note != "" {
		by.FR, by.EN = by.FR+" : "+note, by.EN+": "+note
	}
	return by
}

// A missedJSON is the list for programs.
type missedJSON struct {
	Since    time.Time       `json:"since"`
	Withheld int             `json:"withheld"` // missed calls without a number
	Callers  []unreachedJSON `json:"callers"`  // to be called back
	Settled  []unreachedJSON `json:"settled"`  // who were
}

type unreachedJSON struct {
	Caller     number.Number       `json:"caller"`
	Name       string              `json:"name,omitempty"`
	Calls      []string            `json:"calls"` // ids, the last one last
	First      time.Time           `json:"first"` // the first of them came
	Last       time.Time           `json:"last"`
	Number     number.Number       `json:"number"` // the rest is of the last
	Service    string              `json:"service"`
	Queue      string              `json:"queue,omitempty"`
	Language   string              `json:"language,omitempty"`
	Outcome    routing.MissOutcome `json:"outcome"`
	Short      bool                `json:"short"`     // of all calls
	Messages   int                 `json:"messages"`  // that they left
	WaitedMS   int64               `json:"waited_ms"` // the longest
	OnTheLine  bool                `json:"on_the_line"`
	SettledAt  time.Time           `json:"settled_at,omitzero"`
	SettledBy  string              `json:"settled_by,omitempty"` // the agent, or who took them off the list
	SettledIn  string              `json:"settled_in,omitempty"` // the conversation; not there: by hand
	SettledFor string              `json:"note,omitempty"`
}

func (p missedPage) json() missedJSON {
	out := missedJSON{Since: p.since, Withheld: p.Withheld, Callers: []unreachedJSON{}, Settled: []unreachedJSON{}}
	for _, u := range p.Open {
		out.Callers = append(out.Callers, p.callerJSON(u))
	}
	if p.all {
		for _, u := range p.Settled {
			out.Settled = append(out.Settled, p.callerJSON(u))
		}
	}
	return out
}

func (p missedPage) callerJSON(u routing.Unreached) unreachedJSON {
	last := u.Last()
	row := unreachedJSON{Caller: u.Caller, Name: p.name(u), First: u.Misses[0].Opened, Last: last.Opened, Number: last.Number,
		Service: last.Service, Queue: last.Queue, Language: last.Lang, Outcome: last.Outcome, Short: u.Short(), Messages: u.Messages(), WaitedMS: u.Waited().Milliseconds(),
		OnTheLine: slices.Contains(p.now, u.Caller), SettledAt: u.Settled.Ended, SettledBy: u.Settled.Agent + u.Settled.Who, SettledIn: u.Settled.Call,
		SettledFor: number.CleanName(u.Settled.Note)}
	for _, m := range u.Misses {
		row.Calls = append(row.Calls, m.ID)
	}
	return row
}
