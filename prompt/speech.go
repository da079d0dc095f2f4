package prompt

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"hotline/wav"
)

// DefaultSpeech is the command that speaks when none is named.
const DefaultSpeech = "espeak-ng -v {lang} -w {file} {text}"

// A Speech is a command that speaks a text into a WAV file: a program and its arguments, in which {lang}, {file} and
// {text} are filled in. Without {text} it reads the text from its standard input. There is no shell in between.
type Speech struct{ words []string }

// ParseSpeech reads a command. It has to say where the {file} goes.
func ParseSpeech(command string) (Speech, error) {
	words := strings.Fields(command)
	if len(words) == 0 || strings.Contains(words[0], "{") {
		return Speech{}, fmt.Errorf("speech %q: write a program and its arguments, for example %s", command, DefaultSpeech)
	}
	if !strings.Contains(command, "{file}") {
		return Speech{}, fmt.Errorf("speech %q: {file} is missing, which says where the sound goes", command)
	}
	return Speech{words}, nil
}

// String is the command as it was written.
func (s Speech) String() string { return strings.Join(s.words, " ") }

// Program is the program's name.
func (s Speech) Program() string {
	if len(s.words) == 0 {
		return ""
	}
	return s.words[0]
}

// Installed says whether there is such a program on this machine.
func (s Speech) Installed() bool {
	_, err := exec.LookPath(s.Program())
	return err == nil
}

// speakFor is how long a program may take for a sentence or two.
const speakFor = 30 * time.Second

// say has the text spoken.
func (s Speech) say(ctx context.Context, lang, text string) (samples []int16, rate int, err error) {
	folder, err := os.MkdirTemp("", "hotline-speech-")
	if err != nil {
		return nil, 0, fmt.Errorf("speak: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	file := filepath.Join(folder, "spoken.wav")
	if err := s.run(ctx, lang, file, text); err != nil {
		return nil, 0, err
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, 0, fmt.Errorf("%s wrote no sound: %w", s.Program(), err)
	}
	defer f.Close() // only read from: closing can lose nothing
	if samples, rate, err = wav.Read(f); err != nil {
		return nil, 0, fmt.Errorf("what %s wrote: %w", s.Program(), err)
	}
	return samples, rate, nil
}

func (s Speech) run(ctx context.Context, lang, file, text string) error {
	if strings.HasPrefix(text, "-") {
		text = " " + text // or a program would take it for an option
	}
	var args []string
	spoken := false
	for _, word := range s.words {
		spoken = spoken || strings.Contains(word, "{text}")
		args = append(args, strings.NewReplacer("{lang}", lang, "{file}", file, "{text}", text).Replace(word))
	}
	if len(args) == 0 {
		return errors.New("there is no speech command")
	}
	ctx, cancel := context.WithTimeoutCause(ctx, speakFor, fmt.Errorf("not done within %s", speakFor))
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.WaitDelay = time.Second
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	if !spoken {
		cmd.Stdin = strings.NewReader(text)
	}
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		if more := clip(said.String()); more != "" {
			err = fmt.Errorf("%w, %s", err, more)
		}
		return fmt.Errorf("speak with %s: %w", args[0], err)
	}
	return nil
}

// clip is the end of what a program said, on one line.
func clip(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	return s[max(0, len(s)-200):]
}
