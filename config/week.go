package config

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// What people write for days and hours. The rules have one form for each; hints and questions know the others.

// namedDay returns the day that a word names, in French or English, in full or short.
func namedDay(word string) (time.Weekday, bool) {
	word = strings.TrimSuffix(Fold(word), ".")
	for day, names := range [7][]string{
		{"sun", "sunday", "dim", "dimanche"}, {"mon", "monday", "lun", "lundi"}, {"tue", "tues", "tuesday", "mar", "mardi"},
		{"wed", "wednesday", "mer", "mercredi"}, {"thu", "thur", "thurs", "thursday", "jeu", "jeudi"},
		{"fri", "friday", "ven", "vendredi"}, {"sat", "saturday", "sam", "samedi"},
	} {
		if slices.Contains(names, word) || slices.Contains(names, strings.TrimSuffix(word, "s")) {
			return time.Weekday(day), true
		}
	}
	return 0, false
}

// meantDays returns what "lun-ven" or "Monday" is in the rules, "" when it is no days.
func meantDays(text string) string {
	if end := simpler(text); endMeant.FindString(end) == end {
		return "sat-sun"
	}
	var names []string
	for part := range strings.SplitSeq(simpler(text), "-") {
		day, ok := namedDay(strings.TrimSpace(part))
		if !ok {
			return ""
		}
		names = append(names, days()[day])
	}
	switch {
	case len(names) > 2:
		return ""
	case len(names) == 2 && names[0] == names[1]:
		return names[0]
	}
	return strings.Join(names, "-")
}

const timeMeant = `(?:\d{1,2}(?:\s*(?::|\.|h|heures?)\s*\d{2}|\s*h(?:eures?)?)?(?:\s*[ap]m)?|midi|noon|minuit|midnight)`

var (
	spanMeant  = regexp.MustCompile(`^(` + timeMeant + `)\s*(?:-|\bau?\b|\bto\b|\buntil\b)\s*(` + timeMeant + `)(?:\s|\W|$)`)
	clockMeant = regexp.MustCompile(`^(\d{1,2})\D*?(\d{2})?\s*([ap]m)?$`)
	rangeMeant = regexp.MustCompile(`^(\pL+)\.?\s*(?:-|\bau?\b|\bto\b|\bthrough\b)\s*(\pL+)`)
	wordMeant  = regexp.MustCompile(`^[\pL\d]+`)
	fillMeant  = regexp.MustCompile(`^(?:[\s,;:.&+/]|(?:et|and|puis|then|de|du|des|le|les|from|the|on)\b)+`)
	dailyMeant = regexp.MustCompile(`^(?:tous les jours|every ?day|daily|7 ?j(?:ours)? ?/ ?7 ?j?|7/7)`)
	weekMeant  = regexp.MustCompile(`^(?:en semaine|semaine|(?:on )?weekdays)`)
	endMeant   = regexp.MustCompile(`^week-?ends?`)
	everMeant  = regexp.MustCompile(`^(?:always|toujours|a toute heure|24 ?h? ?/ ?24 ?h?(?:[ ,]*7 ?j?(?:ours)? ?/ ?7 ?j?)?|24 ?/ ?7)$`)
)

// simpler brings what people write to fewer signs.
func simpler(text string) string {
	return strings.TrimSpace(strings.NewReplacer("–", "-", "—", "-", "\u00a0", " ", "\u202f", " ", "'", " ", "’", " ").Replace(unaccented(text)))
}

// parseSpan reads a span of hours as people write it: 9h-12h30, 9:00-12.30, 9 à 12, 9am-5pm.
func parseSpan(text string) (Span, error) {
	s, rest, err := cutSpan(simpler(text))
	if err == nil && strings.Trim(rest, " .") != "" {
		err = noHours(text)
	}
	return s, err
}

// spansMeant writes the spans that a text was meant for as the file has them, "" when it is something else.
func spansMeant(text string) string {
	var spans []string
	for rest := simpler(text); strings.Trim(rest, " .") != ""; {
		s, behind, err := cutSpan(rest)
		if err != nil {
			return ""
		}
		spans, rest = append(spans, s.String()), fillMeant.ReplaceAllString(behind, "")
	}
	return strings.Join(spans, ", ")
}

// cutSpan reads the span of hours that a text begins with.
func cutSpan(text string) (s Span, rest string, err error) {
	m := spanMeant.FindStringSubmatch(text)
	if m == nil {
		return Span{}, "", noHours(text)
	}
	s = Span{clock(m[1]), clock(m[2])}
	if s.To == 0 { // midnight, as people say
		s.To = midnight
	}
	if wrong := s.wrong(); wrong != (Words{}) {
		return Span{}, "", &WordsError{words("« %s » ne va pas. %s", `"%s" will not do. %s`, clip(strings.TrimRight(m[0], " ,;.")), wrong)}
	}
	return s, text[len(strings.TrimRight(m[0], " ,;.&+\n")):], nil
}

