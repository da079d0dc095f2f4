package config

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// Hours are when a service is open, week by week, by the clock on a wall in Paris.
type Hours struct {
	Name     string
	Week     Week
	Holidays []Calendar        // closed on their public holidays
	Special  map[string][]Span // by day, 2026-12-24: instead of the week's spans of that day
	ClosedOn []string          // closures
	Pos      Pos

	closures []*Closure     // those of ClosedOn
	zone     *time.Location // of the clock: reading it anew for each call would be a file each time
}

// A Week is the open spans of each day, by time.Weekday. Those of a day are in order, and do not overlap.
type Week [7][]Span

// EveryHour is the week of who never closes.
func EveryHour() (w Week) {
	for day := range w {
		w[day] = []Span{{0, midnight}}
	}
	return w
}

// never says that it opens at no time.
func (w Week) never() bool {
	return !slices.ContainsFunc(w[:], func(day []Span) bool { return len(day) > 0 })
}

// A Span is a part of a day, in minutes after midnight; To is no longer part of it, and at most that of midnight.
type Span struct{ From, To int }

// midnight is the end of a day, in minutes.
const midnight = 24 * 60

// String writes the span as the rules do: 09:00-12:30.
func (s Span) String() string {
	return fmt.Sprintf("%02d:%02d-%02d:%02d", s.From/60, s.From%60, s.To/60, s.To%60)
}

// Zone is that of everything the rules say about time, and of what is told of it.
func Zone() *time.Location { return paris() }

// paris is the zone of all opening hours and dates.
func paris() *time.Location {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return time.UTC // cannot be: the program has the zones in it
	}
	return zone
}

// Wall is a moment as the clocks of the opening hours show it, those of Paris.
func Wall(at time.Time) time.Time { return at.In(paris()) }

// always is the word for a service without opening hours.
const always = "always"

// days are the words of the rules for the days of the week, by time.Weekday.
func days() []string { return []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} }

func (l *loader) readHours(key, value *yaml.Node) {
	l.rules.Hours = make(map[string]*Hours)
	l.named(value, words("hours", "hours"), func(key, value *yaml.Node) {
		if key.Value == always {
			l.fail(key, "E106", words("« always » ne peut pas être le nom d'un horaire", `"always" cannot be the name of hours`),
				words("Dans un service, hours: always veut dire à toute heure.", "In a service, hours: always means at any time."),
				words("choisissez un autre nom, par exemple bureau.", "choose another name, for example office."))
			return
		}
		l.rules.Hours[key.Value] = l.readWeek(key, value)
	})
	if value.Kind == yaml.MappingNode && len(value.Content) == 0 {
		l.empties(key)
	}
}

// readWeek reads the days of one name and what closes it.
func (l *loader) readWeek(key, value *yaml.Node) *Hours {
	h := &Hours{Name: key.Value, Special: make(map[string][]Span), Pos: l.pos(key), zone: paris()}
	where := words("l'horaire %s", "hours %s", key.Value)
	before := len(l.problems)
	var taken [7]*yaml.Node
	known := l.hoursFields(h)
	l.entries(value, where, func(k, v *yaml.Node) {
		at := slices.IndexFunc(known, func(f field) bool { return f.name == k.Value })
		if at >= 0 {
			known[at].read(k, v)
		} else {
			l.readDays(h, &taken, k, v)
		}
	})
	if value.Kind == yaml.MappingNode && h.Week.never() && len(h.Special) == 0 && len(l.problems) == before {
		l.fail(key, "E408", words("l'horaire %s n'est jamais ouvert", "hours %s are never open", h.Name),
			words("Aucun jour n'y est écrit.", "No day is written there."),
			words("ajoutez par exemple mon-fri: [09:00-12:30, 13:30-18:00].", "add for example mon-fri: [09:00-12:30, 13:30-18:00]."))
	}
	return h
}

// hoursFields are the words of opening hours that are not days.
func (l *loader) hoursFields(h *Hours) []field {
	spans := listOf(simple(aSpan))
	spans.empty = true
	return []field{
		ownField("closed_on", listOf(eitherOf(oneWordOf(CalendarWords()...), nameOf("closure"))), func(k, v *yaml.Node) {
			l.list(k, v, func(item *yaml.Node) { l.closedOn(h, k, item) })
		}),
		ownField("special", entriesOf(aDate, spans), func(_, v *yaml.Node) { l.readSpecial(h, v) }),
	}
}

