package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"hotline/config"
)

// sameDays are days that follow each other and have the same hours.
type sameDays struct {
	first, last time.Weekday
	open        []config.Span
}

// weekdays puts a week, from Monday on, into as few lines as it takes. Closed days are left out.
func weekdays(w config.Week) (all []sameDays) {
	for at := range 7 {
		day := time.Weekday((at + 1) % 7)
		if len(w[day]) == 0 {
			continue
		}
		if n := len(all); n > 0 && (all[n-1].last+1)%7 == day && slices.Equal(all[n-1].open, w[day]) {
			all[n-1].last = day
			continue
		}
		all = append(all, sameDays{day, day, w[day]})
	}
	return all
}

// name is short: mon-fri, lun-ven.
func (d sameDays) name(lang tongue) string {
	short := func(day time.Weekday) string {
		return lang.say(daysFR[day][:3], strings.ToLower(day.String()[:3]))
	}
	if d.first == d.last {
		return short(d.first)
	}
	return short(d.first) + "-" + short(d.last)
}

func (d sameDays) spans() string {
	var list []string
	for _, s := range d.open {
		list = append(list, s.String())
	}
	return strings.Join(list, ", ")
}

// spoken is how a person says it: "du lundi au vendredi, de 9 heures à 12 heures 30 et de 13 heures 30 à 18 heures".
func (d sameDays) spoken(lang tongue) string {
	days := lang.say("le "+daysFR[d.first], "on "+d.first.String())
	if d.first != d.last {
		days = lang.say("du "+daysFR[d.first]+" au "+daysFR[d.last], "from "+d.first.String()+" to "+d.last.String())
	}
	var list []string
	for _, s := range d.open {
		list = append(list, lang.say("de "+oclockFrench(s.From)+" à "+oclockFrench(s.To),
			"from "+oclock(s.From)+" to "+oclock(s.To)))
	}
	return days + ", " + enumerate(list, lang)
}

// enumerate joins "a", "a et b", "a, b et c".
func enumerate(list []string, lang tongue) string {
	last := len(list) - 1
	if last < 1 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:last], ", ") + lang.say(" et ", " and ") + list[last]
}

// oclockFrench says a time of day as French does: "9 heures 30".
func oclockFrench(minute int) string {
	switch minute {
	case 12 * 60:
		return "midi"
	case 0, 24 * 60:
		return "minuit"
	}
	text := fmt.Sprintf("%d heure", minute/60)
	if minute/60 > 1 {
		text += "s"
	}
	if minute%60 > 0 {
		text += fmt.Sprintf(" %d", minute%60)
	}
	return text
}

// oclock says a time of day as English does.
func oclock(minute int) string {
	switch minute {
	case 12 * 60:
		return "noon"
	case 0, 24 * 60:
		return "midnight"
	}
	half := "AM"
	if minute >= 12*60 {
		half = "PM"
	}
	hour := (minute/60+11)%12 + 1
	if minute%60 == 0 {
		return fmt.Sprintf("%d %s", hour, half)
	}
	return fmt.Sprintf("%d:%02d %s", hour, minute%60, half)
}
