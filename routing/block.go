package routing

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"hotline/config"
	"hotline/number"
)

// A Pattern says whom a block keeps out: a number in canonical form, all that begin alike (0899*, +44*), or hidden.
type Pattern string

// HiddenCallers are all who show no number.
const HiddenCallers Pattern = "hidden"

// Why a text is no pattern.
var (
	ErrNoPattern = errors.New("neither a number nor the beginning of numbers")
	ErrEverybody = errors.New("that is everybody")
)

// ParsePattern reads what somebody wants to block.
func ParsePattern(text string) (Pattern, error) {
	text = strings.TrimSpace(text)
	switch config.Fold(text) {
	case "hidden", "withheld", "masque", "masques", "cache":
		return HiddenCallers, nil
	}
	begins, several := strings.CutSuffix(text, "*")
	if !several {
		n, err := number.Parse(text)
		if err != nil || n.Short() {
			return "", errors.Join(ErrNoPattern, err)
		}
		return Pattern(n), nil
	}
	if strings.Trim(begins, "+ 0") == "" {
		return "", ErrEverybody
	}
	p, err := number.ParsePrefix(begins)
	switch {
	case p == "0": // +33
		return "", ErrEverybody
	case err != nil:
		return "", errors.Join(ErrNoPattern, err)
	}
	return Pattern(p) + "*", nil
}

// broadDigits is with how many digits a beginning no longer means a multitude of people: the numbers of one company.
const broadDigits = 6

// prefix is how the callers of the pattern begin, if that is what it says.
func (p Pattern) prefix() (number.Prefix, bool) {
	begins, several := strings.CutSuffix(string(p), "*")
	return number.Prefix(begins), several
}

// Broad says that the pattern may meet many people who have nothing to do with one another.
func (p Pattern) Broad() bool {
	begins, several := p.prefix()
	return p == HiddenCallers || several && begins.Digits() < broadDigits
}

// Meets says whether the pattern means a caller; "" is one who shows no number.
func (p Pattern) Meets(caller number.Number) bool {
	if p == HiddenCallers || caller == "" {
		return p == HiddenCallers && caller == ""
	}
	if begins, several := p.prefix(); several {
		return begins.Begins(caller)
	}
	return p == Pattern(caller)
}

// Number is the one number that the pattern means, empty when it means several.
func (p Pattern) Number() number.Number {
	if _, several := p.prefix(); several || p == HiddenCallers {
		return ""
	}
	return number.Number(p)
}

// LogValue masks a number, as everywhere.
func (p Pattern) LogValue() slog.Value {
	if n := p.Number(); n != "" {
		return n.LogValue()
	}
	return slog.StringValue(string(p))
}

// A Block keeps callers out.
type Block struct {
	Pattern      Pattern
	Since, Until time.Time // Until is zero: for good
	Who, Why     string
	Hits         int       // how many calls it has met
	Last         time.Time // when it met one; zero: never
}

// Holds says whether the block has not expired.
func (b Block) Holds(now time.Time) bool { return b.Until.IsZero() || now.Before(b.Until) }

// Blocks are looked up by how a number begins, so that many cost no more than one.
type Blocks struct {
	until map[Pattern]time.Time
	most  int // digits of the longest beginning
}

// NewBlocks makes them of a list.
func NewBlocks(list []Block) *Blocks {
	b := &Blocks{until: make(map[Pattern]time.Time, len(list))}
	for _, one := range list {
		b.until[one.Pattern] = one.Until
		if begins, several := one.Pattern.prefix(); several {
			b.most = max(b.most, len(begins))
		}
	}
	return b
}

// Match says which block meets a caller; "" is one who shows no number. The one that says most of the number comes first.
func (b *Blocks) Match(caller number.Number, now time.Time) (Pattern, bool) {
	if caller == "" {
		return HiddenCallers, b.holds(HiddenCallers, now)
	}
	if b.holds(Pattern(caller), now) {
		return Pattern(caller), true
	}
	forms := [2]string{string(caller), caller.National()}
	for length := min(b.most, len(caller)); length > 0; length-- {
		for _, form := range forms {
			if length > len(form) {
				continue
			}
			if p := Pattern(form[:length] + "*"); b.holds(p, now) {
				return p, true
			}
		}
	}
	return "", false
}

func (b *Blocks) holds(p Pattern, now time.Time) bool {
	until, there := b.until[p]
	return there && Block{Until: until}.Holds(now)
}

// FlagBlocked is the flag of a call that was refused because its caller is blocked.
const FlagBlocked = "blocked"

// A Blocklist counts how often blocks meet somebody.
type Blocklist interface {
	// Met notes that a block has met a call.
	Met(ctx context.Context, p Pattern, at time.Time) error
}

// Bar makes those the blocks from now on.
func (p *Porter) Bar(list []Block) {
	blocks := NewBlocks(list)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.blocks = blocks
}

// blocked says which block meets a caller.
func (p *Porter) blocked(caller number.Number, now time.Time) (Pattern, bool) {
	p.mu.Lock()
	blocks := p.blocks
	p.mu.Unlock()
	return blocks.Match(caller, now)
}

// barred says whether the caller is blocked. What is ours never is: numbers, and phones of the house.
func (v *visit) barred() (Pattern, bool) {
	if v.call.Leg().House || v.Rules.Now().Router.ours(v.contact.Caller) {
		return "", false
	}
	return v.Porter.blocked(v.contact.Caller, v.contact.Opened)
}

// turnAway refuses the caller, who is not answered and pays nothing, and counts that.
func (v *visit) turnAway(met Pattern) {
	v.flag(FlagBlocked)
	v.log.Info("blocked caller refused", "from", v.contact.Caller, "number", v.contact.Number, "block", met)
	if v.Blocklist != nil {
		v.Exchange.Go(func() {
			v.insist("meeting of a block", writeFor, func(ctx context.Context) error { return v.Blocklist.Met(ctx, met, v.contact.Opened) })
		})
	}
}
