package wav

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestWrittenIsRead(t *testing.T) {
	want := []int16{0, 1, -1, 32767, -32768}
	got, rate, err := Read(bytes.NewReader(Encode(want)))
	if err != nil || rate != 8000 || !slices.Equal(got, want) {
		t.Errorf("read %v at %d, %v", got, rate, err)
	}
	form, length, err := ReadHeader(bytes.NewReader(Encode(make([]int16, 4000))))
	if err != nil || form != Telephone() || length != 500*time.Millisecond {
		t.Errorf("%+v, %s, %v", form, length, err)
	}
}

// file is a WAV file with another chunk in front, and as much sound as it says, or less.
func file(codec, channels, rate, bits, says int, sound []byte) string {
	b := []byte("RIFF\x00\x00\x00\x00WAVELIST\x03\x00\x00\x00abc\x00fmt \x10\x00\x00\x00")
	b = binary.LittleEndian.AppendUint16(b, uint16(codec))
	b = binary.LittleEndian.AppendUint16(b, uint16(channels))
	b = binary.LittleEndian.AppendUint32(b, uint32(rate))
	b = binary.LittleEndian.AppendUint32(b, uint32(rate*channels*bits/8))
	b = binary.LittleEndian.AppendUint16(b, uint16(channels*bits/8))
	b = binary.LittleEndian.AppendUint16(b, uint16(bits))
	b = append(b, "data"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(says))
	return string(append(b, sound...))
}

func TestRead(t *testing.T) {
	stereo := []byte{10, 0, 20, 0, 0xff, 0xff, 0xfd, 0xff}
	got, rate, err := Read(strings.NewReader(file(1, 2, 22050, 16, 8, stereo)))
	if err != nil || rate != 22050 || !slices.Equal(got, []int16{15, -2}) {
		t.Errorf("stereo: %v at %d, %v", got, rate, err)
	}
	got, _, err = Read(strings.NewReader(file(1, 1, 8000, 16, 0x7ffff000, stereo)))
	if err != nil || len(got) != 4 {
		t.Errorf("a size that was a guess: %v, %v", got, err)
	}
	for name, text := range map[string]string{"8 bits": file(1, 1, 8000, 8, 8, stereo), "A-law": file(6, 1, 8000, 8, 8, stereo)} {
		if _, _, err := Read(strings.NewReader(text)); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}

func TestDamaged(t *testing.T) {
	good := file(1, 1, 8000, 16, 320, make([]byte, 320))
	for name, test := range map[string]struct {
		text string
		want error
	}{
		"nothing":       {"", ErrNotWAV},
		"something":     {"ID3\x03\x00 and many more bytes", ErrNotWAV},
		"half a header": {good[:40], ErrCut},
		"no sound":      {file(1, 1, 8000, 16, 0, nil), ErrEmpty},
		"sound to come": {file(1, 1, 8000, 16, 320, nil), ErrEmpty},
		"sound first":   {"RIFF\x00\x00\x00\x00WAVEdata\x04\x00\x00\x00abcd", ErrEmpty},
		"a huge chunk":  {"RIFF\x00\x00\x00\x00WAVEjunk\xff\xff\xff\xff", ErrCut},
	} {
		if _, _, err := ReadHeader(strings.NewReader(test.text)); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
		if _, _, err := Read(strings.NewReader(test.text)); !errors.Is(err, test.want) {
			t.Errorf("%s, read: %v, want %v", name, err, test.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(file(1, 2, 22050, 16, 8, make([]byte, 8))))
	f.Add([]byte(file(6, 1, 8000, 8, 8, make([]byte, 8))))
	f.Fuzz(func(t *testing.T, data []byte) {
		samples, rate, err := Read(bytes.NewReader(data))
		if err == nil && (rate <= 0 || 2*len(samples) > len(data)) {
			t.Errorf("%d samples at %d out of %d bytes", len(samples), rate, len(data))
		}
	})
}
