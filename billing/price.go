package billing

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// A Price is what a call costs: an amount for the call, an amount for each minute, or both. Minutes are counted by the
// second from the first second, unless the price says otherwise.
type Price struct {
	PerCall   Money // once, with the answer
	PerMinute Money
	Free      int32 // seconds that are free, or that PerCall includes
	First     int32 // begun blocks are counted whole: the first is so many seconds long, 0 is 1 ...
	Next      int32 // ... and each after it so many
	Least     Money // the whole is never below this, 0 for no such bound
	Most      Money // nor above this, 0 for no such bound
}

// Zero reports whether the price is nothing at all.
func (p *Price) Zero() bool { return p.PerCall == 0 && p.PerMinute == 0 && p.Least == 0 }

// Plain reports whether the price is per call or per second from the first second, and nothing else: the only shapes
// that French special numbers have had since 1 October 2015.
func (p Price) Plain() bool {
	return p == Price{PerCall: p.PerCall, PerMinute: p.PerMinute} && (p.PerCall == 0 || p.PerMinute == 0)
}

// Counted is how many seconds of a call of that length are paid for by the minute.
func (p *Price) Counted(seconds int64) int64 {
	if p.Free|p.First|p.Next == 0 {
		return seconds
	}
	seconds -= int64(p.Free)
	first, next := max(int64(p.First), 1), max(int64(p.Next), 1)
	switch {
	case seconds <= 0:
		return 0
	case seconds <= first:
		return first
	}
	return first + (seconds-first+next-1)/next*next
}

// Of is what a call of so many seconds costs. It is the only place where a price becomes an amount, and it rounds once:
// PerCall + PerMinute x seconds / 60, a fraction with the denominator 60, goes to the decimals of the rule.
func (p *Price) Of(seconds int64, r Rule) Money {
	counted := Money(p.Counted(seconds))
	var amount Money
	switch {
	case r == Rule{}: // the usual one, written so that it costs one multiplication: n/60 + 1/2, cut off
		amount = p.PerCall + (2*p.PerMinute*counted+60)/120
	case r.PerSecond: // a contract that rounds the price of a second first, and says so
		amount = r.Amount.divide(p.PerCall+r.Amount.divide(p.PerMinute, 60)*counted, r.unit()) * r.unit()
	default:
		amount = r.Amount.divide(p.PerCall*60+p.PerMinute*counted, 60*r.unit()) * r.unit()
	}
	amount = max(amount, p.Least)
	if p.Most != 0 {
		amount = min(amount, p.Most)
	}
	return amount
}

// priceForm takes what stands behind the amounts apart: the free seconds, the blocks, and the bounds.
var priceForm = regexp.MustCompile(`^(.*?)(?:,? (?:after|après) (\d{1,5}) ?s)?(?:,? (?:by|par) (\d{1,5})/(\d{1,5}) ?s)?` +
	`(?:,? (?:at least|au moins) (.*?))?(?:,? (?:at most|au plus) (.*?))?$`)

// ParsePrice reads a price as a contract says it: "0.80 EUR/min", "0,80 €/min", "2.99 EUR/call", "2,99 €/appel", and
// both joined by "+". Older and foreign tariffs need more: "0.112 EUR/call + 0.118 EUR/min after 56 s" (the first 56
// seconds are in the price of the call), "0.10 EUR/min by 60/30 s" (begun blocks), "at least 0.05 EUR", "at most 3 EUR".
func ParsePrice(s string) (Price, error) {
	p, err := parsePrice(strings.TrimSpace(strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s)))
	if err != nil {
		return Price{}, fmt.Errorf("price %q: %w", s, err)
	}
	return p, nil
}

