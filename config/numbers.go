package config

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"hotline/number"
)

// Line is one telephone number that people call, and the service that answers it.
type Line struct {
	Number        number.Number
	Service       string
	ArrivesAs     []number.Number // how the operator delivers a call to it, when that is another number
	Price, WeEarn Prices
	WePay         WePay
	Contract      string // whose way of counting holds for these prices; "" = the usual one
	Announcement  Announcement
	MaxLength     time.Duration // the longest a call may last by our own wish; 0 = no such wish
	Budget        int64         // what the number may cost us in a day, in micro-euro without tax; 0 = no such limit
	OverBudget    []Step        // instead of waiting, once that is spent
	Language      string        // of the prompts for its callers; "" = the first of the rules' languages
	Texts         bool          // text messages come to it, too
	Pos           Pos
}

// WePay is what a call to the number costs us, by where it comes from.
type WePay struct{ FromFixed, FromMobile, FromAbroad Prices }

func (l *loader) readNumbers(key, value *yaml.Node) {
	l.arrivals = make(map[number.Number]Pos)
	own := make(map[number.Number]Pos) // of each number, where it stands in the file
	for i := 0; value.Kind == yaml.MappingNode && i+1 < len(value.Content); i += 2 {
		if n, err := number.Parse(value.Content[i].Value); err == nil && own[n] == (Pos{}) {
			own[n] = l.pos(value.Content[i])
		}
	}
	l.own = own
	l.entries(value, words("numbers", "numbers"), func(key, value *yaml.Node) {
		n, ok := l.number(key)
		if !ok || !l.free(key, n) {
			return
		}
		if n.Emergency() {
			l.fail(key, "E207", words("le %s est un numéro d'urgence", "%s is an emergency number", n.Pretty()),
				words("Personne ne peut le louer, et ses appels n'arrivent pas à un standard.", "Nobody can rent it, and its calls do not come to a company's switch."),
				words("enlevez-le.", "remove it."))
		}
		l.rules.Lines = append(l.rules.Lines, l.readLine(key, value, n))
	})
	if value.Kind == yaml.MappingNode && len(value.Content) == 0 {
		l.empties(key)
	}
}

func (l *loader) readLine(key, value *yaml.Node, n number.Number) Line {
	line := Line{Number: n, Pos: l.pos(key)}
	announced := key
	if value.Kind == yaml.ScalarNode && !strings.Contains(value.Value, ":") {
		l.fail(value, "E104", words("le numéro %s : il faut un mot devant le service", "number %s: a word is needed before the service", key.Value), Words{},
			words("écrivez {service: %s}.", "write {service: %s}.", clip(value.Value)))
		return line
	}
	l.fields(key, value, words("le numéro %s", "number %s", key.Value), nil, l.lineFields(&line, &announced)...)
	l.weighAnnouncement(&line, announced)
	l.weighBudget(line, key, value)
	if value.Kind == yaml.MappingNode && !l.has(value, "price") && surcharged(line) {
		l.fail(key, "E604", words("numéro surtaxé sans prix", "surcharged number without a price"),
			words("Sans price, l'appel ne serait ni compté, ni coupé à la limite légale (24 €, 30 min).",
				"Without a price the call would neither be counted nor end at the legal limit (EUR 24, 30 min)."),
			words("écrivez le prix du contrat, par exemple price: 0.80 EUR/min.", "write the price of the contract, for example price: 0.80 EUR/min."))
	}
	if value.Kind == yaml.MappingNode && !l.has(value, "price") && ofAnyFamily(n) {
		l.fail(key, "E604", words("numéro court sans prix", "short number without a price"),
			words("Un %s peut être gratuit, au prix d'un appel, ou surtaxé ; son début ne le dit pas.", "A %s may be free, cost a call, or be surcharged; its beginning does not tell.", n.National()),
			words("écrivez price: free, price: normal, ou le prix du contrat, par exemple 0.40 EUR/min.", "write price: free, price: normal, or the price of the contract, for example 0.40 EUR/min."))
	}
	return line
}

// lineFields are the words of a number. announced becomes where its announcement is written.
func (l *loader) lineFields(line *Line, announced **yaml.Node) []field {
	n := line.Number
	return []field{
		required(ownField("service", nameOf("service"), func(_, v *yaml.Node) {
			line.Service, _ = l.refer("service", "service", v)
			l.services[n.String()] = v
		})),
		ownField("arrives_as", listOf(simple(aNumber)), func(k, v *yaml.Node) {
			l.list(k, v, func(item *yaml.Node) {
				as, ok := l.number(item)
				if first, taken := l.own[as]; ok && taken && as != n {
					l.fail(item, "E203", words("le %s est une ligne à part (%s)", "%s is a line of its own (%s)", as.Pretty(), first.InTextOf(l.pos(item))),
						words("Ce qui arrive sous ce numéro ne peut mener qu'à un seul endroit.", "What arrives under this number can lead to one place only."),
						words("écrivez le numéro sous lequel l'opérateur livre ces appels (hotline doctor le montre), ou enlevez arrives_as.",
							"write the number under which the operator delivers these calls (hotline doctor shows it), or remove arrives_as."))
					return
				}
				if ok && (as == n || l.free(item, as)) {
					line.ArrivesAs = append(line.ArrivesAs, as)
				}
			})
		}),
		l.pricesField("price", &line.Price, "free", "normal"),
		l.pricesField("we_earn", &line.WeEarn),
		l.mappingField("we_pay",
			l.pricesField("from_fixed", &line.WePay.FromFixed),
			l.pricesField("from_mobile", &line.WePay.FromMobile),
			l.pricesField("from_abroad", &line.WePay.FromAbroad)),
		l.textField("contract", &line.Contract),
		ownField("announcement", eitherOf(oneWordOf(ByCarrier, BySelf, ByNobody), mappingOf(func() []field { return l.announcementFields(&line.Announcement) })),
			func(k, v *yaml.Node) { line.Announcement, *announced = l.announcement(k, v), v }),
		l.refField("language", "language", &line.Language),
		l.timeField("max_length", &line.MaxLength, 10*time.Second, 24*time.Hour),
		ownField("budget", simple(aBudget), func(_, v *yaml.Node) { line.Budget = l.budget(v) }),
		l.stepsField("over_budget", &line.OverBudget),
		l.notYetField(l.boolField("texts", &line.Texts)),
	}
}

