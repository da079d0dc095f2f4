package prompt

import (
	"strings"
	"time"
	"unicode"
)

// A Phrase is a sentence that hotline knows by itself. A recording of it that lies in the folder of the prompts under the
// name of its File is heard instead of a machine.
type Phrase struct{ Lang, Words, name string }

// newPhrase names a phrase by what it is about and what it says in English, so that one file is one sentence and its name
// tells which. Who speaks a language that hotline does not know hears an English voice, and not English in another one's accent.
func newPhrase(lang, about, variant, words string) Phrase {
	name := strings.FieldsFunc(about+" "+variant, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	return Phrase{Lang: in(lang, "fr", "en"), Words: words, name: strings.Join(name, "-")}
}

// Name is the phrase without its language: "position-third".
func (p Phrase) Name() string { return p.name }

// File is where a recording of the phrase lies: "phrase-position-third-fr.wav".
func (p Phrase) File() string { return "phrase-" + p.name + "-" + p.Lang + ".wav" }

// Phrase is the announcement of a price.
func (p Price) Phrase() Phrase { return newPhrase(Language, "price", p.Words("en"), p.Text()) }

// Position tells who waits how many are before them; who is the next has place 1.
func Position(lang string, place int) Phrase {
	return newPhrase(lang, "position", Ordinal("en", place, Masculine), in(lang,
		"Vous êtes la "+Ordinal("fr", place, Feminine)+" personne en attente.",
		"You are "+Ordinal("en", place, Masculine)+" in the queue."))
}

// Waiting tells who waits how much longer it will take.
func Waiting(lang string, low, high time.Duration) Phrase {
	return newPhrase(lang, "wait", Wait("en", low, high), in(lang,
		"Il reste "+Wait("fr", low, high)+" d'attente.",
		"Your wait is "+Wait("en", low, high)+"."))
}
