package billing

import (
	"slices"
	"time"

	"hotline/number"
)

// Data is the tariff tables, as rows. All of them are dated.
type Data struct {
	Ranges    []RangeRow
	Steps     []StepRow
	Services  []ServiceRow
	Owner     []OwnerRow
	Trunks    []TrunkRow
	Contracts []ContractRow
	VAT       []VATRow
	Grid      []GridRow // of a file that has just been read; no table keeps them
}

// A GridRow is the price that an operator's grid gives for a step, to be held against the step.
type GridRow struct {
	Step  string
	Price Price
	Span
	Line int
}

// A RangeRow is a row of the number plan.
type RangeRow struct {
	Range
	Span
	Description, Source, Confidence string
	Shipped                         bool // it came with the program
	Line                            int  // of the file it was read from, 0 for none; the same in all rows
}

// A StepRow is a tariff step: a price that has a name.
type StepRow struct {
	Code     string
	Price    Price
	Blocks   string // where it is used: "081|082|089|short"
	Evidence string
	Verified bool // a step without evidence ships disabled: it may be used, and whoever does is warned
	Shipped  bool
	Span
	Line int
}

// A ServiceRow is the price of one number for a time, tax included.
type ServiceRow struct {
	Number       number.Number
	Step         string // FREE and NORMAL for short codes that are so; else the step of Price, "" when it is none
	Price        Price
	Contract     string
	Announcement string // who tells the price: carrier, self, none; "" not said
	Purpose      string
	Adult        bool
	Source       string
	FromRules    bool // the rules file is the master of this number
	Span
	Line int
}

// A Kind is what a row of the owner's contracts is about.
type Kind string

// The kinds.
const (
	Cost     Kind = "cost"     // what the owner pays
	Payout   Kind = "payout"   // what the owner is paid
	Ordinary Kind = "ordinary" // what an ordinary call is taken to cost the caller
)

// An OwnerRow is one price of the owner's contracts: of one number, of all numbers of a step, or, with neither, of all
// numbers.
type OwnerRow struct {
	Contract  string
	Number    number.Number
	Step      string
	Kind      Kind
	Origin    Origin
	Price     Price
	Tax       Tax
	Source    string
	FromRules bool
	Span
	Line int
}

// A TrunkRow is what a call costs that we dial over a trunk, to numbers that begin like this. No tax.
type TrunkRow struct {
	Trunk  string
	Prefix string // as dialled in France, "06", "0590"; or "+44" for abroad; "" for all
	Price  Price
	Source string
	Span
	Line     int
	Contract string
}

// A ContractRow says how the prices of a contract are counted.
type ContractRow struct {
	Name string
	Rule Rule
	Line int
}

// A VATRow is the rate of value-added tax for a time.
type VATRow struct {
	Rate    BasisPoints
	Source  string
	Shipped bool
	Span
	Line int
}

// A Book is everything that decides prices, laid out to be looked up. It never changes, so that any number of goroutines
// may use it.
//
// The life of a number of which anything is said is cut into eras: the times in which nothing about it changes. Rating a
// call then is one look at a map, a step or two back in time, and arithmetic.
type Book struct {
	plans   []datedPlan
	all     rates // what is said of no number and no step
	lives   map[number.Number][]era
	busy    map[number.Number]*entry // that have too many eras
	trunks  map[trunkKey][]Term
	longest int // length of the longest trunk prefix
	vat     []VATRow
	version string
}

// An era is a time in which nothing changes about a number, with all that holds in it, by origin of the caller.
type era struct {
	from int64 // ms; until the next one's
	by   [origins]Tariffs
}

// An entry is what the tables say of one number.
type entry struct {
	number  number.Number
	service []priced
	rates   rates
}

// A priced is a price of a number with what the contracts say of its step.
type priced struct {
	Term
	grid *rates
}

// rates are the owner's terms about one thing, by origin of the caller.
type rates struct{ cost, payout, ordinary [origins][]Term }

func (r *rates) of(k Kind) *[origins][]Term {
	switch k {
	case Cost:
		return &r.cost
	case Payout:
		return &r.payout
	}
	return &r.ordinary
}

type trunkKey struct{ trunk, prefix string }

// A datedPlan is the number plan as it was from one moment until the next one's.
type datedPlan struct {
	from time.Time
	plan Plan
}

// NewBook lays out the data, which has been checked. The version names the data in every charge.
func NewBook(d Data, version string) (*Book, error) {
	b := &Book{lives: map[number.Number][]era{}, busy: map[number.Number]*entry{}, trunks: map[trunkKey][]Term{}, vat: d.VAT, version: version}
	var err error
	if b.plans, err = datePlans(d.Ranges); err != nil {
		return nil, err
	}
	rules := map[string]Rule{}
	for _, c := range d.Contracts {
		rules[c.Name] = c.Rule
	}
	for _, t := range d.Trunks {
		key := trunkKey{t.Trunk, t.Prefix}
		b.longest = max(b.longest, len(t.Prefix))
		b.trunks[key] = append(b.trunks[key], Term{Price: t.Price, Rule: rules[t.Contract], Contract: t.Contract, Source: t.Source, Span: t.Span})
	}
	for _, e := range b.entries(d, rules) {
		if eras := b.live(e); eras != nil {
			b.lives[e.number] = eras
		} else {
			b.busy[e.number] = e
		}
	}
	return b, nil
}