// ofAnyFamily reports whether numbers that begin like this may be free, ordinary or surcharged, one by one.
func ofAnyFamily(n number.Number) bool {
	return n.Short() && len(n) == 4 && slices.Contains([]string{"10", "32", "34", "36", "39"}, string(n[:2]))
}

// free reports whether no other line is reached by n, and takes it.
func (l *loader) free(node *yaml.Node, n number.Number) bool {
	first, taken := l.arrivals[n]
	if !taken {
		l.arrivals[n] = l.pos(node)
		return true
	}
	l.fail(node, "E203", words("le numéro %s est déjà pris (%s)", "number %s is taken already (%s)", n.Pretty(), first.InTextOf(l.pos(node))),
		words("Deux écritures du même numéro sont un seul numéro, et il ne peut mener qu'à un seul endroit.",
			"Two ways to write a number are one number, and it can lead to one place only."),
		words("gardez-en un.", "keep one of them."))
	return false
}

var exponentForm = regexp.MustCompile(`^[0-9]([.,][0-9]+)?[eE]\+?[0-9]+$`)

// number reads a telephone number from the text in the file, never from what YAML makes of it: YAML takes 0809400100 for
// a decimal number and 0101 for an octal one.
func (l *loader) number(n *yaml.Node) (number.Number, bool) {
	s, ok := l.text("numbers", n)
	if !ok {
		return "", false
	}
	parsed, err := number.Parse(s)
	if err == nil {
		return parsed, true
	}
	digits := 0
	for _, c := range s {
		if c >= '0' && c <= '9' {
			digits++
		}
	}
	reason := words("Il a %d chiffres ; un numéro français en a 10 et commence par 0, un autre commence par + et l'indicatif du pays.",
		"It has %d digits; a French number has 10 and starts with 0, another starts with + and its country code.", digits)
	if strings.Trim(s, "0123456789 .-/()+\u00a0\u202f\u2009\u2011") != "" {
		reason = words("Un numéro n'a que des chiffres et des espaces.", "A number has only digits and spaces.")
	}
	switch {
	case exponentForm.MatchString(s):
		l.fail(n, "E202", words("« %s » n'est plus un numéro", `"%s" is no longer a number`, s),
			words("Un tableur en a fait un nombre : les derniers chiffres sont perdus.", "A spreadsheet made it a quantity: its last digits are lost."),
			words("retapez le numéro, avec des espaces : 08 09 40 01 00.", "type the number again, with spaces: 08 09 40 01 00."))
	case digits == 9 && s[0] >= '1' && s[0] <= '9':
		meant := number.Number("+33" + strings.Join(strings.FieldsFunc(s, notDigit), ""))
		l.fail(n, "E202", words("le numéro %s a perdu son 0", "number %s has lost its 0", clip(s)), reason,
			words("écrivez %s.", "write %s.", meant.Pretty()))
		return meant, true // so that what refers to it is not complained of, too
	default:
		l.fail(n, "E201", words("« %s » n'est pas un numéro de téléphone", `"%s" is not a telephone number`, clip(s)), reason,
			words("écrivez-le comme sur une carte de visite : 08 09 40 01 00.", "write it as on a visiting card: 08 09 40 01 00."))
	}
	return "", false
}

func notDigit(c rune) bool { return c < '0' || c > '9' }

func (l *loader) readCallerID(_, value *yaml.Node) {
	if n, ok := l.number(value); ok {
		l.rules.CallerID, l.callerID = n, value
	}
}

// checkCallerID makes sure that whoever calls the number we show reaches us.
func (l *loader) checkCallerID() {
	if l.callerID == nil {
		return
	}
	var shown []string // what may be
	for _, line := range l.rules.Lines {
		if line.Number == l.rules.CallerID {
			return
		}
		if national := line.Number.National(); strings.HasPrefix(national, "0") && strings.Trim(national[1:2], "123459") == "" {
			shown = append(shown, line.Number.Pretty())
		}
	}
	fix := words("ajoutez ce numéro dans numbers.", "add this number to numbers.")
	if len(shown) > 0 {
		fix = words("écrivez %s, ou ajoutez ce numéro dans numbers s'il est à vous.", "write %s, or add this number to numbers if it is yours.", shown[0])
	}
	if _, arrives := l.arrivals[l.rules.CallerID]; arrives || l.rules.CallerID.Short() {
		fix = words("écrivez un de vos numéros en 01-05 ou 09.", "write one of your numbers in 01-05 or 09.")
	}
	l.fail(l.callerID, "E206", words("caller_id n'est pas un de vos numéros", "caller_id is not one of your numbers"),
		words("Qui rappelle le numéro affiché doit arriver chez vous.", "Whoever calls the number shown has to reach you."),
		fix)
}
