package routing

import (
	"fmt"

	"hotline/config"
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
	if to.Number != "" || to.Trunk != "" {
		return &Refusal{to, "this version rings phones of the house only"}
	}
	for _, a := range rules.Agents {
		if to.Phone == a.Phone {
			return nil
		}
	}
	return &Refusal{to, "it is nobody's phone in the rules"}
}
