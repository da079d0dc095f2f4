package store

import (
	"context"
	"fmt"
	"time"

	"hotline/billing"
)

// CountCalls says how many records a filter wants; its limit does not count.
func (db *DB) CountCalls(ctx context.Context, f Filter) (int, error) {
	where, args := f.where()
	rows, err := db.read.NamedQueryContext(ctx, "SELECT count(*) FROM call WHERE "+where, args)
	if err != nil {
		return 0, fmt.Errorf("count the records: %w", err)
	}
	defer rows.Close()
	var n int
	for rows.Next() {
		if err := rows.Scan(&n); err != nil {
			return 0, fmt.Errorf("count the records: %w", err)
		}
	}
	return n, rows.Err()
}

// A Version is one charge of one leg as it was made at some time, with what it changed.
type Version struct {
	Leg     string
	Version int
	At      time.Time
	Why     string // "" when it was made at the end of the call
	Unrated billing.Reason
	Data    string // the version of the tariff data
	Parts   []VersionPart
}

// A VersionPart is one component of a version, with the difference to the version before.
type VersionPart struct {
	Part    billing.Part
	Amount  billing.Money
	Known   bool // Amount means something
	Gone    bool // the version before had it, this one has not
	Delta   billing.Money
	Price   string
	Tax     billing.Tax
	Seconds int64
}

// Versions are all charges that the legs of a call ever had, the first of each leg first.
func (db *DB) Versions(ctx context.Context, call string) ([]Version, error) {
	var ratings []ratingRow
	err := db.read.SelectContext(ctx, &ratings, "SELECT * FROM rating WHERE call = ? ORDER BY leg, version", call)
	if err != nil {
		return nil, fmt.Errorf("read the versions of call %s: %w", call, err)
	}
	var lines []ratedRow
	if err := db.read.SelectContext(ctx, &lines, "SELECT * FROM rated WHERE call = ? "+linesInOrder, call); err != nil {
		return nil, fmt.Errorf("read the versions of call %s: %w", call, err)
	}
	var out []Version
	for _, r := range ratings {
		v := Version{Leg: r.Leg, Version: r.Version, At: moment(&r.At), Why: r.Why, Unrated: billing.ParseReason(r.Unrated), Data: r.DataVersion}
		for _, l := range lines {
			if l.Leg != r.Leg || l.Version != r.Version {
				continue
			}
			line := l.line()
			v.Parts = append(v.Parts, VersionPart{Part: line.Part, Amount: line.Amount, Known: line.Standing == billing.Counted, Gone: l.Standing == void,
				Delta: billing.Money(l.Delta), Price: l.Price, Tax: line.Tax, Seconds: l.Seconds})
		}
		out = append(out, v)
	}
	return out, nil
}
