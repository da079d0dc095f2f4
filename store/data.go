package store

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"sort"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"

	"hotline/billing"
)

// shipped holds the French number plan and the tariff steps, each row with its evidence.
//
//go:embed data/*.csv
var shipped embed.FS

// reform is when the prices of French special numbers took their present shape (call plus service, 1 October 2015, Paris
// time). The shipped rows hold from then on and say nothing about calls before.
func reform() time.Time { return time.Date(2015, 9, 30, 22, 0, 0, 0, time.UTC) }

// A planRow is a row of table number_plan.
type planRow struct {
	Prefix       string `db:"prefix"`
	Length       int    `db:"length"`
	Category     string `db:"category"`
	CapPerMinute *int64 `db:"cap_per_minute"`
	CapPerCall   *int64 `db:"cap_per_call"`
	Description  string `db:"description"`
	Source       string `db:"source"`
	Confidence   string `db:"confidence"`
	ValidFrom    int64  `db:"valid_from"`
	ValidTo      *int64 `db:"valid_to"`
}

// A stepRow is a row of table tariff_step.
type stepRow struct {
	Code      string `db:"code"`
	Unit      string `db:"unit"`
	Price     int64  `db:"price"`
	Blocks    string `db:"blocks"`
	Evidence  string `db:"evidence"`
	Verified  bool   `db:"verified"`
	ValidFrom int64  `db:"valid_from"`
	ValidTo   *int64 `db:"valid_to"`
}

