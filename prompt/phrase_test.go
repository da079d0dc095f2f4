package prompt

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"hotline/wav"
)

func TestPhrases(t *testing.T) {
	for _, test := range []struct {
		phrase      Phrase
		file, words string
	}{
		{Position("fr", 1), "phrase-position-first-fr.wav", "Vous êtes la première personne en attente."},
		{Position("fr", 3), "phrase-position-third-fr.wav", "Vous êtes la troisième personne en attente."},
		{Position("en", 21), "phrase-position-twenty-first-en.wav", "You are twenty-first in the queue."},
		{Position("de", 2), "phrase-position-second-en.wav", "You are second in the queue."},
		{Waiting("fr", 0, 0), "phrase-wait-less-than-one-minute-fr.wav", "Il reste moins d'une minute d'attente."},
		{Waiting("fr", 2*time.Minute, 4*time.Minute), "phrase-wait-between-two-and-four-minutes-fr.wav", "Il reste entre deux et quatre minutes d'attente."},
		{Waiting("en", time.Hour, time.Hour), "phrase-wait-about-one-hour-en.wav", "Your wait is about one hour."},
		{Price{PerMinute: 80 * cent}.Phrase(), "phrase-price-eighty-cents-per-minute-fr.wav", Price{PerMinute: 80 * cent}.Text()},
		{Price{PerCall: 299 * cent, PerMinute: cent}.Phrase(), "phrase-price-two-euros-ninety-nine-per-call-then-one-cent-per-minute-fr.wav",
			Price{PerCall: 299 * cent, PerMinute: cent}.Text()},
	} {
		if got := test.phrase.File(); got != test.file {
			t.Errorf("%s, want %s", got, test.file)
		}
		if got := test.phrase.Words; got != test.words {
			t.Errorf("%s, want %s", got, test.words)
		}
	}
}

// TestPhraseFiles: another sentence is another file, and a switch takes every name.
func TestPhraseFiles(t *testing.T) {
	form := regexp.MustCompile(`^phrase-[a-z-]+\.wav$`)
	words := map[string]string{}
	var all []Phrase
	for n := int64(1); n <= 300; n++ {
		for _, lang := range Languages() {
			all = append(all, Position(lang, int(n)), Waiting(lang, time.Duration(n)*time.Minute/4, time.Duration(n)*time.Minute))
		}
		all = append(all, Price{PerMinute: n * cent}.Phrase(), Price{PerCall: n * cent}.Phrase(), Price{PerCall: n * cent / 2, PerMinute: n * 100}.Phrase())
	}
	for _, p := range all {
		file := p.File()
		if !form.MatchString(file) || len(file) > 200 {
			t.Errorf("%q", file)
		}
		if known, ok := words[file]; ok && known != p.Words {
			t.Errorf("%s is %q and %q", file, known, p.Words)
		}
		words[file] = p.Words
	}
}

// TestRecordedPhrase: a recording is heard instead of the machine, if it can be played and the law has nothing against it.
func TestRecordedPhrase(t *testing.T) {
	s, said := studio(t, "12s")
	price := Price{PerMinute: 80 * cent}
	record := func(p Phrase, length time.Duration) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(s.Folder, p.File()), wav.Encode(tone(length, loudest).whole()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	record(price.Phrase(), 9*time.Second)
	if file, err := s.Announcement(t.Context(), price); err != nil || !strings.HasPrefix(file, "price-") {
		t.Errorf("too short a recording: %s, %v", file, err)
	}
	record(price.Phrase(), 12*time.Second)
	if file, err := s.Announcement(t.Context(), price); err != nil || file != price.Phrase().File() {
		t.Errorf("%s, %v", file, err)
	}
	third := Position("fr", 3)
	if file, err := s.Phrase(t.Context(), third); err != nil || !strings.HasPrefix(file, "say-") || !strings.Contains(said(), "fr|"+third.Words) {
		t.Errorf("%s, %v, said %s", file, err, said())
	}
	record(third, 2*time.Second)
	if file, err := s.Phrase(t.Context(), third); err != nil || file != third.File() {
		t.Errorf("%s, %v", file, err)
	}
}
