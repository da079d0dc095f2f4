package billing

import (
	"testing"
	"time"

	"hotline/number"
)

// Amounts of one component, worked out by hand.
func TestPriceOf(t *testing.T) {
	azur := "0.078 EUR/call + 0.028 EUR/min"
	indigo := "0.112 EUR/call + 0.118 EUR/min after 56 s" // the credit of time of 0820 before 2015
	for _, c := range []struct {
		price, rule string
		seconds     int64
		want        Money
	}{
		{azur, "", 0, 78_000},
		{azur, "", 1, 78_467}, // 28 000 / 60 = 466.67
		{azur, "", 61, 106_467},
		{indigo, "", 0, 112_000},
		{indigo, "", 56, 112_000},
		{indigo, "", 57, 113_967}, // one second of 118 000 / 60 = 1 966.67
		{indigo, "", 116, 230_000},
		{"0.14 EUR/min after 30 s", "", 30, 0}, // 0180-7
		{"0.14 EUR/min after 30 s", "", 31, 2_333},
		{"0.14 EUR/min after 30 s", "", 90, 140_000},
		{"0.10 EUR/min by 60/60 s", "", 0, 0},
		{"0.10 EUR/min by 60/60 s", "", 1, 100_000},
		{"0.10 EUR/min by 60/60 s", "", 60, 100_000},
		{"0.10 EUR/min by 60/60 s", "", 61, 200_000},
		{"0.10 EUR/min by 30/6 s", "", 29, 50_000},
		{"0.10 EUR/min by 30/6 s", "", 31, 60_000},
		{"0.10 EUR/min by 30/6 s", "", 36, 60_000},
		{"0.10 EUR/min by 30/6 s", "", 37, 70_000},
		{"0.05 EUR/call + 0.10 EUR/min after 20 s by 60/1 s", "", 20, 50_000},
		{"0.05 EUR/call + 0.10 EUR/min after 20 s by 60/1 s", "", 21, 150_000},
		{"0.05 EUR/call + 0.10 EUR/min after 20 s by 60/1 s", "", 81, 151_667}, // 61 s
		{"0.10 EUR/min at least 0.05 EUR at most 0.30 EUR", "", 1, 50_000},
		{"0.10 EUR/min at least 0.05 EUR at most 0.30 EUR", "", 60, 100_000},
		{"0.10 EUR/min at least 0.05 EUR at most 0.30 EUR", "", 3600, 300_000},
		{"0.80 EUR/min", "second_up/half_up/6", 60, 800_000},
		{"0.80 EUR/min", "second_up/per_second/half_up/6", 60, 799_980}, // 0.013333 a second
		{"0.50 EUR/min", "second_up/per_second/half_up/6", 60, 499_980}, // 0.008333
		{"0.80 EUR/min", "second_up/half_up/2", 7, 90_000},              // 93 333 is nearer to 0.09
		{"0.15 EUR/min", "second_up/half_up/2", 2, 10_000},              // 5 000 is a half
		{"0.15 EUR/min", "second_up/half_even/2", 2, 0},                 // of which the even neighbour is 0
		{"0.15 EUR/min", "second_up/half_even/2", 6, 20_000},            // 15 000: the even neighbour is 0.02
		{"0.80 EUR/min", "second_up/up/2", 7, 100_000},
		{"0.80 EUR/min", "second_up/down/2", 7, 90_000},
		{"0.80 EUR/min", "second_up/half_up/4", 7, 93_300},
		{"0.80 EUR/min", "second_up/half_up/0", 37, 0}, // 0.4933 EUR
		{"0.80 EUR/min", "second_up/half_up/0", 38, 1_000_000},
		{"2.995 EUR/call", "second_up/half_up/2", 0, 3_000_000}, // 2.995 is a half
		{"0.35 EUR/min", "second_up/half_up/6", 86_400, 504_000_000},
	} {
		p, err := ParsePrice(c.price)
		if err != nil {
			t.Fatal(err)
		}
		r, err := ParseRule(c.rule)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Of(c.seconds, r); got != c.want {
			t.Errorf("%s for %d s by %q: %d, want %d", c.price, c.seconds, c.rule, got, c.want)
		}
	}
}