// entries puts together what the tables say of each number, and of all.
func (b *Book) entries(d Data, rules map[string]Rule) map[number.Number]*entry {
	entries, grids := map[number.Number]*entry{}, map[string]*rates{"": nil}
	of := func(n number.Number) *entry {
		if entries[n] == nil {
			entries[n] = &entry{number: n}
		}
		return entries[n]
	}
	for _, o := range d.Owner {
		about := &b.all
		switch {
		case o.Number != "":
			about = &of(o.Number).rates
		case o.Step != "":
			if grids[o.Step] == nil {
				grids[o.Step] = &rates{}
			}
			about = grids[o.Step]
		}
		terms := &about.of(o.Kind)[o.Origin]
		*terms = append(*terms, Term{Price: o.Price, Rule: rules[o.Contract], Tax: o.Tax, Step: o.Step, Contract: o.Contract, Source: o.Source, Span: o.Span})
	}
	steps := map[string][]StepRow{}
	for _, s := range d.Steps {
		steps[s.Code] = append(steps[s.Code], s)
	}
	for _, s := range d.Services {
		e := of(s.Number)
		e.service = append(e.service, priced{grid: grids[s.Step], Term: Term{Price: s.Price, Rule: rules[s.Contract], Tax: TaxIncluded, Step: s.Step,
			Unverified: slices.ContainsFunc(steps[s.Step], func(step StepRow) bool { return !step.Verified && step.Holds(s.From) }), Contract: s.Contract, Source: s.Source, Span: s.Span}})
	}
	return entries
}

// mostEras is how many eras of one number are worth their memory. A number with more is looked up as one of which nothing
// is laid out.
const mostEras = 24

// live cuts the life of a number into eras, the latest first; too many of them are none.
func (b *Book) live(e *entry) []era {
	var eras []era
	for _, at := range b.changes(e) {
		now := era{from: at.UnixMilli()}
		for o := range origins {
			now.by[o] = b.compose(e, o, at)
		}
		if n := len(eras); n > 0 && now.like(&eras[n-1]) {
			continue
		}
		if len(eras) == mostEras {
			return nil
		}
		eras = append(eras, now)
	}
	slices.Reverse(eras)
	return eras
}

// like reports whether the same holds in two eras.
func (e *era) like(o *era) bool {
	for i := range e.by {
		a, b := e.by[i], o.by[i]
		if (a.Range == nil) != (b.Range == nil) || a.Range != nil && *a.Range != *b.Range {
			return false
		}
		a.Range, b.Range = nil, nil
		if a != b {
			return false
		}
	}
	return true
}

// changes lists the moments at which something about a number may change.
func (b *Book) changes(e *entry) (moments []time.Time) {
	add := func(s Span) {
		moments = append(moments, s.From)
		if !s.Until.IsZero() {
			moments = append(moments, s.Until)
		}
	}
	about := []*rates{&b.all, &e.rates}
	for i := range e.service {
		add(e.service[i].Span)
		if grid := e.service[i].grid; grid != nil {
			about = append(about, grid)
		}
	}
	for _, r := range about {
		for _, kind := range []*[origins][]Term{&r.cost, &r.payout, &r.ordinary} {
			for _, terms := range kind {
				for i := range terms {
					add(terms[i].Span)
				}
			}
		}
	}
	for i := range b.plans {
		moments = append(moments, b.plans[i].from)
	}
	for _, v := range b.vat {
		add(v.Span)
	}
	slices.SortFunc(moments, time.Time.Compare)
	return slices.CompactFunc(moments, time.Time.Equal)
}

// compose finds all that holds for a number at a moment. What is said of the number goes before what is said of its step,
// and that before what is said of all.
func (b *Book) compose(e *entry, from Origin, at time.Time) Tariffs {
	t := b.stranger(e.number, at)
	t.take(&e.rates, from, at)
	for i := range e.service {
		if s := &e.service[i]; s.Holds(at) {
			t.Service = &s.Term
			if s.grid != nil {
				t.take(s.grid, from, at)
			}
		}
	}
	t.take(&b.all, from, at)
	return t
}

// stranger finds what holds for a number of which nothing is said.
func (b *Book) stranger(n number.Number, at time.Time) Tariffs {
	return Tariffs{Range: b.Plan(at).find(n), Version: b.version, VAT: vatAt(b.vat, at)}
}

// vatAt is the rate in force.
func vatAt(rows []VATRow, at time.Time) (rate BasisPoints) {
	for i := range rows {
		if rows[i].Holds(at) {
			rate = rows[i].Rate
		}
	}
	return rate
}

