package prompt

import "testing"

func TestTelephone(t *testing.T) {
	for text, want := range map[string][2]string{
		"06 12 34 56 78": {"zéro six, douze, trente-quatre, cinquante-six, soixante-dix-huit", "zero six, one two, three four, five six, seven eight"},
		"0612345678":     {"zéro six, douze, trente-quatre, cinquante-six, soixante-dix-huit", "zero six, one two, three four, five six, seven eight"},
		"08 09 40 00 01": {"zéro huit, zéro neuf, quarante, zéro zéro, zéro un", "zero eight, zero nine, four zero, zero zero, zero one"},
		"0 800 123 456":  {"zéro, huit cents, cent vingt-trois, quatre cent cinquante-six", "zero, eight zero zero, one two three, four five six"},
		"118 218":        {"cent dix-huit, deux cent dix-huit", "one one eight, two one eight"},
		"3900":           {"trente-neuf, zéro zéro", "three nine, zero zero"},
		"112":            {"cent douze", "one one two"},
		"15":             {"quinze", "one five"},
		"12345":          {"douze, trois cent quarante-cinq", "one two, three four five"},
		"000":            {"zéro zéro zéro", "zero zero zero"},
		"+44 20 7123 4567": {
			"plus, quarante-quatre, vingt, soixante et onze, vingt-trois, quarante-cinq, soixante-sept",
			"plus, four four, two zero, seven one, two three, four five, six seven",
		},
		"+": {"plus", "plus"},
		"":  {"", ""},
	} {
		if got := [2]string{Telephone("fr", text), Telephone("en", text)}; got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestDigits(t *testing.T) {
	if got := Digits("fr", "04 2#*"); got != "zéro quatre deux dièse étoile" {
		t.Error(got)
	}
	if got := Digits("en", "+1*#"); got != "plus one star hash" {
		t.Error(got)
	}
}

func FuzzTelephone(f *testing.F) {
	f.Add("+33 6 12")
	f.Add("anonymous é")
	f.Fuzz(func(t *testing.T, text string) {
		for _, lang := range Languages() {
			Telephone(lang, text)
		}
	})
}
