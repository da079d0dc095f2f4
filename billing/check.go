package billing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"hotline/number"
)

// A Problem is what is wrong with a row of the tariff tables, in French and in English.
type Problem struct {
	Line    int    // of the file, 0 when there is none
	What    string // the row: "0810123456", "D045"
	FR, EN  string
	Warning bool // the row is taken all the same
}

// Text writes the problem in a language: "row 17, 0810123456: ...".
func (p Problem) Text(lang string) string {
	row, colon, why := "row", ": ", p.EN
	if lang == "fr" {
		row, colon, why = "ligne", " : ", p.FR
	}
	var where []string
	if p.Line != 0 {
		where = append(where, fmt.Sprintf("%s %d", row, p.Line))
	}
	if p.What != "" {
		where = append(where, p.What)
	}
	if len(where) == 0 {
		return why
	}
	return strings.Join(where, ", ") + colon + why
}

func (p Problem) Error() string { return p.Text("en") }

// Errors is the problems that are no warnings, as one error; nil when there are none.
func Errors(problems []Problem) error {
	var e ProblemsError
	for _, p := range problems {
		if !p.Warning {
			e = append(e, p)
		}
	}
	if len(e) == 0 {
		return nil
	}
	return e
}

// A ProblemsError is everything that is wrong, said at once.
type ProblemsError []Problem

func (e ProblemsError) Error() string { return e.Text("en") }

// Text writes each problem on a line of its own.
func (e ProblemsError) Text(lang string) string {
	var lines []string
	for _, p := range e {
		lines = append(lines, p.Text(lang))
	}
	return strings.Join(lines, "\n")
}

// A checker collects problems.
type checker struct {
	data     *Data
	plans    []datedPlan
	steps    map[string][]StepRow
	priced   map[rateKey][]int // the services of each number, and of each step
	problems []Problem
}

// A rateKey says what a row of a contract is about: a number, or a step.
type rateKey struct {
	number number.Number
	step   string
}

func (c *checker) refuse(line int, what, fr, en string, values ...any) {
	c.problems = append(c.problems, Problem{Line: line, What: what, FR: fmt.Sprintf(fr, french(values)...), EN: fmt.Sprintf(en, values...)})
}

// french has the prices among values written as France does.
func french(values []any) []any {
	out := slices.Clone(values)
	for i, v := range out {
		if p, ok := v.(interface{ FR() string }); ok {
			out[i] = p.FR()
		}
	}
	return out
}

func (c *checker) warn(line int, what, fr, en string, values ...any) {
	c.refuse(line, what, fr, en, values...)
	c.problems[len(c.problems)-1].Warning = true
}

