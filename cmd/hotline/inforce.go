package main

import (
	"context"
	"errors"
	"io/fs"

	"hotline/store"
)

// inForce is the version of the rules that is in force, or that the next start of serve puts in force. The error is
// store.ErrNoRulesVersion when there is none, for hotline has never run; any other says that nobody can know.
func inForce(ctx context.Context, at place) (v store.RulesVersion, err error) {
	if at.database == "" {
		return v, store.ErrNoRulesVersion
	}
	db, err := store.OpenReader(ctx, at.database)
	if errors.Is(err, fs.ErrNotExist) {
		return v, store.ErrNoRulesVersion
	} else if err != nil {
		return v, err
	}
	defer db.Close()
	return db.InForce(ctx)
}
