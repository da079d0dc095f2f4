package routing

import (
	"slices"
	"strings"
	"time"

	"hotline/config"
	"hotline/number"
)

// circumstances are all that a condition of the rules can look at.
type circumstances struct {
	now    time.Time
	lang   string
	known  Known
	caller number.Number // "" = withheld
	called number.Number
	values map[string]string
}

func (k *kept) circumstances(c Contact, now time.Time) circumstances {
	return circumstances{now: now, lang: k.Lang, known: k.Known, caller: c.Caller, called: c.Number, values: k.Values}
}

// holds reports whether all that a condition asks for is so.
func (r *Router) holds(c *config.Condition, is circumstances) bool {
	known := is.known
	switch {
	case c.Hours != "" && !r.openBy(c.Hours, is.now):
	case len(c.Language) > 0 && !slices.Contains(c.Language, is.lang):
	case c.Known != "" && (c.Known == "true") != known.Contact:
	case len(c.Group) > 0 && !slices.ContainsFunc(known.Groups, func(g string) bool { return slices.Contains(c.Group, g) }):
	case known.Calls < c.Calls:
	case c.Missed != "" && (c.Missed == "true") != known.Missed:
	case c.Talked > 0 && (known.Talked.IsZero() || is.now.Sub(known.Talked) > c.Talked):
	case len(c.From) > 0 && !among(is.caller, c.From):
	case len(c.To) > 0 && !among(is.called, c.To):
	case !valuesAre(c.Values, is.values):
	default:
		return true
	}
	return false
}

func (r *Router) openBy(hours string, now time.Time) bool {
	h := r.rules.Hours[hours]
	return h != nil && h.Opening(now).Open
}

// among reports whether a number is of one of the kinds, or begins like one of the numbers.
func among(n number.Number, list []string) bool {
	kind := kindOf(n)
	return slices.ContainsFunc(list, func(one string) bool {
		return one == kind || n != "" && (strings.HasPrefix(n.String(), one) || strings.HasPrefix(n.National(), one))
	})
}

// kindOf is the kind of a number, "" for one of none. Overseas France counts like the rest of France.
func kindOf(n number.Number) string {
	national := n.National()
	starts := func(beginnings ...string) bool {
		return slices.ContainsFunc(beginnings, func(b string) bool { return strings.HasPrefix(national, b) })
	}
	switch {
	case n == "":
		return config.KindWithheld
	case n.Help():
		return ""
	case n.Short() && starts("30", "31"), starts("0800", "0801", "0802", "0803", "0804", "0805"):
		return config.KindFree
	case starts("0806", "0807", "0808", "0809"):
		return config.KindNormal
	case n.Short(), starts("08"):
		return config.KindSurcharged
	case starts("+"):
		return config.KindAbroad
	case starts("06", "07"):
		return config.KindMobile
	}
	return config.KindFixed
}

func valuesAre(wanted map[string][]string, values map[string]string) bool {
	for name, list := range wanted {
		value, has := values[name]
		if !has || !slices.Contains(list, value) {
			return false
		}
	}
	return true
}