// weekShape is the days of opening hours with their spans, and the other words.
func (l *loader) weekShape() valueShape {
	s := entriesOf(someDays, listOf(simple(aSpan)))
	s.known = func() []field { return l.hoursFields(&Hours{}) }
	return s
}

// checkHoursUsed warns of hours that close nothing.
func (l *loader) checkHoursUsed() {
	used := map[string]bool{}
	for _, ref := range l.refs {
		used[ref.node.Value] = used[ref.node.Value] || ref.kind == "hours"
	}
	for _, name := range keys(l.rules.Hours) {
		h := l.rules.Hours[name]
		if used[name] {
			continue
		}
		l.advice = append(l.advice, func() {
			l.warnAt(h.Pos, name, "W408", words("l'horaire %s ne sert à rien", "hours %s are of no use", name),
				words("Aucun service ne le nomme : il ne ferme rien.", "No service names them: they close nothing."),
				words("écrivez hours: %s dans un service, ou enlevez-le.", "write hours: %s in a service, or remove them.", name))
		})
	}
}

func (l *loader) closedOn(h *Hours, key, item *yaml.Node) {
	name, ok := l.text("closed_on", item)
	switch {
	case !ok:
	case slices.Contains(h.ClosedOn, name), slices.Contains(h.Holidays, Calendar(name)):
		l.twice(item, l.pos(key), words("closed_on", "closed_on"), keepOne())
	case slices.Contains(Calendars(), Calendar(name)):
		h.Holidays = append(h.Holidays, Calendar(name))
	case l.rules.Closures[name] == nil && Nearest(name, CalendarWords()) != "":
		l.fail(item, "E101", words("mot inconnu « %s » dans closed_on", `unknown word "%s" in closed_on`, clip(name)), Words{},
			words("écrivez %s.", "write %s.", Nearest(name, CalendarWords())))
	default:
		l.refer("closed_on", "closure", item)
		h.ClosedOn = append(h.ClosedOn, name)
	}
}

// readDays reads "mon-fri: [09:00-12:30, 13:30-18:00]".
func (l *loader) readDays(h *Hours, taken *[7]*yaml.Node, key, value *yaml.Node) {
	list, ok := parseDays(key.Value)
	if !ok {
		l.unknownDay(h, key)
		return
	}
	spans := l.readSpans(h, key, value)
	for _, day := range list {
		if first := taken[day]; first != nil {
			l.fail(key, "E102", words("%s est deux fois dans l'horaire %s", "%s is twice in hours %s", days()[day], h.Name),
				words("« %s » le dit déjà (%s) ; un seul des deux compterait.", `"%s" says it already (%s); only one of them would count.`, first.Value, l.pos(first).InTextOf(l.pos(key))),
				words("écrivez chaque jour une fois : mon-thu et fri, par exemple.", "write each day once: mon-thu and fri, for example."))
			return
		}
		taken[day] = key
		h.Week[day] = spans
	}
}

// parseDays reads "mon" and "mon-fri", round the end of the week where need be.
func parseDays(text string) (list []time.Weekday, ok bool) {
	first, last, ranged := strings.Cut(text, "-")
	from := slices.Index(days(), first)
	to := from
	if ranged {
		to = slices.Index(days(), last)
	}
	if from < 0 || to < 0 || ranged && from == to {
		return nil, false
	}
	for day := from; ; day = (day + 1) % 7 {
		list = append(list, time.Weekday(day))
		if day == to {
			return list, true
		}
	}
}

func (l *loader) unknownDay(h *Hours, key *yaml.Node) {
	fix := words("écrivez un jour (%s), ou de tel jour à tel jour : mon-fri.", "write a day (%s), or from one day to another: mon-fri.", strings.Join(append(days()[1:], days()[0]), ", "))
	if hint := meantDays(key.Value); hint != "" {
		fix = words("écrivez %s.", "write %s.", hint)
	} else if hint := Nearest(key.Value, []string{"closed_on", "special"}); hint != "" {
		fix = words("écrivez %s.", "write %s.", hint)
	}
	l.fail(key, "E101", words("« %s » n'est pas un jour, dans l'horaire %s", `"%s" is not a day, in hours %s`, clip(key.Value), h.Name), Words{}, fix)
}

