// Package wav reads and writes WAV files, the form in which telephone switches keep sounds.
//
// Its guarantee: a file that is damaged, cut off or something else altogether is an error that says so, never a sound.
package wav

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"
)

// What can be wrong with a file. An error of reading itself is none of these.
var (
	ErrNotWAV = errors.New("not a WAV file")
	ErrCut    = errors.New("a WAV file that is cut off")
	ErrEmpty  = errors.New("a WAV file without sound")
)

// The codecs that can be read.
const (
	PCM   = 1 // samples that are nothing but numbers
	Float = 3 // the same, from -1 to 1
	ALaw  = 6 // of telephones in Europe
	MuLaw = 7 // of telephones elsewhere

	extensible = 0xfffe
)

// A Form says how sound is written down.
type Form struct {
	Codec, Channels uint16
	Rate            uint32 // samples per second
	Bits            uint16 // per sample
}

// Telephone is the form that every switch plays without asking.
func Telephone() Form { return Form{Codec: PCM, Channels: 1, Rate: TelephoneRate, Bits: 16} }

// TelephoneRate is how many samples a second has on a telephone.
const TelephoneRate = 8000

// bytes is how many bytes a second takes; 0 for a form that cannot be.
func (f Form) bytes() int64 { return int64(f.Rate) * int64(f.Channels) * int64(f.Bits) / 8 }

// ReadHeader walks the chunks of a file, "fmt " and "data", up to the first sample. It returns how the sound is written
// and how long it lasts.
func ReadHeader(f io.ReadSeeker) (Form, time.Duration, error) {
	form, size, err := header(f)
	if err != nil || form.bytes() == 0 {
		return form, 0, err
	}
	return form, time.Duration(float64(size) / float64(form.bytes()) * float64(time.Second)), nil
}

// header is ReadHeader with the bytes of sound that are really there: some programs write the size before they know it.
func header(f io.ReadSeeker) (form Form, size int64, err error) {
	var head [12]byte
	if _, err := io.ReadFull(f, head[:]); err != nil || string(head[:4]) != "RIFF" || string(head[8:]) != "WAVE" {
		return Form{}, 0, or(err, ErrNotWAV)
	}
	for known := false; ; {
		var chunk [8]byte
		if _, err := io.ReadFull(f, chunk[:]); err != nil {
			return form, 0, or(err, ErrCut)
		}
		size := int64(binary.LittleEndian.Uint32(chunk[4:]))
		switch string(chunk[:4]) {
		case "fmt ":
			var b [16]byte
			var more [10]byte
			if _, err := io.ReadFull(f, b[:]); err != nil || size < int64(len(b)) {
				return form, 0, or(err, ErrCut)
			}
			form = Form{
				Codec: binary.LittleEndian.Uint16(b[0:]), Channels: binary.LittleEndian.Uint16(b[2:]),
				Rate: binary.LittleEndian.Uint32(b[4:]), Bits: binary.LittleEndian.Uint16(b[14:]),
			}
			known, size = true, size-int64(len(b))
			if form.Codec == extensible && size >= int64(len(more)) { // the codec stands further behind
				if _, err := io.ReadFull(f, more[:]); err != nil {
					return form, 0, or(err, ErrCut)
				}
				form.Codec, size = binary.LittleEndian.Uint16(more[8:]), size-int64(len(more))
			}
		case "data":
			if !known {
				return form, 0, ErrEmpty
			}
			size, err = there(f, size)
			if err == nil && size == 0 {
				err = ErrEmpty
			}
			return form, size, err
		}
		if _, err := f.Seek(size+size%2, io.SeekCurrent); err != nil {
			return form, 0, fmt.Errorf("read sound: %w", err)
		}
	}
}

// there is the smaller of size and what is left of the file.
func there(f io.Seeker, size int64) (int64, error) {
	at, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return 0, fmt.Errorf("read sound: %w", err)
	}
	end, err := f.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = f.Seek(at, io.SeekStart)
	}
	if err != nil {
		return 0, fmt.Errorf("read sound: %w", err)
	}
	return min(size, end-at), nil
}

// Read reads a whole file of 16-bit samples, as one channel.
func Read(f io.ReadSeeker) (samples []int16, rate int, err error) {
	form, size, err := header(f)
	if err != nil {
		return nil, 0, err
	}
	if !form.Readable() {
		return nil, 0, fmt.Errorf("codec %d, %d bits, %d channels, %d Hz: such a form cannot be read", form.Codec, form.Bits, form.Channels, form.Rate)
	}
	data := make([]byte, size)
	if _, err := io.ReadFull(f, data); err != nil {
		return nil, 0, fmt.Errorf("read sound: %w", err)
	}
	channels, width := int(form.Channels), int(form.Bits/8)
	for frame := width * channels; len(data) >= frame; data = data[frame:] {
		sum := 0
		for c := range channels {
			sum += form.sample(data[width*c:])
		}
		samples = append(samples, int16(sum/channels))
	}
	return samples, int(form.Rate), nil
}

// Encode makes a file of sound in the form of a telephone.
func Encode(samples []int16) []byte {
	form := Telephone()
	size := uint32(2 * len(samples))
	b := append(make([]byte, 0, 44+size), "RIFF"...)
	b = binary.LittleEndian.AppendUint32(b, 36+size)
	b = append(b, "WAVEfmt "...)
	b = binary.LittleEndian.AppendUint32(b, 16)
	b = binary.LittleEndian.AppendUint16(b, form.Codec)
	b = binary.LittleEndian.AppendUint16(b, form.Channels)
	b = binary.LittleEndian.AppendUint32(b, form.Rate)
	b = binary.LittleEndian.AppendUint32(b, uint32(form.bytes()))
	b = binary.LittleEndian.AppendUint16(b, form.Channels*form.Bits/8)
	b = binary.LittleEndian.AppendUint16(b, form.Bits)
	b = append(b, "data"...)
	b = binary.LittleEndian.AppendUint32(b, size)
	for _, s := range samples {
		b = binary.LittleEndian.AppendUint16(b, uint16(s))
	}
	return b
}

// or is the error of reading, or the finding when the file just ended or was read well.
func or(err, finding error) error {
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return finding
	}
	return fmt.Errorf("read sound: %w", err)
}
