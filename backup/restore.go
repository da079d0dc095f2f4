package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/user"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"hotline/config"
	"hotline/disk"
	"hotline/store"
)

// A Proof is what came of looking a backup through.
type Proof struct {
	*Manifest
	Rules    *config.Rules   // nil when this program refuses them
	Problems config.Problems // of the rules
	Schema   int             // that the database has once this program has started

	InForce *store.RulesVersion // of the database; nil when it has none that this program can read: then the rules file comes in force
}

// Check proves that a backup can be restored: it takes all of it into a folder of its own, opens what is there with this
// program as serve would, and removes it again.
func Check(ctx context.Context, archive string) (p Proof, err error) {
	info, err := os.Stat(archive)
	if err != nil {
		return p, err
	}
	scratch := os.TempDir()
	if err := room(scratch, 3*info.Size()); err != nil { // the upgrade of an older one takes a copy and a log
		return p, errors.Join(err, refuse(nil, "TMPDIR=/un/autre/dossier hotline restore --check utilise un autre disque", "TMPDIR=/another/folder hotline restore --check uses another disk"))
	}
	if scratch, err = os.MkdirTemp(scratch, "hotline-restore-check-"); err != nil {
		return p, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	p.Manifest, err = read(archive, func(e entry) error {
		at := filepath.Join(scratch, filepath.FromSlash(e.Name))
		return errors.Join(os.MkdirAll(filepath.Dir(at), 0o700), unpack(at, e, 0o600))
	})
	if err != nil {
		return p, err
	}
	if _, err := config.LoadDaemonWithoutSecrets(filepath.Join(scratch, daemonName), nil); err != nil {
		return p, err
	}
	if err := p.readRules(func(name string) string { return filepath.Join(scratch, filepath.FromSlash(name)) }); err != nil {
		return p, err
	}
	if p.Schema, err = p.open(ctx, filepath.Join(scratch, databaseName)); err != nil {
		return p, err
	}
	p.InForce, err = inForce(ctx, filepath.Join(scratch, databaseName))
	return p, err
}

// inForce is the version of the rules with which a start begins that finds this database; nil when that is the rules file.
func inForce(ctx context.Context, database string) (*store.RulesVersion, error) {
	db, err := store.OpenReader(ctx, database)
	if older := (*store.SchemaError)(nil); errors.As(err, &older) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	v, err := db.InForce(ctx)
	if err = errors.Join(err, db.Close()); errors.Is(err, store.ErrNoRulesVersion) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if _, problems := config.Parse(v.Source); problems.Errors() {
		return nil, nil
	}
	return &v, nil
}

// readRules reads the rules, whose files lie elsewhere than where they belong.
func (p *Proof) readRules(at func(name string) string) error {
	var source config.Source
	for _, f := range p.Files {
		if f.Name != rulesName && path.Dir(f.Name) != partsName {
			continue
		}
		text, err := os.ReadFile(at(f.Name))
		if err != nil {
			return err
		}
		source = append(source, config.File{Name: f.Name, Data: text})
	}
	if len(source) == 0 || source[0].Name != rulesName {
		return damaged(nil, "%s manque", "%s is missing", rulesName)
	}
	p.Rules, p.Problems = config.Parse(source)
	return nil
}

// open looks the database through, and opens it as serve does, which upgrades it.
func (p *Proof) open(ctx context.Context, database string) (schema int, err error) {
	if err := same(ctx, database, p.Manifest); err != nil {
		return 0, err
	}
	db, err := store.Open(ctx, database)
	if err != nil {
		return 0, err
	}
	if err := db.Close(); err != nil {
		return 0, err
	}
	return store.Newest()
}

// same holds a database that has been unpacked against what the backup says of it.
func same(ctx context.Context, database string, m *Manifest) error {
	has, err := store.Inspect(ctx, database)
	if err != nil {
		return err
	}
	if has != m.Database {
		return damaged(nil, "la base de données a %d appels, et non %d", "the database has %d calls, and not %d", has.Calls, m.Database.Calls)
	}
	return nil
}

// unpack writes one file of an archive, and the file to the disk.
func unpack(at string, from io.Reader, mode os.FileMode) error {
	f, err := os.OpenFile(at, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	return errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
}

// A Target is where a backup goes: hotline.yaml to this place, all else where it and the flags say.
type Target struct {
	Config string
	Flags  *pflag.FlagSet // may be nil
}

// A Restored is what a restore has done.
type Restored struct {
	Proof
	Daemon *config.Daemon
	Put    []string // the files that were put in place
	Kept   []string // what was there before, under its new name
	Same   int      // files that were there already, as they are in the backup
}

// A restore is one under way.
type restore struct {
	Restored
	target Target
	before string            // behind the names of what was there
	places map[string]string // by the names in the archive
	staged []string          // names in the archive, in the order of it
}

// Restore puts a backup in place. It fails with store.ErrInUse while the daemon runs. Everything is written beside its place
// and looked through first; then the files change places, at once each, the database last. If it is interrupted, do it again.
func Restore(ctx context.Context, archive string, to Target, now time.Time) (Restored, error) {
	r := &restore{target: to, before: ".before-restore-" + now.UTC().Format(stamp), places: map[string]string{}}
	var err error
	if r.Manifest, err = read(archive, r.readDaemon); err != nil {
		return r.Restored, errors.Join(err, r.sweep())
	}
	if r.Daemon, err = config.LoadDaemonWithoutSecrets(staging(to.Config), to.Flags); err != nil {
		return r.Restored, errors.Join(err, r.sweep())
	}
	r.place()
	hold, err := r.hold(ctx)
	if err != nil {
		return r.Restored, errors.Join(err, r.sweep())
	}
	err = r.run(ctx, archive, hold)
	return r.Restored, errors.Join(err, r.sweep(), hold.Release())
}

// staging is where a file waits for the others.
func staging(place string) string { return place + ".restoring" }

// readDaemon takes hotline.yaml alone, which says where all else goes.
func (r *restore) readDaemon(e entry) error {
	if e.Name != daemonName {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(r.target.Config), 0o755); err != nil {
		return err
	}
	r.places[daemonName] = r.target.Config
	return unpack(staging(r.target.Config), e, 0o600)
}

func (r *restore) place() {
	r.places[rulesName], r.places[databaseName] = r.Daemon.Rules, r.Daemon.Database
	for i, secret := range r.Daemon.SecretFiles {
		r.places[secretEntry(i, secret)] = secret
	}
	for _, f := range r.Files {
		if path.Dir(f.Name) == partsName {
			r.places[f.Name] = config.Part(r.Daemon.Rules, path.Base(f.Name))
		}
		if name, ok := strings.CutPrefix(f.Name, promptsName+"/"); ok {
			r.places[f.Name] = filepath.Join(r.Daemon.Prompts.Folder, filepath.FromSlash(name))
		}
	}
}

func (r *restore) hold(ctx context.Context) (*store.Hold, error) {
	folder := filepath.Dir(r.Daemon.Database)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	if err := room(folder, r.Size()); err != nil {
		return nil, err
	}
	return store.Take(ctx, r.Daemon.Database)
}

func (r *restore) run(ctx context.Context, archive string, hold *store.Hold) error {
	if _, err := read(archive, r.stage); err != nil {
		return err
	}
	if err := same(ctx, staging(r.Daemon.Database), r.Manifest); err != nil {
		return err
	}
	var err error
	if r.Schema, err = store.Newest(); err != nil {
		return err
	}
	if r.InForce, err = inForce(ctx, staging(r.Daemon.Database)); err != nil {
		return err
	}
	if err := r.readRules(func(name string) string { return staging(r.places[name]) }); err != nil {
		return err
	}
	for _, name := range r.staged {
		if name == databaseName {
			continue
		}
		if err := r.put(r.places[name]); err != nil {
			return fmt.Errorf("restore %s: %w", r.places[name], err)
		}
	}
	if err := r.retire(); err != nil {
		return err
	}
	kept := r.Daemon.Database + r.before
	if err := hold.Replace(ctx, staging(r.Daemon.Database), kept); err != nil {
		return err
	}
	r.Put = append(r.Put, r.Daemon.Database)
	if _, err := os.Lstat(kept); err == nil {
		r.Kept = append(r.Kept, kept)
	}
	return nil
}

// stage writes a file beside its place.
func (r *restore) stage(e entry) error {
	place, ok := r.places[e.Name]
	if !ok {
		return refuse(nil, "la sauvegarde a un fichier qui n'a pas de place : %s", "the backup has a file that has no place: %s", e.Name)
	}
	if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
		return err
	}
	r.staged = append(r.staged, e.Name)
	return errors.Join(unpack(staging(place), e, e.Mode.Perm()), own(staging(place), place, e))
}

// own gives a restored file to whom the one before belonged, else to whom it belonged when it was saved, if this machine
// knows them. Only root can.
func own(staged, place string, e entry) error {
	if os.Geteuid() != 0 {
		return nil
	}
	if info, err := os.Stat(place); err == nil {
		return disk.GiveTo(staged, info)
	}
	uid, gid := -1, -1
	if u, err := user.Lookup(e.header.Uname); err == nil {
		uid = atoi(u.Uid)
	}
	if g, err := user.LookupGroup(e.header.Gname); err == nil {
		gid = atoi(g.Gid)
	}
	return os.Chown(staged, uid, gid)
}

// atoi is the number of a user, or -1, which leaves it as it is.
func atoi(id string) int {
	n, err := strconv.Atoi(id)
	if err != nil {
		return -1
	}
	return n
}

// put puts a staged file in its place, and what was there beside it.
func (r *restore) put(place string) error {
	equal, err := equals(place, staging(place))
	if err != nil {
		return err
	}
	if equal {
		r.Same++
		return os.Remove(staging(place))
	}
	_, err = os.Lstat(place)
	there := err == nil
	kept := place + r.before
	if err := disk.Keep(place, kept); err != nil {
		return err
	}
	if err := errors.Join(os.Rename(staging(place), place), disk.SyncFolder(filepath.Dir(place))); err != nil {
		return err
	}
	r.Put = append(r.Put, place)
	if there {
		r.Kept = append(r.Kept, kept)
	}
	return nil
}

// retire puts aside parts of the rules that the backup has not: they would be read with it.
func (r *restore) retire() error {
	for _, part := range config.Parts(r.Daemon.Rules) {
		if _, ours := r.places[partsName+"/"+filepath.Base(part)]; ours {
			continue
		}
		kept := part + r.before
		if err := errors.Join(os.Rename(part, kept), disk.SyncFolder(filepath.Dir(part))); err != nil {
			return err
		}
		r.Kept = append(r.Kept, kept)
	}
	return nil
}

// equals says whether two files have the same bytes. One that is not there has not.
func equals(a, b string) (bool, error) {
	was, err := os.ReadFile(a)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	is, err := os.ReadFile(b)
	return bytes.Equal(was, is), err
}

// sweep removes what is still beside its place.
func (r *restore) sweep() error {
	var errs []error
	for _, place := range r.places {
		for _, left := range []string{staging(place), staging(place) + "-wal", staging(place) + "-shm"} {
			if err := os.Remove(left); err != nil && !errors.Is(err, fs.ErrNotExist) {
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(errs...)
}