func noHours(text string) error {
	return &WordsError{words("« %s » n'est pas une plage horaire.", `"%s" is not a span of hours.`, clip(text))}
}

// A WordsError says in both languages what is wrong with what somebody wrote.
type WordsError struct{ Words }

func (e *WordsError) Error() string { return e.EN }

// clock reads one time of day, -1 when no clock shows it.
func clock(text string) int {
	switch text {
	case "midi", "noon":
		return midnight / 2
	case "minuit", "midnight":
		return 0
	}
	m := clockMeant.FindStringSubmatch(text)
	if m == nil {
		return -1
	}
	minute := m[2]
	if minute == "" {
		minute = "00"
	}
	at := minutes(m[1], minute)
	switch {
	case at < 0 || m[3] != "" && (at >= 13*60 || at < 60):
		return -1
	case m[3] == "pm" && at < 12*60:
		return at + 12*60
	case m[3] == "am" && at >= 12*60:
		return at - 12*60
	}
	return at
}

// ParseWeek reads the opening hours of a week as people write them: "lun-ven 9h-12h30, 13h30-18h ; sam 9h-12h". Hours
// without a day are those of Monday to Friday. The error is a WordsError.
func ParseWeek(text string) (Week, error) {
	rest := simpler(text)
	var w writtenWeek
	if everMeant.MatchString(rest) {
		return EveryHour(), nil
	}
	for {
		rest = rest[len(fillMeant.FindString(rest)):]
		if rest == "" {
			return w.finish()
		}
		var err error
		if rest, err = w.read(rest); err != nil {
			return Week{}, err
		}
	}
}

// A writtenWeek is a week that is being read.
type writtenWeek struct {
	week Week
	days []time.Weekday // of which the hours follow
	told bool           // their hours have been read: another day begins another list
}

// read reads one word, or one span, and returns what is behind it.
func (w *writtenWeek) read(text string) (rest string, err error) {
	for _, some := range []struct {
		form *regexp.Regexp
		days string
	}{{dailyMeant, "mon-sun"}, {weekMeant, "mon-fri"}, {endMeant, "sat-sun"}} {
		if word := some.form.FindString(text); word != "" {
			days, _ := parseDays(some.days)
			w.begin(days)
			return text[len(word):], nil
		}
	}
	if m := rangeMeant.FindStringSubmatch(text); m != nil {
		if days, ok := parseDays(meantDays(m[1] + "-" + m[2])); ok {
			w.begin(days)
			return text[len(m[0]):], nil
		}
	}
	word := wordMeant.FindString(text)
	if day, ok := namedDay(word); ok {
		w.begin([]time.Weekday{day})
		return text[len(word):], nil
	}
	switch word {
	case "ferme", "fermes", "fermee", "closed":
		w.days, w.told = nil, len(w.days) > 0 || w.told
		return text[len(word):], nil
	}
	s, rest, err := cutSpan(text)
	if err != nil && word != "" && (word[0] < '0' || word[0] > '9') {
		return "", &WordsError{words("« %s » n'est ni un jour, ni une heure.", `"%s" is neither a day nor a time.`, clip(word))}
	}
	if err != nil {
		return "", err
	}
	return rest, w.open(s)
}

// begin takes days whose hours follow.
func (w *writtenWeek) begin(days []time.Weekday) {
	if w.told {
		w.days, w.told = nil, false
	}
	w.days = append(w.days, days...)
}

func (w *writtenWeek) open(s Span) error {
	if len(w.days) == 0 {
		w.days, _ = parseDays("mon-fri")
	}
	w.told = true
	for _, day := range w.days {
		for _, other := range w.week[day] {
			if s.From < other.To && other.From < s.To {
				return &WordsError{words("%s et %s se recouvrent le même jour.", "%s and %s overlap on the same day.", other, s)}
			}
		}
		w.week[day] = append(w.week[day], s)
		slices.SortFunc(w.week[day], func(a, b Span) int { return a.From - b.From })
	}
	return nil
}

func (w *writtenWeek) finish() (Week, error) {
	switch {
	case len(w.days) > 0 && !w.told:
		return Week{}, &WordsError{words("Il manque les heures de « %s ».", `The hours of "%s" are missing.`, days()[w.days[0]])}
	case w.week.never():
		return Week{}, &WordsError{words("Aucune heure d'ouverture n'est écrite.", "No opening hours are written.")}
	}
	return w.week, nil
}
