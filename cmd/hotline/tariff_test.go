package main

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

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
		return out.String() + "hotline: " + err.Error() + "\n", 1
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
			out, code := d.run(t, lang, args...)
			fmt.Fprintf(&all, "$ hotline %s\n%s", quoted(args), strings.ReplaceAll(out, filepath.Dir(d.path), "FOLDER"))
			if code != 0 {
				fmt.Fprintf(&all, "(exit code %d)\n", code)
			}
			all.WriteString("\n")
			for line := range strings.SplitSeq(out, "\n") {
				if n := utf8.RuneCountInString(line); n > 80 && !strings.HasPrefix(line, "hotline: ") && !strings.HasPrefix(line, "  hotline ") {
					t.Errorf("%s: %d columns: %s", quoted(args), n, line)
				}
			}
		}
		golden(t, name+"-"+lang+".txt", all.String())
	}
}

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
