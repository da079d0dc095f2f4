package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"hotline/config"
	"hotline/number"
)

// A Rulebook keeps the versions of the rules, and puts them in force. A Client is the one of the hotline that runs.
type Rulebook interface {
	// Versions lists the latest versions, the one in force first, without their files.
	Versions(ctx context.Context, most int) ([]RulesVersion, error)
	// Version returns one of them with its files; 0 asks for the one in force.
	Version(ctx context.Context, number int) (RulesVersion, error)
	// Check says what there is to say about rules, and changes nothing.
	Check(ctx context.Context, source config.Source) (RulesOutcome, error)
	// Apply puts rules in force, or those of an older version. What is wrong with them is a *RefusedRules.
	Apply(ctx context.Context, w RulesWish) (RulesOutcome, error)
}

// RulesVersion is a version of the rules that is in force, or was.
type RulesVersion struct {
	Number  int         `json:"number"`
	Hash    string      `json:"hash"` // twelve hexadecimal digits; the records of calls name it
	At      time.Time   `json:"at"`
	Who     string      `json:"who"`
	Why     string      `json:"why"`
	BackTo  int         `json:"back_to,omitempty"` // the version whose rules came back
	InForce bool        `json:"in_force"`
	Changes *int        `json:"changes,omitempty"` // from the version before it
	Files   []RulesFile `json:"files,omitempty"`
}

// Source is the files of the version.
func (v RulesVersion) Source() (source config.Source) {
	for _, f := range v.Files {
		source = append(source, config.File{Name: f.Name, Data: []byte(f.Text)})
	}
	return source
}

// RulesFile is one file of the rules, its name as it is seen from the folder of the rules file.
type RulesFile struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// NewRulesFiles are the files of a source.
func NewRulesFiles(source config.Source) (files []RulesFile) {
	for _, f := range source.Relative() {
		files = append(files, RulesFile{Name: f.Name, Text: string(f.Data)})
	}
	return files
}

// RulesWish asks for rules to be put in force.
type RulesWish struct {
	Files  []RulesFile `json:"files,omitempty"`
	BackTo int         `json:"back_to,omitempty"` // instead of files: the version whose rules are to come back
	After  int         `json:"after,omitempty"`   // the version that is to be replaced; 0 = whichever is in force
	Why    string      `json:"why"`
	Who    string      `json:"who,omitempty"` // heard from root only: who uses sudo
}

// Source is the files of the wish.
func (w RulesWish) Source() config.Source { return RulesVersion{Files: w.Files}.Source() }

// RulesOutcome is what became of rules.
type RulesOutcome struct {
	Version  RulesVersion   `json:"version"` // in force now
	Before   int            `json:"before"`  // what was in force
	Calls    int            `json:"calls"`   // that go on with an earlier version
	Warnings []RulesProblem `json:"warnings"`

	Problems config.Problems `json:"-"` // the same in all languages
}

// in tells the outcome in a language.
func (o RulesOutcome) in(language string) RulesOutcome {
	o.Warnings = newRulesProblems(o.Problems, language)
	return o
}

