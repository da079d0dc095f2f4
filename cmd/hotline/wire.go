package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"hotline/config"
	"hotline/disk"
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
	if err := notForRoot(path); err != nil {
		return nil, err
	}
	return store.Open(cmd.Context(), path)
}

// notForRoot refuses to let root make a database in the folder of another user, who could not write it.
func notForRoot(database string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	info, err := os.Stat(filepath.Dir(database))
	if err != nil {
		return nil // opening it says what is wrong
	}
	owner, _ := disk.Owner(info)
	if owner == 0 {
		return nil
	}
	name := strconv.Itoa(owner)
	if u, err := user.LookupId(name); err == nil {
		name = u.Username
	}
	return mistaken("pas en root : %s est à l'utilisateur %s, qui ne pourrait plus écrire dans la base. À faire : sudo -u %[2]s hotline ..., et pour répondre aux appels sudo systemctl start hotline",
		"not as root: %s belongs to user %s, who could not write the database any more. To do: sudo -u %[2]s hotline ..., and to answer calls sudo systemctl start hotline",
		filepath.Dir(database), name)
}

// noDatabase is a database that is not there yet.
type noDatabase struct {
	cause error
	mistake
}

func (n *noDatabase) Unwrap() []error { return []error{n.cause, &n.mistake} }

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
	var missing *fs.PathError
	if errors.As(err, &missing) && errors.Is(err, fs.ErrNotExist) {
		return &noDatabase{err, mistake{
			fmt.Sprintf("%s n'existe pas encore : hotline serve crée la base de données à son premier démarrage", missing.Path),
			fmt.Sprintf("%s does not exist yet: hotline serve makes the database when it first starts", missing.Path),
		}}
	}
	return err
}
