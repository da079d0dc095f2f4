package main

import (
	"github.com/spf13/cobra"

	"hotline/store"
)

// openStore opens the database for commands that only look.
func openStore(cmd *cobra.Command) (*store.DB, error) {
	path, err := cmd.Flags().GetString("db")
	if err != nil {
		return nil, err
	}
	return store.OpenReader(cmd.Context(), path)
}
