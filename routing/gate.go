package routing

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

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

// An Outgoing is a leg that is about to be dialled, with what the gate has to know of it.
type Outgoing struct {
	To     pbx.Target
	Shows  string         // the number that is shown; "" = the operator's choice
	Caller number.Number  // on whose behalf; "" = withheld
	Trunks []config.Trunk // of the switch that dials
	Calls  int            // that are outside at this moment, on all switches
}

// Gate decides whether something may be dialled. Nothing is dialled without it. It lets through what the rules name, an
// agent's phone or whom a transfer goes to, and of numbers outside only those that cost no more than a call: no number
// that a caller could have typed ever gets here.
func Gate(rules *config.Rules, o Outgoing) error {
	if o.To.Number != "" || o.To.Trunk != "" {
		return outside(rules, o)
	}
	for _, a := range rules.Agents {
		if a.InHouse() && o.To.Phone == a.Phone {
			return nil
		}
	}
	for _, t := range rules.Goals {
		if t.Phone != "" && t.Phone == o.To.Phone {
			return isExtension(o.To)
		}
	}
	return &Refusal{o.To, "it is nobody's phone in the rules"}
}

// outside is the gate for numbers outside.
func outside(rules *config.Rules, o Outgoing) error {
	refuse := func(reason string) error { return &Refusal{o.To, reason} }
	n, err := number.Parse(o.To.Number)
	trunk := slices.IndexFunc(o.Trunks, func(t config.Trunk) bool { return t.Name == o.To.Trunk })
	goal := goalOf(rules, n)
	switch {
	case err != nil || o.To.Phone != "":
		return refuse("it is not a number")
	case goal == nil:
		return refuse("no transfer of the rules goes there")
	case Barred(rules, n) != "":
		return refuse(Barred(rules, n).String())
	case trunk < 0:
		return refuse("the switch has no such trunk")
	case rules.Transfers.AtOnce > 0 && o.Calls >= rules.Transfers.AtOnce:
		return refuse("there are as many calls outside as the rules allow (transfers: at_once)")
	case o.Shows == "" || ours(rules, o.Shows):
		return nil
	case o.Shows != o.Caller.National():
		return refuse("the number to be shown is neither the company's nor the caller's")
	case goal.Show != config.ShowCaller:
		return refuse("the rules do not say that the caller's number is shown")
	case !o.Trunks[trunk].ShowCaller:
		return refuse("the trunk does not pass on numbers that are not the company's")
	}
	return nil
}

// goalOf is a transfer of the rules that goes to the number; nil when there is none. One that shows the caller comes first.
func goalOf(rules *config.Rules, n number.Number) (goal *config.Transfer) {
	for _, t := range rules.Goals {
		if _, outside := rules.Goal(t); n != "" && outside == n && (goal == nil || t.Show == config.ShowCaller) {
			goal = t
		}
	}
	return goal
}

// ours says whether a number, as it is shown, is one of the company's.
func ours(rules *config.Rules, shown string) bool {
	return slices.ContainsFunc(rules.Lines, func(l config.Line) bool {
		return l.Number.National() == shown || slices.ContainsFunc(l.ArrivesAs, func(n number.Number) bool { return n.National() == shown })
	})
}

// A Bar is why no call goes to a number.
type Bar string

// The bars.
const (
	BarOurs       Bar = "ours"
	BarEmergency  Bar = "emergency"
	BarShort      Bar = "short"
	BarSurcharged Bar = "surcharged"
	BarSatellite  Bar = "satellite"
	BarAbroad     Bar = "abroad"
	BarOther      Bar = "other" // 080x, numbers of machines
)

func (b Bar) String() string {
	return map[Bar]string{
		BarOurs: "it is one of our own numbers: the call would come back", BarEmergency: "no machine calls an emergency number",
		BarShort: "it is a short number, whose price is not known", BarSurcharged: "it is a surcharged number",
		BarSatellite: "it is a satellite or premium number abroad", BarAbroad: "it is abroad and not in transfers: allow",
		BarOther: "it is neither a fixed number, nor a mobile, nor in transfers: allow",
	}[b]
}

// Barred says why no call goes to a number, by its beginning alone; "" when it may be called.
func Barred(rules *config.Rules, n number.Number) Bar {
	national := n.National()
	begins := func(with ...string) bool {
		return slices.ContainsFunc(with, func(w string) bool { return strings.HasPrefix(string(n), w) })
	}
	switch {
	case n.Emergency():
		return BarEmergency
	case ours(rules, national):
		return BarOurs
	case n.Short() || n == "":
		return BarShort
	case len(national) > 2 && national[:2] == "08" && strings.Contains("129", national[2:3]):
		return BarSurcharged
	case begins("+800", "+808", "+870", "+878", "+881", "+882", "+883", "+888", "+979"):
		return BarSatellite
	case begins(rules.Transfers.Allow...):
		return ""
	case !strings.HasPrefix(national, "0"):
		return BarAbroad
	case len(national) != 10 || national[1] == '8':
		return BarOther
	}
	return ""
}

// extension is what a phone of the house is called when the rules do not name it.
var extension = regexp.MustCompile(`^[0-9]{2,6}$`)

// GateTrial decides whether an administrator may ring something to try it. It also lets through an extension that the
// rules do not name, or all of them when there are no rules; but none that could be a number outside: where {phone} is
// dialled by way of a dialplan, 18 is the fire brigade and 118218 costs a lot.
func GateTrial(rules *config.Rules, to pbx.Target) error {
	if rules != nil {
		if err := Gate(rules, Outgoing{To: to}); err == nil || to.Number != "" || to.Trunk != "" {
			return err
		}
	}
	if to.Number != "" || to.Trunk != "" {
		return &Refusal{to, "it is no extension of 2 to 6 digits"}
	}
	return isExtension(to)
}

// isExtension refuses what is not, or could be a number outside where {phone} is dialled by way of a dialplan.
func isExtension(to pbx.Target) error {
	if !extension.MatchString(to.Phone) {
		return &Refusal{to, "it is no extension of 2 to 6 digits"}
	}
	if !Extension(to.Phone) {
		return &Refusal{to, "it is a short number, and nobody's phone in the rules"}
	}
	return nil
}

// Extension says whether digits are those of an extension and of no short number.
func Extension(phone string) bool {
	n, err := number.Parse(phone)
	short := err == nil && (n.Emergency() || n.Short()) || phone == "911" || phone == "999"
	return extension.MatchString(phone) && !short
}
