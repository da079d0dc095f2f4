package wav

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
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
	for name, text := range map[string]string{
		"12 bits": file(1, 1, 8000, 12, 8, stereo), "MP3": file(0x55, 1, 8000, 16, 8, stereo), "no channel": file(1, 0, 8000, 16, 8, stereo),
		"no rate": file(1, 1, 0, 16, 8, stereo), "more than there is": file(1, 1, 4000000, 16, 8, stereo), "half a float": file(3, 1, 8000, 16, 8, stereo),
	} {
		if _, _, err := Read(strings.NewReader(text)); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}

func TestReadForms(t *testing.T) {
	float := func(x float32) []byte { return binary.LittleEndian.AppendUint32(nil, math.Float32bits(x)) }
	double := func(x float64) []byte { return binary.LittleEndian.AppendUint64(nil, math.Float64bits(x)) }
	for name, test := range map[string]struct {
		codec, bits int
		sound       []byte
		want        []int16
	}{
		"8 bits":          {1, 8, []byte{0, 128, 255}, []int16{-32768, 0, 32512}},
		"24 bits":         {1, 24, []byte{0xff, 1, 0, 0, 0, 0x80}, []int16{1, -32768}},
		"32 bits":         {1, 32, []byte{0, 0, 1, 0, 0, 0, 0, 0x80}, []int16{1, -32768}},
		"float":           {3, 32, slices.Concat(float(0.5), float(-2), float(float32(math.NaN()))), []int16{16384, -32767, 0}},
		"double":          {3, 64, slices.Concat(double(1), double(math.Inf(-1))), []int16{32767, -32767}},
		"A-law":           {6, 8, []byte{0xd5, 0x55, 0xaa, 0x2a}, []int16{8, -8, 32256, -32256}},
		"mu-law":          {7, 8, []byte{0xff, 0x7f, 0x80, 0x00}, []int16{0, 0, 32124, -32124}},
		"half a sample":   {1, 24, []byte{0, 1, 0, 9}, []int16{1}},
		"half of the end": {1, 16, []byte{7, 0, 9}, []int16{7}},
	} {
		got, rate, err := Read(strings.NewReader(file(test.codec, 1, 44100, test.bits, len(test.sound), test.sound)))
		if err != nil || rate != 44100 || !slices.Equal(got, test.want) {
			t.Errorf("%s: %v at %d, %v, want %v", name, got, rate, err, test.want)
		}
	}
	// Programs of today write the codec behind the rest.
	wide := "RIFF\x00\x00\x00\x00WAVEfmt \x28\x00\x00\x00\xfe\xff\x01\x00\x44\xac\x00\x00\x88\x58\x01\x00\x02\x00\x10\x00" +
		"\x16\x00\x10\x00\x04\x00\x00\x00\x01\x00" + strings.Repeat("\x00", 14) + "data\x02\x00\x00\x00\x05\x00"
	if got, rate, err := Read(strings.NewReader(wide)); err != nil || rate != 44100 || !slices.Equal(got, []int16{5}) {
		t.Errorf("extensible: %v at %d, %v", got, rate, err)
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
		if err == nil && (rate <= 0 || len(samples) > len(data)) {
			t.Errorf("%d samples at %d out of %d bytes", len(samples), rate, len(data))
		}
	})
}
