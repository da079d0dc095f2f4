package billing

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hotline/number"
)

func answered() time.Time { return time.Date(2026, 11, 24, 10, 0, 0, 123_000_000, time.UTC) }

// tariffs is what is valid for a number with a service price and a whole contract.
func tariffs(t testing.TB, n, from number.Number, service *Term) Tariffs {
	tariff := Tariffs{Range: plan(t).find(n), Service: service, Version: "v1", VAT: 2000, HasCost: true,
		Payout: &Term{Price: Price{PerMinute: 460_000}}}
	switch OriginOf(from) {
	case FromFixed:
		tariff.Cost = &Term{Price: Price{PerMinute: 10_000}}
	case FromMobile, FromUnknown:
		tariff.Cost, tariff.Guessed = &Term{Price: Price{PerMinute: 30_000}}, OriginOf(from) == FromUnknown
	}
	return tariff
}

func price(p Price, step string) *Term { return &Term{Price: p, Step: step, Tax: TaxIncluded} }

// Every step of the shipped table at one second, and at the second before, on and after the minute. The amounts were
// computed with fractions, outside this program.
func TestRateEveryStep(t *testing.T) {
	for _, c := range []struct {
		step  string
		price Price
		want  [4]Money
	}{
		{"D005", Price{PerMinute: 50_000}, [4]Money{833, 49_167, 50_000, 50_833}},
		{"D006", Price{PerMinute: 60_000}, [4]Money{1_000, 59_000, 60_000, 61_000}},
		{"D009", Price{PerMinute: 90_000}, [4]Money{1_500, 88_500, 90_000, 91_500}},
		{"D010", Price{PerMinute: 100_000}, [4]Money{1_667, 98_333, 100_000, 101_667}},
		{"D012", Price{PerMinute: 120_000}, [4]Money{2_000, 118_000, 120_000, 122_000}},
		{"D015", Price{PerMinute: 150_000}, [4]Money{2_500, 147_500, 150_000, 152_500}},
		{"D018", Price{PerMinute: 180_000}, [4]Money{3_000, 177_000, 180_000, 183_000}},
		{"D020", Price{PerMinute: 200_000}, [4]Money{3_333, 196_667, 200_000, 203_333}},
		{"D025", Price{PerMinute: 250_000}, [4]Money{4_167, 245_833, 250_000, 254_167}},
		{"D030", Price{PerMinute: 300_000}, [4]Money{5_000, 295_000, 300_000, 305_000}},
		{"D035", Price{PerMinute: 350_000}, [4]Money{5_833, 344_167, 350_000, 355_833}},
		{"D040", Price{PerMinute: 400_000}, [4]Money{6_667, 393_333, 400_000, 406_667}},
		{"D045", Price{PerMinute: 450_000}, [4]Money{7_500, 442_500, 450_000, 457_500}},
		{"D050", Price{PerMinute: 500_000}, [4]Money{8_333, 491_667, 500_000, 508_333}},
		{"D060", Price{PerMinute: 600_000}, [4]Money{10_000, 590_000, 600_000, 610_000}},
		{"D070", Price{PerMinute: 700_000}, [4]Money{11_667, 688_333, 700_000, 711_667}},
		{"D080", Price{PerMinute: 800_000}, [4]Money{13_333, 786_667, 800_000, 813_333}},
		{"A005", Price{PerCall: 50_000}, [4]Money{50_000, 50_000, 50_000, 50_000}},
		{"A006", Price{PerCall: 60_000}, [4]Money{60_000, 60_000, 60_000, 60_000}},
		{"A008", Price{PerCall: 80_000}, [4]Money{80_000, 80_000, 80_000, 80_000}},
		{"A009", Price{PerCall: 90_000}, [4]Money{90_000, 90_000, 90_000, 90_000}},
		{"A010", Price{PerCall: 100_000}, [4]Money{100_000, 100_000, 100_000, 100_000}},
		{"A012", Price{PerCall: 120_000}, [4]Money{120_000, 120_000, 120_000, 120_000}},
		{"A015", Price{PerCall: 150_000}, [4]Money{150_000, 150_000, 150_000, 150_000}},
		{"A020", Price{PerCall: 200_000}, [4]Money{200_000, 200_000, 200_000, 200_000}},
		{"A030", Price{PerCall: 300_000}, [4]Money{300_000, 300_000, 300_000, 300_000}},
		{"A040", Price{PerCall: 400_000}, [4]Money{400_000, 400_000, 400_000, 400_000}},
		{"A050", Price{PerCall: 500_000}, [4]Money{500_000, 500_000, 500_000, 500_000}},
		{"A060", Price{PerCall: 600_000}, [4]Money{600_000, 600_000, 600_000, 600_000}},
		{"A065", Price{PerCall: 650_000}, [4]Money{650_000, 650_000, 650_000, 650_000}},
		{"A080", Price{PerCall: 800_000}, [4]Money{800_000, 800_000, 800_000, 800_000}},
		{"A090", Price{PerCall: 900_000}, [4]Money{900_000, 900_000, 900_000, 900_000}},
		{"A099", Price{PerCall: 990_000}, [4]Money{990_000, 990_000, 990_000, 990_000}},
		{"A100", Price{PerCall: 1_000_000}, [4]Money{1_000_000, 1_000_000, 1_000_000, 1_000_000}},
		{"A120", Price{PerCall: 1_200_000}, [4]Money{1_200_000, 1_200_000, 1_200_000, 1_200_000}},
		{"A135", Price{PerCall: 1_350_000}, [4]Money{1_350_000, 1_350_000, 1_350_000, 1_350_000}},
		{"A150", Price{PerCall: 1_500_000}, [4]Money{1_500_000, 1_500_000, 1_500_000, 1_500_000}},
		{"A199", Price{PerCall: 1_990_000}, [4]Money{1_990_000, 1_990_000, 1_990_000, 1_990_000}},
		{"A200", Price{PerCall: 2_000_000}, [4]Money{2_000_000, 2_000_000, 2_000_000, 2_000_000}},
		{"A250", Price{PerCall: 2_500_000}, [4]Money{2_500_000, 2_500_000, 2_500_000, 2_500_000}},
		{"A299", Price{PerCall: 2_990_000}, [4]Money{2_990_000, 2_990_000, 2_990_000, 2_990_000}},
		{"A300", Price{PerCall: 3_000_000}, [4]Money{3_000_000, 3_000_000, 3_000_000, 3_000_000}},
	} {
		for i, seconds := range []int64{1, 59, 60, 61} {
			t.Run(fmt.Sprintf("%s/%ds", c.step, seconds), func(t *testing.T) {
				const n = "+33892400300"
				call := Call{Number: n, Answered: answered(), Ended: answered().Add(time.Duration(seconds) * time.Second)}
				term := price(c.price, c.step)
				charge := Rate(call, tariffs(t, n, "", term))
				got, _ := charge.Line(ServicePart)
				want := Line{Part: ServicePart, Standing: Counted, Amount: c.want[i], VATRate: 2000,
					Tax: TaxIncluded, Seconds: seconds, Term: term}
				if got != want || got.Step() != c.step || charge.Version != "v1" {
					t.Errorf("%+v, want %+v", got, want)
				}
			})
		}
	}
}