// RulesProblem is something that is to be said about rules.
type RulesProblem struct {
	File    string `json:"file"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Width   int    `json:"width,omitempty"`
	Code    string `json:"code"`
	Warning bool   `json:"warning"`
	Title   string `json:"title"`
	Why     string `json:"why,omitempty"`
	Fix     string `json:"fix,omitempty"`
	Text    string `json:"text,omitempty"` // the line itself

	Rows []RulesRow `json:"rows,omitempty"` // when it is about several words
}

// RulesRow is one word that a problem is about.
type RulesRow struct {
	Word  string `json:"word"`
	Where string `json:"where"` // the lines that have it
	What  string `json:"what"`
}

// newRulesProblems are problems in a language.
func newRulesProblems(problems config.Problems, language string) []RulesProblem {
	out := []RulesProblem{}
	for _, p := range problems {
		said := RulesProblem{
			File: p.Pos.File, Line: p.Pos.Line, Column: p.Pos.Column, Width: p.Width, Code: p.Code, Warning: p.Warning,
			Title: p.Title.In(language), Why: p.Why.In(language), Fix: p.Fix.In(language), Text: p.Line,
		}
		for _, r := range p.Rows {
			said.Rows = append(said.Rows, RulesRow{Word: r.Word, Where: r.Where.In(language), What: r.What.In(language)})
		}
		out = append(out, said)
	}
	return out
}

// problemsOf is the inverse, for who reads that language.
func problemsOf(problems []RulesProblem) (out config.Problems) {
	both := func(text string) config.Words { return config.Words{FR: text, EN: text} }
	for _, p := range problems {
		read := config.Problem{
			Pos: config.Pos{File: p.File, Line: p.Line, Column: p.Column}, Width: p.Width, Code: p.Code, Warning: p.Warning,
			Title: both(p.Title), Why: both(p.Why), Fix: both(p.Fix), Line: p.Text,
		}
		for _, r := range p.Rows {
			read.Rows = append(read.Rows, config.Row{Word: r.Word, Where: both(r.Where), What: both(r.What)})
		}
		out = append(out, read)
	}
	return out
}

// A RefusedRules is rules that are not put in force, with everything that is wrong with them.
type RefusedRules struct{ Problems config.Problems }

func (r *RefusedRules) Error() string { return r.Problems.Err().Error() }

// A SupersededRules says that another version has come in force than the one that was to be replaced.
type SupersededRules struct{ Current RulesVersion }

func (s *SupersededRules) Error() string {
	return fmt.Sprintf("version %d of the rules has come in force meanwhile, by %s", s.Current.Number, s.Current.Who)
}

// Why there are no such rules, or nothing to do.
var (
	ErrNoRules   = errors.New("no such version of the rules")
	ErrSameRules = errors.New("these rules are in force already")
	ErrDiskFull  = errors.New("the disk is full, on which the database is")
)

// A wish for rules may be as long as all files together, and takes as long as it takes to have texts spoken, or to compare many
// versions.
const (
	rulesLength = 16 << 20
	rulesLimit  = 5 * time.Minute
	rulesListed = 1000

	rulesNameLength = 255 // of a file
)

// WhyLength is how many characters the reason of a change may have.
const WhyLength = 200

// CleanWhy is a reason as it is kept: on one line, and without what nobody sees.
func CleanWhy(why string) string {
	seen := func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.C, r):
			return -1
		}
		return r
	}
	return strings.Join(strings.Fields(strings.Map(seen, why)), " ")
}

func (s *Server) rulesVersions(r *http.Request) (any, error) {
	most := 20
	if text := r.URL.Query().Get("most"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return nil, errRulesBody
		}
		most = min(n, rulesListed)
	}
	versions, err := s.Rules.Versions(r.Context(), most)
	return RulesList{Versions: versions}, err
}

// RulesList is versions of the rules.
type RulesList struct {
	Versions []RulesVersion `json:"versions"`
}

func (s *Server) rulesVersion(r *http.Request) (any, error) {
	text := r.PathValue("number")
	n, err := strconv.Atoi(text)
	if text == "current" {
		n, err = 0, nil
	} else if n < 1 {
		return nil, ErrNoRules
	}
	if err != nil {
		return nil, ErrNoRules
	}
	return s.Rules.Version(r.Context(), n)
}

func (s *Server) checkRules(r *http.Request) (any, error) {
	w, err := readRulesWish(r)
	if err != nil || len(w.Files) == 0 {
		return nil, errors.Join(errRulesBody, err)
	}
	o, err := s.Rules.Check(r.Context(), w.Source())
	return o.in(language(r.Header.Get("Accept-Language"))), err
}

func (s *Server) applyRules(r *http.Request) (any, error) {
	w, err := readRulesWish(r)
	w.Why = CleanWhy(w.Why)
	if err != nil || (len(w.Files) == 0) == (w.BackTo == 0) || w.Why == "" || utf8.RuneCountInString(w.Why) > WhyLength {
		return nil, errors.Join(errRulesBody, err)
	}
	w.Who = asker(r, w.Who)
	o, err := s.Rules.Apply(r.Context(), w)
	return o.in(language(r.Header.Get("Accept-Language"))), err
}

// asker is who asks: root may say for whom.
func asker(r *http.Request, named string) string {
	peer := peerOf(r.Context())
	if named = number.CleanName(named); peer != "root" || named == "" {
		return peer
	}
	return named
}

func readRulesWish(r *http.Request) (w RulesWish, err error) {
	data, err := io.ReadAll(io.LimitReader(r.Body, rulesLength))
	if err != nil {
		return w, err
	}
	if err := json.Unmarshal(data, &w); err != nil {
		return w, err
	}
	for i, f := range w.Files {
		if !ruleFileName(f.Name, i > 0) || i > 1 && path.Base(f.Name) <= path.Base(w.Files[i-1].Name) {
			return w, errRulesBody
		}
	}
	return w, nil
}

// ruleFileName says whether a file of the rules may have that name: it is shown to people, and may be written to the disk when
// its version comes back. The first is the rules file itself, the others are parts of it, in the order in which they are read.
func ruleFileName(name string, part bool) bool {
	base := path.Base(name)
	if part && (name != "rules.d/"+base || path.Ext(base) != ".yaml" || base[0] == '.') {
		return false
	}
	hidden := func(r rune) bool { return unicode.Is(unicode.C, r) || r == utf8.RuneError }
	return name != "" && len(name) <= rulesNameLength && !strings.ContainsFunc(name, hidden)
}

// Versions asks for the versions of the rules.
func (c *Client) Versions(ctx context.Context, most int) ([]RulesVersion, error) {
	var l RulesList
	err := c.patient(rulesLimit).ask(ctx, http.MethodGet, "/v1/rules?most="+strconv.Itoa(most), nil, &l)
	return l.Versions, rulesError(err)
}

// Version asks for one of them; 0 asks for the one in force.
func (c *Client) Version(ctx context.Context, number int) (v RulesVersion, err error) {
	name := strconv.Itoa(number)
	if number == 0 {
		name = "current"
	}
	err = c.ask(ctx, http.MethodGet, "/v1/rules/"+name, nil, &v)
	return v, rulesError(err)
}

// Check asks what there is to say about rules.
func (c *Client) Check(ctx context.Context, source config.Source) (o RulesOutcome, err error) {
	err = c.patient(rulesLimit).ask(ctx, http.MethodPost, "/v1/rules/check", RulesWish{Files: NewRulesFiles(source)}, &o)
	o.Problems = problemsOf(o.Warnings)
	return o, rulesError(err)
}

// Apply asks for rules to be put in force.
func (c *Client) Apply(ctx context.Context, w RulesWish) (o RulesOutcome, err error) {
	err = c.patient(rulesLimit).ask(ctx, http.MethodPost, "/v1/rules", w, &o)
	o.Problems = problemsOf(o.Warnings)
	return o, rulesError(err)
}

// patient is the same client for what may take so long.
func (c *Client) patient(limit time.Duration) *Client {
	slow, connection := *c, *c.http
	connection.Timeout = limit
	slow.http = &connection
	return &slow
}

// rulesError makes the errors of a Rulebook of those that came over the socket.
func rulesError(err error) error {
	var p *Problem
	if !errors.As(err, &p) {
		return err
	}
	switch p.Type {
	case RulesRefused:
		return &RefusedRules{Problems: problemsOf(p.Problems)}
	case RulesSuperseded:
		if p.Current != nil {
			return &SupersededRules{Current: *p.Current}
		}
	case NoRules:
		return fmt.Errorf("%w", ErrNoRules)
	case SameRules:
		return fmt.Errorf("%w", ErrSameRules)
	case DiskFull:
		return fmt.Errorf("%w", ErrDiskFull)
	}
	return err
}
