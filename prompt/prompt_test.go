package prompt

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hotline/wav"
)

// The test program is its own fake speech program: told so by the environment, it takes arguments as espeak-ng does.
const fake = "HOTLINE_FAKE_SPEECH"

func TestMain(m *testing.M) {
	if does := os.Getenv(fake); does != "" {
		os.Exit(speak(does))
	}
	os.Exit(m.Run())
}

// speak writes a tone as long as it is told, and beside it what it was told to say.
func speak(does string) int {
	length, err := time.ParseDuration(does)
	if err != nil {
		_, _ = os.Stderr.WriteString("no such\nvoice\n")
		return 3
	}
	spoken := slices.Concat(silence(time.Second), tone(length, 0.9), silence(2*time.Second))
	if length == 0 {
		spoken = silence(time.Second)
	}
	record := strings.Join(os.Args[3:], "|")
	if os.WriteFile(os.Args[2], wav.Encode(spoken.whole()), 0o600) != nil || os.WriteFile(os.Getenv("SAID"), []byte(os.Args[1]+"|"+record), 0o600) != nil {
		return 1
	}
	return 0
}

// studio has the test program speak.
func studio(t *testing.T, does string) (s Studio, said func() string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	speech, err := ParseSpeech(self + " {lang} {file} {text}")
	if err != nil {
		t.Fatal(err)
	}
	record := filepath.Join(t.TempDir(), "said")
	t.Setenv(fake, does)
	t.Setenv("GORACE", "atexit_sleep_ms=0") // a program with the race detector takes its time to go
	t.Setenv("SAID", record)
	return Studio{Folder: t.TempDir(), Speech: speech}, func() string {
		text, err := os.ReadFile(record)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		return string(text)
	}
}