func TestRateCountsStartedSeconds(t *testing.T) {
	for _, c := range []struct {
		lasted time.Duration
		want   int64
	}{
		{time.Millisecond, 1},
		{999 * time.Millisecond, 1},
		{time.Second, 1},
		{1001 * time.Millisecond, 2},
		{59_999 * time.Millisecond, 60},
		{60 * time.Second, 60},
		{60_001 * time.Millisecond, 61},
		{6100 * time.Millisecond, 7},
	} {
		call := Call{Number: "+33892400300", Answered: answered(), Ended: answered().Add(c.lasted)}
		charge := Rate(call, tariffs(t, call.Number, "", price(Price{PerMinute: 60}, "")))
		if got := charge.Lines()[0]; got.Seconds != c.want || got.Amount != Money(c.want) || charge.Has(ZeroDuration|ClockBackwards) {
			t.Errorf("%s counts as %d s and %d, want %d", c.lasted, got.Seconds, got.Amount, c.want)
		}
	}
}

func TestAmountRoundsHalfUpOnce(t *testing.T) {
	for _, c := range []struct {
		perMinute Money
		seconds   int64
		want      Money
	}{
		{1, 29, 0},
		{1, 30, 1}, // exactly a half
		{1, 31, 1},
		{1, 90, 2}, // one and a half
		{1, 89, 1},
		{800_000, 183, 2_440_000},
		{460_000, 183, 1_403_000},
		{350_000, 7, 40_833}, // 40,833.33
		{350_000, 5, 29_167}, // 29,166.67
		{3_000_000, 86_400, 4_320_000_000},
	} {
		if got := (&Price{PerMinute: c.perMinute}).Of(c.seconds, Rule{}); got != c.want {
			t.Errorf("%d micro-euro/min for %d s: %d, want %d", c.perMinute, c.seconds, got, c.want)
		}
	}
}

