package ari

import (
	"fmt"
	"net/url"
	"path"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"hotline/pbx"
)

// What may become part of a request. Everything else is refused before Asterisk sees it.
var (
	safeWord   = regexp.MustCompile(`^[0-9A-Za-z_-]{1,64}$`)
	safeID     = regexp.MustCompile(`^[0-9A-Za-z._-]{1,100}$`)
	safePhone  = regexp.MustCompile(`^[0-9A-Za-z_-]{1,32}$`)
	safeNumber = regexp.MustCompile(`^\+?[0-9]{1,20}$`)
)

const maxText = 64 // runes of a name or a number from outside

// clean makes text from outside harmless: it is valid, short, and holds neither control characters nor quotes or
// brackets that mean something in a SIP header or in the dialplan.
func clean(s string) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		switch {
		case r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r):
			continue
		case strings.ContainsRune("\"<>\\`${}[]|;", r):
			continue
		}
		if n++; n > maxText {
			return strings.TrimSpace(b.String())
		}
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String())
}

// hidden says whether a caller asked not to be shown: the presentation says so, or the number does.
func hidden(presentation, number string) bool {
	if strings.HasPrefix(strings.ToLower(presentation), "prohib") {
		return true
	}
	switch strings.ToLower(number) {
	case "anonymous", "restricted", "private", "withheld":
		return true
	}
	return false
}

// endpoint is the endpoint in a channel's name: PJSIP/trunk-0000002a is "trunk".
func endpoint(channel string) string {
	_, rest, found := strings.Cut(channel, "/")
	i := strings.LastIndexByte(rest, '-')
	if !found || i <= 0 {
		return ""
	}
	return clean(rest[:i])
}

func checkTemplates(cfg Config) error {
	if cfg.Phone != "" && !strings.Contains(cfg.Phone, "{phone}") {
		return fmt.Errorf("phone %q: {phone} is missing", cfg.Phone)
	}
	for name, t := range cfg.Trunks {
		if !strings.Contains(t, "{number}") {
			return fmt.Errorf("trunk %s: %q: {number} is missing", name, t)
		}
	}
	return nil
}

// dialString is where Asterisk rings a target.
func (s *Switch) dialString(t pbx.Target) (string, error) {
	switch {
	case t.Phone != "" && t.Number == "" && t.Trunk == "":
		if !safePhone.MatchString(t.Phone) || s.cfg.Phone == "" {
			return "", fmt.Errorf("%q is not a phone", t.Phone)
		}
		return strings.ReplaceAll(s.cfg.Phone, "{phone}", t.Phone), nil
	case t.Phone == "" && t.Number != "":
		trunk, ok := s.cfg.Trunks[t.Trunk]
		if !ok {
			return "", fmt.Errorf("trunk %q is not configured", t.Trunk)
		}
		if !safeNumber.MatchString(t.Number) {
			return "", fmt.Errorf("%q is not a number", t.Number)
		}
		return strings.ReplaceAll(trunk, "{number}", t.Number), nil
	}
	return "", fmt.Errorf("dial either a phone or a number, not %+v", t)
}

// mediaURI is what Asterisk calls a file: its path without the ending, for Asterisk picks the best format itself.
func mediaURI(media string) (string, error) {
	if strings.ContainsFunc(media, func(r rune) bool { return unicode.IsControl(r) || r == ',' || r == utf8.RuneError }) {
		return "", &pbx.PlayError{Media: media}
	}
	if u, err := url.Parse(media); err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" {
		return "sound:" + media, nil
	}
	if !path.IsAbs(media) {
		return "", &pbx.PlayError{Media: media}
	}
	media = path.Clean(media)
	return "sound:" + strings.TrimSuffix(media, path.Ext(media)), nil
}
