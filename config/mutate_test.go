package config_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// A mutator damages rules files as people, editors and disks do, and in ways that nobody does. The same draw always makes the same
// file.
type mutator struct {
	*rand.Rand
	seeds  [][]byte
	sound  int // how many seeds, from the first, are taken as they are
	small  int // how many, from the first, are so small that reading them takes no time
	tokens []string
}

// smallSeed is how large a file may be of which most mutations are made.
const smallSeed = 400

// newMutator takes every rules file of the tests and examples, the small ones first, and all words and signs in them.
func newMutator(t testing.TB) *mutator {
	t.Helper()
	m := &mutator{tokens: []string{"\n", " ", "  ", "\t", ":", ": ", "- ", ",", "[", "]", "{", "}", "\"", "'", "#", " #", "&a", "*a", "!!int", "|", ">", "%", "@", "---\n", "~", "null", "<<: ",
		"? ", "\r\n", "\uFEFF", "\u00a0", "\u200b", "é", "\xff", "\x00", "0", "9", "1e9", "0x1F", "-1", "1.5", "always", "99999999999999999999", "[]", "{}", "''"}}
	m.seeds = soundSeeds()
	m.sound = len(m.seeds)
	var large [][]byte
	words := map[string]bool{}
	for _, pattern := range []string{"testdata/*.txtar", "../routing/check/testdata/*.txtar", "../examples/*.yaml", "../routing/check/testdata/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, seed := range rulesIn(file, data) {
				if len(seed) <= smallSeed {
					m.seeds = append(m.seeds, seed)
				} else {
					large = append(large, seed)
				}
				for _, word := range strings.FieldsFunc(string(seed), func(c rune) bool { return strings.ContainsRune(" \n[]{},:\"", c) }) {
					if len(word) < 20 && !words[word] {
						words[word] = true
						m.tokens = append(m.tokens, word)
					}
				}
			}
		}
	}
	m.small = len(m.seeds)
	m.seeds = append(m.seeds, large...)
	return m
}

// soundSeeds are small files that have something of every section, and nothing wrong.
func soundSeeds() (seeds [][]byte) {
	const numbers = "version: 1\nnumbers: {0972000001: {service: s}}\n"
	const people = "queues: {q: {agents: [a], on_nobody: hangup}}\nagents: {a: {phone: 101}}\n"
	for _, text := range []string{
		numbers + "services: {s: {open: {queue: q}}}\n" + people,
		numbers + "services: {s: {open: {menu: m}}}\nmenus:\n  m:\n    play: p\n    keys:\n      1: {queue: q}\n      \"#\": {menu: m}\n    otherwise: {queue: q}\nprompts: {p: Bonjour.}\n" + people,
		numbers + "services:\n  s: {hours: h, open: {queue: q}, closed: [{play: p}, hangup]}\nhours:\n  h: # a week\n    mon-fri: [09:00-12:30, 13:30-18:00]\n    closed_on: [holidays_fr, c]\n    special: {2026-12-24: [09:00-16:00]}\n" +
			"closures: {c: {from: 2027-01-04, to: 2027-01-05, play: p}}\nprompts: {p: {fr: Fermé.}}\n" + people,
		"version: 1\nnumbers:\n  08 92 40 03 00: {service: s, price: 0.80 EUR/min, we_earn: 0.46 EUR/min, announcement: carrier}\nservices: {s: {purpose: paid_advice, answer: on_agent, open: {queue: q}}}\n" + people,
		numbers + "services: {s: {open: {queue: q, skill: k}}}\nqueues:\n  q:\n    agents: [a]\n    experts_first: 45s\n    max_wait: 3m\n    on_max_wait: {offer_callback: r}\n    on_nobody: [{offer_callback: r}, {voicemail: v}]\n    survey: e\n" +
			"agents: {a: {name: A B, phone: 101, skills: {k: 5}}}\ncallbacks: {r: {spend_per_day: 20 EUR}}\nvoicemails: {v: {email: v@e.example, max: 2m}}\nsurveys: {e: {questions: [{id: n, play: p, keys: 1-5}]}}\nprompts: {p: Note.}\n",
		numbers + "services: {s: {open: {queue: q}}}\n" + people + "tests:\n- name: t\n  call: {to: 0972000001, at: 2026-11-24 10:00, agents: none}\n  expect: {ends: hangup}\n",
		"version: 1\nlanguages: [fr, en]\ncaller_id: 01 40 00 01 00\nkeep: {recordings: 90d, texts: 1y}\nnumbers:\n  01 40 00 01 00: {service: s}\n  09 39 00 01 00: {service: s, texts: true, arrives_as: 01 40 00 01 01}\nservices: {s: {open: [{language: en}, {queue: q}]}}\n" +
			"texts: {s: {queue: q, reply_open: Oui., words: {RAPPEL: {voicemail: v}}}}\nvoicemails: {v: {email: v@e.example}}\npauses: {p: 15m, f: no_limit}\n" + people,
	} {
		seeds = append(seeds, []byte(text))
	}
	return seeds
}

