package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// runCheck runs the command as a person does and returns what it prints and its exit code.
func runCheck(t *testing.T, lang string, args ...string) (string, int) {
	t.Helper()
	t.Setenv("LC_ALL", lang)
	var out bytes.Buffer
	c := newRoot()
	c.SetArgs(append([]string{"check"}, args...))
	c.SetOut(&out)
	c.SetErr(&out)
	err := c.ExecuteContext(t.Context())
	var exit *exitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if exit == nil {
		return out.String(), 0
	}
	return out.String(), exit.code
}

const examples = "../../examples/"

func TestCheckGood(t *testing.T) {
	for lang, want := range map[string][]string{
		"fr_FR.UTF-8": {
			"rules.yaml est bon : 4 numéros, 3 services, 3 files, 4 personnes.\n",
			"  08 05 40 02 00  ventes   rien                -0,01 à -0,03/min\n",
			"  08 09 40 01 00  sav      prix d'un appel     ?\n",
			"  08 92 40 03 00  conseil  0,80 €/min + appel  +0,46/min\n",
			"  ? = contrat non renseigné",
		},
		"en_GB.UTF-8": {
			"rules.yaml is good: 4 numbers, 3 services, 3 queues, 4 people.\n",
			"EUR 0.80/min + call", "nothing", "ordinary call",
		},
	} {
		got, code := runCheck(t, lang, examples+"rules.yaml", "--config", examples+"hotline.yaml")
		if code != 0 {
			t.Errorf("%s: exit %d", lang, code)
		}
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("%s: no %q in\n%s", lang, w, got)
			}
		}
	}
}

func TestCheckRefuses(t *testing.T) {
	rules, err := os.ReadFile(examples + "rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ old, new, code string }{
		"a misspelt word":        {"otherwise:", "sinon:", "E101"},
		"a missing sound":        {"file: occupe.wav", "file: none.wav", "E501"},
		"a price over the limit": {"price: 0.80", "price: 0.90", "E603"},
		"a price on a free line": {"    we_pay:", "    price: 0.10 EUR/min\n    we_pay:", "E603"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			bad := filepath.Join(folder, "rules.yaml")
			if err := os.WriteFile(bad, bytes.Replace(rules, []byte(test.old), []byte(test.new), 1), 0o600); err != nil {
				t.Fatal(err)
			}
			got, code := runCheck(t, "fr", bad, "--config", examples+"hotline.yaml")
			if code != exitRefused || !strings.Contains(got, test.code) || !strings.Contains(got, "1 erreur.") ||
				!strings.HasSuffix(got, "Rien n'a changé. Corrigez, puis relancez hotline check.\n") {
				t.Errorf("exit %d:\n%s", code, got)
			}
		})
	}
}

func TestCheckCannot(t *testing.T) {
	for name, args := range map[string][]string{
		"no rules":  {filepath.Join(t.TempDir(), "none.yaml"), "--config", examples + "hotline.yaml"},
		"no daemon": {"--config", filepath.Join(t.TempDir(), "none.yaml")},
	} {
		got, code := runCheck(t, "en", args...)
		if code != exitUnchecked || !strings.Contains(got, "the file does not exist") {
			t.Errorf("%s: exit %d, %s", name, code, got)
		}
	}
}

// Check meets what a start of serve would meet: prices that have been in force are not changed by the rules.
func TestCheckKnowsThePast(t *testing.T) {
	db := priced(t) // 0892 400 300 at 0.80 since 1 November 2026
	data, err := os.ReadFile(examples + "rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for price, want := range map[string]string{
		"0.35 EUR/min": "0,35 €/min + appel",
		"{from: 2026-11-10, price: 0.35 EUR/min}": "Prix : le passé ne change pas : c'était 0,80 €/min depuis le 01/11/2026 00:00.",
		"1.20 EUR/min": "1,20 €/min dépasse le plafond des 089, 0,80 €/min.",
	} {
		rules := filepath.Join(t.TempDir(), "rules.yaml")
		if err := os.WriteFile(rules, []byte(strings.Replace(string(data), "price: 0.80 EUR/min", "price: "+price, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		got, code := runCheck(t, "fr_FR.UTF-8", rules, "--config", examples+"hotline.yaml", "--database", db.Path())
		if (code == 0) != (price == "0.35 EUR/min") || !strings.Contains(strings.Join(strings.Fields(got), " "), want) {
			t.Errorf("%s: exit %d, no %q in\n%s", price, code, want, got)
		}
	}
}

// TestCheckTellsWhoIsOpen looks at a service with hours and one without, at different moments.
func TestCheckTellsWhoIsOpen(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "rules.yaml")
	text := "version: 1\nnumbers:\n  09 72 00 00 01: {service: s}\n  09 72 00 00 02: {service: toujours}\n" +
		"hours: {bureau: {mon-fri: [09:00-18:00], closed_on: holidays_fr}}\n" +
		"services:\n  s: {hours: bureau, open: {play: p}, closed: {play: p}}\n  toujours: {hours: always, open: {play: p}}\nprompts: {p: Bonjour}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for lang, tests := range map[string]map[string][]string{
		"fr": {
			"2026-11-24T08:00:00Z": {"Mardi 09:00\n", "prix d'un appel  ?          ouvert\n"},
			"2026-11-24T17:00:00Z": {"Mardi 18:00\n", "09 72 00 00 01  s         prix d'un appel  ?          fermé\n", "toujours  prix d'un appel  ?          ouvert\n"},
			"2026-12-25T10:00:00Z": {"Vendredi 11:00\n", "fermé, Noël\n"},
		},
		"en": {"2026-07-14T10:00:00Z": {"Tuesday 12:00\n", "closed, Bastille\n", " Day\n", "open\n"}},
	} {
		for at, wants := range tests {
			now, err := time.Parse(time.RFC3339, at)
			if err != nil {
				t.Fatal(err)
			}
			t.Setenv("LC_ALL", lang)
			var out bytes.Buffer
			c := newRootAt(func() time.Time { return now })
			c.SetArgs([]string{"check", file, "--config", examples + "hotline.yaml"})
			c.SetOut(&out)
			if err := c.ExecuteContext(t.Context()); err != nil {
				t.Fatal(err)
			}
			for _, want := range wants {
				if !strings.Contains(out.String(), want) {
					t.Errorf("%s, %s: no %q in\n%s", lang, at, want, out.String())
				}
			}
		}
	}
}

// TestUncheckedInFrench: who reads French reads also in French why nothing could be looked at.
func TestUncheckedInFrench(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "hotline.yaml")
	want := "fichier illisible : le fichier n'existe pas"
	if out, code := runCheck(t, "fr_FR.UTF-8", filepath.Join(t.TempDir(), "rules.yaml")); code != exitUnchecked || !strings.Contains(out, want) {
		t.Errorf("check: %d %s, want %s", code, out, want)
	}
	var out bytes.Buffer
	c := newRoot()
	c.SetArgs([]string{"doctor", "--config", missing})
	c.SetErr(&out)
	if err := c.ExecuteContext(t.Context()); err == nil || !strings.Contains(out.String(), want) {
		t.Errorf("doctor: %v %s, want %s", err, out.String(), want)
	}
}
