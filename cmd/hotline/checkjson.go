package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"hotline/config"
)

// checkedJSON is what check says to programs. Its words are in the language of who asks; codes, places and numbers are not.
type checkedJSON struct {
	File     string        `json:"file"`
	Hash     string        `json:"hash"`            // of the files; names this version
	OK       bool          `json:"ok"`              // may be put in force
	Error    string        `json:"error,omitempty"` // what kept the rules from being checked, when it is no problem of a file
	Checked  time.Time     `json:"checked"`
	Errors   int           `json:"errors"`
	Warnings int           `json:"warnings"`
	InForce  *versionJSON  `json:"in_force"` // null = none is known
	Problems []problemJSON `json:"problems"`

	// What the rules come to, when there are no errors.
	Numbers  []numberJSON   `json:"numbers,omitempty"`
	First    []firstJSON    `json:"goes_first,omitempty"`
	Tests    *testsJSON     `json:"tests,omitempty"`
	Changes  []ruleDiffJSON `json:"changes,omitempty"`
	Services int            `json:"services,omitempty"`
	Queues   int            `json:"queues,omitempty"`
	Agents   int            `json:"agents,omitempty"`
}

type versionJSON struct {
	Number int       `json:"number"`
	Hash   string    `json:"hash"`
	At     time.Time `json:"at"`
	Who    string    `json:"who"`
	Why    string    `json:"why"`
}

// problemJSON is a problem with its place: line and column count from 1, columns and width in characters; a problem of the whole
// file has line 0.
type problemJSON struct {
	Code     string `json:"code"`
	Severity string `json:"severity"` // error or warning
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Width    int    `json:"width"`
	Title    string `json:"title"`
	Why      string `json:"why,omitempty"`
	Fix      string `json:"fix,omitempty"`
	Text     string `json:"text,omitempty"` // the line, as it stands in the file

	Rows []problemRowJSON `json:"rows,omitempty"` // of a problem that is about several words
}

type problemRowJSON struct {
	Word  string `json:"word"`
	Where string `json:"where"`
	What  string `json:"what"`
}

type numberJSON struct {
	Number     string `json:"number"` // +33809400100
	Service    string `json:"service"`
	CallerPays string `json:"caller_pays"`
	We         string `json:"we"` // EUR without tax: + brings, - costs, ? is not known
	Texts      bool   `json:"texts"`
	Open       bool   `json:"open"` // now
}

type firstJSON struct {
	Agents  []string `json:"agents"`
	First   string   `json:"first"`   // a queue
	Then    string   `json:"then"`    // a queue
	Seconds float64  `json:"seconds"` // a call of then goes behind one of first that came so much later at most
}

type testsJSON struct {
	Run    int       `json:"run"`
	Passed int       `json:"passed"`
	Paths  int       `json:"paths"`
	Tried  int       `json:"tried"`
	Never  []gapJSON `json:"never"`
}

type gapJSON struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Last int    `json:"last"` // line
	What string `json:"what"`
}

type ruleDiffJSON struct {
	File  string `json:"file"`
	Line  int    `json:"line"`
	About string `json:"about"`
	What  string `json:"what"`
}

// printJSON writes the verdict for programs.
func (k *checker) printJSON(v verdict) error {
	all := k.problemsJSON(v.path, v.problems)
	all.Hash = v.source.Hash()
	if now := v.inForce; now != nil {
		all.InForce = &versionJSON{Number: now.Number, Hash: now.Hash, At: now.At, Who: now.Who, Why: now.Why}
	}
	if all.OK {
		k.pictureJSON(&all, v)
	}
	return k.write(all)
}

// write writes one verdict: over many lines, or on one when a watch has many to tell.
func (k *checker) write(all checkedJSON) error {
	if !k.watching {
		return writeIndented(k.out, all)
	}
	out := json.NewEncoder(k.out)
	out.SetEscapeHTML(false)
	if err := out.Encode(all); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}

// problemsJSON is what is said of rules whatever is wrong with them.
func (k *checker) problemsJSON(path string, problems config.Problems) checkedJSON {
	all := checkedJSON{File: path, OK: !problems.Errors(), Checked: k.now(), Problems: []problemJSON{}}
	for _, p := range problems {
		told := problemJSON{Code: p.Code, Severity: "error", File: p.Pos.File, Line: p.Pos.Line, Column: p.Pos.Column, Width: p.Width,
			Title: k.in(p.Title), Why: k.in(p.Why), Fix: k.in(p.Fix), Text: p.Line}
		for _, row := range p.Rows {
			told.Rows = append(told.Rows, problemRowJSON{Word: row.Word, Where: k.in(row.Where), What: k.in(row.What)})
		}
		if p.Warning {
			told.Severity = "warning"
			all.Warnings++
		} else {
			all.Errors++
		}
		all.Problems = append(all.Problems, told)
	}
	return all
}

func (k *checker) pictureJSON(all *checkedJSON, v verdict) {
	all.Services, all.Queues, all.Agents = len(v.rules.Services), len(v.rules.Queues), len(v.rules.Agents)
	for _, r := range v.rows {
		all.Numbers = append(all.Numbers, numberJSON{Number: string(r.line.Number), Service: r.line.Service, CallerPays: k.callerPays(r), We: k.we(r),
			Texts: r.line.Texts, Open: v.rules.OpenAt(v.rules.Services[r.line.Service], k.now())})
	}
	for _, p := range whoGoesFirst(v.rules) {
		all.First = append(all.First, firstJSON{Agents: p.Agents, First: p.First.Name, Then: p.Then.Name, Seconds: p.By.Seconds()})
	}
	all.Tests = &testsJSON{Run: len(v.results), Paths: v.cover.All, Tried: v.cover.Tried, Never: []gapJSON{}}
	for _, r := range v.results {
		if r.Passed() {
			all.Tests.Passed++
		}
	}
	for _, gap := range v.cover.Never {
		all.Tests.Never = append(all.Tests.Never, gapJSON{File: gap.From.File, Line: gap.From.Line, Last: gap.To.Line, What: k.in(gap.What)})
	}
	for _, c := range v.changes {
		all.Changes = append(all.Changes, ruleDiffJSON{File: c.Pos.File, Line: c.Pos.Line, About: k.in(c.About()), What: k.in(c.What())})
	}
}

// cannot tells what keeps the rules from being checked.
func (k *checker) cannot(out io.Writer, err error) {
	refused := (*config.RefusedError)(nil)
	switch isRefused := errors.As(err, &refused); {
	case k.asJSON:
		all := k.problemsJSON("", nil)
		if isRefused {
			all = k.problemsJSON(refused.Problems[0].Pos.File, refused.Problems)
		} else {
			all.OK, all.Error = false, k.mistake(err)
		}
		if k.write(all) == nil {
			return
		}
	case isRefused:
		if refused.Problems.Print(out, string(k.tongue)) == nil {
			return
		}
	}
	wrapped(out, "", k.mistake(err))
}