// short writes a charge in one line per component, so that a table can hold it.
func short(c Charge) []string {
	var out []string
	for _, l := range c.Lines() {
		amount := l.Standing.String()
		if l.Standing == Counted {
			amount = fmt.Sprint(int64(l.Amount))
		}
		out = append(out, fmt.Sprintf("%s %s %s %ds", l.Part.Side(), l.Part, amount, l.Seconds))
	}
	return out
}

// A rateCase is one call and what its charge must be.
type rateCase struct {
	name    string
	number  number.Number
	from    number.Number
	lasted  time.Duration
	service *Term
	change  func(*Tariffs)
	lines   []string
	unrated Reason
	flags   Flags
}

func (c rateCase) run(t *testing.T) {
	tariff := tariffs(t, c.number, c.from, c.service)
	if c.change != nil {
		c.change(&tariff)
	}
	charge := Rate(Call{Number: c.number, From: c.from, Answered: answered(), Ended: answered().Add(c.lasted)}, tariff)
	if diff := cmp.Diff(c.lines, short(charge)); diff != "" {
		t.Errorf("lines, -want +got:\n%s", diff)
	}
	if charge.Unrated != c.unrated {
		t.Errorf("unrated %q, want %q", charge.Unrated, c.unrated)
	}
	if charge.Flags != c.flags {
		t.Errorf("flags %q, want %q", charge.Flags.Words(), c.flags.Words())
	}
}

func d080() *Term { return price(Price{PerMinute: 800_000}, "D080") }

func TestRateSurcharged(t *testing.T) {
	for _, c := range []rateCase{
		{name: "surcharged", number: "+33892400300", from: "+33612345678", lasted: 183 * time.Second, service: d080(),
			change: func(t *Tariffs) { t.Cost, t.HasCost = nil, false },
			lines:  []string{"caller service 2440000 183s", "caller call not_counted 183s", "owner payout 1403000 183s"}},
		{name: "surcharged, payout not entered", number: "+33892400300", lasted: time.Second, service: d080(),
			change: func(t *Tariffs) { t.Cost, t.Payout, t.HasCost = nil, nil, false },
			lines:  []string{"caller service 13333 1s", "caller call not_counted 1s", "owner payout unknown 1s"}},
		{name: "surcharged, price not known", number: "+33892701234", lasted: 183 * time.Second, unrated: PriceUnknown},
		{name: "per call", number: "+33892400300", from: "+33140000100", lasted: time.Hour,
			service: price(Price{PerCall: 2_990_000}, "A299"),
			lines: []string{"caller service 2990000 3600s", "caller call not_counted 3600s", "owner payout 27600000 3600s",
				"owner cost -600000 3600s"}},
		{name: "per call and per minute", number: "118218", from: "+33140000100", lasted: 61 * time.Second,
			service: price(Price{PerCall: 2_990_000, PerMinute: 2_990_000}, ""),
			lines: []string{"caller service 6029833 61s", "caller call not_counted 61s", "owner payout 467667 61s",
				"owner cost -10167 61s"}},
		{name: "answered and dropped at once, per call", number: "+33892400300", from: "+33140000100",
			service: price(Price{PerCall: 2_990_000}, "A299"), flags: ZeroDuration,
			lines: []string{"caller service 2990000 0s", "caller call not_counted 0s", "owner payout 0 0s", "owner cost 0 0s"}},
		{name: "ended before it began", number: "+33809400100", from: "+33140000100", lasted: -time.Second,
			flags: ClockBackwards, lines: []string{"caller call not_counted 0s", "owner cost 0 0s"}},
	} {
		t.Run(c.name, c.run)
	}
}

