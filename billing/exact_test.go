package billing

import (
	"math/big"
	"math/rand/v2"
	"testing"
)

// exact works a price out with fractions that are never rounded but once, at the end.
func exact(p Price, seconds int64, r Rule) *big.Int {
	counted := seconds - int64(p.Free)
	if counted < 0 {
		counted = 0
	}
	first, next := max(int64(p.First), 1), max(int64(p.Next), 1)
	blocks := int64(0)
	for paid := int64(0); paid < counted; blocks++ { // block after block, as an invoice counts them
		if blocks == 0 {
			paid += first
		} else {
			paid += next
		}
	}
	paid := int64(0)
	if blocks > 0 {
		paid = first + (blocks-1)*next
	}
	second := big.NewRat(int64(p.PerMinute), 60)
	if r.PerSecond {
		second = new(big.Rat).SetInt(round(second, r.Amount))
	}
	sum := new(big.Rat).Mul(second, big.NewRat(paid, 1))
	sum.Add(sum, big.NewRat(int64(p.PerCall), 1))
	unit := new(big.Rat).SetInt64(1)
	for range r.Dropped {
		unit.Mul(unit, big.NewRat(10, 1))
	}
	amount := new(big.Int).Mul(round(sum.Quo(sum, unit), r.Amount), unit.Num())
	if least := big.NewInt(int64(p.Least)); amount.Cmp(least) < 0 {
		amount = least
	}
	if most := big.NewInt(int64(p.Most)); p.Most != 0 && amount.Cmp(most) > 0 {
		amount = most
	}
	return amount
}

func round(x *big.Rat, r Rounding) *big.Int {
	whole, rest := new(big.Int).QuoRem(x.Num(), x.Denom(), new(big.Int))
	half := new(big.Int).Lsh(rest, 1).Cmp(x.Denom())
	up := false
	switch r {
	case Up:
		up = rest.Sign() > 0
	case HalfUp:
		up = half >= 0
	case HalfEven:
		up = half > 0 || half == 0 && whole.Bit(0) == 1
	}
	if up {
		whole.Add(whole, big.NewInt(1))
	}
	return whole
}

// Any price by any rule for any length is what fractions of any size make of it.
func TestPriceOfIsExact(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	some := func(n int) int64 { // often nothing, and often small
		if random.IntN(3) == 0 {
			return 0
		}
		return random.Int64N(int64(1 + random.IntN(n)))
	}
	for range 200_000 {
		p := Price{PerCall: Money(some(4_000_000)), PerMinute: Money(some(9_999_000_000)), Free: int32(some(120)), First: int32(some(90)), Next: int32(some(90)), Least: Money(some(200_000))}
		if most := Money(some(30_000_000)); most > p.Least {
			p.Most = most
		}
		r := Rule{Seconds: Seconds(random.IntN(3)), PerSecond: random.IntN(4) == 0, Amount: Rounding(random.IntN(4)), Dropped: int8(random.IntN(7))}
		seconds := some(4000)
		if got, want := p.Of(seconds, r), exact(p, seconds, r); want.Cmp(big.NewInt(int64(got))) != 0 {
			t.Fatalf("%s for %d s by %s: %d, want %s", p, seconds, r, got, want)
		}
	}
}
