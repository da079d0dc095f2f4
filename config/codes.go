package config

import (
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"

	"hotline/number"
)

// What codes do.
const (
	DoRecordPrompts = "record_prompts" // the prompts of the rules are recorded, one after the other
	DoVoicemail     = "voicemail"      // messages are listened to
	DoClose         = "close"          // a service is closed
	DoOpen          = "open"           // and opened again
)

// A Code is what somebody dials on a phone of the house to have something done.
type Code struct {
	Dialled string // *77
	Do      string
	PIN     string // digits that are asked for first
	Service string // close, open
	Play    string // close: the prompt that callers hear; "" = none of its own
	Pos     Pos
}

var (
	codeForm = regexp.MustCompile(`^[*#]?[0-9]{1,7}[*#]?$`)
	pinForm  = regexp.MustCompile(`^[0-9]{4,8}$`)
)

func (l *loader) readCodes(_, value *yaml.Node) {
	l.rules.Codes = make(map[string]*Code)
	l.entries(value, words("codes", "codes"), func(key, value *yaml.Node) {
		c := &Code{Dialled: key.Value, Pos: l.pos(key)}
		l.rules.Codes[c.Dialled] = c
		if l.isCode(key) {
			l.codeIsFree(key)
		}
		l.fields(key, value, words("le code %s", "code %s", clip(c.Dialled)), nil, l.codeFields(c)...)
		l.checkCode(c, key, value)
	})
}

// codeFields are the words of a code.
func (l *loader) codeFields(c *Code) []field {
	return []field{
		required(l.choiceField("do", &c.Do, DoRecordPrompts, DoVoicemail, DoClose, DoOpen)),
		required(ownField("pin", simple(aPIN), func(_, v *yaml.Node) { c.PIN = l.pin(v) })),
		l.refField("service", "service", &c.Service),
		l.refField("play", "prompt", &c.Play),
	}
}

// isCode refuses what is not dialled as a code.
func (l *loader) isCode(key *yaml.Node) bool {
	if len(key.Value) >= 2 && codeForm.MatchString(key.Value) {
		return true
	}
	l.fail(key, "E180", words("« %s » n'est pas un code", `"%s" is not a code`, clip(key.Value)),
		words("Un code se compose sur un téléphone de la maison : une étoile ou un dièse, puis des chiffres.", "A code is dialled on a phone of the house: a star or a hash, then digits."),
		words(`écrivez par exemple "*77", entre guillemets.`, `write for example "*77", in quotes.`))
	return false
}

// codeIsFree refuses a code that means something else already.
func (l *loader) codeIsFree(key *yaml.Node) {
	fix := words("choisissez un code qui commence par *, par exemple *77.", "choose a code that begins with *, for example *77.")
	n, err := number.Parse(key.Value)
	if err == nil && (n.Help() || n.Emergency() || n.Short()) {
		l.fail(key, "E181", words("le code %s est un numéro court", "code %s is a short number", key.Value),
			words("Ces chiffres appellent les secours ou un service : un code ne doit jamais prendre leur place.", "These digits call for help, or a service: a code must never take their place."), fix)
		return
	}
	if first, taken := l.arrivals[n]; err == nil && taken {
		l.fail(key, "E181", words("le code %s est un de vos numéros (%s)", "code %s is one of your numbers (%s)", key.Value, first.InTextOf(l.pos(key))),
			words("Les clients qui l'appellent arriveraient au code.", "Callers of that number would get to the code."), fix)
	}
}

// checkCode looks at what belongs together.
func (l *loader) checkCode(c *Code, key, value *yaml.Node) {
	closes := c.Do == DoClose || c.Do == DoOpen
	for _, w := range []struct {
		word         string
		needed, fits bool
	}{{"service", closes, closes}, {"play", false, c.Do == DoClose}} {
		at := section(value, w.word)
		switch {
		case c.Do == "" || value.Kind != yaml.MappingNode:
		case w.needed && at == nil:
			l.fail(key, "E182", words("le code %s ne dit pas quel service", "code %s does not say which service", clip(c.Dialled)), Words{},
				words("ajoutez service: et le nom d'un service.", "add service: and the name of a service."))
		case !w.fits && at != nil:
			l.fail(at, "E182", words("%s ne va pas avec do: %s", "%s does not go with do: %s", w.word, c.Do), Words{},
				words("enlevez-le.", "remove it."))
		}
	}
	for id, a := range l.rules.Agents {
		if a.Phone == c.Dialled {
			l.fail(key, "E181", words("le code %s est le poste de %s", "code %s is the phone of %s", c.Dialled, id),
				words("Qui l'appelle arriverait au code.", "Whoever calls it would get to the code."),
				words("choisissez un code qui commence par *, par exemple *77.", "choose a code that begins with *, for example *77."))
		}
	}
}

// pin reads the digits that are asked for, and warns of those that everybody tries first.
func (l *loader) pin(v *yaml.Node) string {
	s, ok := l.text("pin", v)
	switch {
	case !ok:
		return ""
	case !pinForm.MatchString(s):
		l.fail(v, "E183", words("le PIN n'a pas de 4 à 8 chiffres", "the PIN has not 4 to 8 digits"),
			words("Avec moins de quatre chiffres, on le trouve en essayant.", "With less than four digits it is found by trying."),
			words("écrivez de 4 à 8 chiffres ; s'il commence par 0, entre guillemets.", "write 4 to 8 digits; in quotes if it begins with 0."))
		return ""
	case easyPIN(s):
		l.warn(v, "W184", words("ce PIN se devine", "this PIN is easy to guess"),
			words("Ces chiffres-là sont essayés les premiers.", "These digits are what people try first."),
			words("choisissez-en d'autres, par exemple tirés au sort.", "choose others, for example drawn by lot."))
	}
	return s
}

// easyPIN says whether the digits are all the same, follow one another, or are a year.
func easyPIN(s string) bool {
	same, up, down := true, true, true
	for i := 1; i < len(s); i++ {
		step := int(s[i]) - int(s[i-1])
		same, up, down = same && step == 0, up && step == 1, down && step == -1
	}
	year := len(s) == 4 && (strings.HasPrefix(s, "19") || strings.HasPrefix(s, "20"))
	return same || up || down || year || s[:len(s)/2] == s[len(s)/2:]
}
