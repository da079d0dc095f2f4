package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"hotline/routing"
)

// A closureRow is a row of table closure.
type closureRow struct {
	Service string `db:"service"`
	Since   int64  `db:"since"`
	Until   *int64 `db:"until"`
	Play    string `db:"play"`
	Who     string `db:"who"`
	Why     string `db:"why"`
	Ended   *int64 `db:"ended"`
	EndedBy string `db:"ended_by"`
}

const endClosureSQL = `UPDATE closure SET ended = :since, ended_by = :who
	WHERE service = :service AND ended IS NULL AND (until IS NULL OR until > :since)`

// CloseService writes down that a service is closed by hand, in place of how it was closed before. It is on the disk when it returns.
func (db *DB) CloseService(ctx context.Context, c routing.Closing) error {
	row := closureRow{Service: c.Service, Since: c.Since.UnixMilli(), Until: ms(c.Until), Play: c.Play, Who: c.Who, Why: c.Why}
	err := db.write(ctx, db.durable, func(tx *sqlx.Tx) error {
		if _, err := tx.NamedExecContext(ctx, endClosureSQL, row); err != nil {
			return err
		}
		_, err := tx.NamedExecContext(ctx, `INSERT INTO closure (service, since, until, play, who, why, ended_by)
			VALUES (:service, :since, :until, :play, :who, :why, '')`, row)
		return err
	})
	if err != nil {
		return fmt.Errorf("write that %s is closed: %w", c.Service, err)
	}
	return nil
}

// OpenService writes down that a service is no longer closed by hand.
func (db *DB) OpenService(ctx context.Context, service, who string, at time.Time) error {
	err := db.write(ctx, db.durable, func(tx *sqlx.Tx) error {
		_, err := tx.NamedExecContext(ctx, endClosureSQL, closureRow{Service: service, Since: at.UnixMilli(), Who: who})
		return err
	})
	if err != nil {
		return fmt.Errorf("write that %s is open: %w", service, err)
	}
	return nil
}

// ClosedServices are those that are closed by hand at a moment, as far as it is known now, by name.
func (db *DB) ClosedServices(ctx context.Context, at time.Time) (closed []routing.Closing, err error) {
	var rows []closureRow
	if err := db.read.SelectContext(ctx, &rows, `SELECT * FROM closure WHERE ended IS NULL AND (until IS NULL OR until > ?) ORDER BY service, since`,
		at.UnixMilli()); err != nil {
		return nil, fmt.Errorf("read which services are closed by hand: %w", err)
	}
	for _, r := range rows {
		closed = append(closed, routing.Closing{Service: r.Service, Since: moment(&r.Since), Until: moment(r.Until), Play: r.Play, Who: r.Who, Why: r.Why})
	}
	return closed, nil
}

var _ routing.ClosureBook = (*DB)(nil)
