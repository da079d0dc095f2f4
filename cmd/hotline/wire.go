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
	path, err := databasePath(cmd)
	if err != nil {
		return nil, err
	}
	db, err := store.OpenReader(cmd.Context(), path)
	return db, adviseDatabase(err)
}

// readTariffs reads the tables for a command that needs nothing else.
func readTariffs(cmd *cobra.Command) (*store.Tariffs, error) {
	db, err := openStore(cmd)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	return db.Tariffs(cmd.Context())
}

// openTool opens the database for commands that change something, also while the daemon runs.
func openTool(cmd *cobra.Command) (*store.DB, error) {
	path, err := databasePath(cmd)
	if err != nil {
		return nil, err
	}
	db, err := store.OpenTool(cmd.Context(), path)
	return db, adviseDatabase(err)
}

// openTables opens the database for commands that enter tariffs. They may come before the first start of serve: then they make
// it.
func openTables(cmd *cobra.Command) (*store.DB, error) {
	db, err := openTool(cmd)
	if !errors.Is(err, fs.ErrNotExist) {
		return db, err
	}
	path, err := databasePath(cmd)
	if err != nil {
		return nil, err
	}
	return store.Open(cmd.Context(), path)
}

func databasePath(cmd *cobra.Command) (string, error) {
	path, err := cmd.Flags().GetString("database")
	if err != nil || path != "" {
		return path, err
	}
	file, err := cmd.Flags().GetString("config")
	if err != nil {
		return "", err
	}
	daemon, err := config.LoadDaemonWithoutSecrets(file, cmd.Flags())
	if err != nil {
		return "", err
	}
	return daemon.Database, nil
}

func adviseDatabase(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w; hotline serve makes it when it first starts", err)
	}
	return err
}
