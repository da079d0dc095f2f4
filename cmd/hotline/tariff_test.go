package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"hotline/billing"
	"hotline/number"
	"hotline/store"
)

// A desk is where somebody works with the program: a database, a language, a time.
type desk struct {
	path string
	db   *store.DB // as the daemon has it open
	now  time.Time
}

// newDesk has the prices of priced and the calls of recorded.
func newDesk(t *testing.T) desk {
	t.Helper()
	path := filepath.Join(t.TempDir(), "hotline.db")
	return desk{path, record(t, pricedIn(t, path)), time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)}
}

// run runs a command as a person does, and returns what is printed and the exit code.
func (d desk) run(t *testing.T, lang string, args ...string) (string, int) {
	t.Helper()
	t.Setenv("LC_ALL", lang)
	var out bytes.Buffer
	c := newRootAt(func() time.Time { return d.now })
	c.SetArgs(append(args, "--database", d.path))
	c.SetOut(&out)
	c.SetErr(&out)
	err := c.ExecuteContext(t.Context())
	var exit *exitError
	switch {
	case errors.As(err, &exit):
		return out.String(), exit.code
	case err != nil:
		return out.String() + "hotline: " + tongue(lang).mistake(err) + "\n", 1
	}
	return out.String(), 0
}

// transcript compares what commands print, as testdata has it, in both languages, from a desk of its own: each command with its output, 80 columns
// wide, and its exit code when it is not 0. With -update it is written anew.
func transcript(t *testing.T, desk func(*testing.T) desk, name string, commands ...[]string) {
	t.Helper()
	for _, lang := range []string{"fr", "en"} {
		var all strings.Builder
		d := desk(t)
		for _, args := range commands {
			var real []string
			for _, a := range args {
				real = append(real, strings.ReplaceAll(a, "FOLDER", filepath.Dir(d.path)))
			}
			out, code := d.run(t, lang, real...)
			fmt.Fprintf(&all, "$ hotline %s\n%s", quoted(args), strings.ReplaceAll(out, filepath.Dir(d.path), "FOLDER"))
			if code != 0 {
				fmt.Fprintf(&all, "(exit code %d)\n", code)
			}
			all.WriteString("\n")
			for line := range strings.SplitSeq(out, "\n") {
				if len(args) > 1 && args[1] == "export" || slices.Contains(args, "csv") {
					break // lines are as long as the cells
				}
				if n := utf8.RuneCountInString(line); n > 80 && !strings.HasPrefix(line, "hotline: ") && !strings.HasPrefix(line, "  hotline ") {
					t.Errorf("%s: %d columns: %s", quoted(args), n, line)
				}
			}
		}
		anybody := strings.NewReplacer("  "+who()+"\n", "  WHO\n", `"`+who()+`"`, `"WHO"`)
		golden(t, name+"-"+lang+".txt", dataVersion.ReplaceAllString(anybody.Replace(all.String()), "VERSION"))
	}
}

// dataVersion is how the tariff data is named, which is another with each change of the tables that come with the program.
var dataVersion = regexp.MustCompile(`\b[0-9a-f]{12}\b`)

func quoted(args []string) string {
	var out []string
	for _, a := range args {
		if strings.ContainsAny(a, " \"") || a == "" {
			a = strconv.Quote(a)
		}
		out = append(out, a)
	}
	return strings.Join(out, " ")
}

// wordsOf takes a command line apart at its blanks, but for what stands in quotes.
func wordsOf(line string) []string {
	var out []string
	for i, part := range strings.Split(line, `"`) {
		if i%2 == 1 {
			out = append(out, part)
			continue
		}
		out = append(out, strings.Fields(part)...)
	}
	return out
}

func commandLines(text string) (commands [][]string) {
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		commands = append(commands, wordsOf(line))
	}
	return commands
}

func TestTariffList(t *testing.T) {
	transcript(t, newDesk, "tariff-list", commandLines(`
tariff list
tariff list --at "2026-10-01 12:00"
tariff list --all
tariff list --steps
tariff list --contracts
tariff list --trunks
tariff list --vat
tariff list --vat --all
tariff list --steps --plan`)...)
}

func TestTariffShow(t *testing.T) {
	transcript(t, newDesk, "tariff-show", commandLines(`
tariff show 0892400300
tariff show 0899123456
tariff show 0805400200
tariff show 0892701234 --at 2014-06-01
tariff show 112
tariff show D080
tariff show d045
tariff show 0892
tariff show ABC`)...)
}

