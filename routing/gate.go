package routing

import (
	"fmt"
	"regexp"

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
	if to.Number != "" || to.Trunk != "" {
		return &Refusal{to, "this version rings phones of the house only"}
	}
	for _, a := range rules.Agents {
		if a.InHouse() && to.Phone == a.Phone {
			return nil
		}
	}
	return &Refusal{to, "it is nobody's phone in the rules"}
}

// extension is what a phone of the house is called when the rules do not name it.
var extension = regexp.MustCompile(`^[0-9]{2,6}$`)

// GateTrial decides whether an administrator may ring something to try it. It also lets through an extension that the
// rules do not name, or all of them when there are no rules; but none that could be a number outside: where {phone} is
// dialled by way of a dialplan, 18 is the fire brigade and 118218 costs a lot.
func GateTrial(rules *config.Rules, to pbx.Target) error {
	if rules != nil {
		if err := Gate(rules, to); err == nil || to.Number != "" || to.Trunk != "" {
			return err
		}
	}
	if to.Number != "" || to.Trunk != "" || !extension.MatchString(to.Phone) {
		return &Refusal{to, "it is no extension of 2 to 6 digits"}
	}
	n, err := number.Parse(to.Phone)
	if err == nil && (n.Emergency() || n.Short()) || to.Phone == "911" || to.Phone == "999" {
		return &Refusal{to, "it is a short number, and nobody's phone in the rules"}
	}
	return nil
}