// The usual rule is written out in Price.Of; it has to be what the general way gives.
func TestUsualRuleIsHalfUp(t *testing.T) {
	for perMinute := Money(0); perMinute < 2000; perMinute += 7 {
		for seconds := int64(0); seconds < 200; seconds++ {
			p := Price{PerCall: 13, PerMinute: perMinute}
			if got, want := p.Of(seconds, Rule{}), HalfUp.divide(p.PerCall*60+perMinute*Money(seconds), 60); got != want {
				t.Fatalf("%d for %d s: %d, want %d", perMinute, seconds, got, want)
			}
		}
	}
}

func TestRuleText(t *testing.T) {
	for _, text := range []string{"second_up/half_up/6", "second_down/up/0", "second_nearest/per_second/half_even/4", "second_up/down/2"} {
		r, err := ParseRule(text)
		if err != nil || r.String() != text {
			t.Errorf("%q is read as %q, %v", text, r, err)
		}
	}
	if r, err := ParseRule(""); err != nil || r != (Rule{}) || r.String() != "second_up/half_up/6" {
		t.Errorf("no rule is %q, %v", r, err)
	}
	for _, text := range []string{"second_up", "second_up/half_up/7", "second_up/half_up/6/", "half_up"} {
		if _, err := ParseRule(text); err == nil {
			t.Errorf("%q is taken as a rule", text)
		}
	}
}

func TestSecondsOfARule(t *testing.T) {
	for _, c := range []struct {
		ms                int64
		up, down, nearest int64
	}{{0, 0, 0, 0}, {1, 1, 0, 0}, {499, 1, 0, 0}, {500, 1, 0, 1}, {1000, 1, 1, 1}, {1499, 2, 1, 1}, {1500, 2, 1, 2}, {6100, 7, 6, 6}} {
		if up, down, nearest := SecondUp.count(c.ms), SecondDown.count(c.ms), SecondNearest.count(c.ms); up != c.up || down != c.down || nearest != c.nearest {
			t.Errorf("%d ms: %d, %d, %d", c.ms, up, down, nearest)
		}
	}
}

func TestVAT(t *testing.T) {
	for _, c := range []struct {
		rate     BasisPoints
		amount   Money
		in, onto Money
	}{
		{2000, 2_440_000, 406_667, 488_000},
		{2000, 120, 20, 24},
		{2000, 1, 0, 0}, // 0.1667 and 0.2
		{2000, 3, 1, 1}, // a half, and 0.6
		{1960, 1_196_000, 196_000, 234_416},
		{850, 1_085_000, 85_000, 92_225},
		{0, 1_000_000, 0, 0},
		{2000, -2_440_000, -406_667, -488_000},
	} {
		if in, onto := c.rate.In(c.amount), c.rate.On(c.amount); in != c.in || onto != c.onto {
			t.Errorf("%d basis points of %d: in it %d, on it %d; want %d, %d", c.rate, c.amount, in, onto, c.in, c.onto)
		}
	}
}

