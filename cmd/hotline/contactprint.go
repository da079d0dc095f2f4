package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hotline/number"
	"hotline/routing"
	"hotline/store"
)

// A contactImport puts a file into the contacts.
type contactImport struct {
	tongue
	out  io.Writer
	name string
	file *contactFile
	now  time.Time
	dry  bool
}

// What is told of a file, at the most.
const (
	problemsTold = 20
	changesTold  = 20
)

func (i contactImport) run(cmd *cobra.Command, db *store.DB) error {
	i.tell()
	if i.file.refused() {
		wrapped(i.out, "", i.say("Rien n'a changé. Corrigez le fichier, puis relancez.", "Nothing was changed. Correct the file, then run it again."))
		return &exitError{code: exitRefused}
	}
	have, err := db.People(cmd.Context(), i.file.numbers()...)
	if err != nil {
		return err
	}
	write, fresh, same := i.file.newPeople(have, number.CleanName(i.name), i.now)
	if i.dry {
		i.tellChanges(have, write)
	} else if err := db.PutPeople(cmd.Context(), write); err != nil {
		return err
	}
	text := fmt.Sprintf(i.say("Nouveaux : %d, changés : %d, déjà là : %d.", "New: %d, changed: %d, there already: %d."), fresh, len(write)-fresh, same)
	if i.dry {
		text += i.say(" Rien n'a été changé : c'était un essai.", " Nothing was changed: this was a trial.")
	}
	wrapped(i.out, "", text)
	return nil
}

// tell says what is the matter with the file: errors first.
func (i contactImport) tell() {
	if len(i.file.ignored) > 0 {
		wrapped(i.out, "", fmt.Sprintf(i.say("Colonnes laissées de côté : %s.", "Columns left aside: %s."), strings.Join(i.file.ignored, ", ")))
	}
	for _, warning := range []bool{false, true} {
		told := 0
		for _, p := range i.file.problems {
			if p.warning != warning {
				continue
			}
			if told++; told > problemsTold {
				continue
			}
			text := fmt.Sprintf("%s, l. %d", i.name, p.line)
			if warning {
				text = i.say("attention, ", "warning, ") + text
			}
			hanging(i.out, "  ", text+i.say(" : ", ": ")+i.in(p.Words))
		}
		if more := told - problemsTold; more > 0 {
			fmt.Fprintf(i.out, i.say("  et %d de plus\n", "  and %d more\n"), more)
		}
	}
}

func (i contactImport) tellChanges(have map[number.Number]store.Person, write []store.Person) {
	for at, p := range write {
		if at == changesTold {
			fmt.Fprintf(i.out, i.say("  et %d de plus\n", "  and %d more\n"), len(write)-changesTold)
			return
		}
		before, there := have[p.Number]
		sign := "+ "
		if there {
			sign = "~ "
		}
		hanging(i.out, "  ", sign+p.Number.Pretty()+"  "+strings.Join(differences(i.tongue, before, p), i.say(" ; ", "; ")))
	}
}

func printPeople(w io.Writer, t tongue, people []store.Person, limit int, search string) {
	if len(people) == 0 {
		text := t.say("Aucun contact. Pour en avoir : hotline contact import FICHIER.csv", "No contacts. To have some: hotline contact import FILE.csv")
		if search != "" {
			text = t.say("Aucun contact ne correspond.", "No contact is like that.")
		}
		fmt.Fprintln(w, text)
		return
	}
	shown := people
	if limit > 0 {
		shown = people[:min(limit, len(people))]
	}
	g := grid{}
	g.add(t.say("numéro", "number"), t.say("nom", "name"), t.say("langue", "lang."), t.say("groupes", "groups"))
	for _, p := range shown {
		g.add(cut(p.Number.Pretty(), 18), cut(p.Name, 30), cut(p.Language, 2), cut(strings.Join(p.Groups, ", "), 20))
	}
	g.print(w, "")
	fmt.Fprintln(w)
	text := t.many(len(people), "contact", "contact")
	if more := len(people) - len(shown); more > 0 {
		text += fmt.Sprintf(t.say(", dont %d ne sont pas montrés : --limit 0 les montre tous", ", %d of them not shown: --limit 0 shows all"), more)
	}
	wrapped(w, "", text)
}