func TestRateOtherFamilies(t *testing.T) {
	for _, c := range []rateCase{
		{name: "free from a fixed line", number: "+33800123456", from: "+33140000100", lasted: 90 * time.Second,
			lines: []string{"caller service 0 90s", "owner cost -15000 90s"}},
		{name: "free from a mobile", number: "+33800123456", from: "+33612345678", lasted: 90 * time.Second,
			lines: []string{"caller service 0 90s", "owner cost -45000 90s"}},
		{name: "free from Martinique's mobiles", number: "+33800123456", from: "+596696123456", lasted: 90 * time.Second,
			lines: []string{"caller service 0 90s", "owner cost -45000 90s"}},
		{name: "free, withheld", number: "+33800123456", lasted: 90 * time.Second, flags: OriginUnknown,
			lines: []string{"caller service 0 90s", "owner cost -45000 90s"}},
		{name: "free from abroad, not in the contract", number: "+33800123456", from: "+442071234567", lasted: time.Second,
			lines: []string{"caller service 0 1s", "owner cost unknown 1s"}},
		{name: "free, contract not entered", number: "+33800123456", lasted: time.Second,
			change: func(t *Tariffs) { t.Cost, t.Payout, t.HasCost = nil, nil, false },
			lines:  []string{"caller service 0 1s", "owner cost unknown 1s"}},
		{name: "grey", number: "+33809400100", from: "+33140000100", lasted: time.Minute,
			change: func(t *Tariffs) { t.Cost, t.Payout, t.HasCost = nil, nil, false },
			lines:  []string{"caller call not_counted 60s", "owner cost unknown 60s"}},
		{name: "geographic", number: "+33140000100", from: "+33140000101", lasted: time.Minute,
			lines: []string{"caller call not_counted 60s", "owner cost -10000 60s"}},
		{name: "short code without its own row", number: "3635", lasted: time.Second, unrated: PriceUnknown},
		{name: "short code, surcharged", number: "3635", lasted: time.Minute, service: price(Price{PerMinute: 400_000}, "D040"),
			change: func(t *Tariffs) { t.Cost, t.Payout, t.HasCost = nil, nil, false },
			lines:  []string{"caller service 400000 60s", "caller call not_counted 60s", "owner payout unknown 60s"}},
		{name: "short code, free", number: "3635", from: "+33140000100", lasted: time.Minute, service: price(Price{}, "FREE"),
			lines: []string{"caller service 0 60s", "owner cost -10000 60s"}},
		{name: "short code, normal", number: "3635", from: "+33140000100", lasted: time.Minute, service: price(Price{}, "NORMAL"),
			lines: []string{"caller call not_counted 60s", "owner cost -10000 60s"}},
		{name: "emergency", number: "112", lasted: time.Minute, lines: []string{"caller service 0 60s"}},
		{name: "technical range", number: "+33836123456", lasted: time.Minute, service: d080(), unrated: NeverRated},
		{name: "abroad", number: "+442071234567", lasted: time.Minute, unrated: NeverRated},
		{name: "not in the plan", number: "+33700123456", lasted: time.Minute, service: d080(), unrated: NumberUnknown},
	} {
		t.Run(c.name, c.run)
	}
}

func TestRateFlags(t *testing.T) {
	for _, c := range []rateCase{
		{name: "at 24 EUR", number: "+33892400300", lasted: 1800 * time.Second, service: d080(),
			change: func(t *Tariffs) { t.Cost, t.Payout, t.HasCost = nil, nil, false },
			lines: []string{"caller service 24000000 1800s", "caller call not_counted 1800s",
				"owner payout unknown 1800s"}},
		{name: "a millisecond above 24 EUR", number: "+33892400300", lasted: 1_800_001 * time.Millisecond, service: d080(),
			change: func(t *Tariffs) { t.Cost, t.Payout, t.HasCost = nil, nil, false }, flags: CapExceeded,
			lines: []string{"caller service 24013333 1801s", "caller call not_counted 1801s",
				"owner payout unknown 1801s"}},
		{name: "above 30 minutes at 0.30", number: "+33892400300", lasted: 1801 * time.Second,
			service: price(Price{PerMinute: 300_000}, "D030"), flags: CapExceeded,
			change: func(t *Tariffs) { t.Cost, t.Payout, t.HasCost = nil, nil, false },
			lines: []string{"caller service 9005000 1801s", "caller call not_counted 1801s",
				"owner payout unknown 1801s"}},
		{name: "above 30 minutes at 0.20", number: "+33892400300", lasted: 1801 * time.Second,
			service: price(Price{PerMinute: 200_000}, "D020"),
			change:  func(t *Tariffs) { t.Cost, t.Payout, t.HasCost = nil, nil, false },
			lines: []string{"caller service 6003333 1801s", "caller call not_counted 1801s",
				"owner payout unknown 1801s"}},
		{name: "unverified step", number: "+33892400300", lasted: time.Minute,
			service: &Term{Price: Price{PerMinute: 450_000}, Step: "D045", Unverified: true, Tax: TaxIncluded},
			change:  func(t *Tariffs) { t.Cost, t.Payout, t.HasCost = nil, nil, false }, flags: UnverifiedStep,
			lines: []string{"caller service 450000 60s", "caller call not_counted 60s", "owner payout unknown 60s"}},
	} {
		t.Run(c.name, c.run)
	}
}

