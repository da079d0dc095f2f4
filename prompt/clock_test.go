package prompt

import (
	"testing"
	"time"
)

func TestTimeOfDay(t *testing.T) {
	for clock, want := range map[[2]int][2]string{
		{9, 30}:  {"neuf heures trente", "nine thirty a.m."},
		{9, 0}:   {"neuf heures", "nine a.m."},
		{9, 5}:   {"neuf heures cinq", "nine oh five a.m."},
		{1, 0}:   {"une heure", "one a.m."},
		{1, 1}:   {"une heure une", "one oh one a.m."},
		{21, 21}: {"vingt et une heures vingt et une", "nine twenty-one p.m."},
		{12, 0}:  {"midi", "noon"},
		{12, 30}: {"midi trente", "twelve thirty p.m."},
		{0, 0}:   {"minuit", "midnight"},
		{24, 0}:  {"minuit", "midnight"},
		{0, 15}:  {"minuit quinze", "twelve fifteen a.m."},
		{0, 30}:  {"minuit trente", "twelve thirty a.m."},
		{2, 0}:   {"deux heures", "two a.m."},
		{13, 0}:  {"treize heures", "one p.m."},
		{18, 45}: {"dix-huit heures quarante-cinq", "six forty-five p.m."},
	} {
		if got := [2]string{TimeOfDay("fr", clock[0], clock[1]), TimeOfDay("en", clock[0], clock[1])}; got != want {
			t.Errorf("%v: %q, want %q", clock, got, want)
		}
	}
	seen := map[string][2]int{} // no two times sound the same
	for minute := range 24 * 60 {
		for _, lang := range Languages() {
			said := TimeOfDay(lang, minute/60, minute%60)
			if other, ok := seen[lang+said]; ok {
				t.Errorf("%02d:%02d and %02d:%02d are both %q", minute/60, minute%60, other[0], other[1], said)
			}
			seen[lang+said] = [2]int{minute / 60, minute % 60}
		}
	}
}

func TestDate(t *testing.T) {
	for day, want := range map[string][2]string{
		"2026-12-01": {"mardi premier décembre", "Tuesday the first of December"},
		"2025-12-01": {"lundi premier décembre", "Monday the first of December"},
		"2026-11-29": {"dimanche vingt-neuf novembre", "Sunday the twenty-ninth of November"},
		"2026-08-21": {"vendredi vingt et un août", "Friday the twenty-first of August"},
		"2027-02-11": {"jeudi onze février", "Thursday the eleventh of February"},
	} {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]string{Date("fr", at), Date("en", at)}; got != want {
			t.Errorf("%s: %q, want %q", day, got, want)
		}
	}
}

// TestMoment: now is a minute before midnight in Paris, before the night in which clocks go forward.
func TestMoment(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2027, 3, 27, 23, 59, 0, 0, paris)
	for after, want := range map[time.Duration][2]string{
		0:                             {"aujourd'hui à vingt-trois heures cinquante-neuf", "today at eleven fifty-nine p.m."},
		time.Minute:                   {"demain à minuit", "tomorrow at midnight"},
		2*time.Hour + time.Minute:     {"demain à trois heures", "tomorrow at three a.m."},
		22*time.Hour + 59*time.Minute: {"demain à vingt-trois heures cinquante-huit", "tomorrow at eleven fifty-eight p.m."},
		35*time.Hour + time.Minute:    {"lundi vingt-neuf mars à midi", "on Monday the twenty-ninth of March at noon"},
	} {
		at := now.Add(after).UTC() // whose own day is another one
		if got := [2]string{Moment("fr", at, now), Moment("en", at, now)}; got != want {
			t.Errorf("%s: %q, want %q", after, got, want)
		}
	}
}