func listen(t *testing.T, s Studio, file string) signal {
	t.Helper()
	f, err := os.Open(filepath.Join(s.Folder, file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, at, err := wav.Read(f)
	if err != nil || at != rate {
		t.Fatalf("%d Hz, %v", at, err)
	}
	sound := make(signal, len(got))
	for i, x := range got {
		sound[i] = float64(x) / (1 << 15)
	}
	return sound
}

// checkForm holds an announcement against the rules: its length, a pause of a second, and an audible beep at its end.
func checkForm(t *testing.T, sound signal) {
	t.Helper()
	if sound.length() < Shortest || sound.length() > Longest {
		t.Errorf("it lasts %s", sound.length())
	}
	if sound.peak() > 0.707 {
		t.Errorf("its peak is %.2f, above -3 dB", sound.peak())
	}
	if sound[0] > 0.1 || sound[:samples(200*time.Millisecond)].peak() < 0.05 {
		t.Error("it does not begin at its beginning")
	}
	end := len(sound) - samples(endBeep)
	if sound[end:].peak() < 0.3 {
		t.Error("no beep at its end")
	}
	if p := sound[end-samples(pause) : end].peak(); p > 0.001 {
		t.Errorf("no pause before the beep: %.3f", p)
	}
}

func TestAnnouncement(t *testing.T) {
	for does, want := range map[string]time.Duration{
		"12s": 13500 * time.Millisecond, // with a breath at both ends
		"6s":  14300 * time.Millisecond, // said twice
		"3s":  Shortest,                 // twice, and a long pause
	} {
		s, said := studio(t, does)
		file, err := s.Announcement(t.Context(), Price{PerMinute: 80 * cent})
		if err != nil {
			t.Fatalf("%s: %v", does, err)
		}
		sound := listen(t, s, file)
		checkForm(t, sound)
		if d := sound.length() - want; d.Abs() > 10*time.Millisecond {
			t.Errorf("%s: it lasts %s, want %s", does, sound.length(), want)
		}
		if got := said(); got != "fr|"+(Price{PerMinute: 80 * cent}).Text() {
			t.Errorf("it was told to say %q", got)
		}
		if all, err := os.ReadDir(s.Folder); err != nil || len(all) != 1 {
			t.Errorf("the folder has %v, %v", all, err)
		}
		info, err := os.Stat(filepath.Join(s.Folder, file))
		if err != nil || info.Mode().Perm() != 0o644 {
			t.Errorf("another user cannot read it: %v, %v", info.Mode(), err)
		}
	}
}

func TestAnnouncementIsMadeOnce(t *testing.T) {
	s, said := studio(t, "12s")
	first, err := s.Announcement(t.Context(), Price{PerMinute: 80 * cent})
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(fake, "nothing")
	if again, err := s.Announcement(t.Context(), Price{PerMinute: 80 * cent}); again != first || err != nil {
		t.Errorf("again: %s, %v, want %s", again, err, first)
	}
	t.Setenv(fake, "12s")
	other, err := s.Announcement(t.Context(), Price{PerMinute: 60 * cent})
	if err != nil || other == first || !strings.Contains(said(), "soixante centimes") {
		t.Errorf("another price: %s, %v", other, err)
	}
	if err := os.Truncate(filepath.Join(s.Folder, first), 1000); err != nil {
		t.Fatal(err)
	}
	if again, err := s.Announcement(t.Context(), Price{PerMinute: 80 * cent}); again != first || err != nil {
		t.Errorf("damaged: %s, %v", again, err)
	}
	checkForm(t, listen(t, s, first))
}

func TestAnnouncementThatCannotBeMade(t *testing.T) {
	for does, want := range map[string]string{
		"25s":     "have it spoken faster",
		"0s":      "nothing but silence",
		"nothing": "exit status 3, no such voice",
	} {
		s, _ := studio(t, does)
		if file, err := s.Announcement(t.Context(), Price{PerCall: euro}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %q, %v, want %q", does, file, err, want)
		}
		if all, err := os.ReadDir(s.Folder); err != nil || len(all) > 0 {
			t.Errorf("%s: something is left: %v, %v", does, all, err)
		}
	}
	s, _ := studio(t, "12s")
	s.Folder = filepath.Join(s.Folder, "none")
	if _, err := s.Announcement(t.Context(), Price{PerCall: euro}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
	s, _ = studio(t, "12s")
	s.Speech.words[0] = "no-such-program"
	if _, err := s.Announcement(t.Context(), Price{PerCall: euro}); err == nil || s.Speech.Installed() {
		t.Errorf("no program: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s, _ = studio(t, "12s")
	if _, err := s.Announcement(ctx, Price{PerCall: euro}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestText(t *testing.T) {
	s, said := studio(t, "2s")
	first, err := s.Text(t.Context(), "en", "-v We are closed.")
	if err != nil || said() != "en| -v We are closed." {
		t.Fatalf("told to say %q, %v", said(), err)
	}
	sound := listen(t, s, first)
	if d := sound.length() - 2*time.Second - 2*breath; d.Abs() > 20*time.Millisecond || sound.peak() > loudest+0.01 || sound.peak() < loudest-0.01 {
		t.Errorf("it lasts %s, at %.2f", sound.length(), sound.peak())
	}
	if info, err := os.Stat(filepath.Join(s.Folder, first)); err != nil || info.Mode().Perm() != 0o644 || !strings.HasPrefix(first, "say-") {
		t.Errorf("%s: %v, %v", first, info.Mode(), err)
	}
	other := s
	if other.Speech, err = ParseSpeech(s.Speech.String() + " more"); err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{s.TextName("fr", "-v We are closed."): true, s.TextName("en", "We are open."): true, other.TextName("en", "-v We are closed."): true, first: true}
	if len(names) != 4 {
		t.Errorf("other words, languages or voices have the same name: %v", names)
	}
	t.Setenv(fake, "nothing") // which can no longer speak
	if again, err := s.Text(t.Context(), "en", "-v We are closed."); again != first || err != nil {
		t.Errorf("again: %s, %v", again, err)
	}
	if err := os.Truncate(filepath.Join(s.Folder, first), 20); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Text(t.Context(), "en", "-v We are closed."); err == nil {
		t.Error("a damaged file is taken for the text")
	}
	t.Setenv(fake, "0s")
	if file, err := s.Text(t.Context(), "en", "..."); !errors.Is(err, errSilent) {
		t.Errorf("silence: %s, %v", file, err)
	}
}

// A command without {text} reads it; cp does not mind, and copies a recording.
func TestSpeechByStandardInput(t *testing.T) {
	spoken := filepath.Join(t.TempDir(), "spoken.wav")
	if err := os.WriteFile(spoken, wav.Encode(tone(11*time.Second, 0.5).whole()), 0o600); err != nil {
		t.Fatal(err)
	}
	speech, err := ParseSpeech("cp " + spoken + " {file}")
	if err != nil {
		t.Fatal(err)
	}
	s := Studio{t.TempDir(), speech}
	file, err := s.Announcement(t.Context(), Price{PerMinute: 80 * cent})
	if err != nil {
		t.Fatal(err)
	}
	checkForm(t, listen(t, s, file))
}

func TestParseSpeech(t *testing.T) {
	for _, bad := range []string{"", "  ", "espeak-ng {text}", "{file} x"} {
		if s, err := ParseSpeech(bad); err == nil {
			t.Errorf("%q is taken for %v", bad, s)
		}
	}
	s, err := ParseSpeech(DefaultSpeech)
	if err != nil || s.Program() != "espeak-ng" || s.String() != DefaultSpeech {
		t.Errorf("%v, %v", s, err)
	}
}

func TestEspeak(t *testing.T) {
	speech, err := ParseSpeech(DefaultSpeech)
	if err != nil {
		t.Fatal(err)
	}
	if !speech.Installed() {
		t.Skip("espeak-ng is not installed (apt-get install espeak-ng)")
	}
	s := Studio{t.TempDir(), speech}
	for _, p := range []Price{{PerMinute: 80 * cent}, {PerCall: 5 * cent}, {PerCall: 299 * cent, PerMinute: 99 * cent}} {
		file, err := s.Announcement(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		checkForm(t, listen(t, s, file))
		t.Logf("%s: %s", p.Text(), listen(t, s, file).length())
	}
	for _, text := range []string{"Nous sommes fermés.", "-- \"Bonjour\" : <b>l'équipe</b> & $HOME `id` ; 100 % !", strings.Repeat("Bonjour à tous. ", 70)} {
		file, err := s.Text(t.Context(), "fr", text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		t.Logf("%.40s: %s", text, listen(t, s, file).length())
	}
}

func TestBeeps(t *testing.T) {
	s := Studio{Folder: t.TempDir()}
	one, err := s.Beeps(1)
	if err != nil {
		t.Fatal(err)
	}
	two, err := s.Beeps(2)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := s.Beeps(1); again != one || err != nil || one == two {
		t.Errorf("%s, %s, %s, %v", one, again, two, err)
	}
	if d := listen(t, s, one).length(); d != beep {
		t.Errorf("one lasts %s", d)
	}
	sound := listen(t, s, two)
	if sound.length() != 2*beep+between || sound[samples(beep):samples(beep+between)].peak() > 0.001 {
		t.Errorf("two last %s, or are one", sound.length())
	}
}

// A tone that a telephone carries stays what it is; one that it cannot carry is gone and not heard as another.
func TestResample(t *testing.T) {
	for _, from := range []int{8000, 11025, 16000, 22050, 44100, 48000} {
		for hz, want := range map[float64]float64{440: 0.5, 3000: 0.5, 5200: 0} {
			if 2*hz > float64(from) {
				continue
			}
			in := make([]int16, from)
			for i := range in {
				in[i] = int16(0.5 * math.MaxInt16 * math.Sin(2*math.Pi*hz*float64(i)/float64(from)))
			}
			out := resample(in, from)
			middle := out[len(out)/4 : 3*len(out)/4]
			if got := middle.peak(); math.Abs(got-want) > 0.03 {
				t.Errorf("%g Hz from %d: peak %.3f, want %.1f", hz, from, got, want)
			}
			if len(out) != rate {
				t.Errorf("a second from %d is %d samples", from, len(out))
			}
		}
	}
}

// TestFormsOfSpeech has texts spoken by programs that write at other rates, in stereo, far too loud or hardly to be heard, with
// silence around it: what callers get is always the same.
func TestFormsOfSpeech(t *testing.T) {
	for name, test := range map[string]struct {
		rate, channels int
		peak           float64
	}{
		"pico2wave": {16000, 1, 0.3}, "espeak-ng": {22050, 1, 0.9}, "a studio": {44100, 2, 1}, "a whisper": {48000, 2, 0.004}, "a telephone": {8000, 1, 1},
	} {
		folder := t.TempDir()
		spoken := filepath.Join(folder, "spoken.wav")
		if err := os.WriteFile(spoken, recorded(test.rate, test.channels, test.peak), 0o600); err != nil {
			t.Fatal(err)
		}
		speech, err := ParseSpeech("cp " + spoken + " {file}")
		if err != nil {
			t.Fatal(err)
		}
		file, err := Studio{Folder: folder, Speech: speech}.Text(t.Context(), "fr", "Bonjour.")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		telephone(t, name, filepath.Join(folder, file), time.Second+100*time.Millisecond)
	}
}

// TestFit brings recordings as people have them to the form of a telephone, and leaves those alone that have it.
func TestFit(t *testing.T) {
	folder := t.TempDir()
	s := Studio{Folder: folder}
	write := func(name string, sound []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, name), sound, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("studio.wav", recorded(44100, 2, 1))
	made, err := s.Fit("studio.wav")
	if err != nil || !strings.HasPrefix(made, "fit-") {
		t.Fatalf("%q, %v", made, err)
	}
	telephone(t, "a studio", filepath.Join(folder, made), 3*time.Second)
	if again, err := s.Fit("studio.wav"); again != made || err != nil {
		t.Errorf("made again as %q, %v", again, err)
	}
	write("studio.wav", recorded(44100, 1, 0.5))
	if other, err := s.Fit("studio.wav"); other == made || err != nil {
		t.Errorf("another recording is the same: %q, %v", other, err)
	}
	write("good.wav", recorded(8000, 1, 0.9))
	if same, err := s.Fit("good.wav"); same != "good.wav" || err != nil {
		t.Errorf("what needs nothing became %q, %v", same, err)
	}
	write("song.wav", []byte("ID3 and more"))
	for _, bad := range []string{"song.wav", "none.wav"} {
		if made, err := s.Fit(bad); err == nil {
			t.Errorf("%s became %q", bad, made)
		}
	}
}

// recorded is a file with a second of a tone between two of silence.
func recorded(rate, channels int, peak float64) []byte {
	n := 3 * rate
	size := 2 * channels * n
	b := append(append([]byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00"), byte(channels), 0), 0, 0, 0, 0, 0, 0, 0, 0, byte(2*channels), 0, 16, 0)
	binary.LittleEndian.PutUint32(b[24:], uint32(rate))
	binary.LittleEndian.PutUint32(b[28:], uint32(2*channels*rate))
	b = binary.LittleEndian.AppendUint32(append(b, "data"...), uint32(size))
	for i := range n {
		x := 0.0
		if i >= rate && i < 2*rate {
			x = peak * math.MaxInt16 * math.Sin(2*math.Pi*440*float64(i)/float64(rate))
		}
		for range channels {
			b = binary.LittleEndian.AppendUint16(b, uint16(int16(x)))
		}
	}
	return b
}

// telephone checks that a file is what every switch plays: 8 kHz, mono, 16 bits, below -3 dB, of that length, and the tone that was
// recorded.
func telephone(t *testing.T, name, path string, length time.Duration) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	form, lasts, err := wav.ReadHeader(f)
	if err != nil || form != wav.Telephone() || (lasts-length).Abs() > 20*time.Millisecond {
		t.Errorf("%s: %+v of %s, want %s (%v)", name, form, lasts, length, err)
	}
	if _, err := f.Seek(0, 0); err != nil {
		t.Fatal(err)
	}
	sound, _, err := wav.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	m := Listen(sound)
	if m.Peak > PeakLimit || m.Peak < PeakLimit-4 || m.Clipped > 0 {
		t.Errorf("%s: peak %.1f dB, %d clipped", name, m.Peak, m.Clipped)
	}
	crossings, below := 0, false
	for _, x := range sound {
		if below && x > 5000 {
			crossings++
		}
		below = x < -5000 || below && x <= 5000
	}
	if crossings < 435 || crossings > 445 {
		t.Errorf("%s: a tone of %d Hz, want 440", name, crossings)
	}
}
