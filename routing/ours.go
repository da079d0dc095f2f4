package routing

import (
	"hotline/config"
	"hotline/number"
)

// Ours says which callers are the company itself: its numbers, the phones of its people, and every phone of the house.
func Ours(rules *config.Rules) func(number.Number) bool {
	ours := map[number.Number]bool{}
	for _, l := range rules.Lines {
		ours[l.Number] = true
		for _, n := range l.ArrivesAs {
			ours[n] = true
		}
	}
	for _, a := range rules.Agents {
		ours[a.Outside] = a.Outside != ""
	}
	return func(n number.Number) bool { return n.Short() || ours[n] }
}
