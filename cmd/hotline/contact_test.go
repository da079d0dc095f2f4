package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
)

// contactFiles are files as people save them from a spreadsheet.
var contactFiles = map[string]string{
	"clients.csv": "\ufeffNom;Prénom;Téléphone;Mobile;Langue;Groupe;Ville;Remarques\r\n" +
		"Bernard;Léa;01 40 00 02 02;612345678;français;VIP, pro;Lyon;aime le thé\r\n" +
		"Smith;John;;+44 20 7123 4567;EN;;Londres;\"deux\r\nlignes\"\r\n" +
		";;;;;;;\r\n" +
		"Martin;Zoé;;;fr;;Nice;\r\n" +
		"Bernard;Léa;0140000202;;fr;pro|vip;Lyon;aime le thé\r\n",
	"again.csv":  "number,name,language\n06 12 34 56 78,Léa Martin,\n0699887766,\"Karim \x1b[31m\u202eB\",de\n",
	"martin.csv": "Numéro\tNom\tLangue\n+33612345678\tLéa Martin\t\n",
	"bare.csv":   "number,name\n0612345678,Léa \"the boss\" Martin\n",
	"same.csv":   "number,name\n0612345678,Léa Martin\n0612345678,Léa Martin\n",
	"wrong.csv":  "téléphone;nom;langue\n06123;Court;fr\n6,12E+08;Perdu;fr\n0612345678;Une;klingon\n0699887766;Deux;fr\n0699887766;Autre;fr\n0655443322;Trop;fr;de;cellules\n",
	"nocols.csv": "Bernard;0612345678\n",
	"twice.csv":  "numéro;nom;client\n0612345678;a;b\n",
	"empty.csv":  "",
	"quotes.csv": "number,name\n0612345678,\"open\n0699887766,x\n",
}

func newContactDesk(t *testing.T) desk {
	t.Helper()
	d := newMissedDesk(t)
	for name, text := range contactFiles {
		if err := os.WriteFile(filepath.Join(filepath.Dir(d.path), name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	windows, err := charmap.Windows1252.NewEncoder().String("numéro;nom\n0655443322;L’œuvre à 10 €\n")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(filepath.Dir(d.path), "windows.csv"), []byte(windows), 0o600); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestContact(t *testing.T) {
	transcript(t, newContactDesk, "contact", commandLines(`
contact list
contact import FOLDER/clients.csv --dry-run
contact list
contact import FOLDER/clients.csv
contact import FOLDER/clients.csv
contact import FOLDER/again.csv --dry-run
contact import FOLDER/again.csv
contact import FOLDER/martin.csv --dry-run
contact import FOLDER/martin.csv
contact import FOLDER/bare.csv
contact import FOLDER/same.csv
contact import FOLDER/windows.csv
contact import FOLDER/wrong.csv
contact import FOLDER/nocols.csv
contact import FOLDER/twice.csv
contact import FOLDER/empty.csv
contact import FOLDER/quotes.csv
contact import FOLDER/none.csv
contact list
contact list --search vip --limit 1
contact list --search xyz
contact list --limit -1
contact show 0612345678
missed --limit 1
contact show 06.11.22.33.44 --calls 1
contact show 0600000000
contact show 06
contact show 0612345678 --calls 0
contact set 0611223344 "nom=Paul X" langue=anglais groupe=pro
contact set 0611223344 groupe= name=Paule
contact set 0611223344 couleur=bleu
contact set 0611223344 langue=klingon
contact set 0611223344
contact note 0611223344 " "
contact remove 0611223344
contact remove 0611223344
contact export
contact export --separator x`)...)
}

// What export writes, import takes back as it was.
func TestContactExportImport(t *testing.T) {
	d := newContactDesk(t)
	file := filepath.Join(filepath.Dir(d.path), "out.csv")
	for _, lang := range []string{"fr", "en"} {
		for _, args := range [][]string{{"import", filepath.Join(filepath.Dir(d.path), "clients.csv")}, {"set", "0644332211", "name==cmd|'/c calc'!A1", "notes=-1\n+2"}, {"export", "-o", file}} {
			if out, code := d.run(t, lang, append([]string{"contact"}, args...)...); code != 0 {
				t.Fatal(out)
			}
		}
		if out, code := d.run(t, "en", "contact", "import", file); code != 0 || !strings.Contains(out, "New: 0, changed: 0, there already: 4.") {
			t.Errorf("%s: %s", lang, out)
		}
	}
	for _, number := range []string{"0140000202", "0612345678", "+442071234567", "0644332211"} {
		if out, code := d.run(t, "en", "contact", "remove", number); code != 0 {
			t.Fatal(out)
		}
	}
	if out, code := d.run(t, "en", "contact", "import", file); code != 0 || !strings.Contains(out, "New: 4, changed: 0, there already: 0.") {
		t.Error(out)
	}
	if out, _ := d.run(t, "en", "contact", "show", "0644332211"); !strings.Contains(out, "=cmd|'/c calc'!A1") || strings.Contains(out, "'=cmd") {
		t.Error(out)
	}
}

// A note says who wrote it and when, and adds to those that are there.
func TestContactNote(t *testing.T) {
	d := newContactDesk(t)
	for _, text := range []string{"first", "second \x1b[31m"} {
		if out, code := d.run(t, "en", "contact", "note", "0612345678", text); code != 0 {
			t.Fatal(out)
		}
	}
	out, _ := d.run(t, "en", "contact", "show", "0612345678")
	for _, want := range []string{"2026-11-28 " + who() + ": first\n", "2026-11-28 " + who() + ": second [31m\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in:\n%s", want, out)
		}
	}
	if out, code := d.run(t, "en", "contact", "note", "0612345678", strings.Repeat("x", longestNotes)); code != 1 || !strings.Contains(out, "more than 2000 characters") {
		t.Error(out)
	}
}
