package check

import (
	"slices"
	"testing"
	"unicode/utf8"

	"hotline/config"
)

// TestCatalog holds the list of codes against the source: each that can be said is explained, and no other.
func TestCatalog(t *testing.T) {
	said := slices.Concat(codesIn(t, "."), codesIn(t, "../../config"), codesIn(t, "../../cmd/hotline"))
	listed := map[string]bool{}
	for _, e := range Catalog() {
		if listed[e.Code] {
			t.Errorf("%s is twice", e.Code)
		}
		listed[e.Code] = true
		if !slices.Contains(said, e.Code) {
			t.Errorf("%s: nothing says it any more", e.Code)
		}
		for _, w := range []config.Words{e.Title, e.Explanation} {
			if w.FR == "" || w.EN == "" || utf8.RuneCountInString(w.FR) > 120 || utf8.RuneCountInString(w.EN) > 120 {
				t.Errorf("%s: %q, %q", e.Code, w.FR, w.EN)
			}
		}
		if n := max(utf8.RuneCountInString(e.Title.FR), utf8.RuneCountInString(e.Title.EN)); n > 66 {
			t.Errorf("%s: a title of %d characters does not go into one line", e.Code, n)
		}
	}
	for _, code := range said {
		if !listed[code] {
			t.Errorf("%s is not in the catalog", code)
		}
	}
}