// rulesIn are the rules files in a golden file, or the file itself.
func rulesIn(name string, data []byte) (seeds [][]byte) {
	if filepath.Ext(name) != ".txtar" {
		return [][]byte{data}
	}
	for _, f := range txtar.Parse(data).Files {
		if filepath.Ext(f.Name) == ".yaml" {
			seeds = append(seeds, f.Data)
		}
	}
	return seeds
}

// draw returns the file of a number, and the one that it was made of.
func (m *mutator) draw(seed, number uint64) (file, from []byte) {
	m.Rand = rand.New(rand.NewPCG(seed, number))
	switch pick := m.IntN(100); {
	case pick < 50:
		from = m.seeds[m.IntN(m.sound)]
	case pick < 98:
		from = m.seeds[m.IntN(m.small)]
	default:
		from = m.seeds[m.IntN(len(m.seeds))]
	}
	file = bytes.Clone(from)
	for range 1 + m.IntN(4)/3 + m.IntN(12)/11 {
		file = m.mutate(file)
	}
	return file, from
}

// mutate changes one thing.
func (m *mutator) mutate(file []byte) []byte {
	switch m.IntN(12) {
	case 0: // cut off
		return file[:m.IntN(len(file)+1)]
	case 1: // a bit that tips over
		if len(file) > 0 {
			file[m.IntN(len(file))] ^= 1 << m.IntN(8)
		}
		return file
	case 2: // a few bytes gone
		from, to := m.span(len(file), 8)
		return append(file[:from:from], file[to:]...)
	case 3, 4: // a word or sign more
		at := m.IntN(len(file) + 1)
		return join(file[:at], []byte(m.token()), file[at:])
	case 5: // a part of another file
		other := m.seeds[m.IntN(m.small)]
		from, to := m.span(len(other), 60)
		at := m.IntN(len(file) + 1)
		return join(file[:at], other[from:to], file[at:])
	case 6, 7: // another word in the place of one
		if from, to := m.word(file); to > from {
			return join(file[:from], []byte(m.token()), file[to:])
		}
		return file
	case 8: // the same word twice, or two words swapped
		a, b := m.word(file)
		at := m.IntN(len(file) + 1)
		return join(file[:at], file[a:b], file[at:])
	}
	return m.line(file)
}

// line changes whole lines.
func (m *mutator) line(file []byte) []byte {
	lines := bytes.SplitAfter(file, []byte("\n"))
	i, k := m.IntN(len(lines)), m.IntN(len(lines))
	switch m.IntN(5) {
	case 0:
		lines[i], lines[k] = lines[k], lines[i]
	case 1:
		lines[i] = nil
	case 2:
		lines[i] = join(lines[i], lines[k])
	case 3:
		lines[i] = join([]byte(strings.Repeat(" ", 1+m.IntN(4))), lines[i])
	case 4:
		lines[i] = bytes.TrimLeft(lines[i], " ")
	}
	return bytes.Join(lines, nil)
}

func (m *mutator) token() string { return m.tokens[m.IntN(len(m.tokens))] }

// span is a piece of a text of some length.
func (m *mutator) span(length, most int) (from, to int) {
	from = m.IntN(length + 1)
	return from, min(length, from+1+m.IntN(most))
}

// word is where a word stands.
func (m *mutator) word(file []byte) (from, to int) {
	const apart = " \n[]{},:\""
	for from = m.IntN(len(file) + 1); from < len(file) && bytes.IndexByte([]byte(apart), file[from]) >= 0; from++ {
	}
	for to = from; to < len(file) && bytes.IndexByte([]byte(apart), file[to]) < 0; to++ {
	}
	return from, to
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