// readSpans reads the spans of a day, and puts them in order.
func (l *loader) readSpans(h *Hours, key, value *yaml.Node) (spans []Span) {
	l.list(key, value, func(item *yaml.Node) {
		s, ok := l.span(item)
		if !ok {
			return
		}
		for _, other := range spans {
			if s.From < other.To && other.From < s.To {
				l.fail(item, "E307", words("%s et %s se recouvrent, dans l'horaire %s", "%s and %s overlap, in hours %s", other, s, h.Name), Words{},
					words("écrivez-les en un, ou corrigez l'un des deux.", "write them as one, or correct one of them."))
				return
			}
		}
		spans = append(spans, s)
	})
	slices.SortFunc(spans, func(a, b Span) int { return a.From - b.From })
	return spans
}

var spanForm = regexp.MustCompile(`^(\d\d):(\d\d)-(\d\d):(\d\d)$`)

// span reads "09:00-12:30".
func (l *loader) span(n *yaml.Node) (Span, bool) {
	text, ok := l.text("hours", n)
	if !ok {
		return Span{}, false
	}
	m := spanForm.FindStringSubmatch(text)
	if m == nil {
		fix := words("écrivez par exemple 09:00-12:30.", "write for example 09:00-12:30.")
		switch several := spansMeant(text); {
		case several != "":
			fix = words("écrivez %s.", "write %s.", several)
		case slices.Contains([]string{"closed", "ferme"}, Fold(text)):
			fix = words("enlevez la ligne : un jour qui n'est pas écrit est fermé.", "remove the line: a day that is not written is closed.")
		}
		l.fail(n, "E307", words("« %s » n'est pas une plage horaire", `"%s" is not a span of hours`, clip(text)),
			words("Une plage va d'une heure à une autre, avec quatre chiffres chacune.", "A span goes from one time to another, with four digits each."), fix)
		return Span{}, false
	}
	s := Span{minutes(m[1], m[2]), minutes(m[3], m[4])}
	if wrong := s.wrong(); wrong != (Words{}) {
		l.fail(n, "E307", words("plage horaire impossible : %s", "impossible span of hours: %s", text), wrong, s.mend())
		return Span{}, false
	}
	return s, true
}

// minutes is a time of day that the form has let through; -1 when no clock shows it.
func minutes(hour, minute string) int {
	h, _ := strconv.Atoi(hour)
	m, _ := strconv.Atoi(minute)
	if m > 59 || h*60+m > midnight {
		return -1
	}
	return h*60 + m
}

// wrong says what is wrong with a span, nothing when it is good.
func (s Span) wrong() Words {
	switch {
	case s.From < 0 || s.To < 0:
		return words("Une journée va de 00:00 à 24:00.", "A day goes from 00:00 to 24:00.")
	case s.From == midnight:
		return words("24:00 est la fin du jour, rien ne commence là.", "24:00 is the end of the day, nothing begins there.")
	case s.To == 0:
		return words("00:00 est le début du jour ; sa fin s'écrit 24:00.", "00:00 is the beginning of the day; its end is written 24:00.")
	case s.From == s.To:
		return words("Elle finit quand elle commence.", "It ends when it begins.")
	case s.From > s.To:
		return words("Elle finit avant de commencer. Une nuit s'écrit en deux jours.", "It ends before it begins. A night is written as two days.")
	}
	return Words{}
}

// mend says what to write in place of a span that is wrong.
func (s Span) mend() Words {
	switch {
	case s.From >= 0 && s.From < midnight && s.To == 0:
		return words("écrivez %s.", "write %s.", Span{s.From, midnight})
	case s.To > 0 && s.From > s.To && s.From < midnight:
		return words("écrivez %s, ou pour une nuit %s et, le jour suivant, %s.", "write %s, or for a night %s and, on the day after, %s.",
			Span{s.To, s.From}, Span{s.From, midnight}, Span{0, s.To})
	}
	return words("écrivez par exemple 09:00-12:30.", "write for example 09:00-12:30.")
}
