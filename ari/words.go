package ari

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"hotline/pbx"
	"hotline/pbx/driver"
)

// hidden says whether a caller asked not to be shown: the presentation says so, or the number does.
func hidden(presentation, number string) bool {
	return strings.HasPrefix(strings.ToLower(presentation), "prohib") || driver.HiddenNumber(number)
}

// endpoint is the endpoint in a channel's name: PJSIP/trunk-0000002a is "trunk".
func endpoint(channel string) string {
	_, rest, found := strings.Cut(channel, "/")
	i := strings.LastIndexByte(rest, '-')
	if !found || i <= 0 {
		return ""
	}
	return driver.Clean(rest[:i])
}

// mediaURI is what Asterisk calls a file: its path without the ending, for Asterisk picks the best format itself.
func mediaURI(media string) (string, error) {
	if strings.ContainsFunc(media, func(r rune) bool { return unicode.IsControl(r) || r == ',' || r == utf8.RuneError }) {
		return "", &pbx.PlayError{Media: media}
	}
	if driver.SafeSound.MatchString(media) {
		return "sound:" + media, nil
	}
	if !path.IsAbs(media) {
		return "", &pbx.PlayError{Media: media}
	}
	media = path.Clean(media)
	return "sound:" + strings.TrimSuffix(media, path.Ext(media)), nil
}
