package store

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hotline/billing"
	"hotline/config"
)

func rulesSource(text string) config.Source {
	return config.Source{{Name: "/somewhere/rules.yaml", Data: []byte(text)}, {Name: "/somewhere/rules.d/sav.yaml", Data: []byte("# " + text)}}
}

func TestRulesVersions(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "hotline.db")
	db, err := Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.InForce(ctx); !errors.Is(err, ErrNoRulesVersion) {
		t.Fatalf("a new database has rules in force: %v", err)
	}
	at := time.Date(2026, 11, 28, 10, 0, 0, 0, time.UTC)
	first, _, err := db.PutInForce(ctx, RulesVersion{At: at, Who: "serve", Why: "first start", Source: rulesSource("one")}, 0, nil)
	if err != nil || first.Number != 1 {
		t.Fatalf("version %d, %v", first.Number, err)
	}
	if _, _, err := db.PutInForce(ctx, RulesVersion{At: at.Add(time.Hour), Who: "anne", Why: "more staff", Source: rulesSource("two")}, 1, nil); err != nil {
		t.Fatal(err)
	}
	if _, _, err := db.PutInForce(ctx, RulesVersion{At: at.Add(2 * time.Hour), Who: "anne", Why: "back", BackTo: 1, Source: first.Source}, 2, nil); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil { // what is in force is in force after a restart
		t.Fatal(err)
	}
	if db, err = Open(ctx, path); err != nil {
		t.Fatal(err)
	}
	defer db.Close()

	two := rulesSource("two").Relative()
	want := []RulesVersion{
		{Number: 3, Hash: first.Hash, At: at.Add(2 * time.Hour), Who: "anne", Why: "back", BackTo: 1, Source: first.Source},
		{Number: 2, Hash: two.Hash(), At: at.Add(time.Hour), Who: "anne", Why: "more staff", Source: two},
		{Number: 1, Hash: first.Hash, At: at, Who: "serve", Why: "first start", Source: rulesSource("one").Relative()},
	}
	got, err := db.RulesVersions(ctx, 10)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for name, read := range map[string]func() (RulesVersion, error){
		"in force": func() (RulesVersion, error) { return db.InForce(ctx) },
		"number 3": func() (RulesVersion, error) { return db.RulesVersion(ctx, 3) },
		"hash":     func() (RulesVersion, error) { return db.RulesByHash(ctx, first.Hash) },
	} {
		if v, err := read(); err != nil || v.Number != 3 {
			t.Errorf("%s: version %d, %v", name, v.Number, err)
		}
	}
	if _, err := db.RulesVersion(ctx, 4); !errors.Is(err, ErrNoRulesVersion) {
		t.Errorf("version 4: %v", err)
	}
}

// Two admins who start from the same version do not undo each other's work without knowing.
func TestSupersededRulesAreRefused(t *testing.T) {
	ctx := context.Background()
	db := open(t, filepath.Join(t.TempDir(), "hotline.db"))
	for i, text := range []string{"one", "two"} {
		if _, _, err := db.PutInForce(ctx, RulesVersion{At: time.Now(), Who: "anne", Why: text, Source: rulesSource(text)}, i, nil); err != nil {
			t.Fatal(err)
		}
	}
	_, _, err := db.PutInForce(ctx, RulesVersion{At: time.Now(), Who: "luc", Why: "late", Source: rulesSource("three")}, 1, nil)
	var superseded *SupersededError
	if !errors.As(err, &superseded) || superseded.Current.Number != 2 || superseded.Current.Who != "anne" {
		t.Fatalf("got %v", err)
	}
	if v, err := db.InForce(ctx); err != nil || v.Number != 2 {
		t.Errorf("version %d in force, %v", v.Number, err)
	}
}

// Prices that are refused leave no version behind.
func TestRulesWithPricesThatAreRefused(t *testing.T) {
	ctx := context.Background()
	db := open(t, filepath.Join(t.TempDir(), "hotline.db"))
	price, step, err := billing.ParseServicePrice("99 EUR/min", "")
	if err != nil {
		t.Fatal(err)
	}
	own := billing.Own{Number: "+33892400300", Price: []billing.Dated[billing.NumberPrice]{{Value: billing.NumberPrice{Price: price, Step: step}}}}
	if _, problems, err := db.PutInForce(ctx, RulesVersion{At: time.Now(), Source: rulesSource("dear")}, 0, []billing.Own{own}); err == nil || len(problems) == 0 {
		t.Fatalf("the price is taken: %v, %v", problems, err)
	}
	if v, err := db.InForce(ctx); !errors.Is(err, ErrNoRulesVersion) {
		t.Errorf("version %d in force, %v", v.Number, err)
	}
}