// loadShipped brings the shipped tables into the file, once for each version of them. A row that changed from one
// version to the next is closed now and opened anew; a row that did not change stays as it is.
func loadShipped(ctx context.Context, db *sqlx.DB, now time.Time) error {
	plan, steps, version, err := readShipped()
	if err != nil {
		return fmt.Errorf("read the shipped tariff tables: %w", err)
	}
	err = inTx(ctx, db, func(tx *sqlx.Tx) error {
		var sets, same int
		if err := tx.GetContext(ctx, &sets, "SELECT count(*) FROM data_set"); err != nil {
			return err
		}
		if err := tx.GetContext(ctx, &same, "SELECT count(*) FROM data_set WHERE version = ?", version); err != nil || same == 1 {
			return err
		}
		from := now
		if sets == 0 {
			from = reform()
		}
		if err := syncPlan(ctx, tx, plan, from.UnixMilli()); err != nil {
			return fmt.Errorf("number plan: %w", err)
		}
		if err := syncSteps(ctx, tx, steps, from.UnixMilli()); err != nil {
			return fmt.Errorf("tariff steps: %w", err)
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO data_set (version, loaded) VALUES (?, ?)", version, now.UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("load the shipped tariff tables: %w", err)
	}
	return nil
}

func syncPlan(ctx context.Context, tx *sqlx.Tx, wanted []planRow, from int64) error {
	var have []planRow
	if err := tx.SelectContext(ctx, &have, "SELECT * FROM number_plan WHERE valid_to IS NULL"); err != nil {
		return err
	}
	byKey := map[string]planRow{}
	for _, r := range wanted {
		byKey[r.Prefix] = r
	}
	for _, old := range have {
		fresh, still := byKey[old.Prefix]
		fresh.ValidFrom = old.ValidFrom
		if still && fresh.same(old) {
			delete(byKey, old.Prefix)
			continue
		}
		if _, err := tx.ExecContext(ctx, "UPDATE number_plan SET valid_to = ? WHERE prefix = ? AND valid_from = ?",
			from, old.Prefix, old.ValidFrom); err != nil {
			return fmt.Errorf("close %s: %w", old.Prefix, err)
		}
	}
	for _, r := range wanted {
		if _, new := byKey[r.Prefix]; !new {
			continue
		}
		r.ValidFrom = from
		if _, err := tx.NamedExecContext(ctx, `INSERT INTO number_plan (prefix, length, category, cap_per_minute, cap_per_call,
			description, source, confidence, valid_from) VALUES (:prefix, :length, :category, :cap_per_minute, :cap_per_call,
			:description, :source, :confidence, :valid_from)`, r); err != nil {
			return fmt.Errorf("insert %s: %w", r.Prefix, err)
		}
	}
	return nil
}

// same compares what a row says, not how it is worded.
func (r planRow) same(o planRow) bool {
	return r.Length == o.Length && r.Category == o.Category && equal(r.CapPerMinute, o.CapPerMinute) && equal(r.CapPerCall, o.CapPerCall)
}

func syncSteps(ctx context.Context, tx *sqlx.Tx, wanted []stepRow, from int64) error {
	var have []stepRow
	if err := tx.SelectContext(ctx, &have, "SELECT * FROM tariff_step WHERE valid_to IS NULL"); err != nil {
		return err
	}
	byKey := map[string]stepRow{}
	for _, r := range wanted {
		byKey[r.Code] = r
	}
	for _, old := range have {
		fresh, still := byKey[old.Code]
		if still && fresh.Unit == old.Unit && fresh.Price == old.Price && fresh.Verified == old.Verified {
			delete(byKey, old.Code)
			continue
		}
		if _, err := tx.ExecContext(ctx, "UPDATE tariff_step SET valid_to = ? WHERE code = ? AND valid_from = ?",
			from, old.Code, old.ValidFrom); err != nil {
			return fmt.Errorf("close %s: %w", old.Code, err)
		}
	}
	for _, r := range wanted {
		if _, new := byKey[r.Code]; !new {
			continue
		}
		r.ValidFrom = from
		if _, err := tx.NamedExecContext(ctx, `INSERT INTO tariff_step (code, unit, price, blocks, evidence, verified, valid_from)
			VALUES (:code, :unit, :price, :blocks, :evidence, :verified, :valid_from)`, r); err != nil {
			return fmt.Errorf("insert %s: %w", r.Code, err)
		}
	}
	return nil
}

func readShipped() (plan []planRow, steps []stepRow, version string, err error) {
	hash := sha256.New()
	records, err := readCSV("data/number_plan_fr.csv", hash.Write)
	if err != nil {
		return nil, nil, "", err
	}
	for _, r := range records {
		row := planRow{Prefix: r["prefix"], Category: r["category"], Description: r["description"], Source: r["source"], Confidence: r["confidence"]}
		if row.Length, err = strconv.Atoi(r["length"]); err != nil {
			return nil, nil, "", fmt.Errorf("number_plan_fr.csv, prefix %s: length: %w", row.Prefix, err)
		}
		if row.Prefix == "00" {
			continue // canonical numbers have no international prefix; "+" stands for abroad
		}
		if row.CapPerMinute, err = parseCap(r["s_cap_min_ttc"], "/min"); err == nil {
			row.CapPerCall, err = parseCap(r["s_cap_call_ttc"], "/call")
		}
		if err != nil {
			return nil, nil, "", fmt.Errorf("number_plan_fr.csv, prefix %s: %w", row.Prefix, err)
		}
		plan = append(plan, row)
	}
	if records, err = readCSV("data/tariff_step_fr.csv", hash.Write); err != nil {
		return nil, nil, "", err
	}
	for _, r := range records {
		price, err := billing.ParsePrice(r["price_ttc_eur"] + " EUR/" + r["unit"])
		if err != nil {
			return nil, nil, "", fmt.Errorf("tariff_step_fr.csv, step %s: %w", r["code"], err)
		}
		steps = append(steps, stepRow{Code: r["code"], Unit: r["unit"], Price: int64(price.PerMinute + price.PerCall),
			Blocks: r["blocks"], Evidence: r["evidence"], Verified: r["confidence"] != "unverified"})
	}
	return plan, steps, hex.EncodeToString(hash.Sum(nil))[:12], nil
}

// parseCap reads a ceiling in euro; empty is none.
func parseCap(s, unit string) (*int64, error) {
	if s == "" {
		return nil, nil
	}
	p, err := billing.ParsePrice(s + " EUR" + unit)
	if err != nil {
		return nil, err
	}
	amount := int64(p.PerMinute + p.PerCall)
	return &amount, nil
}

// readCSV reads a shipped table as one map per row, and hands its bytes to sum.
func readCSV(name string, sum func([]byte) (int, error)) ([]map[string]string, error) {
	body, err := shipped.ReadFile(name)
	if err != nil {
		return nil, err
	}
	if _, err := sum(body); err != nil {
		return nil, err
	}
	file, err := shipped.Open(name)
	if err != nil {
		return nil, err
	}
	defer closeQuietly(file)
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var out []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, column := range lines[0] {
			row[column] = line[i]
		}
		out = append(out, row)
	}
	return out, nil
}

// closeQuietly closes a file that was only read from memory, where closing cannot fail.
func closeQuietly(f fs.File) { _ = f.Close() }

// A datedPlan is the number plan as it was from one moment until the next one's.
type datedPlan struct {
	from int64
	plan billing.Plan
}

// loadPlans reads the number plan with its history, as one plan for each moment at which something changed, oldest first,
// and the version of the data. It is read once: only Open changes it.
func loadPlans(ctx context.Context, db *sqlx.DB) ([]datedPlan, string, error) {
	var version string
	if err := db.GetContext(ctx, &version, "SELECT version FROM data_set ORDER BY loaded DESC LIMIT 1"); err != nil {
		return nil, "", fmt.Errorf("read the version of the tariff data: %w", err)
	}
	var rows []planRow
	if err := db.SelectContext(ctx, &rows, "SELECT * FROM number_plan"); err != nil {
		return nil, "", fmt.Errorf("read the number plan: %w", err)
	}
	var moments []int64
	for _, r := range rows {
		moments = append(moments, r.ValidFrom)
		if r.ValidTo != nil {
			moments = append(moments, *r.ValidTo)
		}
	}
	slices.Sort(moments)
	var plans []datedPlan
	for _, at := range slices.Compact(moments) {
		var ranges []billing.Range
		for _, r := range rows {
			if r.ValidFrom <= at && (r.ValidTo == nil || *r.ValidTo > at) {
				ranges = append(ranges, r.value())
			}
		}
		plan, err := billing.NewPlan(ranges)
		if err != nil {
			return nil, "", err
		}
		plans = append(plans, datedPlan{at, plan})
	}
	return plans, version, nil
}

func (r planRow) value() billing.Range {
	v := billing.Range{Prefix: r.Prefix, Length: r.Length, Category: billing.Category(r.Category)}
	if r.CapPerMinute != nil && r.CapPerCall != nil {
		v.Capped = true
		v.Ceiling = billing.Price{PerMinute: billing.Money(*r.CapPerMinute), PerCall: billing.Money(*r.CapPerCall)}
	}
	return v
}

// planAt returns the number plan that was valid at a moment; before the first one it knows no number.
func (db *DB) planAt(at time.Time) billing.Plan {
	ms := at.UnixMilli()
	next := sort.Search(len(db.plans), func(i int) bool { return db.plans[i].from > ms })
	if next == 0 {
		return billing.Plan{}
	}
	return db.plans[next-1].plan
}

func equal(a, b *int64) bool { return a == b || a != nil && b != nil && *a == *b }