// printPerson writes what the contacts have of somebody.
func printPerson(w io.Writer, t tongue, n number.Number, p store.Person) {
	fmt.Fprintln(w, n.Pretty())
	for _, part := range [][2]string{{t.say("Nom", "Name"), number.CleanName(p.Name)}, {t.say("Langue", "Language"), number.CleanName(p.Language)},
		{t.say("Groupes", "Groups"), number.CleanText(strings.Join(p.Groups, ", "), longestNotes)}} {
		if part[1] != "" {
			begun(w, fmt.Sprintf("  %-10s ", part[0]), strings.Repeat(" ", 13), part[1])
		}
	}
	for i, line := range strings.Split(cleanLines(p.Notes), "\n") {
		if line == "" {
			continue
		}
		head := ""
		if i == 0 {
			head = "Notes"
		}
		begun(w, fmt.Sprintf("  %-10s ", head), strings.Repeat(" ", 13), line)
	}
}

// showContact writes who somebody is and what became of their latest calls.
func showContact(ctx context.Context, w io.Writer, t tongue, db *store.DB, n number.Number, most int) error {
	people, err := db.People(ctx, n)
	if err != nil {
		return err
	}
	calls, total, err := db.CallsOf(ctx, n, most)
	if err != nil {
		return err
	}
	messages, err := db.MessagesOf(ctx, n, most)
	if err != nil {
		return err
	}
	if p, there := people[n]; there {
		printPerson(w, t, n, p)
		fmt.Fprintf(w, "  %-10s %s (%s)\n", t.say("Noté", "Written"), t.moment(p.Changed), cut(p.Source, 40))
	} else {
		fmt.Fprintln(w, n.Pretty())
		hanging(w, "  ", fmt.Sprintf(t.say("N'est pas dans les contacts : hotline contact set %s \"nom=...\"", "Is not in the contacts: hotline contact set %s \"name=...\""), n.National()))
	}
	fmt.Fprintln(w)
	if total == 0 {
		fmt.Fprintln(w, t.say("N'a jamais appelé.", "Has never called."))
		return nil
	}
	head := fmt.Sprintf(t.say("Appels : %d", "Calls: %d"), total)
	if more := total - len(calls); more > 0 {
		head += fmt.Sprintf(t.say(", les %d derniers :", ", the last %d:"), len(calls))
	}
	fmt.Fprintln(w, head)
	g := grid{right: "lllrl"}
	g.add("id", t.say("quand", "when"), t.say("au", "to"), t.say("attente", "waited"), t.say("issue", "outcome"))
	for _, c := range calls {
		g.add(c.ID[max(len(c.ID)-4, 0):], t.moment(c.Opened), cut(called(c.Contact), 12), clock(c.Waited), cut(t.outcome(c), 26))
	}
	g.print(w, "  ")
	if len(messages) > 0 {
		t.printLeft(w, messages)
	}
	return nil
}

// printLeft writes the messages that somebody has left.
func (t tongue) printLeft(w io.Writer, messages []routing.Kept) {
	fmt.Fprintln(w, "\nMessages (hotline voicemail)"+t.say(" :", ":"))
	g := grid{right: "lllrl"}
	g.add("id", t.say("quand", "when"), t.say("boîte", "mailbox"), t.say("durée", "length"), t.say("état", "state"))
	for _, k := range messages {
		g.add(shortID(k.ID), t.moment(k.At), cut(k.Mailbox, 14), clock(k.Length), t.in(messageStateWords(k.State)))
	}
	g.print(w, "  ")
}

// outcome is what became of a call, in a few words.
func (t tongue) outcome(c routing.Record) string {
	switch {
	case c.Closed.IsZero():
		return t.say("en cours", "goes on")
	case c.Talked > 0 && c.Agent != "":
		return number.CleanName(c.Agent) + ", " + clock(c.Talked)
	case c.Talked > 0:
		return t.say("a parlé, ", "talked, ") + clock(c.Talked)
	}
	miss, missed := routing.MissOf(&c, func(number.Number) bool { return false })
	if !missed {
		return t.say("numéro inconnu", "unknown number")
	}
	return t.in(outcomeWords(miss.Outcome))
}

// A personJSON is a contact for programs.
type personJSON struct {
	Number   number.Number `json:"number"`
	Name     string        `json:"name"`
	Language string        `json:"language"`
	Groups   []string      `json:"groups"`
	Notes    string        `json:"notes"`
	Source   string        `json:"source"`
	Created  time.Time     `json:"created"`
	Changed  time.Time     `json:"changed"`
}

func newPersonJSON(p store.Person) personJSON {
	return personJSON{Number: p.Number, Name: p.Name, Language: p.Language, Groups: append([]string{}, p.Groups...), Notes: p.Notes, Source: p.Source, Created: p.Created, Changed: p.Changed}
}

func peopleJSON(people []store.Person) map[string]any {
	list := []personJSON{}
	for _, p := range people {
		list = append(list, newPersonJSON(p))
	}
	return map[string]any{"contacts": list}
}
