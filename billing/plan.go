package billing

import (
	"fmt"
	"slices"
	"strings"

	"hotline/number"
)

// A Category says to which family of the French number plan a number belongs.
type Category uint8

// The categories.
const (
	UnknownCategory  Category = iota
	Free                      // the caller pays nothing, the owner pays
	Normal                    // "grey": the price of an ordinary call
	Surcharged                // an ordinary call and a service price that belongs to the number
	ShortAny                  // short codes: any of the three, number by number
	Geographic                // 01-05 and 09
	Mobile                    // 06 and 07
	VerifiedCanvass           // what canvassers must show
	TechPlatform              // exchanges with a technical platform
	EmergencyService          // never rated, free
	OperatorFunction          // free in practice
	OtherFree
	International // from here on nothing is rated
	DataSpecial
	Technical
	InternetDialup
	Closed
	SpecialOther
	M2MMobile
	UnassignedShort
)

var categoryWords = [...]string{"", "free", "normal", "surcharged", "short_any", "geographic", "mobile", "verified_canvass", "tech_platform",
	"emergency", "operator_function", "other_free", "international", "data_special", "technical", "internet_dialup", "closed",
	"special_other", "m2m_mobile", "unassigned_short"}

func (c Category) String() string { return categoryWords[c] }

// ParseCategory reads what String writes; what it does not know is UnknownCategory.
func ParseCategory(s string) Category { return Category(max(slices.Index(categoryWords[:], s), 0)) }

// A Range is one row of the number plan: all numbers of one length behind one prefix.
type Range struct {
	Prefix   string // national digits: "0892", "32", or "+" for abroad
	Length   int    // digits of the whole national number; 0 for any length
	Category Category
	// PerMinute and PerCall are the highest service prices the plan allows, each alone, and no shape but these two. They
	// mean nothing unless Capped.
	PerMinute, PerCall Money
	Capped             bool
}

// A Plan is the number plan: prefix to category and ceiling. It never says a price, because prices belong to numbers.
// The zero Plan knows no number.
type Plan struct {
	ranges []Range
	nodes  []planNode // a trie over the digits; nodes[0] is its root
	abroad int        // 1 + index of the range of foreign numbers, 0 if there is none
}

// A planNode is one digit deeper in the trie. Indexes are kept plus one, so that zero means none.
type planNode struct {
	next  [10]int32
	holds int32
}

// NewPlan builds the plan, and refuses a prefix that is not made of digits or that stands there twice.
func NewPlan(ranges []Range) (Plan, error) {
	p := Plan{nodes: make([]planNode, 1)}
	for _, r := range ranges {
		p.ranges = append(p.ranges, r)
		at := int32(len(p.ranges))
		if r.Prefix == "+" {
			p.abroad = int(at)
			continue
		}
		if r.Prefix == "" || strings.Trim(r.Prefix, "0123456789") != "" {
			return Plan{}, fmt.Errorf("number plan: prefix %q is not made of digits", r.Prefix)
		}
		node := int32(0)
		for i := range len(r.Prefix) {
			digit := r.Prefix[i] - '0'
			if p.nodes[node].next[digit] == 0 {
				p.nodes = append(p.nodes, planNode{})
				p.nodes[node].next[digit] = int32(len(p.nodes))
			}
			node = p.nodes[node].next[digit] - 1
		}
		if p.nodes[node].holds != 0 {
			return Plan{}, fmt.Errorf("number plan: prefix %s stands there twice", r.Prefix)
		}
		p.nodes[node].holds = at
	}
	return p, nil
}

// Find returns the range of a number. The longest prefix decides; when the length does not fit it, there is no range,
// and a shorter prefix is not tried: 0700 with ten digits is not an ordinary 07.
func (p *Plan) Find(n number.Number) (Range, bool) {
	if r := p.find(n); r != nil {
		return *r, true
	}
	return Range{}, false
}

func (p *Plan) find(n number.Number) *Range {
	if n == "" || len(p.nodes) == 0 {
		return nil
	}
	digits, length, node := string(n), len(n), int32(0)
	if rest, ok := strings.CutPrefix(digits, "+33"); ok {
		// The national form is "0" and the rest; walking it in two steps saves building it for each call rated.
		digits, length, node = rest, 1+len(rest), p.nodes[0].next[0]-1
	} else if digits[0] == '+' {
		digits = n.National()
		length = len(digits)
		if digits[0] == '+' {
			if p.abroad == 0 {
				return nil
			}
			return &p.ranges[p.abroad-1]
		}
	}
	found := int32(0)
	for i := 0; node >= 0; i++ {
		if at := p.nodes[node].holds; at != 0 {
			found = at
		}
		if i == len(digits) || digits[i] < '0' || digits[i] > '9' {
			break
		}
		node = p.nodes[node].next[digits[i]-'0'] - 1
	}
	if found == 0 {
		return nil
	}
	r := &p.ranges[found-1]
	if r.Length != 0 && r.Length != length {
		return nil
	}
	return r
}
