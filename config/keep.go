package config

import (
	"time"

	"gopkg.in/yaml.v3"
)

func (l *loader) readKeep(key, value *yaml.Node) {
	l.rules.Keep.Pos = l.pos(key)
	l.fields(key, value, words("keep", "keep"), nil, l.keepFields(&l.rules.Keep)...)
}

func (l *loader) keepFields(k *Keep) []field {
	return []field{
		l.longField("recordings", &k.Recordings, aDay, 30*aYear),
		l.longField("voicemails", &k.Voicemails, aDay, 30*aYear),
		l.longField("texts", &k.Texts, aDay, 30*aYear),
		l.longField("calls", &k.Calls, aDay, 30*aYear),
	}
}

// noLimit is the word for a pause that may last as long as it likes.
const noLimit = "no_limit"

// readPauses reads the reasons for which agents may pause: each its limit, or no_limit.
func (l *loader) readPauses(_, value *yaml.Node) {
	l.rules.Pauses = make(map[string]*Pause)
	l.named(value, words("pauses", "pauses"), func(key, value *yaml.Node) {
		p := &Pause{Name: key.Value, Pos: l.pos(key)}
		l.rules.Pauses[p.Name] = p
		switch {
		case value.Value == noLimit:
		case Nearest(value.Value, []string{noLimit}) != "":
			l.fail(value, "E107", words("« %s » n'est pas la durée d'une pause", `"%s" is not how long a pause lasts`, clip(value.Value)), Words{},
				words("écrivez no_limit.", "write no_limit."))
		default:
			p.Limit, _ = l.duration(key.Value, value, time.Minute, 24*time.Hour)
		}
	})
}
