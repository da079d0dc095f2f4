package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"hotline/routing"
)

// An answerRow is a row of table answer.
type answerRow struct {
	Call     string `db:"call"`
	Survey   string `db:"survey"`
	Question string `db:"question"`
	Key      string `db:"key"`
	At       int64  `db:"at"`
	Agent    string `db:"agent"`
	Queue    string `db:"queue"`
}

// Answered writes down what a caller has answered. The first answer to a question in a call stands.
func (db *DB) Answered(ctx context.Context, a routing.Answer) error {
	row := answerRow{a.Call, a.Survey, a.Question, string(rune(a.Key)), a.At.UnixMilli(), a.Agent, a.Queue}
	err := db.write(ctx, db.durable, func(tx *sqlx.Tx) error {
		_, err := tx.NamedExecContext(ctx, `INSERT INTO answer (call, survey, question, key, at, agent, queue)
			VALUES (:call, :survey, :question, :key, :at, :agent, :queue) ON CONFLICT (call, survey, question) DO NOTHING`, row)
		return err
	})
	if err != nil {
		return fmt.Errorf("write the answer to %s of survey %s: %w", a.Question, a.Survey, err)
	}
	return nil
}

// Answers are those given since then, in their order; of one survey, or of all when it has no name.
func (db *DB) Answers(ctx context.Context, survey string, since time.Time) (out []routing.Answer, err error) {
	var rows []answerRow
	err = db.read.SelectContext(ctx, &rows, "SELECT * FROM answer WHERE at >= ? AND ? IN ('', survey) ORDER BY at, rowid", since.UnixMilli(), survey)
	if err != nil {
		return nil, fmt.Errorf("read the answers to surveys: %w", err)
	}
	for _, r := range rows {
		out = append(out, routing.Answer{Call: r.Call, Survey: r.Survey, Question: r.Question, Key: r.Key[0], At: moment(&r.At), Agent: r.Agent, Queue: r.Queue})
	}
	return out, nil
}

var _ routing.Opinions = (*DB)(nil)
