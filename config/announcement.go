package config

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"hotline/prompt"
)

// Announcement says who tells callers the price, before the call costs anything.
type Announcement struct {
	By     string // ByCarrier, BySelf or ByNobody
	Prompt string // BySelf: the prompt that tells it; "" = a machine speaks it
	Pos    Pos    // of the word that says so
}

// Who can tell the price.
const (
	ByCarrier = "carrier"
	BySelf    = "self"
	ByNobody  = "none"
)

// announcement reads carrier, self, none or {play: prompt}.
func (l *loader) announcement(k, v *yaml.Node) Announcement {
	a := Announcement{Pos: l.pos(v)}
	if v.Kind != yaml.MappingNode {
		a.By, _ = l.oneOf("announcement", v, ByCarrier, BySelf, ByNobody)
		return a
	}
	l.fields(k, v, words("announcement", "announcement"), nil, l.announcementFields(&a)...)
	return a
}

// announcementFields are the words of an announcement that is a recording of ours.
func (l *loader) announcementFields(a *Announcement) []field {
	return []field{required(ownField("play", nameOf("prompt"), func(_, v *yaml.Node) {
		a.By, a.Pos = BySelf, l.pos(v)
		a.Prompt, _ = l.refer("play", "prompt", v)
	}))}
}

// weighAnnouncement makes sure that what is said of the announcement goes with what the call costs.
func (l *loader) weighAnnouncement(line *Line, at *yaml.Node) {
	a := &line.Announcement
	if a.Prompt != "" && len(line.Price) > 1 {
		l.advice = append(l.advice, func() {
			l.warn(at, "W611", words("un enregistrement, et plusieurs prix", "one recording, and several prices"),
				words("Il dit un seul prix ; les appelants l'entendront aussi quand un autre sera en vigueur.",
					"It tells one price; callers will hear it also while another is in force."),
				words("changez l'enregistrement le jour du nouveau prix, ou écrivez announcement: self.", "change the recording on the day of the new price, or write announcement: self."))
		})
	}
	switch costs := surcharged(*line); {
	case !costs && a.By == BySelf:
		a.By = ByNobody
		l.advice = append(l.advice, func() {
			l.warn(at, "W608", words("pas de prix à annoncer", "there is no price to tell"),
				words("Le %s n'est pas surtaxé : cette annonce ne sera pas dite.", "%s is not surcharged: this announcement will not be heard.", line.Number.Pretty()),
				words("enlevez announcement.", "remove announcement."))
		})
	case costs && a.By == ByNobody:
		l.advice = append(l.advice, func() {
			l.warn(at, "W607", words("personne n'annonce le prix", "nobody tells the price"),
				words("Seuls les numéros strictement réservés aux professionnels ou aux machines en sont dispensés.",
					"Only numbers that are strictly for businesses or machines may do without."),
				words("écrivez carrier (l'opérateur) ou self (hotline).", "write carrier (the operator) or self (hotline)."))
		})
	case costs && a.By == "":
		a.By = ByCarrier
	}
}

// CheckAnnouncements looks at the announcements that we make ourselves: a recording has to be as long as the law wants it,
// and a machine has to be there to speak the others. speech is its command.
func CheckAnnouncements(rules *Rules, folder, speech string) Problems {
	var problems Problems
	for _, line := range rules.Lines {
		a := line.Announcement
		switch {
		case a.By != BySelf:
		case a.Prompt != "" && rules.Prompts[a.Prompt].In(prompt.Language, rules.Languages[0]) == "":
			problems = append(problems, unrecorded(a))
		case a.Prompt != "":
			if p, wrong := checkRecorded(a, rules, folder); wrong {
				problems = append(problems, p)
			}
		default:
			problems = append(problems, checkSpoken(line, speech))
		}
	}
	return problems.Sorted()
}

func checkRecorded(a Announcement, rules *Rules, folder string) (Problem, bool) {
	file := rules.Prompts[a.Prompt].In(prompt.Language, rules.Languages[0])
	is, length, err := describeWav(filepath.Join(folder, filepath.FromSlash(file)))
	if err != nil || is != (Words{}) || length >= prompt.Shortest && length <= prompt.Longest {
		return Problem{}, false // what is no sound at all is told of the prompt
	}
	lasts := fmt.Sprintf("%.1f s", length.Round(100*time.Millisecond).Seconds())
	return NewProblem(a.Pos, len([]rune(a.Prompt)), "E506",
		words("l'annonce du prix dure %s (%s)", "the announcement of the price lasts %s (%s)",
			Words{FR: strings.Replace(lasts, ".", ",", 1), EN: lasts}, file),
		words("Elle dure au moins 10 s (arrêté du 10 juin 2009) et au plus 20 s (règles des opérateurs), bip compris.",
			"It lasts at least 10 s (arrêté du 10 juin 2009) and at most 20 s (rules of the operators), with its beep."),
		words("enregistrez-la de nouveau, ou écrivez announcement: self.", "record it anew, or write announcement: self.")), true
}

// unrecorded says that a text is not enough: its length and the beep at its end would be left to chance.
func unrecorded(a Announcement) Problem {
	return NewProblem(a.Pos, len([]rune(a.Prompt)), "E508",
		words("l'annonce %s d'un prix est un texte", "prompt %s, which tells a price, is a text", a.Prompt),
		words("Un prix s'annonce par un enregistrement, ou par les mots que hotline connaît.", "A price is told by a recording, or in the words that hotline knows."),
		words("enregistrez-la, ou écrivez announcement: self.", "record it, or write announcement: self."))
}

// checkSpoken says that there is no machine, or else that it is one.
func checkSpoken(line Line, speech string) Problem {
	number := line.Number.Pretty()
	s, err := prompt.ParseSpeech(speech)
	if err == nil && s.Installed() {
		p := NewProblem(line.Announcement.Pos, len(BySelf), "W606",
			words("une machine dit le prix du %s", "a machine speaks the price of %s", number),
			words("Vos clients entendront le programme %s, dont la voix peut être celle d'un robot.",
				"Your callers will hear the voice of %s, which may be a robot's.", s.Program()),
			words("enregistrez l'annonce (docs/operations.md dit le texte), et écrivez announcement: {play: nom}.",
				"record the announcement (docs/operations.md has the text), and write announcement: {play: name}."))
		p.Warning = true
		return p
	}
	return NewProblem(line.Announcement.Pos, len(BySelf), "E606",
		words("le prix du %s ne peut pas être dit", "the price of %s cannot be spoken", number),
		words("announcement: self le fait dire par %s, qui n'est pas installé ici.", "announcement: self has %s speak it, which is not installed here.", s.Program()),
		words("installez-le (apt-get install %s), nommez un autre programme (prompts.speech de hotline.yaml), ou enregistrez l'annonce et écrivez announcement: {play: nom}.",
			"install it (apt-get install %s), name another program (prompts.speech in hotline.yaml), or record the announcement and write announcement: {play: name}.", s.Program()))
}
