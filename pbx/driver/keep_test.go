package driver

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"hotline/pbx"
	"hotline/wav"
)

// TestFetchSound fetches a sound that the switch has late, one that it never has, and one for which there is no room here: of that
// nobody may say that there is none, or the switch would be told to throw it away.
func TestFetchSound(t *testing.T) {
	second := wav.Encode(make([]int16, wav.TelephoneRate))
	for name, test := range map[string]struct {
		folder string // below one that is there
		late   int    // how often it is asked for in vain; -1: always
		dur    time.Duration
		none   bool
	}{
		"at once": {dur: time.Second},
		"late":    {late: 3, dur: time.Second},
		"never":   {late: -1, none: true},
		"no room": {folder: "missing"},
	} {
		folder := t.TempDir()
		synctest.Test(t, func(t *testing.T) {
			r := pbx.Recording{ID: "one", File: filepath.Join(folder, test.folder, "one.wav")}
			asked := 0
			dur, err := FetchSound(t.Context(), r, func(context.Context) ([]byte, error) {
				if asked++; test.late < 0 || asked <= test.late {
					return nil, pbx.ErrNoRecording
				}
				return second, nil
			})
			if none := errors.Is(err, pbx.ErrNoRecording); dur != test.dur || none != test.none || (err == nil) != (test.dur > 0) {
				t.Errorf("%s: %v, %v", name, dur, err)
			}
		})
	}
}
