package config

import (
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

func (l *loader) readKeep(key, value *yaml.Node) {
	k := &l.rules.Keep
	k.Pos = l.pos(key)
	l.fields(key, value, words("keep", "keep"), nil, l.keepFields(k)...)
	if k.Recordings+k.Texts+k.Calls > 0 {
		l.later("keep", l.pos(key))
	}
}

// keepFields are the words of keep.
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

// pauseShape is how long a pause may last.
func pauseShape() valueShape { return valueShape{form: aTime, low: time.Minute, high: 24 * time.Hour} }

// readPauses reads the reasons for which agents may pause: each its limit, or no_limit.
func (l *loader) readPauses(key, value *yaml.Node) {
	l.later("pauses", l.pos(key))
	l.rules.Pauses = make(map[string]*Pause)
	l.named(value, words("pauses", "pauses"), func(key, value *yaml.Node) {
		p := &Pause{Name: key.Value, Pos: l.pos(key)}
		l.rules.Pauses[p.Name] = p
		l.readPause(p, value)
	})
}

// readPause reads how long a pause may last. People who write a bare number mean minutes.
func (l *loader) readPause(p *Pause, value *yaml.Node) {
	fix := Words{}
	switch plain := Fold(value.Value); {
	case value.Kind != yaml.ScalarNode || value.Value == noLimit:
	case slices.Contains([]string{"sans_limite", "illimite", "illimitee", "unlimited", "none", "aucune"}, plain) || Nearest(plain, []string{noLimit}) != "":
		fix = words("écrivez no_limit.", "write no_limit.")
	case strings.Trim(plain, "0123456789") == "":
		fix = words("écrivez %sm.", "write %sm.", plain)
	}
	if fix != (Words{}) {
		l.fail(value, "E301", words("%s : « %s » n'est pas une durée", `%s: "%s" is not a length of time`, p.Name, clip(value.Value)), Words{}, fix)
		return
	}
	if value.Value != noLimit {
		s := pauseShape()
		p.Limit, _ = l.duration(p.Name, value, s.low.(time.Duration), s.high.(time.Duration))
	}
}
