package main

import (
	"context"

	"hotline/store"
)

// inForce is the version of the rules that is in force, or that the next start of serve puts in force. known is false when there
// is none: the hotline has never run, or its database cannot be read, of which serve and status tell.
func inForce(ctx context.Context, at place) (v store.RulesVersion, known bool) {
	if at.database == "" {
		return v, false
	}
	db, err := store.OpenReader(ctx, at.database)
	if err != nil {
		return v, false
	}
	defer db.Close()
	v, err = db.InForce(ctx)
	return v, err == nil
}
