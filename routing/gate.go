package routing

import (
	"fmt"

	"hotline/config"
	"hotline/number"
	"hotline/pbx"
)

// A Refusal is a dial that the gate does not let through, and why.
type Refusal struct {
	To     pbx.Target
	Reason string
}

func (r *Refusal) Error() string {
	return fmt.Sprintf("refused to dial %s%s: %s", r.To.Phone, r.To.Number, r.Reason)
}

// Gate decides whether something may be dialled. Nothing is dialled without it. It lets through what the rules name as
// the phone of one of their agents and nothing else: no number that a caller could have typed ever gets here.
func Gate(rules *config.Rules, to pbx.Target) error {
	for _, a := range rules.Agents {
		if to.Phone != "" && to.Number == "" && to.Phone == a.Phone {
			if n, err := number.Parse(to.Phone); err == nil && (n.Emergency() || !n.Short()) {
				return &Refusal{to, "a phone of the house is written as it is dialled in the office"}
			}
			return nil
		}
	}
	return &Refusal{to, "it is nobody's phone in the rules"}
}
