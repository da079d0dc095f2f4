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

// CheckMailboxes says that nobody gets the messages by mail when hotline.yaml names no mail server.
func CheckMailboxes(rules *Rules, mail *Mail) Problems {
	names := keys(rules.Voicemails)
	if mail != nil || len(names) == 0 {
		return nil
	}
	first := rules.Voicemails[names[0]]
	for _, name := range names {
		if m := rules.Voicemails[name]; m.Pos.Compare(first.Pos) < 0 {
			first = m
		}
	}
	at := rules.WordPos(first.Pos, "email")
	p := NewProblem(at, len("email"), "W140", words("hotline.yaml ne dit pas par où partent les mails", "hotline.yaml does not say how mails are sent"),
		words("Les messages vocaux attendraient dans hotline voicemail, et personne n'en aurait de mail.", "Voice messages would wait in hotline voicemail, and nobody would get a mail about them."),
		words("ajoutez mail: {host: smtp..., from: ...} à hotline.yaml.", "add mail: {host: smtp..., from: ...} to hotline.yaml."))
	p.Warning = true
	return Problems{p}
}
