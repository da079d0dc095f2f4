package config

import "time"

// A Calendar is the public holidays of a part of France, by its word in the rules.
type Calendar string

// FrenchHolidays are those of metropolitan France; every other part has them, too, and days of its own.
const FrenchHolidays Calendar = "holidays_fr"

const (
	alsaceMoselle Calendar = "holidays_fr_alsace"
	guadeloupe    Calendar = "holidays_fr_guadeloupe"
	martinique    Calendar = "holidays_fr_martinique"
	guyane        Calendar = "holidays_fr_guyane"
	reunion       Calendar = "holidays_fr_reunion"
	mayotte       Calendar = "holidays_fr_mayotte"
)

// Calendars are all of them.
func Calendars() []Calendar {
	return []Calendar{FrenchHolidays, alsaceMoselle, guadeloupe, martinique, guyane, reunion, mayotte}
}

// CalendarWords are their words in the rules.
func CalendarWords() (all []string) {
	for _, c := range Calendars() {
		all = append(all, string(c))
	}
	return all
}

// Holiday returns the name of the public holiday that a day is, nothing when it is none. The day is that of the time as it is
// given.
func (c Calendar) Holiday(day time.Time) Words {
	if everywhere := frenchHoliday(day); everywhere != (Words{}) {
		return everywhere
	}
	type date struct {
		month time.Month
		day   int
	}
	abolition := map[Calendar]date{guadeloupe: {time.May, 27}, martinique: {time.May, 22}, guyane: {time.June, 10},
		reunion: {time.December, 20}, mayotte: {time.April, 27}}
	switch today := (date{day.Month(), day.Day()}); {
	case abolition[c] == today:
		return words("abolition de l'esclavage", "Abolition of Slavery Day")
	case c != alsaceMoselle:
	case sinceEaster(day) == -2*24*time.Hour:
		return words("Vendredi saint", "Good Friday")
	case today == date{time.December, 26}:
		return words("Saint-Étienne", "Saint Stephen's Day")
	}
	return Words{}
}

// frenchHoliday is the name of a public holiday of all of France.
func frenchHoliday(day time.Time) Words {
	month, date := day.Month(), day.Day()
	fixed := map[time.Month]map[int]Words{
		time.January:  {1: words("jour de l'An", "New Year's Day")},
		time.May:      {1: words("fête du Travail", "Labour Day"), 8: words("8 mai 1945", "Victory Day")},
		time.July:     {14: words("fête nationale", "Bastille Day")},
		time.August:   {15: words("Assomption", "Assumption")},
		time.November: {1: words("Toussaint", "All Saints' Day"), 11: words("11 novembre 1918", "Armistice Day")},
		time.December: {25: words("Noël", "Christmas Day")},
	}
	if name, ok := fixed[month][date]; ok {
		return name
	}
	switch sinceEaster(day) {
	case 1 * 24 * time.Hour:
		return words("lundi de Pâques", "Easter Monday")
	case 39 * 24 * time.Hour:
		return words("Ascension", "Ascension Day")
	case 50 * 24 * time.Hour:
		return words("lundi de Pentecôte", "Whit Monday")
	}
	return Words{}
}

// sinceEaster is how long after Easter Sunday a day is. Days are counted in UTC, where each has 24 hours.
func sinceEaster(day time.Time) time.Duration {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC).Sub(easter(day.Year()))
}

// easter is Easter Sunday of the Gregorian calendar, by the method of Meeus, Jones and Butcher.
func easter(year int) time.Time {
	golden, century, ofCentury := year%19, year/100, year%100
	epact := (19*golden + century - century/4 - (century-(century+8)/25+1)/3 + 15) % 30
	weekday := (32 + 2*(century%4) + 2*(ofCentury/4) - epact - ofCentury%4) % 7
	late := (golden + 11*epact + 22*weekday) / 451
	day := epact + weekday - 7*late + 114
	return time.Date(year, time.Month(day/31), day%31+1, 0, 0, 0, 0, time.UTC)
}