// take fills in what is not known yet.
func (t *Tariffs) take(r *rates, from Origin, at time.Time) {
	if t.Cost == nil {
		t.Cost, t.Guessed = byOrigin(&r.cost, from, at)
		t.HasCost = t.HasCost || slices.ContainsFunc(r.cost[:], func(terms []Term) bool { return valid(terms, at) != nil })
	}
	if t.Payout == nil {
		t.Payout, _ = byOrigin(&r.payout, from, at)
	}
	if t.Ordinary == nil {
		t.Ordinary, _ = byOrigin(&r.ordinary, from, at)
	}
}

// byOrigin picks the term for an origin. An unknown origin that has no term of its own counts as a mobile, the dearest,
// which is said.
func byOrigin(terms *[origins][]Term, from Origin, at time.Time) (t *Term, guessed bool) {
	if t = valid(terms[from], at); t != nil {
		return t, false
	}
	if from == FromUnknown {
		if t = valid(terms[FromMobile], at); t != nil {
			return t, true
		}
	}
	return valid(terms[AnyOrigin], at), false
}

// valid returns the term that holds at a moment, nil in a gap.
func valid(terms []Term, at time.Time) *Term {
	for i := range terms {
		if terms[i].Holds(at) {
			return &terms[i]
		}
	}
	return nil
}

// Version names the data.
func (b *Book) Version() string { return b.version }

// Plan is the number plan that was valid at a moment; before the first one it knows no number.
func (b *Book) Plan(at time.Time) *Plan {
	for i := len(b.plans) - 1; i >= 0; i-- {
		if !at.Before(b.plans[i].from) {
			return &b.plans[i].plan
		}
	}
	return &Plan{}
}

// Rate says what a call costs whom, by what was valid at its answer.
func (b *Book) Rate(c Call) (charge Charge) {
	from := OriginOf(c.From)
	t := b.era(c.Number, from, c.Answered)
	if t == nil {
		found := b.look(c.Number, from, c.Answered)
		t = &found
	}
	charge.Version = b.version
	charge.rate(&c, t)
	return charge
}

// Find looks up all that was valid for a number at a moment.
func (b *Book) Find(n number.Number, from Origin, at time.Time) Tariffs {
	if t := b.era(n, from, at); t != nil {
		return *t
	}
	return b.look(n, from, at)
}

// look finds it without eras.
func (b *Book) look(n number.Number, from Origin, at time.Time) Tariffs {
	if e := b.busy[n]; e != nil {
		return b.compose(e, from, at)
	}
	t := b.stranger(n, at)
	t.take(&b.all, from, at)
	return t
}

// era finds what held for a number at a moment, nil when nothing is said of the number alone.
func (b *Book) era(n number.Number, from Origin, at time.Time) *Tariffs {
	ms, eras := at.UnixMilli(), b.lives[n]
	for i := range eras {
		if eras[i].from <= ms {
			return &eras[i].by[from]
		}
	}
	return nil
}

// datePlans makes one plan for each moment at which something changed, the oldest first.
func datePlans(rows []RangeRow) ([]datedPlan, error) {
	var moments []time.Time
	for _, r := range rows {
		moments = append(moments, r.From)
		if !r.Until.IsZero() {
			moments = append(moments, r.Until)
		}
	}
	slices.SortFunc(moments, time.Time.Compare)
	var plans []datedPlan
	for _, at := range slices.CompactFunc(moments, time.Time.Equal) {
		var ranges []Range
		for _, r := range rows {
			if r.Holds(at) {
				ranges = append(ranges, r.Range)
			}
		}
		plan, err := NewPlan(ranges)
		if err != nil {
			return nil, err
		}
		plans = append(plans, datedPlan{at, plan})
	}
	return plans, nil
}

// RateTrunk says what a call costs that we dialled over a trunk: the longest prefix of the number decides.
func (b *Book) RateTrunk(trunk string, c Call) Charge {
	charge := Charge{Version: b.version}
	switch {
	case c.Number.Emergency(): // costs nothing
	case c.Number == "":
		charge.Unrated = TrunkUnknown
	case c.Answered.IsZero() && c.Unknown:
		charge.Unrated = AnswerUnknown
	case c.Answered.IsZero():
	case c.Ended.IsZero():
		charge.Unrated = NotEnded
	default:
		term := b.trunkTerm(trunk, c.Number, c.Answered)
		if term == nil {
			charge.Unrated = TrunkUnknown
			break
		}
		charge.count(CostPart, term, b.stranger("", c.Answered).VAT, charge.length(&c))
	}
	return charge
}

func (b *Book) trunkTerm(trunk string, n number.Number, at time.Time) *Term {
	digits := n.National()
	for length := min(len(digits), b.longest); length >= 0; length-- {
		if t := valid(b.trunks[trunkKey{trunk, digits[:length]}], at); t != nil {
			return t
		}
	}
	return nil
}

// StepOf names the step of a price at a moment, a verified one first; "" when it is none.
func (d *Data) StepOf(p Price, at time.Time) (s StepRow, ok bool) {
	for _, row := range d.Steps {
		if row.Price == p && row.Holds(at) && !p.Zero() && (!ok || row.Verified && !s.Verified) {
			s, ok = row, true
		}
	}
	return s, ok
}