func TestTariffSet(t *testing.T) {
	transcript(t, newDesk, "tariff-set", commandLines(`
tariff set 0892701234 "0.80 EUR/min"
tariff set 0892701234 "0.80 EUR/min" --from 2026-11-01
tariff set 0892701234 D045 --from 2027-01-01
tariff set 0892701234 "2,99 €/appel" --from 2026-12-01
tariff show 0892701234
tariff set 0892701234 D099 --from 2027-01-01
tariff set 0892701234 "0.90 EUR/min" --from 2027-01-01
tariff set 0892701234 "0.77 EUR/min" --from 2027-01-01 --cost-mobile "0.01 EUR/min" --payout "0.9 EUR/min"
tariff set 0800123456 free --from 2027-01-01
tariff set 3635 normal --from 2027-01-01
tariff set 0809123456 free --from 2027-01-01
tariff set 0892400300 "0.40 EUR/min" --from 2026-12-01
tariff set 0892400300 "0.40 EUR/min" --from 2026-11-01 --to 2026-11-25
tariff set 0892400300 "0.40 EUR/min" --from 2026-11-01 --to 2026-11-25 --correct
tariff set --step a299 --payout "2.00 EUR/call" --tax TTC --from 2026-12-01
tariff set --step a299 --from 2026-12-01
tariff set 0805400299 --from 2026-12-01
tariff set 0805400299 --cost "0.01 EUR/min" --contract op --from 2026-12-01
tariff set 0805400299 --cost "0.01 EUR/min" --contract op --rule second_up/per_second/half_up/6 --from 2026-12-01
tariff set --trunk operator --prefix 06 "0.03 EUR/min" --from 2026-12-01
tariff set --trunk operator --from 2026-12-01
tariff set 0892701234 "0.80 EUR/min" --from yesterday
tariff set 0892701234 "0.80 EUR/min" --from 2026-12-01 --to 2026-11-01
tariff set 0892701234 "0.112 EUR/call + 0.118 EUR/min after 56 s" --from 2014-01-01 --to 2015-10-01
tariff set 112 "0.80 EUR/min" --from 2026-12-01
tariff set --from 2026-12-01
tariff list --trunks --at 2026-12-01
tariff list --contracts --at 2026-12-01`)...)
}

func TestTariffImport(t *testing.T) {
	transcript(t, newDesk, "tariff-import", commandLines(`
tariff import testdata/import/payout.csv
tariff import testdata/import/contract.csv testdata/import/numbers.csv testdata/import/rates.csv testdata/import/trunks.csv --dry-run
tariff import testdata/import/numbers.csv
tariff import testdata/import/contract.csv testdata/import/numbers.csv testdata/import/rates.csv testdata/import/trunks.csv -m "the new contract"
tariff import testdata/import/contract.csv testdata/import/numbers.csv testdata/import/rates.csv testdata/import/trunks.csv
tariff import testdata/import/payout.csv --from 2026-11-01
tariff import testdata/import/numbers.csv testdata/import/bad.csv testdata/import/nothing.csv
tariff check testdata/import/bad.csv
tariff import nowhere.csv
tariff import testdata/import/payout.csv --from sometime
tariff list --at 2026-12-01
tariff check
tariff export
tariff export prices
tariff export trunk_rate
tariff export service_number --at 2026-12-15 --separator ,
tariff export owner_rate --separator |
tariff export -o FOLDER/tables`)...)
}

// What is exported is imported into another database as the same data.
func TestTariffExportIsImported(t *testing.T) {
	empty := func() desk {
		path := filepath.Join(t.TempDir(), "hotline.db")
		db, err := store.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		return desk{path, db, time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)}
	}
	version := func(d desk) string {
		tariffs, err := d.db.Tariffs(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return tariffs.Version()
	}
	for _, lang := range []string{"fr", "en"} {
		from, to, folder := empty(), empty(), t.TempDir()
		run := func(d desk, args ...string) {
			if out, code := d.run(t, lang, args...); code != 0 {
				t.Fatalf("%v: exit code %d\n%s", args, code, out)
			}
		}
		run(from, "tariff", "import", "testdata/import/contract.csv", "testdata/import/numbers.csv", "testdata/import/rates.csv", "testdata/import/trunks.csv",
			"testdata/import/payout.csv", "--from", "2026-11-01")
		if version(from) == version(to) {
			t.Fatal("nothing was imported")
		}
		run(from, "tariff", "export", "-o", folder)
		files, err := filepath.Glob(filepath.Join(folder, "*.csv"))
		if err != nil || len(files) != 7 {
			t.Fatalf("%v, %v", files, err)
		}
		run(to, append([]string{"tariff", "import"}, files...)...)
		if version(from) != version(to) {
			t.Errorf("%s: version %s has become %s", lang, version(from), version(to))
		}
	}
}

