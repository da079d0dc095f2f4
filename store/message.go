package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"hotline/number"
	"hotline/outbox"
	"hotline/routing"
)

// A messageRow is a row of table message.
type messageRow struct {
	ID         string `db:"id"`
	Call       string `db:"call"`
	Mailbox    string `db:"mailbox"`
	Service    string `db:"service"`
	Number     string `db:"number"`
	Caller     string `db:"caller"`
	CallerName string `db:"caller_name"`
	At         int64  `db:"at"`
	LengthMS   int64  `db:"length_ms"`
	State      string `db:"state"`
	Who        string `db:"who"`
	Since      int64  `db:"since"`
	Heard      *int64 `db:"heard"`
	Posted     bool   `db:"posted"`
}

func newMessageRow(k routing.Kept, posted bool) messageRow {
	return messageRow{ID: k.ID, Call: k.Call, Mailbox: k.Mailbox, Service: k.Service, Number: string(k.Number), Caller: string(k.Caller),
		CallerName: k.CallerName, At: k.At.UnixMilli(), LengthMS: k.Length.Milliseconds(), State: string(k.State), Who: k.Who,
		Since: k.Since.UnixMilli(), Heard: ms(k.Heard), Posted: posted}
}

func (r messageRow) kept() routing.Kept {
	return routing.Kept{
		Message: routing.Message{ID: r.ID, Call: r.Call, Mailbox: r.Mailbox, Service: r.Service, Number: number.Number(r.Number),
			Caller: number.Number(r.Caller), CallerName: r.CallerName, At: moment(&r.At), Length: time.Duration(r.LengthMS) * time.Millisecond},
		State: routing.MessageState(r.State), Who: r.Who, Since: moment(&r.Since), Heard: moment(r.Heard),
	}
}

// A changeRow is a row of table message_change.
type changeRow struct {
	Message string `db:"message"`
	At      int64  `db:"at"`
	What    string `db:"what"`
	Who     string `db:"who"`
}

const (
	insertMessageSQL = `INSERT INTO message (id, call, mailbox, service, number, caller, caller_name, at, length_ms, state, who, since, heard, posted)
		VALUES (:id, :call, :mailbox, :service, :number, :caller, :caller_name, :at, :length_ms, :state, :who, :since, :heard, :posted)
		ON CONFLICT (id) DO NOTHING`
	changeMessageSQL = `UPDATE message SET state = :state, who = :who, since = :since, heard = :heard WHERE id = :id`
	noteChangeSQL    = `INSERT INTO message_change (message, at, what, who) VALUES (:message, :at, :what, :who)`
)

// Left writes down a message, and the letter that tells of it, in one durable transaction; a letter without a kind is none. When the
// outbox is full, the message stands alone, and Unposted has it.
func (db *DB) Left(ctx context.Context, m routing.Message, letter outbox.Letter) error {
	var row letterRow
	if letter.Kind != "" {
		var err error
		if row, err = newLetterRow(letter); err != nil {
			return err
		}
	}
	err := db.write(ctx, db.durable, func(tx *sqlx.Tx) error {
		posted := true
		if letter.Kind != "" {
			switch err := post(ctx, tx, row); {
			case errors.Is(err, outbox.ErrFull):
				posted = false
			case err != nil:
				return err
			}
		}
		kept := routing.Kept{Message: m, State: routing.MessageNew, Since: m.At}
		done, err := tx.NamedExecContext(ctx, insertMessageSQL, newMessageRow(kept, posted))
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 { // it has been written before
			return err
		}
		return note(ctx, tx, m.ID, routing.LeaveMessage, "", m.At)
	})
	if err != nil {
		return fmt.Errorf("write message %s: %w", m.ID, err)
	}
	return nil
}

func note(ctx context.Context, tx *sqlx.Tx, id string, what routing.MessageDeed, who string, at time.Time) error {
	_, err := tx.NamedExecContext(ctx, noteChangeSQL, changeRow{Message: id, At: at.UnixMilli(), What: string(what), Who: who})
	return err
}

// LeftBy counts the messages that a caller has left since then.
func (db *DB) LeftBy(ctx context.Context, caller number.Number, since time.Time) (n int, err error) {
	err = db.read.GetContext(ctx, &n, "SELECT count(*) FROM message WHERE caller = ? AND at >= ?", string(caller), since.UnixMilli())
	if err != nil {
		return 0, fmt.Errorf("count the messages of a caller: %w", err)
	}
	return n, nil
}

// Unposted are the messages of which no letter tells yet.
func (db *DB) Unposted(ctx context.Context) ([]routing.Kept, error) {
	return db.messages(ctx, "SELECT * FROM message WHERE posted = 0 ORDER BY id")
}

