package billing

import (
	"math/rand/v2"
	"testing"
	"time"

	"hotline/number"
)

// What the eras of a number say at any moment is what its tables say when they are looked through.
func TestErasSayWhatTheTablesSay(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	day := func() time.Time { return Reform().AddDate(0, 0, random.IntN(60)-10) }
	const n = number.Number("+33892400300")
	for range 200 {
		d, _, err := Shipped()
		if err != nil {
			t.Fatal(err)
		}
		for range 12 {
			span := Span{From: day()}
			if random.IntN(2) == 0 {
				span.Until = span.From.AddDate(0, 0, 1+random.IntN(20))
			}
			p := Price{PerMinute: Money(1 + random.IntN(800_000))}
			more := Data{Owner: []OwnerRow{{Number: n, Kind: Kind([]Kind{Cost, Payout, Ordinary}[random.IntN(3)]), Origin: Origin(random.IntN(int(origins))), Price: p, Span: span}}}
			switch random.IntN(4) {
			case 0:
				more = Data{Services: []ServiceRow{{Number: n, Step: []string{"D080", "D035"}[random.IntN(2)], Price: p, Span: span}}}
			case 1:
				more.Owner[0].Number, more.Owner[0].Step = "", []string{"D080", "D035", ""}[random.IntN(3)]
			}
			d = d.Merge(more)
		}
		b, err := NewBook(d, "x")
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range b.entries(d, nil) {
			if e.number != n {
				continue
			}
			for range 50 {
				at, from := day().Add(time.Duration(random.IntN(3)-1)*time.Millisecond), Origin(random.IntN(int(origins)))
				if got, want := b.Find(n, from, at), b.compose(e, from, at); !alike(got, want) {
					t.Fatalf("from %s at %s: %+v, want %+v", from, at, got, want)
				}
			}
		}
	}
}

// alike compares what terms say, not where they stand in memory.
func alike(a, b Tariffs) bool {
	same := func(x, y *Term) bool { return x == y || x != nil && y != nil && *x == *y }
	return same(a.Service, b.Service) && same(a.Cost, b.Cost) && same(a.Payout, b.Payout) && same(a.Ordinary, b.Ordinary) &&
		a.HasCost == b.HasCost && a.Guessed == b.Guessed && a.VAT == b.VAT && (a.Range == nil) == (b.Range == nil)
}

// What is said of the number goes before what is said of its step, and that before what is said of all.
func TestTheNearestTermCounts(t *testing.T) {
	since := Span{From: Reform()}
	row := func(o OwnerRow, perMinute Money) OwnerRow {
		o.Price, o.Span = Price{PerMinute: perMinute}, since
		return o
	}
	b := book(t, Data{
		Services: []ServiceRow{service(t, "+33892400300", "0.80 EUR/min", "2020-01-01", ""), service(t, "+33892400301", "0.80 EUR/min", "2020-01-01", "")},
		Owner: []OwnerRow{
			row(OwnerRow{Kind: Cost, Origin: FromMobile}, 1), row(OwnerRow{Kind: Cost}, 2), row(OwnerRow{Kind: Cost, Origin: FromUnknown, Number: "+33805400201"}, 7),
			row(OwnerRow{Step: "D080", Kind: Payout}, 3), row(OwnerRow{Number: "+33892400301", Kind: Payout}, 4),
			row(OwnerRow{Kind: Ordinary}, 5), row(OwnerRow{Number: "+33805400200", Kind: Cost, Origin: FromFixed}, 6),
		},
	})
	for _, c := range []struct {
		number       number.Number
		from         number.Number
		cost, payout Money
		guessed      bool
	}{
		{"+33892400300", "+33612345678", 1, 3, false},
		{"+33892400301", "+33140000100", 2, 4, false},
		{"+33892400301", "+442071234567", 2, 4, false},
		{"+33892400301", "", 1, 4, true},
		{"+33805400200", "+33140000100", 6, 0, false},
		{"+33805400200", "+33612345678", 1, 0, false}, // nothing is said of its mobiles
		{"+33805400201", "", 7, 0, false},
		{"+33809400100", "", 1, 0, true}, // of which nothing is said
	} {
		got := b.Find(c.number, OriginOf(c.from), paris(t, "2026-11-24"))
		if got.Cost == nil || got.Cost.Price.PerMinute != c.cost || (got.Payout == nil) != (c.payout == 0) || got.Guessed != c.guessed {
			t.Errorf("%s from %q: %+v", c.number, c.from, got)
		} else if got.Payout != nil && got.Payout.Price.PerMinute != c.payout {
			t.Errorf("%s from %q is paid %+v", c.number, c.from, got.Payout)
		}
		charge := b.Rate(Call{Number: c.number, From: c.from, Answered: paris(t, "2026-11-24"), Ended: paris(t, "2026-11-24").Add(time.Minute)})
		if l, ok := charge.Line(CallPart); ok && l.Amount != 5 {
			t.Errorf("%s: the ordinary call is %+v", c.number, l)
		}
	}
}

func TestRateTrunk(t *testing.T) {
	since := Span{From: Reform()}
	row := func(prefix string, p Price) TrunkRow {
		return TrunkRow{Trunk: "sip", Prefix: prefix, Price: p, Span: since}
	}
	until := row("01", Price{PerMinute: 99_000})
	until.Until = paris(t, "2026-01-01")
	b := book(t, Data{Trunks: []TrunkRow{row("", Price{PerMinute: 5_000}), row("0", Price{PerMinute: 10_000}), row("06", Price{PerCall: 1_000, PerMinute: 60_000, First: 30, Next: 6}),
		row("0690", Price{PerMinute: 120_000}), row("+44", Price{PerMinute: 20_000}), until}})
	for _, c := range []struct {
		trunk   string
		number  number.Number
		seconds int
		want    Money
		unrated Reason
	}{
		{"sip", "+33612345678", 31, -37_000, Rated}, // 36 s of 60 000, and the call
		{"sip", "+590690123456", 60, -120_000, Rated},
		{"sip", "+33140000100", 60, -10_000, Rated}, // the price of 01 has ended
		{"sip", "+442071234567", 60, -20_000, Rated},
		{"sip", "+12025550143", 60, -5_000, Rated},
		{"other", "+33612345678", 60, 0, TrunkUnknown},
		{"sip", "", 60, 0, TrunkUnknown},
		{"sip", "112", 60, 0, Rated},
	} {
		at := paris(t, "2026-11-24")
		charge := b.RateTrunk(c.trunk, Call{Number: c.number, Answered: at, Ended: at.Add(time.Duration(c.seconds) * time.Second)})
		if l, _ := charge.Line(CostPart); l.Amount != c.want || charge.Unrated != c.unrated {
			t.Errorf("%s over %s: %+v, %q", c.number, c.trunk, l, charge.Unrated)
		}
	}
}

// A number of which very much is said is looked up without eras, and says the same.
func TestBusyNumber(t *testing.T) {
	var more Data
	for i := range 100 {
		from := Reform().AddDate(0, 0, 30*i)
		more.Services = append(more.Services, ServiceRow{Number: "+33892400300", Price: Price{PerMinute: Money(1000 * (i + 1))}, Span: Span{From: from, Until: from.AddDate(0, 0, 30)}})
	}
	b := book(t, more)
	for i := range 100 {
		at := Reform().AddDate(0, 0, 30*i+3)
		charge := b.Rate(Call{Number: "+33892400300", Answered: at, Ended: at.Add(time.Minute)})
		if l, _ := charge.Line(ServicePart); l.Amount != Money(1000*(i+1)) {
			t.Errorf("in month %d: %d", i, l.Amount)
		}
	}
}
