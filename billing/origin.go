package billing

import (
	"slices"

	"hotline/number"
)

// An Origin is where a call comes from, as contracts tell it apart.
type Origin uint8

// The origins. AnyOrigin is for terms that do not tell them apart.
const (
	AnyOrigin Origin = iota
	FromFixed
	FromMobile
	FromAbroad
	FromUnknown
	origins // how many there are
)

var originWords = []string{"", "fixed", "mobile", "intl", "unknown"}

func (o Origin) String() string { return originWords[o] }

// ParseOrigin reads what String writes.
func ParseOrigin(s string) (Origin, bool) {
	i := slices.Index(originWords, s)
	return Origin(max(i, 0)), i >= 0
}

// OriginOf tells the origin from the caller's number. Overseas France counts like the rest of France. It looks at the
// canonical form, because it runs for every call that is rated and must not build another.
func OriginOf(from number.Number) Origin {
	switch {
	case from == "", from.Short(), len(from) < 5:
		return FromUnknown
	case from[:3] == "+33":
		return originByDigit(from[3])
	case !overseas(from):
		return FromAbroad
	}
	return originByDigit(from[4])
}

// originByDigit looks at the first digit behind the national 0.
func originByDigit(first byte) Origin {
	switch first {
	case '6', '7':
		return FromMobile
	case '8':
		return FromUnknown // nobody calls from an 08 number; it is shown instead of a line
	}
	return FromFixed
}

// overseas reports whether the number is one of overseas France, which has country codes of its own.
func overseas(n number.Number) bool {
	switch n[:4] {
	case "+262", "+508", "+590", "+594", "+596":
		return true
	}
	return false
}
