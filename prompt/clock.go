package prompt

import "time"

var (
	frenchDays   = []string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}
	frenchMonths = []string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}
)

// TimeOfDay says what a clock shows: "neuf heures trente", "midi", "nine thirty a.m.", "noon". The day ends at midnight, too:
// its hour is 24.
func TimeOfDay(lang string, hour, minute int) string {
	if lang == "fr" {
		return frenchTime(hour, minute)
	}
	return englishTime(hour, minute)
}

func frenchTime(hour, minute int) string {
	word := hours.count("fr", hour)
	switch hour {
	case 0, 24:
		word = "minuit"
	case 12:
		word = "midi"
	}
	if minute == 0 {
		return word
	}
	return word + " " + Cardinal("fr", minute, Feminine)
}

func englishTime(hour, minute int) string {
	switch {
	case minute > 0:
	case hour == 12:
		return "noon"
	case hour%24 == 0:
		return "midnight"
	}
	half := "a.m."
	if hour%24 >= 12 {
		half = "p.m."
	}
	word := englishCardinal((hour+11)%12 + 1)
	switch {
	case minute == 0:
	case minute < 10:
		word += " oh " + englishCardinal(minute)
	default:
		word += " " + englishCardinal(minute)
	}
	return word + " " + half
}

// Weekday says a day: "lundi", "Monday".
func Weekday(lang string, day time.Weekday) string { return in(lang, frenchDays[day], day.String()) }

// Date says the day of a moment: "lundi premier décembre", "Monday the first of December". Only the first of a month is an
// ordinal in French.
func Date(lang string, at time.Time) string {
	weekday := Weekday(lang, at.Weekday())
	if lang != "fr" {
		return weekday + " the " + Ordinal(lang, at.Day(), Masculine) + " of " + at.Month().String()
	}
	day := Cardinal(lang, at.Day(), Masculine)
	if at.Day() == 1 {
		day = Ordinal(lang, 1, Masculine)
	}
	return weekday + " " + day + " " + frenchMonths[at.Month()-1]
}

// Moment says when something will be, as seen from now and by the clocks of now: "demain à neuf heures", "tomorrow at nine
// a.m.", "lundi premier décembre à midi".
func Moment(lang string, at, now time.Time) string {
	at = at.In(now.Location())
	day := in(lang, "", "on ") + Date(lang, at)
	switch {
	case sameDay(at, now):
		day = in(lang, "aujourd'hui", "today")
	case sameDay(at, now.AddDate(0, 0, 1)):
		day = in(lang, "demain", "tomorrow")
	}
	return day + in(lang, " à ", " at ") + TimeOfDay(lang, at.Hour(), at.Minute())
}

func sameDay(a, b time.Time) bool {
	ay, am, ad := a.Date()
	by, bm, bd := b.Date()
	return ay == by && am == bm && ad == bd
}
