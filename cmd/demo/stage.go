package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

const (
	columns = 80
	indent  = 19 // of the words of a told line, behind the second and who it is about
)

// A stage is where the demo tells what happens, in the language of who watches.
type stage struct {
	fr    bool
	began time.Time

	mu  sync.Mutex
	out io.Writer
}

func newStage(out io.Writer, fr bool, began time.Time) *stage {
	return &stage{out: out, fr: fr, began: began}
}

// tongue says whether French is told, by the same rule as bin/hotline.
func tongue(getenv func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := getenv(name); value != "" {
			return strings.HasPrefix(strings.ToLower(value), "fr")
		}
	}
	return false
}

// say picks the words of the language.
func (s *stage) say(fr, en string) string {
	if s.fr {
		return fr
	}
	return en
}

// plain writes text as it is, with a line break behind it.
func (s *stage) plain(fr, en string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(s.out, s.say(fr, en)+"\n", args...)
}

// tell writes what has just happened: the second of the demo, to whom, and the words.
func (s *stage) tell(who, fr, en string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := time.Since(s.began).Truncate(time.Second)
	left := fmt.Sprintf("%2d:%02d  %s", at/time.Minute, at%time.Minute/time.Second, who)
	left += strings.Repeat(" ", max(indent-utf8.RuneCountInString(left), 1))
	for _, line := range wrap(fmt.Sprintf(s.say(fr, en), args...), columns-indent) {
		fmt.Fprintln(s.out, strings.TrimRight(left+line, " "))
		left = strings.Repeat(" ", indent)
	}
}

// wrap breaks text into lines, never inside a number or before a colon.
func wrap(text string, width int) []string {
	var words, lines []string
	line := ""
	for word := range strings.SplitSeq(text, " ") {
		glued := len(words) > 0 && sticks(words[len(words)-1], word)
		if glued {
			words[len(words)-1] += " " + word
		} else {
			words = append(words, word)
		}
	}
	for _, word := range words {
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= width:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	return append(lines, line)
}

// sticks says that no line may break between two words: "08 05", "20 s", "parlent :".
func sticks(before, word string) bool {
	digit := func(b byte) bool { return b >= '0' && b <= '9' }
	return word == ":" || word == ";" || before != "" && word != "" &&
		digit(before[len(before)-1]) && (digit(word[0]) || word[0] == 's' && len(word) <= 2)
}

// opening says what is going to be seen.
func (s *stage) opening() {
	s.plain(`hotline à l'essai : un vrai Asterisk, et de vrais téléphones SIP qui appellent,
tapent des touches, parlent et écoutent. Rien ne sort de cette machine.
L'entreprise est Électro Durand ; ses règles : examples/rules.yaml.
`, `hotline at work: a real Asterisk, and real SIP telephones that call, press keys,
talk and listen. Nothing leaves this machine. The company is Électro Durand; its
rules: examples/rules.yaml.
`)
}