func TestRateWithoutAnswerOrEnd(t *testing.T) {
	tariff := tariffs(t, "+33892400300", "", price(Price{PerCall: 2_990_000}, "A299"))
	for _, c := range []struct {
		name string
		call Call
		want Charge
	}{
		{"never answered", Call{Number: "+33892400300", Ended: answered()}, Charge{Version: "v1"}},
		{"not ended", Call{Number: "+33892400300", Answered: answered()}, Charge{Unrated: NotEnded, Version: "v1"}},
		{"nobody knows when", Call{Number: "+33892400300", Ended: answered(), Unknown: true}, Charge{Unrated: AnswerUnknown, Version: "v1"}},
	} {
		if got := Rate(c.call, tariff); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestSum(t *testing.T) {
	known := NewCharge([]Line{
		{Part: ServicePart, Standing: Counted, Amount: 5}, {Part: CallPart, Standing: NotCounted},
		{Part: PayoutPart, Standing: Counted, Amount: 12, VATRate: 2000, Tax: TaxIncluded}, {Part: CostPart, Standing: Unknown},
	}, Rated, 0, "")
	if sum, complete := known.Sum(Caller); sum != 5 || !complete {
		t.Errorf("caller: %d, %t", sum, complete)
	}
	if sum, complete := known.Sum(Owner); sum != 10 || complete {
		t.Errorf("owner, without tax: %d, %t; a component is unknown", sum, complete)
	}
	unrated := Charge{Unrated: PriceUnknown}
	if _, complete := unrated.Sum(Caller); complete {
		t.Error("an unrated call has a complete sum")
	}
}

func TestOriginOf(t *testing.T) {
	for n, want := range map[number.Number]Origin{
		"+33140000100": FromFixed, "+33912345678": FromFixed, "+33612345678": FromMobile, "+33712345678": FromMobile,
		"+590590123456": FromFixed, "+262692123456": FromMobile, "+262639123456": FromMobile, "+508412345": FromFixed,
		"+442071234567": FromAbroad, "+33892400300": FromUnknown, "3635": FromUnknown, "": FromUnknown,
	} {
		if got := OriginOf(n); got != want {
			t.Errorf("OriginOf(%q) = %s, want %s", n, got, want)
		}
	}
}

func TestLimit(t *testing.T) {
	for _, c := range []struct {
		price Price
		after time.Duration
		ok    bool
	}{
		{Price{PerMinute: 800_000}, 1798 * time.Second, true},                      // 24 EUR and 30 minutes meet
		{Price{PerMinute: 400_000}, 1798 * time.Second, true},                      // 30 minutes come first
		{Price{PerMinute: 200_000}, 7198 * time.Second, true},                      // 24 EUR after two hours; 30 minutes do not hold
		{Price{PerMinute: 200_001}, 1798 * time.Second, true},                      // now they do
		{Price{PerMinute: 50_000}, 28_798 * time.Second, true},                     // eight hours
		{Price{PerCall: 2_990_000, PerMinute: 2_990_000}, 419 * time.Second, true}, // (24 - 2.99) / 2.99 min is 421.6 s
		{Price{PerCall: 3_000_000}, 0, false},
		{Price{PerCall: 24_000_000}, 0, false},
		{Price{PerCall: 24_000_001}, 0, true}, // may not be answered
		{Price{PerCall: 24_000_000, PerMinute: 10_000}, 0, true},
		{Price{}, 0, false},
	} {
		after, ok := Limit(c.price)
		if after != c.after || ok != c.ok {
			t.Errorf("Limit(%s) = %s, %t; want %s, %t", c.price, after, ok, c.after, c.ok)
		}
		if amount := c.price.Of(int64(after/time.Second), Rule{}); c.price.PerCall <= capAmount && ok && amount > capAmount {
			t.Errorf("a call at %s ended after %s costs %s", c.price, after, amount)
		}
	}
}
