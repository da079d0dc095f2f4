package number

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestForms(t *testing.T) {
	for _, c := range []struct {
		n                        Number
		national, pretty, masked string
		short, emergency         bool
	}{
		{"+33809400100", "0809400100", "08 09 40 01 00", "+3380940****", false, false},
		{"3635", "3635", "3635", "3635", true, false},
		{"118218", "118218", "118 218", "118218", true, false},
		{"112", "112", "112", "112", true, true},
		{"+442071234567", "+442071234567", "+44 20 7123 4567", "+44207123****", false, false},
		{"+590590123456", "0590123456", "05 90 12 34 56", "+59059012****", false, false},
		{"+508412345", "0508412345", "05 08 41 23 45", "+50841****", false, false},
		{"+262112345678", "+262112345678", "+262 112345678", "+26211234****", false, false},
		{"+12025550143", "+12025550143", "+1 202-555-0143", "+1202555****", false, false},
		{"+3226421111", "+3226421111", "+32 2 642 11 11", "+322642****", false, false},
		{"+999123456789", "+999123456789", "+999123456789", "+99912345****", false, false},
		{"+508708412345", "0708412345", "07 08 41 23 45", "+50870841****", false, false},
		{"+337001234567890", "07001234567890", "07 00 12 34 56 78 90", "+33700123456****", false, false},
		{"", "", "", "", false, false},
	} {
		if got := c.n.National(); got != c.national {
			t.Errorf("%q.National() = %q, want %q", c.n, got, c.national)
		}
		if got := c.n.Pretty(); got != c.pretty {
			t.Errorf("%q.Pretty() = %q, want %q", c.n, got, c.pretty)
		}
		if got := c.n.Masked(); got != c.masked {
			t.Errorf("%q.Masked() = %q, want %q", c.n, got, c.masked)
		}
		if c.n.Short() != c.short || c.n.Emergency() != c.emergency {
			t.Errorf("%q: short %t, emergency %t", c.n, c.n.Short(), c.n.Emergency())
		}
	}
}

func TestLogsAreMasked(t *testing.T) {
	var out bytes.Buffer
	slog.New(slog.NewTextHandler(&out, nil)).Info("call offered", "caller", Number("+33612345678"))
	if strings.Contains(out.String(), "5678") || !strings.Contains(out.String(), "+3361234****") {
		t.Errorf("the log shows the number: %s", out.String())
	}
}

func TestCleanName(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"ordinary", "Léa Bernard", "Léa Bernard"},
		{"blanks", "  Léa \t\n Bernard  ", "Léa Bernard"},
		{"terminal colours", "\x1b[31mrouge\x07", "[31mrouge"},
		{"right to left", "abc\u202egpj.exe\u2066x", "abcgpj.exex"},
		{"invisible", "a\u200bb\ufeffc\u00add\ufe0fe", "abcde"},
		{"line ends", "a\u2028b\u2029c", "a b c"},
		{"invalid", "a\xff\xfeb", "a\ufffd\ufffdb"},
		{"long", strings.Repeat("é", 100), strings.Repeat("é", 64)},
		{"all invisible", strings.Repeat("\u200b", 1_000_000), ""},
	} {
		if got := CleanName(c.in); got != c.want {
			t.Errorf("%s: CleanName = %q, want %q", c.name, got, c.want)
		}
	}
}

// TestFormsOfAnyText: a number may come from a table that somebody else has filled.
func TestFormsOfAnyText(t *testing.T) {
	for _, c := range []struct {
		n      Number
		masked string
	}{
		{"+", "****"}, {"+3", "****"}, {"+33", "****"}, {"+331", "****"}, {"+3312", "+****"}, {"+33123", "+3****"}, {"+508", "****"},
		{"0", "****"}, {"1234", "****"}, {"0612345678", "061234****"}, {"é", "****"}, {"ééé", "é****"}, {"\xff\xff\xff\xff\xff", "\xff****"},
		{"anonymous", "anony****"},
	} {
		if got := c.n.Masked(); got != c.masked {
			t.Errorf("%q.Masked() = %q, want %q", string(c.n), got, c.masked)
		}
		_, _, _, _ = c.n.National(), c.n.Pretty(), c.n.Short(), c.n.Emergency() // no panic
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"0809400100", "+33(0)809400100", "3635", "sip:0590123456@x", "+44 20 7123 4567", "0508412345",
		"tel:112;phone-context=+33", "07001234567890", "<sip:>", "", "\xff", "+508 708 41 23 45", "(+33) 8", "00(0)33", "+49 (0) 30 1234567",
		"+39 06 1234567", `"a \"<" <sip:+1>;x`, "+262 0590 12 34 56", "+999123456789", "0508000000", "+33 ( 0 ) 8", "((((((1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if name := CleanName(s); !utf8.ValidString(name) || utf8.RuneCountInString(name) > nameLimit {
			t.Errorf("CleanName(%q) = %q", s, name)
		}
		anything := Number(s)
		_, _, _ = anything.National(), anything.Pretty(), anything.Short()
		if m := anything.Masked(); !strings.HasSuffix(m, "****") && s != "" && !isShort(s) {
			t.Errorf("%q is not masked", s)
		}
		caller := ParseCaller(s, false)
		if again := ParseCaller(caller.National(), false); again != caller {
			t.Errorf("ParseCaller(%q) = %q, but its national form is read as %q", s, caller, again)
		}
		n, err := Parse(s)
		if err != nil {
			if len(err.Error()) > 1000 {
				t.Errorf("the error for %q has %d bytes", s, len(err.Error()))
			}
			return
		}
		if caller != n {
			t.Errorf("Parse(%q) = %q, but ParseCaller = %q", s, n, caller)
		}
		for _, form := range []string{n.National(), n.String(), n.Pretty(), "tel:" + n.National(), "sip:" + n.String() + "@host"} {
			again, err := Parse(form)
			if err != nil || again != n {
				t.Errorf("Parse(%q) = %q, but Parse(%q) = %q, %v", s, n, form, again, err)
			}
		}
		if m := n.Masked(); !n.Short() && (m == string(n) || len(m) != len(n)) {
			t.Errorf("%q is masked as %q", n, m)
		}
	})
}

func TestCleanTextKeepsWhatFits(t *testing.T) {
	if got := CleanText(strings.Repeat("é", 70)+"\x00", 100); got != strings.Repeat("é", 70) {
		t.Errorf("CleanText = %q", got)
	}
	if got := CleanText(strings.Repeat("é", 120), 100); got != strings.Repeat("é", 100) {
		t.Errorf("CleanText = %q", got)
	}
}
