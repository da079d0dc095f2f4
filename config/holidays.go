package config

import "time"

// Holiday returns the name of the public holiday of metropolitan France that a day is, nothing when it is none. The day is
// that of the time as it is given.
func Holiday(day time.Time) Words {
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
	// Days are counted in UTC, where each has 24 hours.
	switch time.Date(day.Year(), month, date, 0, 0, 0, 0, time.UTC).Sub(easter(day.Year())) {
	case 1 * 24 * time.Hour:
		return words("lundi de Pâques", "Easter Monday")
	case 39 * 24 * time.Hour:
		return words("Ascension", "Ascension Day")
	case 50 * 24 * time.Hour:
		return words("lundi de Pentecôte", "Whit Monday")
	}
	return Words{}
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
