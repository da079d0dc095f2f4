package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"hotline/number"
	"hotline/routing"
)

// A Person is somebody whom the company has in its contacts.
type Person struct {
	Number           number.Number
	Name             string
	Language         string // two letters; empty: not said
	Groups           []string
	Notes            string // of any number of lines
	Source           string // the file that they came from, or who wrote them down
	Created, Changed time.Time
}

// A personRow is a row of table contact.
type personRow struct {
	Number   string `db:"number"`
	Name     string `db:"name"`
	Language string `db:"language"`
	Groups   string `db:"groups"`
	Notes    string `db:"notes"`
	Source   string `db:"source"`
	Created  int64  `db:"created"`
	Changed  int64  `db:"changed"`
}

func newPersonRow(p Person) personRow {
	return personRow{Number: string(p.Number), Name: p.Name, Language: p.Language, Groups: list(p.Groups), Notes: p.Notes, Source: p.Source,
		Created: p.Created.UnixMilli(), Changed: p.Changed.UnixMilli()}
}

func (r personRow) person() (Person, error) {
	groups, err := unlist(r.Groups)
	if err != nil {
		return Person{}, fmt.Errorf("groups of %s: %w", number.Number(r.Number).Masked(), err)
	}
	return Person{Number: number.Number(r.Number), Name: r.Name, Language: r.Language, Groups: groups, Notes: r.Notes, Source: r.Source,
		Created: moment(&r.Created), Changed: moment(&r.Changed)}, nil
}

const upsertPersonSQL = `INSERT INTO contact (number, name, language, groups, notes, source, created, changed)
	VALUES (:number, :name, :language, :groups, :notes, :source, :created, :changed)
	ON CONFLICT (number) DO UPDATE SET name = excluded.name, language = excluded.language, groups = excluded.groups, notes = excluded.notes,
	source = excluded.source, changed = excluded.changed`

// contactOf reads the contact with a number, if there is one.
func contactOf(ctx context.Context, tx *sqlx.Tx, n number.Number) (p Person, found bool, err error) {
	var row personRow
	err = tx.GetContext(ctx, &row, "SELECT * FROM contact WHERE number = ?", n)
	if errors.Is(err, sql.ErrNoRows) {
		return Person{}, false, nil
	}
	if err == nil {
		p, err = row.person()
	}
	return p, err == nil, err
}

// People are the contacts with those numbers.
func (db *DB) People(ctx context.Context, numbers ...number.Number) (map[number.Number]Person, error) {
	people := map[number.Number]Person{}
	err := inTx(ctx, db.read, func(tx *sqlx.Tx) error {
		for _, n := range numbers {
			p, found, err := contactOf(ctx, tx, n)
			if err != nil {
				return err
			}
			if found {
				people[n] = p
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read contacts: %w", err)
	}
	return people, nil
}

// AllPeople are the contacts in which a text is found, or all when it is empty, by name.
func (db *DB) AllPeople(ctx context.Context, search string) ([]Person, error) {
	var rows []personRow
	if err := db.read.SelectContext(ctx, &rows, "SELECT * FROM contact ORDER BY name, number"); err != nil {
		return nil, fmt.Errorf("read the contacts: %w", err)
	}
	var people []Person
	for _, row := range rows {
		p, err := row.person()
		if err != nil {
			return nil, err
		}
		if p.has(search) {
			people = append(people, p)
		}
	}
	return people, nil
}

// has says whether a text is in what is known of somebody. A number is found however it is written, and by a part of it.
func (p Person) has(search string) bool {
	text := strings.ToLower(search)
	for _, part := range append([]string{p.Name, p.Language, p.Notes}, p.Groups...) {
		if strings.Contains(strings.ToLower(part), text) {
			return true
		}
	}
	digits := strings.Map(func(c rune) rune {
		switch {
		case c >= '0' && c <= '9', c == '+':
			return c
		case strings.ContainsRune(" .-/()", c):
			return -1
		}
		return 'x' // no number has one
	}, search)
	return digits != "" && (strings.Contains(string(p.Number), digits) || strings.Contains(p.Number.National(), digits))
}

// PutPeople writes contacts, all or none: those that are there already are replaced, except for when they were created.
func (db *DB) PutPeople(ctx context.Context, people []Person) error {
	err := db.write(ctx, db.durable, func(tx *sqlx.Tx) error {
		put, err := tx.PrepareNamedContext(ctx, upsertPersonSQL)
		if err != nil {
			return err
		}
		defer put.Close()
		for _, p := range people {
			if _, err := put.ExecContext(ctx, newPersonRow(p)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("write contacts: %w", err)
	}
	return nil
}

// EditPerson changes a contact, or makes one: nobody else does meanwhile.
func (db *DB) EditPerson(ctx context.Context, n number.Number, edit func(p *Person)) error {
	err := db.write(ctx, db.durable, func(tx *sqlx.Tx) error {
		p, _, err := contactOf(ctx, tx, n)
		if err != nil {
			return err
		}
		p.Number = n
		edit(&p)
		_, err = tx.NamedExecContext(ctx, upsertPersonSQL, newPersonRow(p))
		return err
	})
	if err != nil {
		return fmt.Errorf("write contact %s: %w", n.Masked(), err)
	}
	return nil
}

// RemovePerson takes somebody out of the contacts, and says whether they were in it. Their calls stay.
func (db *DB) RemovePerson(ctx context.Context, n number.Number) (there bool, err error) {
	err = db.write(ctx, db.durable, func(tx *sqlx.Tx) error {
		done, err := tx.ExecContext(ctx, "DELETE FROM contact WHERE number = ?", n)
		if err != nil {
			return err
		}
		rows, err := done.RowsAffected()
		there = rows > 0
		return err
	})
	if err != nil {
		return false, fmt.Errorf("remove contact %s: %w", n.Masked(), err)
	}
	return there, nil
}

// CallsOf are the latest calls of one caller, the newest first, also one that goes on; and how many there are in all.
func (db *DB) CallsOf(ctx context.Context, caller number.Number, limit int) (calls []routing.Record, total int, err error) {
	err = inTx(ctx, db.read, func(tx *sqlx.Tx) error {
		if err := tx.GetContext(ctx, &total, "SELECT count(*) FROM call WHERE caller = ?", caller); err != nil {
			return err
		}
		calls, err = endedRecords(ctx, tx, "SELECT * FROM call WHERE caller = :caller ORDER BY opened DESC LIMIT :limit",
			map[string]any{"caller": string(caller), "limit": limit})
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("read the calls of %s: %w", caller.Masked(), err)
	}
	return calls, total, nil
}
