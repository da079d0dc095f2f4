package billing

import (
	"math"
	"slices"
	"sort"
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
type Book struct {
	plans   []datedPlan
	numbers map[number.Number]*entry
	all     rates // what is said of no number and no step
	trunks  map[trunkKey][]held
	longest int // length of the longest trunk prefix
	vat     []rate
	version string
}

// An entry is what is known of one number.
type entry struct {
	ranges  []*Range // in each of the book's plans, nil where it is not in the plan
	service []held   // the latest first
	rates   rates
}

// rates are the owner's terms about one thing, by origin of the caller, the latest first.
type rates struct {
	cost, payout, ordinary          [origins][]held
	hasCost, hasPayout, hasOrdinary bool
}

// A held is a term with its time in milliseconds, which is quicker to look at.
type held struct {
	window
	Term
	grid *rates // of a number's price: what the contracts say of its step
}

// A rate is a rate of tax with its time.
type rate struct {
	window
	of BasisPoints
}

// A window is a span in milliseconds.
type window struct{ from, until int64 }

func (w window) holds(ms int64) bool { return w.from <= ms && ms < w.until }

func (s Span) ms() window {
	w := window{s.From.UnixMilli(), math.MaxInt64}
	if !s.Until.IsZero() {
		w.until = s.Until.UnixMilli()
	}
	return w
}

func (r *rates) add(k Kind, o Origin, t Term) {
	of, has := &r.ordinary, &r.hasOrdinary
	switch k {
	case Cost:
		of, has = &r.cost, &r.hasCost
	case Payout:
		of, has = &r.payout, &r.hasPayout
	}
	of[o], *has = insert(of[o], t, nil), true
}

type trunkKey struct{ trunk, prefix string }

// A datedPlan is the number plan as it was from one moment until the next one's.
type datedPlan struct {
	from int64 // ms
	plan Plan
}

// NewBook lays out the data, which has been checked. The version names the data in every charge.
func NewBook(d Data, version string) (*Book, error) {
	b := &Book{numbers: map[number.Number]*entry{}, trunks: map[trunkKey][]held{}, version: version}
	rules := map[string]Rule{}
	for _, c := range d.Contracts {
		rules[c.Name] = c.Rule
	}
	unverified := map[string]bool{}
	for _, s := range d.Steps {
		unverified[s.Code] = !s.Verified
	}
	grids := map[string]*rates{"": nil}
	for _, o := range d.Owner {
		about := &b.all
		switch {
		case o.Number != "":
			about = &b.entry(o.Number).rates
		case o.Step != "":
			if grids[o.Step] == nil {
				grids[o.Step] = &rates{}
			}
			about = grids[o.Step]
		}
		about.add(o.Kind, o.Origin, Term{Price: o.Price, Rule: rules[o.Contract], Tax: o.Tax, Step: o.Step, Contract: o.Contract,
			Source: o.Source, Span: o.Span})
	}
	for _, s := range d.Services {
		e := b.entry(s.Number)
		e.service = insert(e.service, Term{Price: s.Price, Rule: rules[s.Contract], Tax: TaxIncluded, Step: s.Step,
			Unverified: unverified[s.Step], Contract: s.Contract, Source: s.Source, Span: s.Span}, grids[s.Step])
	}
	for _, t := range d.Trunks {
		key := trunkKey{t.Trunk, t.Prefix}
		b.longest = max(b.longest, len(t.Prefix))
		b.trunks[key] = insert(b.trunks[key], Term{Price: t.Price, Rule: rules[t.Contract], Contract: t.Contract, Source: t.Source, Span: t.Span}, nil)
	}
	for _, v := range d.VAT {
		b.vat = append(b.vat, rate{v.Span.ms(), v.Rate})
	}
	var err error
	if b.plans, err = datePlans(d.Ranges); err != nil {
		return nil, err
	}
	for n, e := range b.numbers {
		for i := range b.plans {
			e.ranges = append(e.ranges, b.plans[i].plan.find(n))
		}
	}
	return b, nil
}

func (b *Book) entry(n number.Number) *entry {
	if b.numbers[n] == nil {
		b.numbers[n] = &entry{}
	}
	return b.numbers[n]
}

// insert keeps terms in the order in which they are looked for: the latest first.
func insert(terms []held, t Term, grid *rates) []held {
	h := held{window: t.Span.ms(), Term: t, grid: grid}
	at := sort.Search(len(terms), func(i int) bool { return terms[i].from < h.from })
	return slices.Insert(terms, at, h)
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
		plans = append(plans, datedPlan{at.UnixMilli(), plan})
	}
	return plans, nil
}

