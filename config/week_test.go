package config

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// written is a week as the rules have it, day by day.
func written(w Week) string {
	var parts []string
	for i := range 7 {
		day := (i + 1) % 7
		if len(w[day]) > 0 {
			parts = append(parts, days()[day]+strings.NewReplacer("[", " ", "]", "").Replace(fmt.Sprint(w[day])))
		}
	}
	return strings.Join(parts, ", ")
}

func TestParseWeek(t *testing.T) {
	office := "mon 09:00-12:30 13:30-18:00, tue 09:00-12:30 13:30-18:00, wed 09:00-12:30 13:30-18:00, thu 09:00-12:30 13:30-18:00, fri 09:00-12:30 13:30-18:00"
	nine := "mon 09:00-17:00, tue 09:00-17:00, wed 09:00-17:00, thu 09:00-17:00, fri 09:00-17:00"
	for text, want := range map[string]string{
		"lun-ven 9h-12h30, 13h30-18h":                                   office,
		"mon-fri 09:00-12:30 13:30-18:00":                               office,
		"Lundi à vendredi de 9h à 12h30 et de 13h30 à 18h":              office,
		"du lundi au vendredi : 9 h - 12 h 30 ; 13 h 30 - 18 h":         office,
		"LUN. – VEN. 9h00 – 12h30 / 13h30 – 18h00":                      office,
		"lun-ven 9h-12h30 lun-ven 13.30-18":                             office,
		"Monday to Friday, 9am-12:30pm and 1:30pm-6pm":                  office,
		"9h-12h30 13h30-18h":                                            office,
		"lundi, mardi, mercredi, jeudi et vendredi 13h30-18h, 9h-12h30": office,
		"weekdays 9 to 17":                                              nine,
		"mon-fri 9-17":                                                  nine,
		"en semaine de 9 heures à 17 heures":                            nine,
		"lun-ven 9h-17h, sam 9h-midi, dim fermé":                        nine + ", sat 09:00-12:00",
		"dimanche fermé ; lun-ven 9h-17h":                               nine,
		"mardi 14h-minuit":                                              "tue 14:00-24:00",
		"sat-mon 10-12":                                                 "mon 10:00-12:00, sat 10:00-12:00, sun 10:00-12:00",
		"week-end 10h-12h":                                              "sat 10:00-12:00, sun 10:00-12:00",
		"7j/7 8h-20h":                                                   "mon 08:00-20:00, tue 08:00-20:00, wed 08:00-20:00, thu 08:00-20:00, fri 08:00-20:00, sat 08:00-20:00, sun 08:00-20:00",
		"24h/24":                                                        written(EveryHour()),
		"24/7":                                                          written(EveryHour()),
		"always":                                                        written(EveryHour()),
		"Toujours":                                                      written(EveryHour()),
		"à toute heure":                                                 written(EveryHour()),
	} {
		if got, err := ParseWeek(text); err != nil || written(got) != want {
			t.Errorf("%s: got %q, %v; want %q", text, written(got), err, want)
		}
	}
}

func TestParseWeekRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                          "Aucune heure d'ouverture",
		"lun-ven":                   "Il manque les heures de « mon »",
		"9h-12h lun-ven":            "Il manque les heures de « mon »",
		"lun-ven 18h-9h":            "Elle finit avant de commencer",
		"lun-ven 9h-12h, 11h-18h":   "09:00-12:00 et 11:00-18:00 se recouvrent",
		"lun-ven 9h-25h":            "Une journée va de 00:00 à 24:00",
		"lun-ven 9h60-12h":          "Une journée va de 00:00 à 24:00",
		"lun-ven 13pm-18pm":         "Une journée va",
		"lundredi 9h-12h":           "« lundredi » n'est ni un jour, ni une heure",
		"lun-ven le matin":          "« matin » n'est ni un jour",
		"lun-ven 9h":                "« 9h » n'est pas une plage horaire",
		"lun-ven 9h-12h sauf mardi": "« sauf » n'est ni un jour",
		"fermé":                     "Aucune heure d'ouverture",
		"\x00🎉":                     "n'est pas une plage horaire",
	} {
		_, err := ParseWeek(text)
		var said *WordsError
		if !errors.As(err, &said) || !strings.Contains(said.FR, want) || said.EN == "" {
			t.Errorf("%q: %v; want %s", text, err, want)
		}
	}
}

func FuzzParseWeek(f *testing.F) {
	for _, text := range []string{"lun-ven 9h-12h30, 13h30-18h", "24/7", "9am to 5pm", "du lundi au", "é-é", "9h-"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		w, err := ParseWeek(text)
		if err != nil {
			return
		}
		for day, spans := range w {
			for i, s := range spans {
				if s.wrong() != (Words{}) || i > 0 && s.From < spans[i-1].To {
					t.Errorf("%q: %v on %s", text, spans, time.Weekday(day))
				}
			}
		}
	})
}
