package driver

import (
	"bytes"
	"context"
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

// How long a switch may take after the end of a recording to put it into its place, and how often it is looked for there.
const (
	storedWait  = 2 * time.Second
	storedEvery = 50 * time.Millisecond
)

// FetchSound keeps the sound of a recording that is over, as soon as the switch has it whole: read returns it as it is there, or
// pbx.ErrNoRecording. That is also what comes of one that never appears. After any other error the switch still has it.
func FetchSound(ctx context.Context, r pbx.Recording, read func(context.Context) ([]byte, error)) (time.Duration, error) {
	for began := time.Now(); ; {
		sound, err := read(ctx)
		dur := time.Duration(0)
		if err == nil {
			dur, err = KeepSound(r.File, sound)
		}
		none := errors.Is(err, pbx.ErrNoRecording)
		switch {
		case none && time.Since(began) < storedWait:
			if Pausing(ctx, storedEvery) {
				continue
			}
			return 0, context.Cause(ctx)
		case none:
			return dur, pbx.ErrNoRecording
		case err != nil:
			return 0, fmt.Errorf("fetch recording %s: %w", r.ID, err)
		}
		return dur, nil
	}
}