// paris is a moment by the clocks of Paris.
func paris(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := ParseDay(text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func service(t testing.TB, n number.Number, price, from, until string) ServiceRow {
	t.Helper()
	p, step, err := ParseServicePrice(price, "")
	if err != nil {
		t.Fatal(err)
	}
	row := ServiceRow{Number: n, Price: p, Step: step, Span: Span{From: paris(t, from)}}
	if until != "" {
		row.Until = paris(t, until)
	}
	return row
}

// Whole calls by the shipped plan, worked out by hand.
func TestWorkedCalls(t *testing.T) {
	mobile := OwnerRow{Number: "+33805400200", Kind: Cost, Origin: FromMobile, Price: Price{PerMinute: 30_000}, Span: Span{From: Reform()}}
	fixed := mobile
	fixed.Origin, fixed.Price = FromFixed, Price{PerMinute: 10_000}
	b := book(t, Data{
		Services: []ServiceRow{
			service(t, "+33892400300", "0.35 EUR/min", "2020-01-01", "2026-11-01"),
			service(t, "+33892400300", "0.80 EUR/min", "2026-11-01", ""),
			service(t, "+33899823300", "3.00 EUR/call", "2020-01-01", ""),
			service(t, "3635", "0.40 EUR/min", "2020-01-01", ""),
			service(t, "3939", "normal", "2020-01-01", ""),
			service(t, "3230", "free", "2020-01-01", ""),
			service(t, "118218", "2.99 EUR/call + 2.99 EUR/min", "2019-01-01", "2021-08-01"),
			service(t, "118218", "0.80 EUR/min", "2021-08-01", ""),
			service(t, "+33820123456", "0.112 EUR/call + 0.118 EUR/min after 56 s", "2013-01-01", "2015-10-01"),
			service(t, "+33820123456", "0.12 EUR/min", "2016-01-01", ""),
			service(t, "+33891011111", "0.30 EUR/min", "2026-03-29 03:00", "2026-10-25T02:30:00+02:00"),
		},
		Owner: []OwnerRow{mobile, fixed, {Step: "A300", Kind: Payout, Price: Price{PerCall: 2_000_000}, Tax: TaxIncluded, Span: Span{From: Reform()}}},
	})
	for _, c := range []struct {
		name     string
		number   number.Number
		from     number.Number
		answered string
		ms       int64
		service  Money
		owner    Money // without tax
		unrated  Reason
		flags    Flags
	}{
		{"the last second of the old price", "+33892400300", "+33612345678", "2026-10-31 23:59:59", 120_000, 700_000, 0, 0, 0},
		{"the first of the new one", "+33892400300", "+33612345678", "2026-11-01", 120_000, 1_600_000, 0, 0, 0},
		{"a millisecond before it", "+33892400300", "+33612345678", "2026-10-31T23:59:59.999+01:00", 1, 5_833, 0, 0, 0},
		{"before the first price", "+33892400300", "", "2019-12-31 23:59:59", 1000, 0, 0, PriceUnknown, 0},
		{"per call, for an hour", "+33899823300", "+33140000100", "2026-05-05 12:00", 3_600_000, 3_000_000, 1_666_667, 0, 0},
		{"per call, for nothing", "+33899823300", "+33140000100", "2026-05-05 12:00", 0, 3_000_000, 1_666_667, 0, ZeroDuration},
		{"a short code", "3635", "", "2026-05-05 12:00", 90_001, 606_667, 0, 0, 0},
		{"a short code that costs a call", "3939", "", "2026-05-05 12:00", 60_000, 0, 0, 0, 0},
		{"a free short code", "3230", "", "2026-05-05 12:00", 60_000, 0, 0, 0, 0},
		{"a short code of which nothing is known", "3631", "", "2026-05-05 12:00", 60_000, 0, 0, PriceUnknown, 0},
		{"directory enquiries before the caps", "118218", "", "2021-07-31 23:59:59", 61_000, 6_029_833, 0, 0, 0},
		{"and after", "118218", "", "2021-08-01", 61_000, 813_333, 0, 0, 0},
		{"credit of time, used up", "+33820123456", "", "2014-05-05 12:00", 57_000, 113_967, 0, 0, 0},
		{"in the gap after it", "+33820123456", "", "2015-10-01", 57_000, 0, 0, PriceUnknown, 0},
		{"when the clocks go forward", "+33891011111", "", "2026-03-29T03:00:00+02:00", 60_000, 300_000, 0, 0, 0},
		{"a moment before", "+33891011111", "", "2026-03-29T01:59:59.999+01:00", 60_000, 0, 0, PriceUnknown, 0},
		{"the first half past two when they go back", "+33891011111", "", "2026-10-25T02:29:59+02:00", 60_000, 300_000, 0, 0, 0},
		{"the second one", "+33891011111", "", "2026-10-25T02:30:00+01:00", 60_000, 0, 0, PriceUnknown, 0},
		{"free from a mobile overseas", "+33805400200", "+590690123456", "2026-05-05 12:00", 60_000, 0, -30_000, 0, 0},
		{"free from a line overseas", "+33805400200", "+262262123456", "2026-05-05 12:00", 60_000, 0, -10_000, 0, 0},
		{"free, withheld", "+33805400200", "", "2026-05-05 12:00", 60_000, 0, -30_000, 0, OriginUnknown},
		{"above 24 EUR", "+33892400300", "", "2026-11-02 12:00", 1_800_001, 24_013_333, 0, 0, CapExceeded},
		{"ended before it was answered", "+33892400300", "", "2026-11-02 12:00", -1, 0, 0, 0, ClockBackwards},
		{"before any plan", "+33892400300", "", "2012-07-16 12:00", 1000, 0, 0, NumberUnknown, 0},
		{"0700 with ten digits", "+33700123456", "", "2026-05-05 12:00", 1000, 0, 0, NumberUnknown, 0},
		{"historic audiotel", "+33836123456", "", "2026-05-05 12:00", 1000, 0, 0, NeverRated, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			answered := paris(t, c.answered)
			charge := b.Rate(Call{Number: c.number, From: c.from, Answered: answered, Ended: answered.Add(time.Duration(c.ms) * time.Millisecond)})
			if charge.Unrated != c.unrated || charge.Flags != c.flags {
				t.Errorf("unrated %q, flags %v; want %q, %v", charge.Unrated, charge.Flags.Words(), c.unrated, c.flags.Words())
			}
			if l, _ := charge.Line(ServicePart); l.Amount != c.service {
				t.Errorf("the caller pays %d, want %d", l.Amount, c.service)
			}
			if sum, _ := charge.Sum(Owner); sum != c.owner {
				t.Errorf("the owner %d, want %d", sum, c.owner)
			}
		})
	}
}

// Before the reform a price was that of the whole call; an ordinary call is not added to it.
func TestWholePrice(t *testing.T) {
	b := book(t, Data{Services: []ServiceRow{service(t, "+33820123456", "0.112 EUR/call + 0.118 EUR/min after 56 s", "2013-01-01", "2015-10-01"), service(t, "+33820123456", "0.12 EUR/min", "2015-10-01", "")},
		Owner: []OwnerRow{{Kind: Ordinary, Price: Price{PerMinute: 20_000}, Tax: TaxIncluded, Span: Span{From: paris(t, "2013-01-01")}}}})
	for at, want := range map[string]Money{"2014-05-05": 119_867, "2016-05-05": 140_000} {
		answered := paris(t, at)
		charge := b.Rate(Call{Number: "+33820123456", Answered: answered, Ended: answered.Add(time.Minute)})
		if sum, complete := charge.Sum(Caller); sum != want || !complete {
			t.Errorf("%s: %d, %t; want %d", at, sum, complete, want)
		}
	}
}

func TestParseDay(t *testing.T) {
	for text, want := range map[string]string{
		"2026-11-01":                "2026-10-31T23:00:00Z",
		"01/11/2026":                "2026-10-31T23:00:00Z",
		"2026-07-01":                "2026-06-30T22:00:00Z",
		"2026-11-24 10:00":          "2026-11-24T09:00:00Z",
		"2026-11-24 10:00:30":       "2026-11-24T09:00:30Z",
		"2026-10-25 03:00":          "2026-10-25T02:00:00Z",
		"2026-10-25T02:30:00+02:00": "2026-10-25T00:30:00Z",
	} {
		at, err := ParseDay(text)
		if err != nil || at.Format(time.RFC3339) != want {
			t.Errorf("%q is %s, %v; want %s", text, at.Format(time.RFC3339), err, want)
			continue
		}
		if again, err := ParseDay(Day(at)); err != nil || !again.Equal(at) {
			t.Errorf("%s is written %q, which is read as %s, %v", want, Day(at), again, err)
		}
	}
	for text, want := range map[string]string{
		"2026-03-29 02:30": `date "2026-03-29 02:30": the clocks skip this time`,
		"2026-10-25 02:30": `date "2026-10-25 02:30": the clocks show this time twice; write 2026-10-25T02:30:00+02:00 or 2026-10-25T02:30:00+01:00`,
		"2026-02-30":       `date "2026-02-30": write 2026-11-24 or "2026-11-24 10:00"`,
		"demain":           `date "demain": write 2026-11-24 or "2026-11-24 10:00"`,
	} {
		if _, err := ParseDay(text); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	odd := time.Date(2026, 10, 25, 0, 30, 0, 1_000_000, time.UTC)
	if again, err := ParseDay(Day(odd)); err != nil || !again.Equal(odd) {
		t.Errorf("%s is written %q", odd, Day(odd))
	}
}
