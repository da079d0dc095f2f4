package check

import (
	"slices"
	"time"

	"hotline/billing"
	"hotline/config"
)

const (
	// quiet is for how long a line may be closed before somebody should hear of it.
	quiet = 14 * 24 * time.Hour
	// longClosure is longer than any closure that somebody means to write.
	longClosure = 366 * 24 * time.Hour
)

// hours looks at opening hours.
func (c *checker) hours() {
	for _, name := range names(c.rules.Hours) {
		h := c.rules.Hours[name]
		c.week(h)
		c.special(h)
		if len(h.Holidays) == 0 && !everyDay(h.Week) && !c.mindsHolidays(h) {
			c.warn(c.rules.At(h.Pos), "W357", words("les jours fériés ne sont pas dits dans l'horaire %s", "hours %s do not say public holidays", name),
				words("Le 25 décembre, les clients attendraient comme un jour ouvré.", "On 25 December callers would wait as on a working day."),
				words("ajoutez closed_on: [holidays_fr] ; ouverts ces jours-là ? dites-en un dans special.", "add closed_on: [holidays_fr]; open on those days? say one of them in special."))
		}
	}
	c.shut()
}

// everyDay reports whether it is open on all seven days: such a line is often open on public holidays, too.
func everyDay(w config.Week) bool {
	return !slices.ContainsFunc(w[:], func(day []config.Span) bool { return len(day) == 0 })
}

// mindsHolidays reports whether somebody thought of a public holiday, day by day.
func (c *checker) mindsHolidays(h *config.Hours) bool {
	return slices.ContainsFunc(names(h.Special), func(day string) bool {
		at, err := time.ParseInLocation(time.DateOnly, day, billing.Paris())
		return err == nil && anyHoliday(at, config.Calendars())
	}) || len(h.ClosedOn) > 0
}

// anyHoliday reports whether a day is a public holiday of one of the calendars.
func anyHoliday(day time.Time, of []config.Calendar) bool {
	return slices.ContainsFunc(of, func(c config.Calendar) bool { return c.Holiday(day) != (config.Words{}) })
}

// week warns of spans of a day that are one, and of those that begin or end in the hour that summer time takes away.
func (c *checker) week(h *config.Hours) {
	told := map[config.Span]bool{}
	for _, day := range h.Week {
		for i, s := range day {
			if i > 0 && day[i-1].To == s.From && !told[s] {
				told[s] = true
				c.warn(c.rules.Text(s.String(), h.Pos), "W350", words("%s et %s se touchent, dans l'horaire %s", "%s and %s touch, in hours %s", day[i-1], s, h.Name),
					words("C'est une seule plage.", "That is one span."),
					words("écrivez %s, ou corrigez l'heure de la pause.", "write %s, or correct the time of the break.", config.Span{From: day[i-1].From, To: s.To}))
			}
		}
	}
	for _, s := range h.Week[time.Sunday] {
		const skipped, back = 2 * 60, 3 * 60
		if s.From > skipped && s.From < back || s.To > skipped && s.To < back {
			c.warn(c.rules.Text(s.String(), h.Pos), "W355", words("%s le dimanche, à l'heure du changement d'heure", "%s on Sunday, in the hour when the clock changes", s),
				words("Cette heure n'existe pas le dernier dimanche de mars, et vient deux fois le dernier d'octobre.", "That hour does not exist on the last Sunday of March, and comes twice on the last of October."),
				words("commencez ou finissez à 02:00 ou à 03:00, si cela vous importe.", "begin or end at 02:00 or 03:00, if it matters to you."))
		}
	}
}

// special looks at days that are not like the others.
func (c *checker) special(h *config.Hours) {
	for _, day := range names(h.Special) {
		from, err := time.ParseInLocation(time.DateOnly, day, billing.Paris())
		if err != nil {
			continue
		}
		at := c.rules.Key(h.Pos, "special", day)
		if !from.AddDate(0, 0, 1).After(c.now) {
			c.warn(at, "W352", words("le jour spécial %s est passé", "the special day %s is past", day),
				words("Il ne change plus rien.", "It changes nothing any more."),
				words("enlevez-le, ou corrigez l'année.", "remove it, or correct the year."))
			continue
		}
		if len(h.Special[day]) == 0 && c.closedAnyway(h, from) {
			c.warn(at, "W353", words("le %s est déjà fermé", "%s is closed already", day),
				words("L'horaire %s le dit sans cela.", "Hours %s say so without it.", h.Name),
				words("enlevez-le, ou corrigez la date.", "remove it, or correct the date."))
		}
	}
}

// closedAnyway reports whether a day would be closed if it had no hours of its own.
func (c *checker) closedAnyway(h *config.Hours, day time.Time) bool {
	closed := func(name string) bool {
		closure := c.rules.Closures[name]
		return closure != nil && !day.Before(closure.From) && day.Before(closure.To)
	}
	return len(h.Week[day.Weekday()]) == 0 || anyHoliday(day, h.Holidays) || slices.ContainsFunc(h.ClosedOn, closed)
}

// closures looks at spans of closed days.
func (c *checker) closures() {
	for _, name := range names(c.rules.Closures) {
		closure := c.rules.Closures[name]
		switch {
		case closure.From.IsZero() || !closure.To.After(closure.From): // its form says so
		case !closure.To.After(c.now):
			c.warn(c.rules.Value(closure.Pos, "to"), "W351", words("la fermeture %s est passée", "closure %s is past", name),
				words("Elle ne ferme plus rien.", "It closes nothing any more."),
				words("enlevez-la, ou écrivez les dates de la prochaine.", "remove it, or write the dates of the next."))
		case closure.To.Sub(closure.From) > longClosure:
			c.warn(c.rules.Value(closure.Pos, "to"), "W358", words("la fermeture %s dure plus d'un an", "closure %s lasts more than a year", name), config.Words{},
				words("vérifiez l'année.", "check the year."))
		}
	}
}

// shut warns of services that will not open for long.
func (c *checker) shut() {
	for _, name := range names(c.rules.Services) {
		s := c.rules.Services[name]
		h := c.rules.Hours[s.Hours]
		if h == nil {
			continue
		}
		opening := h.Opening(c.now)
		if opening.Open || !opening.Next.IsZero() && opening.Next.Sub(c.now) <= quiet {
			continue
		}
		next := words("Rien ne l'ouvre plus.", "Nothing opens it any more.")
		if !opening.Next.IsZero() {
			day := opening.Next.In(billing.Paris()).Format(time.DateOnly)
			next = words("L'horaire %s, avec ses fermetures, ouvre le %s.", "Hours %s, with their closures, open on %s.", h.Name, day)
		}
		c.warn(c.rules.Value(s.Pos, "hours"), "W356", words("le service %s n'ouvre pas avant deux semaines", "service %s does not open for two weeks", name), next,
			words("vérifiez les dates des fermetures.", "check the dates of the closures."))
	}
}