func parsePrice(s string) (Price, error) {
	var p Price
	m := priceForm.FindStringSubmatch(s)
	if m == nil {
		return p, fmt.Errorf("write 0.80 EUR/min or 2.99 EUR/call")
	}
	seen := ""
	for part := range strings.SplitSeq(m[1], "+") {
		amount, unit, err := parsePart(part)
		if err != nil {
			return p, err
		}
		if strings.Contains(seen, unit) {
			return p, fmt.Errorf("two amounts per %s", unit)
		}
		seen += unit
		if unit == "call" {
			p.PerCall = amount
		} else {
			p.PerMinute = amount
		}
	}
	for i, into := range []*int32{&p.Free, &p.First, &p.Next} {
		seconds, _ := strconv.Atoi("0" + m[2+i]) // five digits at most
		*into = int32(seconds)
	}
	if m[3] != "" && (p.First == 0 || p.Next == 0) {
		return p, fmt.Errorf("a block has one second at least")
	}
	for i, into := range []*Money{&p.Least, &p.Most} {
		if m[5+i] == "" {
			continue
		}
		amount, err := parseAmount(m[5+i])
		if err != nil {
			return p, err
		}
		*into = amount
	}
	if p.Most != 0 && p.Least > p.Most {
		return p, fmt.Errorf("the least is more than the most")
	}
	return p, nil
}

func parsePart(s string) (amount Money, unit string, err error) {
	text, per, found := strings.Cut(s, "/")
	if !found {
		return 0, "", fmt.Errorf("per minute or per call? write 0.80 EUR/min or 2.99 EUR/call")
	}
	switch strings.ToLower(strings.TrimSpace(per)) {
	case "min", "minute":
		unit = "minute"
	case "call", "appel":
		unit = "call"
	default:
		return 0, "", fmt.Errorf("%q is neither min nor call", strings.TrimSpace(per))
	}
	amount, err = parseAmount(text)
	return amount, unit, err
}

// parseAmount reads an amount with its currency.
func parseAmount(text string) (Money, error) {
	text = strings.TrimSpace(text)
	for _, currency := range []string{"EUR", "eur", "€"} {
		digits, after := strings.CutSuffix(text, currency)
		if !after {
			digits, after = strings.CutPrefix(text, currency)
		}
		if after {
			return parseMoney(strings.TrimSpace(digits))
		}
	}
	return 0, fmt.Errorf("the currency is missing, write 0.80 EUR/min")
}

// String writes the price as a rules file has it, so that ParsePrice reads it again: "0.80 EUR/min".
func (p Price) String() string {
	return p.join(func(m Money) string {
		_, digits := m.digits(m.decimals())
		return digits + " EUR"
	}, [6]string{"/call", "/min", "after", "by", "at least", "at most"})
}

// FR writes the price in French: "0,80 €/min".
func (p Price) FR() string {
	return p.join(func(m Money) string { return m.FR(m.decimals()) }, [6]string{"/appel", "/min", "après", "par", "au moins", "au plus"})
}

// EN writes the price in English: "EUR 0.80/min".
func (p Price) EN() string {
	return p.join(func(m Money) string { return m.EN(m.decimals()) }, [6]string{"/call", "/min", "after", "by", "at least", "at most"})
}

func (p Price) join(write func(Money) string, words [6]string) string {
	var b strings.Builder
	switch {
	case p.PerCall == 0:
		b.WriteString(write(p.PerMinute) + words[1])
	case p.PerMinute == 0:
		b.WriteString(write(p.PerCall) + words[0])
	default:
		b.WriteString(write(p.PerCall) + words[0] + " + " + write(p.PerMinute) + words[1])
	}
	if p.Free != 0 {
		fmt.Fprintf(&b, " %s %d s", words[2], p.Free)
	}
	if p.First != 0 || p.Next != 0 {
		fmt.Fprintf(&b, " %s %d/%d s", words[3], max(p.First, 1), max(p.Next, 1))
	}
	if p.Least != 0 {
		fmt.Fprintf(&b, " %s %s", words[4], write(p.Least))
	}
	if p.Most != 0 {
		fmt.Fprintf(&b, " %s %s", words[5], write(p.Most))
	}
	return b.String()
}
