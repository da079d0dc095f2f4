package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"hotline/web"
)

func wish(text, why string) web.RulesWish {
	return web.RulesWish{Files: []web.RulesFile{{Name: "rules.yaml", Text: text}}, Why: why}
}

// Many who apply at once take turns: each version is that of one of them, and whoever looks sees whole ones.
func TestManyApplyAtOnce(t *testing.T) {
	book := firstBook(t)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			if _, err := book.Apply(t.Context(), wish(strings.Replace(applyRules, "20s", fmt.Sprintf("%ds", 30+i), 1), fmt.Sprint(i))); err != nil {
				t.Error(err)
			}
		})
		all.Go(func() {
			if o, err := book.Check(t.Context(), wish(applyRules, "").Source()); err != nil || o.Before < 1 {
				t.Errorf("check: %+v, %v", o, err)
			}
		})
	}
	all.Wait()
	versions, err := book.Versions(t.Context(), 20)
	if err != nil || len(versions) != 9 {
		t.Fatalf("%d versions, %v", len(versions), err)
	}
	if current := *book.current.Load(); current.Number != 9 || current.Hash != versions[0].Hash {
		t.Errorf("%d is known to be in force, and %s written down", current.Number, versions[0].Hash)
	}
}

// What nobody waits for any more is not put in force behind their back.
func TestApplyGivenUp(t *testing.T) {
	book := firstBook(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if o, err := book.Apply(ctx, wish(strings.Replace(applyRules, "20s", "30s", 1), "x")); !errors.Is(err, context.Canceled) {
		t.Errorf("a wish that was given up: %+v, %v", o, err)
	}
	if v, err := book.Version(t.Context(), 0); err != nil || v.Number != 1 {
		t.Errorf("version %d is in force, %v", v.Number, err)
	}
}

// A file that is saved so that it cannot be read is not passed over in silence; once it can be read again it is applied.
func TestSavedFileThatCannotBeRead(t *testing.T) {
	book := firstBook(t)
	told := newMemory(slog.DiscardHandler)
	book.log = slog.New(told)
	ctx, stop := context.WithCancel(t.Context())
	var watching sync.WaitGroup
	defer watching.Wait()
	defer stop()
	watching.Go(func() { book.onSave(ctx) })
	o := &office{t: t}
	save := func(text string) {
		if err := os.WriteFile(book.at.rules, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for seconds := 21; book.current.Load().Number == 1; seconds++ { // the first may come before somebody looks
		save(strings.Replace(applyRules, "20s", fmt.Sprintf("%ds", seconds), 1))
		<-time.After(4 * saveRest)
	}
	if err := os.Remove(book.at.rules); err != nil {
		t.Fatal(err)
	}
	o.until(func() bool { return told.last.log().Error != nil })
	if text := told.last.log().Error.Text; !strings.Contains(text, "not put in force") {
		t.Errorf("told: %s", text)
	}
	before := book.current.Load().Number
	save(strings.Replace(applyRules, "20s", "400s", 1))
	o.until(func() bool { return book.current.Load().Number > before })
}
