package billing

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

func itoa(m Money) string { return strconv.FormatInt(int64(m), 10) }

// day is the n-th day of the tests.
func day(n int) time.Time { return Reform().Add(time.Duration(n) * 24 * time.Hour) }

// A history in letters: "a0-10 b10-" is a from day 0 to 10, and b from then on; "c" alone is c already.
func history(t *testing.T, text string) (out []Dated[string]) {
	t.Helper()
	for _, word := range strings.Fields(text) {
		d := Dated[string]{Value: word[:1]}
		from, until, _ := strings.Cut(word[1:], "-")
		for _, end := range []struct {
			text string
			into *time.Time
		}{{from, &d.From}, {until, &d.Until}} {
			if n, err := strconv.Atoi(end.text); err == nil {
				*end.into = day(n)
			}
		}
		out = append(out, d)
	}
	return out
}

func letters(h []Dated[string]) string {
	var words []string
	for _, d := range h {
		word := d.Value + strconv.Itoa(int(d.From.Sub(Reform()).Hours()/24)) + "-"
		if !d.Until.IsZero() {
			word += strconv.Itoa(int(d.Until.Sub(Reform()).Hours() / 24))
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

func TestPut(t *testing.T) {
	for _, c := range []struct{ before, put, want string }{
		{"", "a5-", "a5-"},
		{"a0-", "b5-", "a0-5 b5-"},
		{"a0-", "b5-7", "a0-5 b5-7 a7-"},
		{"a0-5 b5-10", "c3-7", "a0-3 c3-7 b7-10"},
		{"a0-5 b5-10 c10-", "d0-20", "d0-20 c20-"},
		{"a0-5 c10-", "b5-10", "a0-5 b5-10 c10-"},
		{"a0-5", "a5-", "a0-"},
		{"a0-5 a7-", "a5-7", "a0-"},
		{"a5-", "b0-5", "b0-5 a5-"},
	} {
		put := history(t, c.put)[0]
		if got := letters(Put(history(t, c.before), put.Span, put.Value)); got != c.want {
			t.Errorf("%q with %q is %q, want %q", c.before, c.put, got, c.want)
		}
	}
}

// It is day 10. What has been stays, what will be is what is wanted.
func TestAmend(t *testing.T) {
	for _, c := range []struct{ before, want, got, refused string }{
		{"", "a", "a10-", ""},
		{"", "a3", "a3-", ""}, // said of a time of which nothing was known
		{"a0-", "a", "a0-", ""},
		{"a0-", "b", "a0-10 b10-", ""},
		{"a0-", "", "a0-10", ""},
		{"a0-", "a b20", "a0-20 b20-", ""},
		{"a0-20 b20-", "a b20", "a0-20 b20-", ""},
		{"a0-20 b20-", "a b30", "a0-30 b30-", ""}, // what was planned may change
		{"a0-20 b20-", "a", "a0-", ""},
		{"a0-5 b5-", "a0 b5", "a0-5 b5-", ""},
		{"a0-5 b5-", "a b5", "a0-5 b5-", ""}, // "already", and then a day that has come
		{"a0-", "a0 b5", "", "the past is not changed: it was a from 2015-10-01 00:00 on"},
		{"a0-", "b0", "", "the past is not changed: it was a from 2015-10-01 00:00 on"},
		{"a5-", "a0", "a0-", ""},
		{"a5-", "b0 a5", "b0-5 a5-", ""},
		{"a12-", "a", "a10-", ""}, // planned for later, and said without a date
		{"a12-", "b", "b10-", ""},
		{"", "a b5 c4", "", "2015-10-05 comes twice, or after a later date"},
		{"", "a20 b20", "", "2015-10-21 comes twice, or after a later date"},
	} {
		got, err := Amend(history(t, c.before), history(t, c.want), day(10))
		if (err == nil) != (c.refused == "") || err != nil && err.Error() != c.refused {
			t.Errorf("%q to %q: %v, want %q", c.before, c.want, err, c.refused)
		}
		if err == nil && letters(got) != c.got {
			t.Errorf("%q to %q is %q, want %q", c.before, c.want, letters(got), c.got)
		}
	}
}
