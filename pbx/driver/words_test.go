package driver

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"Zoé Müller":                 "Zoé Müller",
		"  a  ":                      "a",
		"Bad \"Name\"\r\n<sip:x@y>":  "Bad Namesip:x@y",
		"${SHELL(id)}":               "SHELL(id)",
		"\x00\x1b[31mred":            "31mred",
		"\u202eright to left\u2028x": "right to leftx",
		"\xff\xfe":                   "",
		strings.Repeat("é", 100):     strings.Repeat("é", MaxText),
	} {
		if got := Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("a\r\nb")
	f.Fuzz(func(t *testing.T, in string) {
		got := Clean(in)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > MaxText || strings.ContainsFunc(got, unicode.IsControl) ||
			strings.ContainsAny(got, "\"<>${}") {
			t.Errorf("Clean(%q) = %q", in, got)
		}
	})
}
