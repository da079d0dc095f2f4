package config

import (
	"regexp"
	"strings"
)

// Where returns the place for a person: "l. 84", or "rules.d/sav.yaml l. 3".
func (c Change) Where() string { return c.Pos.InText() }

// About says what has changed, in the file's own words: "file sav, wrap_up".
func (c Change) About() Words {
	about, rest := words("%s", "%s", c.Path[0]), c.Path[1:]
	if len(rest) > 0 {
		kind := sectionItem(c.Path[0])
		about = words("%s %s", "%s %s", kind, rest[0])
		if kind == (Words{}) {
			about = words("%s", "%s", rest[0])
		}
		rest = rest[1:]
	}
	for _, word := range rest {
		about = words("%s, %s", "%s, %s", about, word)
	}
	return about
}

// sectionItem is what a section has many of; empty for one whose items speak for themselves.
func sectionItem(section string) Words {
	if item, ok := map[string]Words{
		"numbers": {}, "hours": {"horaire", "hours"}, "closures": {"fermeture", "closure"}, "services": {"service", "service"},
		"menus": {"menu", "menu"}, "agents": {"personne", "agent"}, "pauses": {"pause", "pause"}, "queues": {"file", "queue"},
		"callbacks": {"rappel", "callback"}, "voicemails": {"messagerie", "voicemail"}, "texts": {"SMS", "texts"},
		"surveys": {"enquête", "survey"}, "transfers": {"transferts", "transfers"}, "codes": {"code", "code"}, "prompts": {"annonce", "prompt"}, "tests": {"essai", "test"},
	}[section]; ok {
		return item
	}
	return Words{section + ",", section + ","}
}

// What says what has become of it: "20 s -> 30 s", "ajouté : 20 s".
func (c Change) What() Words {
	was, now := readable(c.Was), readable(c.Now)
	switch {
	case c.Kind == Added:
		return toldOf(words("ajouté", "added"), now)
	case c.Kind == Removed:
		return toldOf(words("enlevé", "removed"), was)
	case len(c.Gone) > 0 && len(c.Come) > 0 && len(c.Gone)+len(c.Come) > 2:
		return words("enlevé : %s ; ajouté : %s", "removed: %s; added: %s", list(c.Gone), list(c.Come))
	case len(c.Come) > 0 && len(c.Gone) == 0:
		return toldOf(words("ajouté", "added"), list(c.Come))
	case len(c.Gone) > 0 && len(c.Come) == 0:
		return toldOf(words("enlevé", "removed"), list(c.Gone))
	case c.Was == "" || c.Now == "":
		return words("changé", "changed")
	}
	return words("%s -> %s", "%s -> %s", was, now)
}

func toldOf(what, value Words) Words {
	if value == (Words{}) {
		return what
	}
	return words("%s : %s", "%s: %s", what, value)
}

// list is several words as one text.
func list(items []string) Words {
	const most = 6
	if more := len(items) - most; more > 0 {
		return words("%s et %d autres", "%s and %d more", strings.Join(items[:most], ", "), more)
	}
	return words("%s", "%s", strings.Join(items, ", "))
}

// lengthForm is a length of time as the file writes it.
var lengthForm = regexp.MustCompile(`^(\d+[smhdy])+$`)

// readable writes a length of time as people do, and leaves everything else as it is.
func readable(text string) Words {
	if !lengthForm.MatchString(text) {
		return Words{text, text}
	}
	fr := strings.NewReplacer("s", " s ", "m", " min ", "h", " h ", "d", " j ", "y", " an ").Replace(text)
	en := strings.NewReplacer("s", " s ", "m", " min ", "h", " h ", "d", " d ", "y", " y ").Replace(text)
	return Words{strings.TrimSpace(fr), strings.TrimSpace(en)}
}