// Version names the data.
func (b *Book) Version() string { return b.version }

// Plan is the number plan that was valid at a moment; before the first one it knows no number.
func (b *Book) Plan(at time.Time) *Plan {
	if i := b.planAt(at.UnixMilli()); i >= 0 {
		return &b.plans[i].plan
	}
	return &Plan{}
}

func (b *Book) planAt(ms int64) int {
	i := len(b.plans) - 1
	for i >= 0 && b.plans[i].from > ms {
		i--
	}
	return i
}

// Rate says what a call costs whom, by what was valid at its answer.
func (b *Book) Rate(c Call) Charge {
	var t Tariffs
	b.find(&t, c.Number, OriginOf(c.From), c.Answered)
	charge := Charge{Version: b.version}
	charge.rate(&c, &t)
	return charge
}

// Find looks up all that was valid for a number at a moment. What is said of the number goes before what is said of its
// step, and that before what is said of all.
func (b *Book) Find(n number.Number, from Origin, at time.Time) (t Tariffs) {
	b.find(&t, n, from, at)
	return t
}

func (b *Book) find(t *Tariffs, n number.Number, from Origin, at time.Time) {
	ms := at.UnixMilli()
	plan := b.planAt(ms)
	t.VAT, t.Version = b.vatAt(ms), b.version
	e := b.numbers[n]
	switch {
	case plan < 0:
	case e == nil:
		t.Range = b.plans[plan].plan.find(n)
	default:
		t.Range = e.ranges[plan]
	}
	if e != nil {
		t.take(&e.rates, from, ms)
		for i := range e.service {
			if e.service[i].holds(ms) {
				t.Service = &e.service[i].Term
				t.take(e.service[i].grid, from, ms)
				break
			}
		}
	}
	t.take(&b.all, from, ms)
}

// take fills in what is not known yet.
func (t *Tariffs) take(r *rates, from Origin, ms int64) {
	if r == nil {
		return
	}
	if r.hasCost && t.Cost == nil {
		t.Cost, t.Guessed = byOrigin(&r.cost, from, ms)
		t.HasCost = t.HasCost || t.Cost != nil || known(&r.cost, ms)
	}
	if r.hasPayout && t.Payout == nil {
		t.Payout, _ = byOrigin(&r.payout, from, ms)
	}
	if r.hasOrdinary && t.Ordinary == nil {
		t.Ordinary, _ = byOrigin(&r.ordinary, from, ms)
	}
}

// byOrigin picks the term for an origin. An unknown origin that has no term of its own counts as a mobile, the dearest,
// which is said.
func byOrigin(terms *[origins][]held, from Origin, ms int64) (t *Term, guessed bool) {
	if t = valid(terms[from], ms); t != nil {
		return t, false
	}
	if from == FromUnknown {
		if t = valid(terms[FromMobile], ms); t != nil {
			return t, true
		}
	}
	return valid(terms[AnyOrigin], ms), false
}

func known(terms *[origins][]held, ms int64) bool {
	for i := range terms {
		if valid(terms[i], ms) != nil {
			return true
		}
	}
	return false
}

// valid returns the term that holds at a moment, nil in a gap.
func valid(terms []held, ms int64) *Term {
	for i := range terms {
		if terms[i].holds(ms) {
			return &terms[i].Term
		}
	}
	return nil
}

func (b *Book) vatAt(ms int64) BasisPoints {
	for i := range b.vat {
		if b.vat[i].holds(ms) {
			return b.vat[i].of
		}
	}
	return 0
}

// RateTrunk says what a call costs that we dialled over a trunk: the longest prefix of the number decides.
func (b *Book) RateTrunk(trunk string, c Call) Charge {
	charge := Charge{Version: b.version}
	switch {
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
		charge.count(CostPart, term, b.vatAt(c.Answered.UnixMilli()), charge.length(&c))
	}
	return charge
}

func (b *Book) trunkTerm(trunk string, n number.Number, at time.Time) *Term {
	digits := n.National()
	for length := min(len(digits), b.longest); length >= 0; length-- {
		if t := valid(b.trunks[trunkKey{trunk, digits[:length]}], at.UnixMilli()); t != nil {
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