// PostMessage posts the letter that tells of a message, of which none did.
func (db *DB) PostMessage(ctx context.Context, id string, letter outbox.Letter) error {
	row, err := newLetterRow(letter)
	if err != nil {
		return err
	}
	return db.write(ctx, db.durable, func(tx *sqlx.Tx) error {
		if err := post(ctx, tx, row); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "UPDATE message SET posted = 1 WHERE id = ?", id)
		return err
	})
}

// Messages are those that are there, the newest first.
func (db *DB) Messages(ctx context.Context) ([]routing.Kept, error) {
	return db.messages(ctx, "SELECT * FROM message ORDER BY at DESC, id DESC")
}

// MessagesOf are the latest that a caller has left and that are kept, the newest first.
func (db *DB) MessagesOf(ctx context.Context, caller number.Number, limit int) ([]routing.Kept, error) {
	return db.messages(ctx, "SELECT * FROM message WHERE caller = ? ORDER BY at DESC LIMIT ?", string(caller), limit)
}

func (db *DB) messages(ctx context.Context, query string, args ...any) (out []routing.Kept, err error) {
	var rows []messageRow
	if err := db.read.SelectContext(ctx, &rows, query, args...); err != nil {
		return nil, fmt.Errorf("read the messages: %w", err)
	}
	for _, r := range rows {
		out = append(out, r.kept())
	}
	return out, nil
}

// MessageChanges are what was done with a message, in order.
func (db *DB) MessageChanges(ctx context.Context, id string) (out []routing.MessageChange, err error) {
	var rows []changeRow
	if err := db.read.SelectContext(ctx, &rows, "SELECT * FROM message_change WHERE message = ? ORDER BY at, rowid", id); err != nil {
		return nil, fmt.Errorf("read what was done with message %s: %w", id, err)
	}
	for _, r := range rows {
		out = append(out, routing.MessageChange{At: moment(&r.At), What: routing.MessageDeed(r.What), Who: r.Who})
	}
	return out, nil
}

// ChangeMessage does something with a message, on the disk when it returns. Of two who claim it at the same time one gets a
// *routing.TakenError that says who has it. A message that is done takes its caller off the list of whom to call back.
func (db *DB) ChangeMessage(ctx context.Context, id string, what routing.MessageDeed, who string, at time.Time) (k routing.Kept, err error) {
	err = db.write(ctx, db.durable, func(tx *sqlx.Tx) error {
		var row messageRow
		err := tx.GetContext(ctx, &row, "SELECT * FROM message WHERE id = ?", id)
		if errors.Is(err, sql.ErrNoRows) {
			return routing.ErrNoMessage
		}
		if err != nil {
			return err
		}
		if k, err = row.kept().After(what, who, at); err != nil {
			return err
		}
		if _, err := tx.NamedExecContext(ctx, changeMessageSQL, newMessageRow(k, row.Posted)); err != nil {
			return err
		}
		if what == routing.DoneMessage && k.Caller != "" {
			if err := settleCall(ctx, tx, k, who); err != nil {
				return err
			}
		}
		return note(ctx, tx, id, what, who, at)
	})
	if err != nil {
		return k, fmt.Errorf("change message %s: %w", id, err)
	}
	return k, nil
}

// settleCall notes that who left a message has been dealt with, up to the end of the call in which it was left. What they have missed
// since stays on the list.
func settleCall(ctx context.Context, tx *sqlx.Tx, k routing.Kept, who string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO missed_done (caller, at, who, note)
		SELECT caller, closed, ?, 'voicemail' FROM call WHERE id = ? AND closed IS NOT NULL AND caller <> '' ON CONFLICT (caller, at) DO NOTHING`, who, k.Call)
	return err
}

// DropMessage takes out a message whose file is gone, and notes who has done that.
func (db *DB) DropMessage(ctx context.Context, id string, what routing.MessageDeed, who string, at time.Time) error {
	err := db.write(ctx, db.durable, func(tx *sqlx.Tx) error {
		done, err := tx.ExecContext(ctx, "DELETE FROM message WHERE id = ?", id)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return note(ctx, tx, id, what, who, at)
	})
	if err != nil {
		return fmt.Errorf("delete message %s: %w", id, err)
	}
	return nil
}

// MessagesBefore are those that were left before then.
func (db *DB) MessagesBefore(ctx context.Context, before time.Time) ([]routing.Kept, error) {
	return db.messages(ctx, "SELECT * FROM message WHERE at < ? ORDER BY at", before.UnixMilli())
}

var _ routing.Mailroom = (*DB)(nil)
