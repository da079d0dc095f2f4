// Package driver is what the drivers of telephone switches share: text from outside made harmless, templates for
// dialling, the words for how a leg ended, and the files in which switches keep that.
//
// Its guarantee: nothing that a caller or a file brings along gets past it in a form that a switch could take for a
// command.
package driver

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"hotline/pbx"
)

// What may become part of a request. Everything else is refused before a switch sees it.
var (
	SafeWord   = regexp.MustCompile(`^[0-9A-Za-z_-]{1,64}$`)
	SafeID     = regexp.MustCompile(`^[0-9A-Za-z._-]{1,100}$`)
	SafePhone  = regexp.MustCompile(`^[0-9A-Za-z_-]{1,32}$`)
	SafeNumber = regexp.MustCompile(`^\+?[0-9]{1,20}$`)
)

// SafeSound are the addresses of sounds that a switch is let fetch. They have no query, no password, and nothing that a switch
// could take for a second file or a command.
var SafeSound = regexp.MustCompile(`^https?://[0-9A-Za-z.-]+(:[0-9]{1,5})?(/[0-9A-Za-z_-][0-9A-Za-z._-]*)+$`)

// IsAddress says whether a sound is named by an address, safe or not, and not by its path.
func IsAddress(media string) bool { return strings.Contains(media, "://") }

// MaxText is how many runes of a name or a number from outside are kept.
const MaxText = 64

// Clean makes text from outside harmless: it is valid, short, and holds neither control characters nor quotes or
// brackets that mean something in a SIP header or in a dialplan.
func Clean(s string) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		switch {
		case r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r):
			continue
		case strings.ContainsRune("\"<>\\`${}[]|;", r):
			continue
		}
		if n++; n > MaxText {
			return strings.TrimSpace(b.String())
		}
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String())
}

// HiddenNumber says whether what stands in the place of a number means that the caller asked not to be shown.
func HiddenNumber(number string) bool {
	switch strings.ToLower(number) {
	case "anonymous", "restricted", "private", "withheld":
		return true
	}
	return false
}

// Templates say how a switch rings what Dial names.
type Templates struct {
	Phone  string            // with {phone}, such as PJSIP/{phone} or user/{phone}@domain
	Trunks map[string]string // with {number}, such as PJSIP/{number}@operator or sofia/gateway/operator/{number}
}

// Check says what is wrong with them.
func (t Templates) Check() error {
	if t.Phone != "" && !strings.Contains(t.Phone, "{phone}") {
		return fmt.Errorf("phone %q: {phone} is missing", t.Phone)
	}
	for name, trunk := range t.Trunks {
		if !strings.Contains(trunk, "{number}") {
			return fmt.Errorf("trunk %s: %q: {number} is missing", name, trunk)
		}
	}
	return nil
}

// DialString is where the switch rings a target. Only a phone or number that is nothing else gets into it.
func (t Templates) DialString(to pbx.Target) (string, error) {
	switch {
	case to.Phone != "" && to.Number == "" && to.Trunk == "":
		if !SafePhone.MatchString(to.Phone) || t.Phone == "" {
			return "", fmt.Errorf("%q is not a phone", to.Phone)
		}
		return strings.ReplaceAll(t.Phone, "{phone}", to.Phone), nil
	case to.Phone == "" && to.Number != "":
		trunk, ok := t.Trunks[to.Trunk]
		if !ok {
			return "", fmt.Errorf("trunk %q is not configured", to.Trunk)
		}
		if !SafeNumber.MatchString(to.Number) {
			return "", fmt.Errorf("%q is not a number", to.Number)
		}
		return strings.ReplaceAll(trunk, "{number}", to.Number), nil
	}
	return "", fmt.Errorf("dial either a phone or a number, not %+v", to)
}

// Recent remembers the last few ids put into it.
type Recent struct {
	ids  [256]pbx.LegID
	next int
}

// Put remembers an id, and forgets the oldest.
func (r *Recent) Put(id pbx.LegID) {
	r.ids[r.next] = id
	r.next = (r.next + 1) % len(r.ids)
}

// Has says whether an id is among them.
func (r *Recent) Has(id pbx.LegID) bool {
	for _, x := range r.ids {
		if x == id {
			return true
		}
	}
	return false
}
