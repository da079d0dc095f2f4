package main

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"hotline/config"
	"hotline/store"
)

// openStore opens the database for commands that only look: the one that --database names, else the daemon's.
func openStore(cmd *cobra.Command) (*store.DB, error) {
	path, err := cmd.Flags().GetString("database")
	if err != nil {
		return nil, err
	}
	if path == "" {
		file, err := cmd.Flags().GetString("config")
		if err != nil {
			return nil, err
		}
		daemon, err := config.LoadDaemonWithoutSecrets(file, cmd.Flags())
		if err != nil {
			return nil, err
		}
		path = daemon.Database
	}
	db, err := store.OpenReader(cmd.Context(), path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w; hotline serve makes it when it first starts", err)
	}
	return db, err
}
