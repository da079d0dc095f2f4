package prompt

import (
	"strconv"
	"strings"
)

const (
	cent = 10_000 // in micro-euro
	euro = 100 * cent
)

var (
	cents = noun{noun1{"centime", "centimes"}, noun1{"cent", "cents"}, Masculine}
	euros = noun{noun1{"euro", "euros"}, noun1{"euro", "euros"}, Masculine}
)

// Euros says an amount, in micro-euro, as people do: "deux euros quatre-vingt-dix-neuf", "two euros ninety-nine".
func Euros(lang string, micro int64) string {
	whole, part := micro/euro, micro%euro
	switch {
	case micro < 0 || whole > Most:
		return digits(lang, micro)
	case part == 0:
		return euros.count(lang, int(whole))
	case whole == 0:
		return centsOf(lang, part)
	case part%cent != 0 || part < 10*cent: // "deux euros un" could be 2.10
		return euros.count(lang, int(whole)) + in(lang, " et ", " and ") + centsOf(lang, part)
	}
	return euros.count(lang, int(whole)) + " " + Cardinal(lang, int(part/cent), Masculine)
}

// centsOf says what is less than a euro, to its last digit: "douze virgule cinq centimes".
func centsOf(lang string, part int64) string {
	whole, rest := int(part/cent), part%cent
	if rest == 0 {
		return cents.count(lang, whole)
	}
	words := []string{Cardinal(lang, whole, Masculine), in(lang, "virgule", "point")}
	places := strings.TrimRight(strconv.FormatInt(cent+rest, 10)[1:], "0")
	words = append(words, Digits(lang, places))
	unit := in(lang, cents.fr.after(whole > 1), cents.en.many)
	return strings.Join(append(words, unit), " ")
}

// digits writes 0.125 euro as "0,125 euro".
func digits(lang string, micro int64) string {
	sign := ""
	if micro < 0 {
		sign, micro = "-", -micro
	}
	text := sign + strconv.FormatInt(micro/euro, 10)
	if part := micro % euro; part > 0 {
		text += in(lang, ",", ".") + strings.TrimRight(strconv.FormatInt(euro+part, 10)[1:], "0")
	}
	return text + " " + in(lang, euros.fr.after(micro >= 2*euro), euros.en.after(micro != euro))
}

// A Price is what a call costs on top of an ordinary one, in micro-euro.
type Price struct{ PerCall, PerMinute int64 }

// Words say a price: "un euro par minute", "two euros ninety-nine per call".
func (p Price) Words(lang string) string {
	call := Euros(lang, p.PerCall) + in(lang, " par appel", " per call")
	minute := Euros(lang, p.PerMinute) + in(lang, " par minute", " per minute")
	switch {
	case p.PerCall == 0 && p.PerMinute == 0:
		return in(lang, "gratuit", "free of charge")
	case p.PerCall == 0:
		return minute
	case p.PerMinute == 0:
		return call
	}
	return call + in(lang, ", puis ", ", then ") + minute
}

// Text is the announcement of a price, in the words that the operators' rules prescribe, which are French. The beep follows.
func (p Price) Text() string {
	amount := Euros(Language, p.PerCall)
	switch {
	case p.PerCall == 0:
		amount = p.Words(Language)
	case p.PerMinute != 0:
		amount += ", puis " + Price{PerMinute: p.PerMinute}.Words(Language) + ","
	}
	return "Bonjour, après le bip sonore, vous serez facturé un service à " + amount + " en plus du prix de l'appel. " +
		"La prochaine fois, appuyez sur dièse pour ne pas écouter ce message."
}
