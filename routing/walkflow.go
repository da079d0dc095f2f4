package routing

import (
	"maps"
	"slices"
	"strings"

	"hotline/config"
)

// say: the caller hears a text with values in it.
func (w *walker) say(n *Node) {
	lang := n.Says.Speaks(w.kept.Lang, w.r.rules.Languages)
	w.tell(config.Text{Lang: lang, Words: w.r.filled(n.Says.Texts[lang], aloud(lang), &w.kept, w.contact)}, n.Says.Pos)
}

// text: the caller gets a text, if texts reach them.
func (w *walker) text(n *Node) {
	if !textable(w.contact) {
		return
	}
	lang := n.Says.Speaks(w.kept.Lang, w.r.rules.Languages)
	w.add(Event{Kind: GetsText, Lang: lang, Text: w.r.filled(n.Says.Texts[lang], inWriting(), &w.kept, w.contact), Pos: n.Says.Pos})
}

func (w *walker) tell(text config.Text, pos config.Pos) {
	w.answer()
	e := Event{Kind: Hears, Lang: text.Lang, Text: text.Words, Pos: pos, Length: spokenFor(text.Words), Guessed: true}
	w.add(e)
	w.now = w.now.Add(e.Length)
}

func (w *walker) set(n *Node) {
	w.kept.set(n)
	for _, name := range slices.Sorted(maps.Keys(n.Values)) {
		w.add(Event{Kind: Sets, Name: name, Text: w.kept.Values[name], Pos: w.r.steps[n.Name].Pos})
	}
}

func (w *walker) branch(n *Node) (next string) {
	next, way := w.r.choose(n, w.kept.circumstances(w.contact, w.now))
	for _, a := range n.Arms {
		if a.Way == way {
			w.take(way)
			w.add(Event{Kind: Branches, Name: a.Text, Pos: a.Pos})
		}
	}
	return next
}

// collect: the caller types the next keys while the last prompt is heard, up to a pause, or nothing when there are no more.
func (w *walker) collect(n *Node) (next string) {
	c := n.Asks
	w.add(Event{Kind: Collects, Name: c.Into, Text: c.DigitsText(), Pos: c.Pos})
	for tries := 1; ; tries++ {
		typed := w.typed(c)
		for i, prompt := range c.Play {
			key := ""
			if i == len(c.Play)-1 {
				key = typed
			}
			w.hear(prompt, config.Pos{}, key)
		}
		again := tries < c.Tries
		if c.Good(typed) {
			w.kept.put(c.Into, typed)
			w.add(Event{Kind: Types, Name: c.Into, Key: typed, Pos: c.Pos})
			if w.confirmed(c) {
				w.take(n.typed())
				return n.Next
			}
			w.kept.forget(c.Into)
		}
		w.add(Event{Kind: NotTyped, Name: c.Into, Key: typed, Again: again, Pos: c.Pos})
		if !again {
			w.take(n.way(0))
			return n.Other
		}
		if !c.Good(typed) {
			w.wrong(typed == "", c.Invalid, c.Silent)
		}
	}
}

// wrong is the prompt after nothing, or nothing that will do.
func (w *walker) wrong(silent bool, forWrong, forSilence string) {
	name := forWrong
	if silent {
		name = forSilence
	}
	if name != "" {
		w.hear(name, config.Pos{}, "")
	}
}

// typed takes the keys that the caller types into a collection.
func (w *walker) typed(c *config.Collection) (typed string) {
	w.keys = strings.TrimLeft(w.keys, ",")
	ended := false
	for w.keys != "" && w.keys[0] != ',' && !ended {
		key := w.keys[0]
		w.keys = w.keys[1:]
		if typed, ended = c.Take(typed, key); ended && key != '#' {
			w.keys = strings.TrimPrefix(w.keys, "#")
		}
	}
	if !ended {
		w.now = w.now.Add(c.Wait)
	}
	return typed
}

// confirmed lets the caller confirm the digits by the next key.
func (w *walker) confirmed(c *config.Collection) bool {
	if !c.Confirm {
		return true
	}
	w.tell(confirmation(w.kept.Lang, w.kept.Values[c.Into]), c.Pos)
	key := byte(0)
	if w.keys != "" {
		key, w.keys = w.keys[0], w.keys[1:]
	}
	return confirms(key)
}
