package config

import (
	"regexp"
	"time"

	"gopkg.in/yaml.v3"
)

func (l *loader) readVoicemails(_, value *yaml.Node) {
	l.rules.Voicemails = make(map[string]*Voicemail)
	l.named(value, words("voicemails", "voicemails"), func(key, value *yaml.Node) {
		m := newVoicemail(key.Value, l.pos(key))
		l.rules.Voicemails[m.Name] = m
		l.fields(key, value, words("la messagerie %s", "voicemail %s", m.Name), []string{"keep", "queue"}, l.voicemailFields(m)...)
	})
}

// newVoicemail is a mailbox of which the file says nothing.
func newVoicemail(name string, pos Pos) *Voicemail {
	return &Voicemail{Name: name, Max: 2 * time.Minute, Pos: pos}
}

// voicemailFields are the words of a mailbox.
func (l *loader) voicemailFields(m *Voicemail) []field {
	return []field{
		required(ownField("email", simple(anAddress), func(_, v *yaml.Node) { m.Email = l.address(v) })),
		l.refField("play", "prompt", &m.Play),
		l.timeField("max", &m.Max, 10*time.Second, 10*time.Minute),
	}
}

var addressForm = regexp.MustCompile(`^[^@\s<>,;"]+@[^@\s<>,;"]+\.[^@\s<>,;".]+$`)

// address reads where electronic mail goes.
func (l *loader) address(v *yaml.Node) string {
	s, ok := l.text("email", v)
	if ok && !addressForm.MatchString(s) {
		l.fail(v, "E120", words("« %s » n'est pas une adresse électronique", `"%s" is not an e-mail address`, clip(s)), Words{},
			words("écrivez une seule adresse : sav@exemple.fr.", "write one address: sales@example.com."))
		return ""
	}
	return s
}