func TestTariffCheckWithoutDatabase(t *testing.T) {
	d := desk{path: filepath.Join(t.TempDir(), "none.db"), now: time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)}
	if out, code := d.run(t, "fr", "tariff", "check", "testdata/import/payout.csv", "--from", "2026-11-01"); code != 0 || !strings.Contains(out, "pas encore de base") {
		t.Errorf("exit code %d\n%s", code, out)
	}
	if out, code := d.run(t, "fr", "tariff", "check"); code != exitUnchecked {
		t.Errorf("exit code %d\n%s", code, out)
	}
}

// Every row of ten thousand is judged, and all are said or none is taken.
func TestTariffImportOfManyRows(t *testing.T) {
	d := newDesk(t)
	write := func(price string) string {
		var b strings.Builder
		b.WriteString("number,price,valid_from\n")
		for i := range 10_000 {
			fmt.Fprintf(&b, "0891%06d,%s,2026-12-01\n", i, price)
		}
		path := filepath.Join(t.TempDir(), "many.csv")
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if out, code := d.run(t, "en", "tariff", "import", write("0.90 EUR/min")); code != 1 || !strings.Contains(out, "\n10000 errors.") || strings.Count(out, "many.csv, row") != 10_000 {
		t.Errorf("exit code %d, %d bytes", code, len(out))
	}
	if out, code := d.run(t, "en", "tariff", "import", write("0.80 EUR/min")); code != 0 || !strings.Contains(out, "New rows: 10000") {
		t.Errorf("exit code %d\n%s", code, out)
	}
}

func TestDecoded(t *testing.T) {
	for from, want := range map[string]string{
		"num\xe9ro 3 \x80":      "numéro 3 €",
		"\xef\xbb\xbfnuméro":    "numéro",
		"\xff\xfen\x00\xe9\x00": "né",
		"\xfe\xff\x00n\x00\xe9": "né",
		"plain":                 "plain",
		"":                      "",
	} {
		if got := string(decoded([]byte(from))); got != want {
			t.Errorf("%q becomes %q, want %q", from, got, want)
		}
	}
}

// What is missing for our own numbers is told, and times without VAT are an error.
func TestTariffCheckSaysWhatIsMissing(t *testing.T) {
	d := newDesk(t)
	tariffs, err := d.db.Tariffs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := tariffCheck{"fr", nil, d.now}
	var told []string
	for _, p := range c.own(tariffs.Book, []number.Number{"+33805400200", "+33809400100", "+33892400300", "+33892701234", "+33899123456", "+33700123456"}) {
		if !p.Warning {
			t.Errorf("%v is an error", p)
		}
		told = append(told, p.Text("fr"))
	}
	want := []string{
		"08 05 40 02 00 : le coût des appels de l'étranger est inconnu. À faire : we_pay: {from_abroad: ...} dans rules.yaml",
		"08 09 40 01 00 : contrat non renseigné : le coût est inconnu. À faire : we_pay: dans rules.yaml",
		"08 92 70 12 34 : aucun prix : ses appels ne sont pas tarifés. À faire : price: dans rules.yaml",
		"08 99 12 34 56 : contrat non renseigné : le reversement est inconnu. À faire : we_earn: dans rules.yaml",
		"07 00 12 34 56 : pas dans le plan de numérotation : ses appels ne sont pas tarifés",
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	rows := tariffs.Data.VAT
	if gaps := c.vat(rows); len(gaps) != 0 {
		t.Errorf("%v", gaps)
	}
	rows = slices.Clone(rows)
	rows[len(rows)-1].Until = d.now
	rows = append(rows, billing.VATRow{Rate: 2100, Span: billing.Span{From: d.now.AddDate(0, 1, 0), Until: d.now.AddDate(1, 0, 0)}})
	gaps := c.vat(rows)
	if len(gaps) != 2 || gaps[0].Warning || !strings.Contains(gaps[0].FR, "aucun taux du 28/11/2026 10:00 au 28/12/2026 10:00 : la TVA y est comptée 0") ||
		!strings.Contains(gaps[1].FR, "aucun taux depuis le 28/11/2027 10:00") {
		t.Errorf("%v", gaps)
	}
}

// A grid of payouts whose prices are not those of the steps is refused, also by the command.
func TestTariffImportHoldsGridsAgainstSteps(t *testing.T) {
	db := priced(t)
	file := filepath.Join(t.TempDir(), "grid.csv")
	if err := os.WriteFile(file, []byte("code,price_ttc,payout,payout_tax\nA299,1.99,2.00,TTC\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	i := &tariffImport{tongue: "fr", out: io.Discard, now: time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)}
	if err := i.read([]string{file}, "2026-01-01"); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	i.out = &out
	if err := i.run(t.Context(), db, "", false); err == nil || !strings.Contains(strings.Join(strings.Fields(out.String()), " "), "la grille dit 1,99 €/appel, le palier est de 2,99 €/appel") {
		t.Errorf("%v\n%s", err, out.String())
	}
}