// Check says everything that is wrong with the tables. Nothing of data that has errors is ever put in force.
func (d *Data) Check() []Problem {
	c := &checker{data: d, steps: map[string][]StepRow{}, priced: map[rateKey][]int{}}
	for _, s := range d.Steps {
		c.steps[s.Code] = append(c.steps[s.Code], s)
	}
	for i, s := range d.Services {
		c.priced[rateKey{number: s.Number}] = append(c.priced[rateKey{number: s.Number}], i)
		c.priced[rateKey{step: s.Step}] = append(c.priced[rateKey{step: s.Step}], i)
	}
	c.ranges()
	c.stepRows()
	c.contracts()
	c.services()
	c.owner()
	c.grid()
	c.trunks()
	c.vat()
	slices.SortStableFunc(c.problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return c.problems
}

// CheckSince says what is wrong with the tables and was not wrong with those of before: whoever changes one row does not have
// to mend others first.
func (d *Data) CheckSince(before Data) []Problem {
	known := map[string]bool{}
	for _, p := range before.Check() {
		known[p.What+p.EN] = true
	}
	return slices.DeleteFunc(d.Check(), func(p Problem) bool { return p.Line == 0 && known[p.What+p.EN] })
}

// spans checks that intervals run forward and that no two of one key overlap.
func spans[K comparable, R any](c *checker, rows []R, of func(R) (key K, what string, s Span, line int)) {
	type dated struct {
		Span
		what string
		line int
	}
	byKey := map[K][]dated{}
	for _, r := range rows {
		key, what, s, line := of(r)
		if !s.Until.IsZero() && !s.From.Before(s.Until) {
			c.refuse(line, what, "la fin (%s) n'est pas après le début (%s)", "its end (%s) is not after its start (%s)", Day(s.Until), Day(s.From))
			continue
		}
		byKey[key] = append(byKey[key], dated{s, what, line})
	}
	for _, all := range byKey {
		slices.SortStableFunc(all, func(a, b dated) int { return a.From.Compare(b.From) })
		for i := 1; i < len(all); i++ {
			a, b := all[i-1], all[i]
			if a.line > b.line {
				a, b = b, a
			}
			if a.overlaps(b.Span) {
				c.refuse(b.line, b.what, "la période %s chevauche la période %s%s", "the period %s overlaps the period %s%s",
					b.Span, a.Span, lineWords(a.line))
			}
		}
	}
}

// lineWords points to another row, in words that are the same in both languages.
func lineWords(line int) string {
	if line == 0 {
		return ""
	}
	return fmt.Sprintf(" (l. %d)", line)
}

// String writes a span as files have it: "2026-11-01..2026-12-01", with nothing behind the dots while it is open.
func (s Span) String() string { return Day(s.From) + ".." + Day(s.Until) }

func (c *checker) ranges() {
	spans(c, c.data.Ranges, func(r RangeRow) (string, string, Span, int) { return r.Prefix, r.Prefix, r.Span, r.Line })
	for _, r := range c.data.Ranges {
		switch {
		case r.Prefix != "+" && (r.Prefix == "" || strings.Trim(r.Prefix, "0123456789") != ""):
			c.refuse(r.Line, r.Prefix, "un préfixe est fait de chiffres", "a prefix is made of digits")
		case r.Length < 0 || r.Length > 15 || r.Length != 0 && r.Length < len(r.Prefix):
			c.refuse(r.Line, r.Prefix, "longueur %d impossible", "length %d is impossible", r.Length)
		case r.Capped && r.Category == Free && (r.PerMinute != 0 || r.PerCall != 0):
			c.refuse(r.Line, r.Prefix, "une tranche gratuite n'a pas de plafond au-dessus de 0", "a free range has no ceiling above 0")
		}
	}
	if len(c.problems) == 0 {
		c.plans, _ = datePlans(c.data.Ranges) // what it refuses has been refused above
	}
}

func (c *checker) stepRows() {
	spans(c, c.data.Steps, func(s StepRow) (string, string, Span, int) { return s.Code, s.Code, s.Span, s.Line })
	for _, s := range c.data.Steps {
		if s.Code == "" {
			c.refuse(s.Line, "", "palier sans code", "a step without a code")
		}
		if (s.Code == StepFree || s.Code == StepNormal) && !s.Price.Zero() {
			c.refuse(s.Line, s.Code, "ce palier ne coûte rien au-delà de l'appel", "this step costs nothing beyond the call")
		}
	}
}

func (c *checker) contracts() {
	seen := map[string]int{}
	for _, r := range c.data.Contracts {
		if r.Name == "" {
			c.refuse(r.Line, "", "le contrat n'a pas de nom", "the contract has no name")
		}
		if line, twice := seen[r.Name]; twice {
			c.refuse(r.Line, r.Name, "ce contrat est déjà là%s", "this contract is there already%s", lineWords(line))
		}
		seen[r.Name] = r.Line
	}
}

// contract makes sure that a contract that is named is there.
func (c *checker) contract(line int, what, name string) {
	if name != "" && !slices.ContainsFunc(c.data.Contracts, func(r ContractRow) bool { return r.Name == name }) {
		c.refuse(line, what, "le contrat « %s » n'existe pas", `there is no contract "%s"`, name)
	}
}

func (c *checker) services() {
	spans(c, c.data.Services, func(s ServiceRow) (number.Number, string, Span, int) {
		return s.Number, s.Number.National(), s.Span, s.Line
	})
	for _, s := range c.data.Services {
		c.contract(s.Line, s.Number.National(), s.Contract)
		c.service(s)
	}
}

// service checks one price: against the family of the number and its ceiling at each moment of its life, against its
// step, and against the law on what may be charged for.
func (c *checker) service(s ServiceRow) {
	what := s.Number.National()
	if s.Step != "" && len(c.steps[s.Step]) == 0 {
		c.refuse(s.Line, what, "le palier « %s » n'existe pas", `there is no step "%s"`, s.Step)
		return
	}
	found := false
	for i, p := range c.plans {
		life := Span{From: p.from}
		if i+1 < len(c.plans) {
			life.Until = c.plans[i+1].from
		}
		if !s.overlaps(life) {
			continue
		}
		r, ok := p.plan.Find(s.Number)
		if !ok {
			continue
		}
		found = true
		why := r.Allows(s.Price, s.Step)
		if why == nil {
			why = r.Serves(s.Purpose, s.Adult, s.Price)
		}
		if why != nil {
			c.problems = append(c.problems, Problem{Line: s.Line, What: what, FR: why.FR, EN: why.EN})
			return
		}
	}
	if !found && len(c.plans) > 0 {
		c.refuse(s.Line, what, "ce numéro n'est pas dans le plan de numérotation (%s)", "this number is not in the number plan (%s)", s.Span)
		return
	}
	c.step(s)
}

// step checks the step that a price names, and warns of one without evidence.
func (c *checker) step(s ServiceRow) {
	what := s.Number.National()
	if s.Step == "" {
		if !s.Price.Zero() && s.Price.Plain() { // the steps are all of today's shape
			c.warn(s.Line, what, "%s n'est aucun des paliers de la grille", "%s is none of the listed steps", s.Price)
		}
		return
	}
	for _, step := range c.steps[s.Step] {
		switch {
		case !step.overlaps(s.Span):
		case step.Price != s.Price:
			c.refuse(s.Line, what, "le palier %s est de %s, pas de %s", "step %s is %s, not %s", s.Step, step.Price, s.Price)
			return
		case !step.Verified && step.Holds(s.From):
			c.warn(s.Line, what, "le palier %s n'est confirmé par aucune source", "step %s is not confirmed by any source", s.Step)
		}
	}
}

func (c *checker) owner() {
	spans(c, c.data.Owner, func(o OwnerRow) (ownerKey, string, Span, int) { return o.key(), o.what(), o.Span, o.Line })
	for _, o := range c.data.Owner {
		c.contract(o.Line, o.what(), o.Contract)
		if o.Number != "" && o.Step != "" {
			c.refuse(o.Line, o.what(), "un numéro ou un palier, pas les deux", "a number or a step, not both")
		}
		if o.Step != "" && len(c.steps[o.Step]) == 0 {
			c.refuse(o.Line, o.what(), "le palier « %s » n'existe pas", `there is no step "%s"`, o.Step)
		}
		if o.Number.Emergency() {
			c.refuse(o.Line, o.what(), "un numéro d'urgence ne coûte rien", "an emergency number costs nothing")
		}
		c.payout(o)
	}
}

// payout warns of a contract by which the owner is paid more than callers pay.
func (c *checker) payout(o OwnerRow) {
	if o.Kind != Payout {
		return
	}
	for _, step := range c.steps[o.Step] {
		if o.Step != "" && step.overlaps(o.Span) && (step.Price.PerMinute != 0 && o.Price.PerMinute == 0 || step.Price.PerCall != 0 && o.Price.PerCall == 0) {
			c.refuse(o.Line, o.what(), "le palier est de %s, le reversement de %s : l'un par minute, l'autre par appel", "the step is %s, the payout %s: one per minute, the other per call", step.Price, o.Price)
			return
		}
	}
	for _, i := range c.priced[rateKey{o.Number, o.Step}] {
		s := c.data.Services[i]
		perMinute, perCall := s.Price.PerMinute, s.Price.PerCall
		if o.Tax == TaxExcluded { // what remains of it for anybody
			vat := vatAt(c.data.VAT, o.From)
			perMinute, perCall = perMinute-vat.In(perMinute), perCall-vat.In(perCall)
		}
		if s.overlaps(o.Span) && (o.Price.PerMinute > perMinute || o.Price.PerCall > perCall) {
			c.warn(o.Line, o.what(), "reversement de %s %s, plus que le prix payé, %s TTC", "a payout of %s %s, more than the price that is paid, %s TTC", o.Price, o.Tax, s.Price)
			return
		}
	}
}

// grid holds the prices of an operator's grid against the steps: a column that has slipped shows there.
func (c *checker) grid() {
	for _, g := range c.data.Grid {
		for _, step := range c.steps[g.Step] {
			same := g.Price == step.Price || g.Price.PerMinute == 0 && g.Price.PerCall == step.Price.PerMinute // "0.80", whatever it is per
			if step.overlaps(g.Span) && !same {
				c.refuse(g.Line, g.Step, "la grille dit %s, le palier est de %s", "the grid says %s, the step is %s", g.Price, step.Price)
			}
		}
	}
}

// what names an owner's row in messages.
func (o OwnerRow) what() string {
	what := o.Number.National() + o.Step
	if what == "" {
		what = "*"
	}
	return strings.TrimSpace(what + " " + string(o.Kind) + " " + o.Origin.String())
}

func (c *checker) trunks() {
	spans(c, c.data.Trunks, func(t TrunkRow) (trunkKey, string, Span, int) {
		return trunkKey{t.Trunk, t.Prefix}, strings.TrimSpace(t.Trunk + " " + t.Prefix), t.Span, t.Line
	})
	for _, t := range c.data.Trunks {
		c.contract(t.Line, t.Trunk+" "+t.Prefix, t.Contract)
		if t.Trunk == "" {
			c.refuse(t.Line, t.Prefix, "la ligne sortante n'a pas de nom", "the trunk has no name")
		}
		if slices.ContainsFunc(neverDialled, func(p string) bool { return strings.HasPrefix(t.Prefix, p) }) {
			c.refuse(t.Line, t.Trunk+" "+t.Prefix, "aucun numéro ne commence ainsi : écrivez 06, 0590, ou +44 pour l'étranger", "no number begins like this: write 06, 0590, or +44 for abroad")
		}
		if strings.Trim(strings.TrimPrefix(t.Prefix, "+"), "0123456789") != "" {
			c.refuse(t.Line, t.Trunk+" "+t.Prefix, "un préfixe est fait de chiffres", "a prefix is made of digits")
		}
	}
}

// neverDialled is what no number begins with as trunks dial it: France and its territories begin with 0, abroad with +, short
// codes with 1 or 3.
var neverDialled = []string{"+33", "+262", "+508", "+590", "+594", "+596", "00", "33", "2", "4", "5", "6", "7", "8", "9"}

func (c *checker) vat() {
	spans(c, c.data.VAT, func(v VATRow) (bool, string, Span, int) { return true, "vat", v.Span, v.Line })
	for _, v := range c.data.VAT {
		if v.Rate > 10_000 {
			c.refuse(v.Line, "vat", "un taux va de 0 à 100 %%", "a rate goes from 0 to 100 %%")
		}
	}
}
