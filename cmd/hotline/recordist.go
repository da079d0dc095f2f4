package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"hotline/config"
	"hotline/pbx"
	"hotline/prompt"
	"hotline/routing"
	"hotline/web"
)

// A recordist keeps what people record of what callers hear. It is a routing.Recordist, and the web.Prompts of serve.
type recordist struct {
	book   *rulebook
	studio prompt.Studio
}

// takes begins the names of what is recorded and not kept yet.
const takes = "take-"

// newRecordist removes what an earlier run left unfinished.
func newRecordist(book *rulebook) *recordist {
	r := &recordist{book: book, studio: prompt.Studio{Folder: book.at.prompts.Folder}}
	left, _ := filepath.Glob(filepath.Join(r.studio.Folder, takes+"*.wav")) // of a folder that is not there, nothing
	for _, file := range left {
		_ = os.Remove(file) // it harms nobody
	}
	return r
}

func (r *recordist) all() []utterance {
	return utterancesBy(r.book.floor.force.Now().Rules, r.book.at.prompts)
}

func wanted(h utterance) routing.Wanted {
	return routing.Wanted{Name: h.name, Lang: h.langs[0], Words: h.words, File: h.record, Price: h.price}
}

// Wanted implements routing.Recordist.
func (r *recordist) Wanted() (all []routing.Wanted) {
	for _, h := range r.all() {
		if h.record == "" { // sayings, which come last
			break
		}
		all = append(all, wanted(h))
	}
	return all
}

// Beep implements routing.Recordist.
func (r *recordist) Beep() (file string, err error) { return r.studio.Beeps(1) }

// Raw implements routing.Recordist.
func (r *recordist) Raw(id string) string {
	return filepath.Join(r.studio.Folder, takes+id+"-raw.wav")
}

func (r *recordist) take(id string) string { return takes + id + ".wav" }

// Take implements routing.Recordist.
func (r *recordist) Take(id string, w routing.Wanted) (file string, m prompt.Measure, faults []prompt.Fault, err error) {
	m, faults, err = r.studio.Take(r.Raw(id), r.take(id), w.Price)
	return r.take(id), m, faults, err
}

// Keep implements routing.Recordist. Calls that begin from now on hear it; those that go on do as soon as they play it.
func (r *recordist) Keep(ctx context.Context, take string, w routing.Wanted) error {
	if err := r.studio.Keep(take, w.File, time.Now()); err != nil {
		return err
	}
	if err := r.book.freshen(ctx); err != nil {
		r.book.log.Warn("a recording is heard only after hotline apply", "file", w.File, "err", err)
	}
	return nil
}

// Drop implements routing.Recordist.
func (r *recordist) Drop(id string) {
	for _, file := range []string{r.Raw(id), filepath.Join(r.studio.Folder, r.take(id))} {
		_ = os.Remove(file) // it may never have been there, or have been kept
		if shelf := r.book.floor.shelf; shelf != nil {
			shelf.Remove(file)
		}
	}
}

// freshen makes the sounds of the rules in force anew, out of the files as they are now.
func (b *rulebook) freshen(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.floor.force.Now()
	sounds, err := makeSounds(ctx, now.Rules, b.at.prompts, b.log)
	if err != nil {
		return err
	}
	stock(sounds, b.floor.shelf, b.log)
	b.floor.force.Put(routing.NewVersion(now.Number, now.Rules, sounds))
	return nil
}

// Record implements web.Prompts.
func (r *recordist) Record(ctx context.Context, w web.RecordWish) (web.RecordOutcome, error) {
	h, err := chosen(r.all(), w.Name, w.Language)
	if err != nil {
		return web.RecordOutcome{}, err
	}
	var got routing.Recorded
	result, err := onItsSwitch(r.book.floor.boards, func(board *routing.Switchboard) (_ routing.PhoneResult, err error) {
		got, err = board.RecordAt(ctx, w.Phone, wanted(h))
		return got.Result, err
	})
	if err != nil {
		return web.RecordOutcome{}, err
	}
	out := web.RecordOutcome{Result: result, Name: h.name, Language: h.langs[0], Words: h.words, File: h.record, Faults: append([]prompt.Fault{}, got.Faults...)}
	if got.Result == routing.RecordKept {
		out.Seconds, out.Peak, out.Speech = got.Measure.Length.Seconds(), got.Measure.Peak, got.Measure.Speech
		if h.write != "" {
			out.Write, out.At = h.write, fmt.Sprintf("%s:%d", filepath.Base(h.pos.File), h.pos.Line)
		}
	}
	return out, nil
}

// onItsSwitch does something at a phone of the house by way of the first switch that reaches it. Whoever is there when hotline
// leaves is hung up.
func onItsSwitch(boards []*routing.Switchboard, do func(*routing.Switchboard) (routing.PhoneResult, error)) (result routing.PhoneResult, err error) {
	result = routing.PhoneUnreachable
	for _, board := range boards {
		if result, err = do(board); err != nil || result != routing.PhoneUnreachable {
			break
		}
	}
	if errors.Is(err, pbx.ErrRestart) {
		err = nil
	}
	return cmp.Or(result, routing.PhoneHungUp), err
}

// chosen is what is meant by a name, the name of a file or a number of the list, in that language.
func chosen(all []utterance, name, lang string) (utterance, error) {
	if n, err := strconv.Atoi(name); err == nil && n >= 1 && n <= len(all) && all[n-1].record != "" {
		return all[n-1], nil
	}
	var found []utterance
	for _, h := range all {
		same := h.record != "" && (h.name == name || h.record == name || config.Fold(h.name) == config.Fold(name))
		if same && (lang == "" || slices.Contains(h.langs, lang)) {
			found = append(found, h)
		}
	}
	switch len(found) {
	case 0:
		return utterance{}, fmt.Errorf("%w: %s %s", web.ErrNoPrompt, name, lang)
	case 1:
		return found[0], nil
	}
	return utterance{}, fmt.Errorf("%w: %s", web.ErrSeveralPrompts, strings.Join(languagesIn(found), ", "))
}

func languagesIn(found []utterance) (langs []string) {
	for _, h := range found {
		langs = append(langs, h.langs...)
	}
	return langs
}
