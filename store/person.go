package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"hotline/number"
)

// ErrOnTheLine is returned when somebody is to be forgotten who is on the line.
var ErrOnTheLine = errors.New("is on the line now")

// Erased is the flag of a call whose caller, or a number that was dialled in it, has been erased. What it cost stays as it was.
const Erased = "erased"

const eventErased = "person_erased"

// A personal table holds something of people: where theirs is, and what becomes of it when they are to be forgotten. A table that is
// made for something new comes into this list, or into that of its test, which has those that hold nothing of anybody.
type personal struct {
	table string
	where string // what is theirs
	erase string // empty: it stays, and says nothing of whose it was
}

// In the conditions :number and its spellings are the person's; theirCalls are those that they made.
const (
	theirCalls    = "SELECT id FROM call WHERE caller = :number"
	theirLegs     = "role <> 'customer' AND target IN (:number, :national)"
	theirMessages = "SELECT id FROM message WHERE caller = :number OR call IN (" + theirCalls + ")"
	named         = "(length(:number) > 8 AND (instr(content, :number) OR instr(content, :national) OR instr(content, :pretty)))"
	flagErased    = `UPDATE call SET flags = json_insert(flags, '$[#]', 'erased') WHERE NOT EXISTS (SELECT 1 FROM json_each(flags) WHERE value = 'erased')`
)

// personalTables are in the order in which they are emptied: what belongs to calls comes before them.
var personalTables = []personal{
	{"contact", "number = :number", "DELETE FROM contact WHERE "},
	{"blocked", "pattern = :number", "DELETE FROM blocked WHERE "},
	{"missed_done", "caller = :number", "DELETE FROM missed_done WHERE "},
	{"outbox", "call IN (" + theirCalls + ") OR " + named, "DELETE FROM outbox WHERE "},
	{"message_change", "message IN (" + theirMessages + ")", "DELETE FROM message_change WHERE "},
	{"message", "caller = :number OR call IN (" + theirCalls + ")", "DELETE FROM message WHERE "},
	{"answer", "call IN (" + theirCalls + ")", ""}, // says nothing of whose it was once the call does not
	{"place", "call IN (" + theirCalls + ")", ""},  // of a call that goes on
	{"rating", "call IN (" + theirCalls + ")", ""},
	{"rated", "call IN (" + theirCalls + ")", ""},
	{"event", "call IN (" + theirCalls + ")", ""},
	{"leg", "call IN (" + theirCalls + ") OR " + theirLegs, "UPDATE leg SET target = '' WHERE role <> 'customer' AND target IN (:number, :national) AND "},
	{"call", "caller = :number", "UPDATE call SET caller = '', caller_name = '', caller_hidden = 0 WHERE "},
}

// spellings are the values of the conditions.
func spellings(n number.Number) map[string]any {
	return map[string]any{"number": string(n), "national": n.National(), "pretty": n.Pretty()}
}

// HeldOn is everything that is held on a number, as the tables have it, by table.
func (db *DB) HeldOn(ctx context.Context, n number.Number) (map[string][]map[string]any, error) {
	held := map[string][]map[string]any{}
	err := inTx(ctx, db.read, func(tx *sqlx.Tx) error {
		for _, t := range personalTables {
			rows, err := tx.NamedQuery("SELECT * FROM "+t.table+" WHERE "+t.where, spellings(n))
			if err != nil {
				return fmt.Errorf("read table %s: %w", t.table, err)
			}
			for rows.Next() {
				row := map[string]any{}
				if err := rows.MapScan(row); err != nil {
					return errors.Join(err, rows.Close())
				}
				held[t.table] = append(held[t.table], row)
			}
			if err := errors.Join(rows.Err(), rows.Close()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read what is held on %s: %w", n.Masked(), err)
	}
	return held, nil
}

// Forget erases a person: contact, messages and letters go, calls become those of nobody, and what they cost stays. A line says that
// somebody was erased, on which day and by whom, and not who it was. It returns how many rows of each table were theirs.
func (db *DB) Forget(ctx context.Context, n number.Number, who string, at time.Time) (rows map[string]int64, err error) {
	rows = map[string]int64{}
	err = db.write(ctx, db.durable, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, "PRAGMA secure_delete = ON"); err != nil { // what is deleted is to be gone from the file
			return err
		}
		var open int
		if err := tx.GetContext(ctx, &open, "SELECT count(*) FROM call WHERE caller = ? AND closed IS NULL", n); err != nil {
			return err
		}
		if open > 0 {
			return ErrOnTheLine
		}
		for _, of := range []string{theirCalls, "SELECT call FROM leg WHERE " + theirLegs} {
			if _, err := tx.NamedExecContext(ctx, flagErased+" AND id IN ("+of+")", spellings(n)); err != nil {
				return err
			}
		}
		for _, t := range personalTables {
			if t.erase == "" {
				continue
			}
			done, err := tx.NamedExecContext(ctx, t.erase+"("+t.where+")", spellings(n))
			if err != nil {
				return fmt.Errorf("erase from table %s: %w", t.table, err)
			}
			if rows[t.table], err = done.RowsAffected(); err != nil {
				return err
			}
		}
		return db.noteErased(ctx, tx, rows, who, at)
	})
	if err != nil {
		return nil, fmt.Errorf("erase %s: %w", n.Masked(), err)
	}
	// The log beside the file has pages of before until it is brought back; a reader may keep it from that, and the next one does it.
	_, err = db.durable.db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	return rows, err
}

// noteErased notes that somebody was erased on a day: the moment could be held against other lists.
func (db *DB) noteErased(ctx context.Context, tx *sqlx.Tx, rows map[string]int64, who string, at time.Time) error {
	var parts []string
	for table, n := range rows {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", table, n))
		}
	}
	slices.Sort(parts)
	y, m, d := at.In(db.zone).Date()
	day := time.Date(y, m, d, 0, 0, 0, 0, db.zone)
	_, err := tx.NamedExecContext(ctx, insertEventSQL, eventRow{At: day.UnixMilli(), Kind: eventErased, Agent: who, Data: strings.Join(parts, ", ")})
	return err
}

// An Erasure is the line that says that somebody was erased.
type Erasure struct {
	Day  time.Time
	Who  string
	What string // how many rows of which tables
}

// Erasures are all of them, the latest first.
func (db *DB) Erasures(ctx context.Context) (out []Erasure, err error) {
	var events []eventRow
	if err := db.read.SelectContext(ctx, &events, "SELECT at, agent, data FROM event WHERE kind = ? ORDER BY seq DESC", eventErased); err != nil {
		return nil, fmt.Errorf("read who was erased: %w", err)
	}
	for _, e := range events {
		out = append(out, Erasure{Day: moment(&e.At), Who: e.Agent, What: e.Data})
	}
	return out, nil
}
