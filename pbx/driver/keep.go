package driver

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"hotline/disk"
	"hotline/pbx"
	"hotline/wav"
)

// KeepSound puts what a switch has recorded into its place, as sound of a telephone, and says how long it is. The file is
// on the disk when it returns. Sound of no length is pbx.ErrNoRecording.
func KeepSound(file string, recorded []byte) (time.Duration, error) {
	samples, rate, err := wav.Read(bytes.NewReader(recorded))
	switch {
	case errors.Is(err, wav.ErrEmpty), errors.Is(err, wav.ErrCut), err == nil && len(samples) == 0:
		return 0, pbx.ErrNoRecording
	case err != nil:
		return 0, fmt.Errorf("what the switch has recorded: %w", err)
	case rate != wav.TelephoneRate:
		return 0, fmt.Errorf("the switch has recorded %d samples a second, want %d", rate, wav.TelephoneRate)
	}
	if err := disk.Private(file, wav.Encode(samples)); err != nil {
		return 0, fmt.Errorf("keep what was recorded: %w", err)
	}
	return time.Duration(len(samples)) * time.Second / wav.TelephoneRate, nil
}
