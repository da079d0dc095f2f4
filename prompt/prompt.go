// Package prompt makes the sounds that no one has recorded: texts and the price of a call, spoken, and beeps. It knows how
// people say numbers, amounts, times and waits in French and in English, and whether a recording is good enough to be heard.
//
// Its guarantee: a sound that it names lies in the folder, whole, in the form that every switch plays; and an announcement
// of a price is as long as the law wants it.
package prompt

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"hotline/wav"
)

// How long an announcement of a price is: the law says at least ten seconds, the operators' rules at most twenty.
const (
	Shortest = 10 * time.Second
	Longest  = 20 * time.Second
)

// Language is the language of the announcement: the law wants French.
const Language = "fr"

// A Studio makes sounds and keeps them in a folder.
type Studio struct {
	Folder string // of the prompts, as hotline sees it
	Speech Speech
}

// Name is the name of the file that announces a price: of a recording that may be used, or of what a machine speaks, whether
// it has been made or not. Another text or another voice is another file.
func (s Studio) Name(p Price) string {
	if file := p.Phrase().File(); s.usable(file, Shortest, Longest) {
		return file
	}
	return name("price", []byte(p.Text()+"\x00"+s.Speech.String()+"\x00"+recipe))
}

// Announcement returns the file, in the folder, that announces a price; it is made if it is not there.
func (s Studio) Announcement(ctx context.Context, p Price) (file string, err error) {
	file = s.Name(p)
	if s.usable(file, Shortest, Longest) {
		return file, nil
	}
	spoken, err := s.speak(ctx, Language, p.Text())
	if err != nil {
		return "", err
	}
	sound, err := announce(spoken)
	if err != nil {
		return "", err
	}
	return file, s.keep(file, sound)
}

// Phrase returns the file, in the folder, of a phrase: its recording, or what a machine speaks, which is made if it is not
// there.
func (s Studio) Phrase(ctx context.Context, p Phrase) (file string, err error) {
	if s.usable(p.File(), 0, longestText) {
		return s.Fit(p.File())
	}
	return s.Text(ctx, p.Lang, p.Words)
}

// PhraseName is the name of the file of a phrase: of its recording, or of what a machine speaks, whether it has been made or not.
func (s Studio) PhraseName(p Phrase) string {
	if s.usable(p.File(), 0, longestText) {
		return p.File()
	}
	return s.TextName(p.Lang, p.Words)
}

// TextName is the name of the file that speaks a text, whether it has been made or not.
func (s Studio) TextName(lang, text string) string {
	return name("say", []byte(lang+"\x00"+text+"\x00"+s.Speech.String()+"\x00"+recipe))
}

// Text returns the file, in the folder, that speaks a text; it is made if it is not there.
func (s Studio) Text(ctx context.Context, lang, text string) (file string, err error) {
	file = s.TextName(lang, text)
	if s.usable(file, 0, longestText) {
		return file, nil
	}
	spoken, err := s.speak(ctx, lang, text)
	if err != nil {
		return "", err
	}
	return file, s.keep(file, spoken.whole())
}

// longestText is far beyond what anybody would listen to.
const longestText = 10 * time.Minute

// speak has a text spoken, at the rate of a telephone and as loud as it may be.
func (s Studio) speak(ctx context.Context, lang, text string) (signal, error) {
	samples, rate, err := s.Speech.say(ctx, lang, text)
	if err != nil {
		return nil, err
	}
	spoken := trim(resample(samples, rate))
	if len(spoken) == 0 {
		return nil, errSilent
	}
	return level(spoken), nil
}

// Beeps returns the file, in the folder, of that many short beeps.
func (s Studio) Beeps(n int) (file string, err error) {
	sound := beeps(n)
	file = name(fmt.Sprintf("beep-%d", n), wav.Encode(sound))
	if _, err := os.Stat(filepath.Join(s.Folder, file)); err == nil {
		return file, nil
	}
	return file, s.keep(file, sound)
}

// recipe is changed when the same words shall become another sound.
const recipe = "1"

// name is a file name that says what is in the file, so that it never has to be replaced.
func name(what string, content []byte) string {
	sum := sha256.Sum256(content)
	return what + "-" + hex.EncodeToString(sum[:])[:12] + ".wav"
}

// usable says whether a file is a sound that can be played, of such a length.
func (s Studio) usable(file string, shortest, longest time.Duration) bool {
	f, err := os.Open(filepath.Join(s.Folder, file))
	if err != nil {
		return false
	}
	defer f.Close() // only read from: closing can lose nothing
	form, length, err := wav.ReadHeader(f)
	return err == nil && form.Readable() && length >= shortest && length <= longest
}

// ErrUnfit is a recording of which nothing can be made.
var ErrUnfit = errors.New("this recording cannot be read")

// Fit returns the file, in the folder, that has a recording as every switch plays it: the recording, or what is made of it once.
func (s Studio) Fit(file string) (string, error) {
	sound, err := os.ReadFile(filepath.Join(s.Folder, file))
	if err != nil {
		return "", fmt.Errorf("fit a recording: %w", err)
	}
	form, _, err := wav.ReadHeader(bytes.NewReader(sound))
	if err != nil {
		return "", fmt.Errorf("fit %s: %w: %w", file, ErrUnfit, err)
	}
	if form == wav.Telephone() {
		return file, nil
	}
	made := name("fit", append(sound, recipe...))
	if s.usable(made, 0, longestText) {
		return made, nil
	}
	samples, rate, err := wav.Read(bytes.NewReader(sound))
	if err != nil {
		return "", fmt.Errorf("fit %s: %w: %w", file, ErrUnfit, err)
	}
	return made, s.keep(made, Fitted(samples, rate))
}

// Fitted is sound at the rate of a telephone, no louder than a line bears.
func Fitted(samples []int16, from int) []int16 {
	s := resample(samples, from)
	if s.peak() > loudest {
		s = level(s)
	}
	return s.whole()
}

// keep puts a sound into the folder, in one step: a switch never plays half of it. The switch may be another user.
func (s Studio) keep(file string, sound []int16) (err error) {
	f, err := os.CreateTemp(s.Folder, ".making-*.wav")
	if err != nil {
		return fmt.Errorf("keep %s: %w", file, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("keep %s: %w", file, err), os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(wav.Encode(sound))
	if err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), filepath.Join(s.Folder, file))
}
