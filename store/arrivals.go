package store

import (
	"context"
	"fmt"
	"time"

	"hotline/number"
)

// An Arrival is a number as a switch delivered it, and what it met.
type Arrival struct {
	Switch, Arrived string
	Number          number.Number // ours that it met the last time; "" = none
	Service         string
	Last            time.Time
	Calls           int // of the latest ones
}

// latestCalls is how far back arrivals are looked for: a company's busy week.
const latestCalls = 5000

// Arrivals lists the numbers that calls came in for, the one that came last first.
func (db *DB) Arrivals(ctx context.Context, limit int) ([]Arrival, error) {
	var rows []struct {
		Switch  string `db:"switch"`
		Arrived string `db:"arrived"`
		Number  string `db:"number"`
		Service string `db:"service"`
		Last    int64  `db:"last"`
		Calls   int    `db:"calls"`
	}
	// SQLite takes the other columns from the row that has the maximum.
	err := db.read.SelectContext(ctx, &rows, `SELECT switch, arrived, number, service, max(opened) AS last, count(*) AS calls
		FROM (SELECT * FROM call ORDER BY opened DESC LIMIT ?) WHERE arrived <> '' GROUP BY switch, arrived
		ORDER BY last DESC, arrived LIMIT ?`, latestCalls, limit)
	if err != nil {
		return nil, fmt.Errorf("read the numbers that calls came in for: %w", err)
	}
	var all []Arrival
	for _, r := range rows {
		all = append(all, Arrival{Switch: r.Switch, Arrived: r.Arrived, Number: number.Number(r.Number), Service: r.Service,
			Last: moment(&r.Last), Calls: r.Calls})
	}
	return all, nil
}
