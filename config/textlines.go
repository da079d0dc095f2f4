package config

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// stopWord is the word that ends a conversation by text, whatever the file says.
const stopWord = "STOP"

// readTextLines reads what happens to the texts of a service: each entry has the name of one.
func (l *loader) readTextLines(key, value *yaml.Node) {
	l.later("texts", l.pos(key))
	l.rules.TextLines = make(map[string]*TextLine)
	l.named(value, words("texts", "texts"), func(key, value *yaml.Node) {
		t := &TextLine{Name: key.Value, Words: make(map[string][]Step), Pos: l.pos(key)}
		l.rules.TextLines[t.Name] = t
		l.refer("texts", "service", key)
		l.fields(key, value, words("texts de %s", "texts of %s", t.Name), []string{"reply_out", "capacity", "keep"}, l.textLineFields(t)...)
	})
}

// textLineFields are the words of what happens to the texts of a service.
func (l *loader) textLineFields(t *TextLine) []field {
	return []field{
		required(l.refField("queue", "queue", &t.Queue)),
		l.textField("reply_open", &t.ReplyOpen),
		l.textField("reply_closed", &t.ReplyClosed),
		ownField("words", entriesOf(aText, simple(someSteps)), func(_, v *yaml.Node) {
			l.entries(v, words("words de %s", "words of %s", t.Name), func(k, v *yaml.Node) { l.readWord(t, k, v) })
		}),
	}
}

// readWord reads what a text that is this word does. People write it with capital letters or without.
func (l *loader) readWord(t *TextLine, key, value *yaml.Node) {
	word := strings.ToUpper(strings.TrimSpace(key.Value))
	_, taken := t.Words[word]
	switch {
	case word == stopWord:
		l.fail(key, "E121", words("STOP est toujours compris", "STOP is always understood"),
			words("Qui l'envoie ne reçoit plus rien ; la loi le veut ainsi.", "Whoever sends it gets no more texts; the law wants it so."),
			words("enlevez ce mot.", "remove the word."))
	case strings.ContainsAny(word, " \t"):
		l.fail(key, "E121", words("« %s » n'est pas un seul mot", `"%s" is not one word`, clip(key.Value)), Words{},
			words("écrivez un mot que l'on tape vite : RAPPEL.", "write a word that is quickly typed: CALL."))
	case taken:
		l.twice(key, t.Pos, words("words de %s", "words of %s", t.Name))
	default:
		t.Words[word] = l.steps(key, value)
	}
}

// checkTexts makes sure that something happens to the texts that come to a number, and that texts come where it is said
// what happens to them.
func (l *loader) checkTexts() {
	used := map[string]bool{}
	for _, line := range l.rules.Lines {
		used[line.Service] = used[line.Service] || line.Texts
		if line.Texts && l.rules.TextLines[line.Service] == nil && l.rules.Services[line.Service] != nil {
			l.fail(l.services[line.Number.String()], "E122", words("rien ne dit ce que deviennent les SMS envoyés au %s", "nothing says what becomes of texts to %s", line.Number.Pretty()), Words{},
				words("ajoutez texts: {%s: {queue: nom}}, ou enlevez texts: true du numéro.", "add texts: {%s: {queue: name}}, or remove texts: true from the number.", line.Service))
		}
	}
	for _, name := range keys(l.rules.TextLines) {
		if used[name] || l.rules.Services[name] == nil {
			continue
		}
		at := l.rules.TextLines[name].Pos
		l.advice = append(l.advice, func() {
			l.warnAt(at, name, "W122", words("aucun numéro ne reçoit de SMS pour %s", "no number takes texts for %s", name), Words{},
				words("ajoutez texts: true à un numéro du service %s.", "add texts: true to a number of service %s.", name))
		})
	}
}
