package main

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hotline/config"
	"hotline/store"
)

func priced(t *testing.T) *store.DB {
	t.Helper()
	return pricedIn(t, filepath.Join(t.TempDir(), "hotline.db"))
}

func pricedIn(t *testing.T, path string) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	rules := &config.Rules{Lines: []config.Line{
		{Number: "+33892400300", Price: said("0.80 EUR/min"), WeEarn: said("0.46 EUR/min"), Pos: config.Pos{File: "rules.yaml", Line: 21}},
		{Number: "+33805400200", WePay: config.WePay{FromFixed: said("0.01 EUR/min"), FromMobile: said("0.03 EUR/min")}},
		{Number: "+33899123456", Price: said("2.99 EUR/call")},
		{Number: "+33809400100"},
	}}
	own, err := ownPrices(rules)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.SetPrices(t.Context(), own, time.Date(2026, 10, 31, 23, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	return db
}

func said(price string) config.Prices { return config.Prices{{Text: price}} }

// A rateTest is a call as it is asked for, and what is told of it.
type rateTest struct {
	name, number, lasted, from string
	tongue                     tongue
	service                    string
	want                       string
	exit                       int
}

func rates() []rateTest {
	return append(surchargedRates(), []rateTest{
		{"free, withheld", "0805400200", "90s", "", "fr", "", `08 05 40 02 00, numéro gratuit                      appel répondu, 1 min 30 s

  Le client paie (TTC)
    service      gratuit                                           0,000000 €
    à retenir                                                          0,00 €
  Nous (HT)
    coût         90 s x 0,03 €/min                                -0,045000 €

  Compté   à la seconde, du décroché au raccroché, arrondi une seule fois
  Noté     origine inconnue, comptée comme un mobile
  Valeur   estimation ; la facture de l'opérateur fait foi
`, 0},
		{"grey, contract not entered", "0809400100", "90s", "0140000100", "fr", "", `08 09 40 01 00, numéro gris, prix d'un appel        appel répondu, 1 min 30 s

  Le client paie (TTC)
    appel        prix d'un appel, fixé par son opérateur           non compté
  Nous (HT)
    coût         contrat non renseigné                                      ?
      À faire : we_pay sous ce numéro dans rules.yaml, d'après le contrat

  Compté   à la seconde, du décroché au raccroché, arrondi une seule fois
  Valeur   estimation ; la facture de l'opérateur fait foi
`, 0},
	}...)
}

func surchargedRates() []rateTest {
	return []rateTest{
		{"surcharged", "0892400300", "183s", "", "fr", "conseil", `08 92 40 03 00, numéro surtaxé, service conseil     appel répondu, 3 min 03 s

  Le client paie (TTC)
    service      183 s x 0,80 €/min                                2,440000 €
    appel        prix d'un appel, fixé par son opérateur           non compté
    à retenir                                                          2,44 €
  Nous (HT)
    reversement  183 s x 0,46 €/min                               +1,403000 €

  Prix     0,80 €/min, palier D080, depuis le 01/11/2026     rules.yaml l. 21
  Compté   à la seconde, du décroché au raccroché, arrondi une seule fois
  Limites  24 € par appel, 30 min : non atteintes
  Valeur   estimation ; la facture de l'opérateur fait foi
`, 0},
		{"surcharged", "0892400300", "183s", "", "en", "", `08 92 40 03 00, surcharged number                   answered call, 3 min 03 s

  The caller pays (incl. VAT)
    service      183 s x EUR 0.80/min                            EUR 2.440000
    call         ordinary call, priced by the caller's operator   not counted
    to remember                                                      EUR 2.44
  We (excl. VAT)
    payout       183 s x EUR 0.46/min                           +EUR 1.403000

  Price    EUR 0.80/min, step D080, since 1 Nov 2026         rules.yaml l. 21
  Counted  by the second, answer to hang-up, rounded once
  Limits   EUR 24 per call, 30 min: not reached
  Standing estimate; the operator's invoice decides
`, 0},
		{"price not known", "0892701234", "3:03", "", "fr", "", `08 92 70 12 34, numéro surtaxé                      appel répondu, 3 min 03 s

  NON TARIFÉ : le prix de ce numéro n'est pas connu.
  Un 0892 peut coûter au plus 0,80 €/min ou 3,00 €/appel ; le préfixe ne dit
  pas le prix. Rien n'est compté, et ce n'est pas 0.
  À faire : hotline tariff set 0892701234 "0.80 EUR/min" --from 2026-11-01
            ou, si ce numéro est à vous, price: dans rules.yaml.
`, 1},
		{"too long", "0892400300", "1801", "", "en", "", `08 92 40 03 00, surcharged number                  answered call, 30 min 01 s

  The caller pays (incl. VAT)
    service      1801 s x EUR 0.80/min                          EUR 24.013333
    call         ordinary call, priced by the caller's operator   not counted
    to remember                                                     EUR 24.01
  We (excl. VAT)
    payout       1801 s x EUR 0.46/min                         +EUR 13.807667

  Price    EUR 0.80/min, step D080, since 1 Nov 2026         rules.yaml l. 21
  Counted  by the second, answer to hang-up, rounded once
  Limits   EUR 24 per call, 30 min: EXCEEDED
  Noted    cap exceeded (EUR 24 per call, or 30 min above EUR 0.20/min)
  Standing estimate; the operator's invoice decides
`, 0},
		{"a part of a second", "0892400300", "59.999s", "", "fr", "", `08 92 40 03 00, numéro surtaxé                        appel répondu, 59,999 s

  Le client paie (TTC)
    service      60 s x 0,80 €/min                                 0,800000 €
    appel        prix d'un appel, fixé par son opérateur           non compté
    à retenir                                                          0,80 €
  Nous (HT)
    reversement  60 s x 0,46 €/min                                +0,460000 €

  Prix     0,80 €/min, palier D080, depuis le 01/11/2026     rules.yaml l. 21
  Compté   à la seconde, du décroché au raccroché, arrondi une seule fois
  Limites  24 € par appel, 30 min : non atteintes
  Valeur   estimation ; la facture de l'opérateur fait foi
`, 0},
	}
}

func TestRate(t *testing.T) {
	book, err := priced(t).Tariffs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range rates() {
		t.Run(c.name+" "+string(c.tongue), func(t *testing.T) {
			call, err := rateCall(c.number, c.lasted, "2026-11-24 10:00", c.from, time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			err = rate(&out, c.tongue, book.Book, c.service, call)
			var exit *exitError
			if errors.As(err, &exit) != (c.exit != 0) || exit != nil && exit.code != c.exit {
				t.Errorf("ends with %v, want exit code %d", err, c.exit)
			}
			if diff := cmp.Diff(c.want, out.String()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestRateCallRefuses(t *testing.T) {
	for _, c := range []struct{ number, lasted, at, from, want string }{
		{"089240030", "183s", "", "", "has 9 digits, a French number has 10"},
		{"0892400300", "long", "", "", "write 183s, 3m3s or 3:03"},
		{"0892400300", "3:60", "", "", "write 183s, 3m3s or 3:03"},
		{"0892400300", "-5s", "", "", "a call lasts from 0 s to a month"},
		{"0892400300", "9999999999", "", "", "write 183s"},
		{"0892400300", "2000000000", "", "", "a call lasts from 0 s to a month"},
		{"0892400300", "183s", "yesterday", "", `write 2026-11-24 or "2026-11-24 10:00"`},
		{"0892400300", "183s", "", "someone", "has the character"},
	} {
		if _, err := rateCall(c.number, c.lasted, c.at, c.from, time.Now()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestParseMomentIsInParis(t *testing.T) {
	for text, want := range map[string]time.Time{
		"2026-11-24 10:00":     time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC),
		"2026-07-24 10:00:30":  time.Date(2026, 7, 24, 8, 0, 30, 0, time.UTC),
		"2026-11-01":           time.Date(2026, 10, 31, 23, 0, 0, 0, time.UTC),
		"2026-11-24T10:00:00Z": time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC),
	} {
		if got, err := parseMoment(text); err != nil || !got.Equal(want) {
			t.Errorf("%s is %s, %v; want %s", text, got, err, want)
		}
	}
}

func TestOwnPricesSaysWhere(t *testing.T) {
	rules := &config.Rules{Lines: []config.Line{{Number: "+33892400300", Price: said("0.80 EUR/hour"), Pos: config.Pos{File: "rules.yaml", Line: 21, Column: 5}}}}
	_, err := ownPrices(rules)
	if err == nil || !strings.Contains(err.Error(), `rules.yaml:21:5: number 08 92 40 03 00: price: price "0.80 EUR/hour"`) {
		t.Errorf("%v", err)
	}
}

// Who asks in French is told in French what is wrong with a date or a length.
func TestMistakesInFrench(t *testing.T) {
	for _, c := range []struct{ lasted, at, want string }{
		{"3:63", "", "durée « 3:63 » : écrivez 183s, 3m3s ou 3:03"},
		{"60s", "2026-13-01", "date « 2026-13-01 » : écrivez 2026-11-24 ou \"2026-11-24 10:00\""},
		{"60s", "2026-03-29 02:30", "date « 2026-03-29 02:30 » : les horloges sautent cette heure"},
	} {
		_, err := rateCall("0892400300", c.lasted, c.at, "", time.Now())
		if err == nil || tongue("fr").mistake(err) != c.want || tongue("en").mistake(err) != err.Error() {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}
