package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hotline/config"
	"hotline/number"
	"hotline/outbox"
	"hotline/routing"
	"hotline/store"
)

func TestMailCommands(t *testing.T) {
	transcript(t, newMissedDesk, "mail", commandLines(`
mail daily
mail daily --date 2026-11-26
mail daily --date yesterday
mail daily --send --config FOLDER/none.yaml
mail test chef@example.fr --config FOLDER/none.yaml
mail nothing`)...)
}

// The mail of a day in both languages: with everything, with what is not known, and of a day without calls.
func TestDailyMail(t *testing.T) {
	at := time.Date(2026, 11, 28, 18, 0, 0, 0, time.UTC)
	busy := dayPage{company: "Électro Durand", at: at, givenUp: 2,
		total: store.Total{Calls: 42, Answered: 41, Talked: 37, TalkedMS: (3*3600 + 12*60) * 1000, Caller: 9_600_000, Payout: 4_010_000, Cost: -1_230_000, CostUnknown: 3},
		day:   store.Day{Waits: []time.Duration{2 * time.Second, 12 * time.Second, 40 * time.Second, 271 * time.Second}, Messages: 2, Texts: 4},
	}
	for i := range 12 {
		r := routing.Record{Contact: routing.Contact{Caller: number.Number("+3361234560" + string(rune('0'+i%10))), CallerName: "Léa \u202eB\r\nernard",
			Opened: at.Add(-time.Duration(i) * time.Hour)}}
		busy.missed.Open = append(busy.missed.Open, routing.Unreached{Caller: r.Caller, Misses: []routing.Miss{{Record: &r, Outcome: routing.MissedWaiting}}})
	}
	var all strings.Builder
	for _, lang := range []tongue{"fr", "en"} {
		for _, page := range []dayPage{busy, {company: "Électro Durand", at: at}} {
			all.WriteString("Subject: " + page.subject(lang) + "\n\n" + page.text(lang) + "\n----\n")
		}
	}
	golden(t, "daily-mail.txt", all.String())
}

// The mail goes at its time, once, over restarts and over the night on which clocks change.
func TestDailyMailGoesOnce(t *testing.T) {
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "hotline.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2027, 3, 27, 10, 0, 0, 0, time.UTC))) // the day before
		m := &postman{db: db, letters: db, mail: &config.Mail{Owner: "chef@example.fr", Daily: "19:00"}, log: slog.New(slog.DiscardHandler),
			rules: func() *config.Rules { return &config.Rules{Languages: []string{"fr"}} }}
		for range 5 { // starts, each ten hours long
			ctx, stop := context.WithCancel(t.Context())
			done := make(chan struct{})
			go func() { defer close(done); m.run(ctx) }()
			time.Sleep(10 * time.Hour)
			stop()
			<-done
		}
		letters, err := db.Letters(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range letters {
			if l.Kind != outbox.ByMail {
				t.Errorf("a letter by %s", l.Kind)
			}
			got = append(got, l.ID+" "+l.Written.In(paris()).Format("15:04"))
		}
		if text, want := strings.Join(got, ", "), "daily-2027-03-27 19:00, daily-2027-03-28 19:00"; text != want {
			t.Errorf("got %s, want %s", text, want)
		}
	})
}
