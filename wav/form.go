package wav

import (
	"encoding/binary"
	"math"
	"slices"
)

// The rates that people record at.
const (
	slowest = 4000
	fastest = 192000
	most    = 8 // channels
)

// Readable says whether Read can make samples of sound in that form.
func (f Form) Readable() bool {
	widths := map[uint16][]uint16{PCM: {8, 16, 24, 32}, Float: {32, 64}, ALaw: {8}, MuLaw: {8}}
	return slices.Contains(widths[f.Codec], f.Bits) && f.Channels >= 1 && f.Channels <= most && f.Rate >= slowest && f.Rate <= fastest
}

// sample is the first sample of data, with 16 bits.
func (f Form) sample(data []byte) int {
	switch {
	case f.Codec == Float && f.Bits == 64:
		return whole(math.Float64frombits(binary.LittleEndian.Uint64(data)))
	case f.Codec == Float:
		return whole(float64(math.Float32frombits(binary.LittleEndian.Uint32(data))))
	case f.Codec == ALaw:
		return aLaw(data[0])
	case f.Codec == MuLaw:
		return muLaw(data[0])
	case f.Bits == 8:
		return (int(data[0]) - 128) << 8
	case f.Bits == 24:
		return int(int16(binary.LittleEndian.Uint16(data[1:])))
	case f.Bits == 32:
		return int(int16(binary.LittleEndian.Uint16(data[2:])))
	}
	return int(int16(binary.LittleEndian.Uint16(data)))
}

// whole is a sample from -1 to 1 with 16 bits; what is no number is silence.
func whole(x float64) int {
	if math.IsNaN(x) {
		return 0
	}
	return int(math.Round(max(-1, min(1, x)) * math.MaxInt16))
}

// aLaw and muLaw are G.711.
func aLaw(b byte) int {
	b ^= 0x55
	segment, x := b>>4&7, int(b&0xf)<<4+8
	if segment > 0 {
		x = (x + 0x100) << (segment - 1)
	}
	if b&0x80 == 0 {
		return -x
	}
	return x
}

func muLaw(b byte) int {
	b = ^b
	x := (int(b&0xf)<<3+0x84)<<(b>>4&7) - 0x84
	if b&0x80 != 0 {
		return -x
	}
	return x
}
