package routing

import (
	"strings"
	"unicode"

	"hotline/config"
	"hotline/number"
	"hotline/prompt"
)

// What is kept of a call in values is little, and of a length that can be spoken.
const (
	maxValues = 32
	maxValue  = 200
)

// put keeps a value of the call under a name, cleaned of what cannot be read or spoken. One value too many is not kept.
func (k *kept) put(name, value string) {
	if _, had := k.Values[name]; !had && len(k.Values) >= maxValues {
		k.flag("too_many_values")
		return
	}
	if k.Values == nil {
		k.Values = map[string]string{}
	}
	k.Values[name] = cleanValue(value)
}

// forget drops a value that has turned out not to be meant.
func (k *kept) forget(name string) { delete(k.Values, name) }

// cleanValue makes one line of printable text of whatever came from outside.
func cleanValue(value string) string {
	value = strings.Map(func(c rune) rune {
		switch {
		case unicode.IsSpace(c):
			return ' '
		case c == unicode.ReplacementChar || !unicode.IsPrint(c):
			return -1
		}
		return c
	}, value)
	runes := []rune(strings.Join(strings.Fields(value), " "))
	return strings.TrimSpace(string(runes[:min(len(runes), maxValue)]))
}

// A reading is how values are put into a text.
type reading struct {
	word   func(string) string
	number func(number.Number) string
}

// aloud is how they are spoken.
func aloud(lang string) reading {
	return reading{
		func(value string) string { return speakable(lang, value) },
		func(n number.Number) string { return prompt.Telephone(lang, n.Pretty()) },
	}
}

// inWriting is how they are written.
func inWriting() reading { return reading{cleanValue, number.Number.Pretty} }

// filled is a text of the rules with the values of the call in it. A value that is not known leaves no hole.
func (r *Router) filled(text string, how reading, k *kept, c Contact) string {
	text = config.Fill(text, func(name string) string {
		switch name {
		case config.ValueName:
			return how.word(k.Known.Name)
		case config.ValueAgent:
			if a := r.rules.Agents[k.Known.Agent]; a != nil {
				return how.word(a.Name)
			}
			return ""
		case config.ValueCompany:
			return r.rules.Company
		case config.ValueCaller:
			return how.number(c.Caller)
		case config.ValueNumber:
			return how.number(c.Number)
		}
		return how.word(k.Values[name])
	})
	return strings.NewReplacer(" ,", ",", " .", ".").Replace(strings.Join(strings.Fields(text), " "))
}

// speakable is a value as it is read aloud: a telephone number as people read one, other digits one by one, and anything else
// without the signs that a program that speaks may take for commands of its own.
func speakable(lang, value string) string {
	if value != "" && strings.Trim(value, "0123456789") == "" {
		if n, err := number.Parse(value); err == nil && len(value) == 10 {
			return prompt.Telephone(lang, n.Pretty())
		}
		return digitByDigit(lang, value)
	}
	value = strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsMark(c) || unicode.IsDigit(c) || strings.ContainsRune(" .,'’:!?/@€%+", c) {
			return c
		}
		return ' '
	}, cleanValue(value))
	return strings.Join(strings.Fields(value), " ")
}

// digitByDigit reads digits in groups of three, so that a listener can write along.
func digitByDigit(lang, digits string) string {
	var groups []string
	for len(digits) > 4 {
		groups, digits = append(groups, prompt.Digits(lang, digits[:3])), digits[3:]
	}
	return strings.Join(append(groups, prompt.Digits(lang, digits)), ", ")
}
