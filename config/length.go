package config

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

const (
	aDay  = 24 * time.Hour
	aYear = 365 * aDay
)

var (
	longForm   = regexp.MustCompile(`^(\d{1,4})([dy])$`)
	longMeant  = regexp.MustCompile(`(?i)^(\d{1,4}) ?(d|j|days?|jours?|w|weeks?|semaines?|months?|mois|y|years?|ans?|années?|)\.?$`)
	moneyForm  = regexp.MustCompile(`^(\d{1,6})(?:\.(\d{1,2}))? EUR$`)
	moneyMeant = regexp.MustCompile(`(?i)^(?:€|eur)? *(\d{1,6})(?:[.,](\d{1,2}))? *(?:€|eur|euros?)?(?: */? *(?:par )?(?:day|jour|j))?$`)
)

func daily() unitOfTime {
	return unitOfTime{
		parse: parseLong, hint: longHint, spell: spellLong,
		example: Words{"écrivez par exemple 90d ou 1y.", "write for example 90d or 1y."},
		rule: Words{"Une longue durée est un nombre et son unité, sans espace : h (heures), d (jours), y (années).",
			"A long time is a number and its unit, without a space: h (hours), d (days), y (years)."},
	}
}

// longDuration returns a time such as 90d or 1y, or 36h, between two limits.
func (r *reader) longDuration(key string, n *yaml.Node, low, high time.Duration) (time.Duration, bool) {
	return r.length(key, n, low, high, daily())
}

// ParseLong reads 12h, 30d or 1y.
func ParseLong(s string) (time.Duration, error) { return parseLong(s) }

// parseLong reads what parseDuration reads, and days and years.
func parseLong(s string) (time.Duration, error) {
	m := longForm.FindStringSubmatch(s)
	if m == nil {
		return parseDuration(s)
	}
	count, _ := strconv.Atoi(m[1]) // four digits
	return time.Duration(count) * map[string]time.Duration{"d": aDay, "y": aYear}[m[2]], nil
}

// longHint returns what "90 jours" or "6 mois" is in the rules, "" when it is no length of time.
func longHint(s string) string {
	m := longMeant.FindStringSubmatch(s)
	if m == nil {
		return ""
	}
	count, _ := strconv.Atoi(m[1]) // four digits
	switch unit := unaccented(m[2]); {
	case unit == "" || unit[0] == 'd' || unit[0] == 'j':
		return m[1] + "d"
	case unit[0] == 'w' || unit[0] == 's':
		return fmt.Sprintf("%dd", count*7)
	case unit[0] == 'm' && count%12 == 0:
		return fmt.Sprintf("%dy", count/12)
	case unit[0] == 'm':
		return fmt.Sprintf("%dd", count*30)
	}
	return m[1] + "y"
}

// spellLong writes a length of time as the file would, in days or years where that is what it is.
func spellLong(d time.Duration) string {
	switch {
	case d > 0 && d%aYear == 0:
		return fmt.Sprintf("%dy", d/aYear)
	case d > 0 && d%aDay == 0:
		return fmt.Sprintf("%dd", d/aDay)
	}
	return Spell(d)
}

// money reads an amount such as 20 EUR, in micro-euro.
func (r *reader) money(key string, n *yaml.Node) (int64, bool) {
	s, ok := r.text(key, n)
	if !ok {
		return 0, false
	}
	m := moneyForm.FindStringSubmatch(s)
	if m == nil {
		fix := words("écrivez par exemple 20 EUR.", "write for example 20 EUR.")
		if meant := moneyMeant.FindStringSubmatch(s); meant != nil {
			fix = words("écrivez %s EUR.", "write %s EUR.", strings.TrimSuffix(meant[1]+"."+meant[2], "."))
		}
		r.fail(n, "E312", words("%s : « %s » n'est pas un montant", `%s: "%s" is not an amount`, key, clip(s)),
			words("Un montant a un point et EUR.", "An amount has a point and EUR."), fix)
		return 0, false
	}
	cents, _ := strconv.ParseInt(m[1]+(m[2] + "00")[:2], 10, 64) // eight digits at most
	if cents == 0 {
		r.fail(n, "E312", words("%s : un montant de 0 ne laisse rien faire", "%s: an amount of 0 lets nothing happen", key), Words{},
			words("donnez un montant, ou enlevez %s.", "give an amount, or remove %s.", key))
		return 0, false
	}
	return cents * 10_000, true
}
