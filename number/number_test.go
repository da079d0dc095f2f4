package number

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]Number{
		"08 09 40 01 00":                       "+33809400100",
		"0809.40.01.00":                        "+33809400100",
		"08-09-40-01-00":                       "+33809400100",
		"08\u00a009\u202f40 01 00":             "+33809400100",
		" 0809400100 ":                         "+33809400100",
		"33809400100":                          "+33809400100",
		"+33 8 09 40 01 00":                    "+33809400100",
		"+33 0809 400 100":                     "+33809400100",
		"0033809400100":                        "+33809400100",
		"0033(0)809400100":                     "+33809400100",
		"+33(0)8 09 40 01 00":                  "+33809400100",
		"sip:0809400100@pbx.example":           "+33809400100",
		"sip:%2B33809400100@10.0.0.1:5060":     "+33809400100",
		"sips:+33809400100;npdi@pbx;user=x":    "+33809400100",
		`"Marie" <sip:0809400100@pbx.example>`: "+33809400100",
		"tel:+33-8-09-40-01-00":                "+33809400100",
		"tel:3635;phone-context=+33":           "3635",
		"3635":                                 "3635",
		"36 35":                                "3635",
		"+333635":                              "3635",
		"118 218":                              "118218",
		"+33118218":                            "118218",
		"116000":                               "116000",
		"1014":                                 "1014",
		"112":                                  "112",
		"15":                                   "15",
		"110":                                  "110",
		"06 12 34 56 78":                       "+33612345678",
		"0700 1234567890":                      "+337001234567890",
		"0590 12 34 56":                        "+590590123456",
		"+33590123456":                         "+590590123456",
		"+590 590 12 34 56":                    "+590590123456",
		"+590 0590 12 34 56":                   "+590590123456",
		"0690123456":                           "+590690123456",
		"0594123456":                           "+594594123456",
		"0596123456":                           "+596596123456",
		"0697123456":                           "+596697123456",
		"0262123456":                           "+262262123456",
		"0692123456":                           "+262692123456",
		"0639123456":                           "+262639123456",
		"0508412345":                           "+508412345",
		"0947512345":                           "+590947512345",
		"0947412345":                           "+33947412345",
		"0947912345":                           "+262947912345",
		"+44 20 7123 4567":                     "+442071234567",
		"0044 (0)20 7123 4567":                 "+442071234567",
		"+1 (202) 555-0143":                    "+12025550143",
	} {
		got, err := Parse(text)
		if err != nil || got != want {
			t.Errorf("Parse(%q) = %q, %v; want %q", text, got, err, want)
		}
	}
}

func TestParseSaysWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "has no digits",
		"anonymous":                    "has the character 'a'",
		"809400100":                    "has 9 digits, a French number has 10 and starts with 0",
		"08 09 40 01 0":                "has 9 digits, a French number has 10",
		"08 09 40 01 000":              "has 11 digits, a French number has 10",
		"+33 8 09 40 01 0":             "has 8 digits behind +33",
		"+33":                          "has no digits behind +33",
		"0033 00 12 34 56 78":          "starts with two zeros behind the country code",
		"442071234567":                 "a foreign number starts with +",
		"+4420":                        "has 4 digits, an international number has 7 to 15",
		"+4412345678901234":            "has 16 digits, an international number has 7 to 15",
		"+0123456789":                  "has no country code",
		"00":                           "has no country code",
		"101":                          "has 3 digits",
		"4567":                         "has 4 digits",
		"117000":                       "has 6 digits",
		"0809400100x":                  "has the character 'x'",
		"08 09 40 01 00 ou 01":         "has the character 'o'",
		"+33+809400100":                "has the character '+'",
		"٠٨٠٩٤٠٠١٠٠":                   "has the character",
		"sip:pbx.example":              "without a user part",
		"sip:%zz@pbx":                  "wrong escape",
		"http:0809400100":              "unknown address scheme",
		"tel:3635;phone-context=+44":   "local numbers of +44",
		strings.Repeat("0", 100):       "has more than 32 digits",
		strings.Repeat("x", 1_000_000): `xxxxx..."`,
	} {
		got, err := Parse(text)
		if err == nil {
			t.Errorf("Parse(%q) = %q, want an error", shorten(text), got)
			continue
		}
		if !strings.Contains(err.Error(), want) {
			t.Errorf("Parse(%q): %v; want %q in it", shorten(text), err, want)
		}
	}
}

func TestParseCaller(t *testing.T) {
	for _, c := range []struct {
		text   string
		hidden bool
		want   Number
	}{
		{"0612345678", false, "+33612345678"},
		{"+33612345678", false, "+33612345678"},
		{"0612345678", true, ""},
		{"anonymous", false, ""},
		{"sip:anonymous@anonymous.invalid", false, ""},
		{"unknown", false, ""},
		{"", false, ""},
		{"'; DROP TABLE call; --", false, ""},
	} {
		if got := ParseCaller(c.text, c.hidden); got != c.want {
			t.Errorf("ParseCaller(%q, %t) = %q, want %q", c.text, c.hidden, got, c.want)
		}
	}
}

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
		{"+442071234567", "+442071234567", "+442071234567", "+44207123****", false, false},
		{"+590590123456", "0590123456", "05 90 12 34 56", "+59059012****", false, false},
		{"+508412345", "0508412345", "05 08 41 23 45", "+50841****", false, false},
		{"+262112345678", "+262112345678", "+262112345678", "+26211234****", false, false},
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

func FuzzParse(f *testing.F) {
	for _, s := range []string{"0809400100", "+33(0)809400100", "3635", "sip:0590123456@x", "+44 20 7123 4567", "0508412345",
		"tel:112;phone-context=+33", "07001234567890", "<sip:>", "", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if name := CleanName(s); !utf8.ValidString(name) || utf8.RuneCountInString(name) > nameLimit {
			t.Errorf("CleanName(%q) = %q", s, name)
		}
		n, err := Parse(s)
		if err != nil {
			if got := ParseCaller(s, false); got != "" {
				t.Errorf("ParseCaller(%q) = %q although Parse fails", s, got)
			}
			return
		}
		for _, form := range []string{n.National(), n.String(), n.Pretty()} {
			again, err := Parse(form)
			if err != nil || again != n {
				t.Errorf("Parse(%q) = %q, but Parse(%q) = %q, %v", s, n, form, again, err)
			}
		}
		if n.Masked() == string(n) && !n.Short() {
			t.Errorf("%q is not masked", n)
		}
	})
}
