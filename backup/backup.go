// Package backup writes all that a company needs to come back into one file, and brings it back: the database, hotline.yaml,
// rules.yaml, the sound files, and the files with the passwords that hotline.yaml names.
//
// Its guarantee: a file that has the name of a backup is whole, has been read back, and is on the disk; and whatever
// interrupts a restore, nothing that was there is lost.
package backup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"hotline/config"
	"hotline/disk"
	"hotline/prompt"
	"hotline/store"
)

// A Source is a hotline that is to be backed up.
type Source struct {
	Config  string // hotline.yaml
	Daemon  *config.Daemon
	Program string // the version of this program
}

// Name is how a backup is called that is given no name.
func Name(instance string, now time.Time) string {
	return instance + "-backup-" + now.UTC().Format(stamp) + ".tar"
}

const stamp = "20060102T150405Z"

// spare is what a backup leaves free on the disk, which may be the one that calls are written to.
const spare = 100 << 20

// Write writes a backup to a new file. The daemon may run. When it returns nil, the backup has been read back and is on the
// disk.
func Write(ctx context.Context, s Source, to string, now time.Time) (*Manifest, error) {
	if _, err := os.Lstat(to); err == nil {
		return nil, refuse(nil, "%s existe déjà ; choisissez un autre nom", "%s is there already; choose another name", to)
	}
	m := &Manifest{Format: format, Made: now.UTC().Truncate(time.Second), Program: s.Program, Instance: s.Daemon.Instance}
	at, err := s.collect(m)
	if err != nil {
		return nil, err
	}
	size, err := store.Size(s.Daemon.Database)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, refuse(nil, "la base de données %s n'existe pas encore : il n'y a rien à sauvegarder ; hotline serve la crée à son premier départ",
			"the database %s is not there yet: there is nothing to back up; hotline serve makes it when it first starts", s.Daemon.Database)
	}
	if err != nil {
		return nil, err
	}
	if err := room(filepath.Dir(to), 2*size+m.Size()); err != nil {
		return nil, err
	}
	work, err := openWork(filepath.Dir(to), s.Daemon.Instance)
	if err != nil {
		return nil, err
	}
	err = s.write(ctx, m, at, work.path, to)
	return m, errors.Join(err, work.close())
}

func (s Source) write(ctx context.Context, m *Manifest, at map[string]string, work, to string) error {
	at[databaseName] = filepath.Join(work, databaseName)
	var err error
	if m.Database, err = store.Copy(ctx, s.Daemon.Database, at[databaseName]); err != nil {
		return err
	}
	if err := disk.Like(at[databaseName], s.Daemon.Database); err != nil {
		return err
	}
	file, err := describe(databaseName, s.Daemon.Database, at[databaseName])
	if err != nil {
		return err
	}
	m.Files = append(m.Files, file)
	part := filepath.Join(work, "backup.tar")
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(write(f, m, at), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", to, err)
	}
	if _, err := read(part, func(entry) error { return ctx.Err() }); err != nil {
		return err
	}
	return errors.Join(disk.Keep(part, to), disk.SyncFolder(filepath.Dir(to))) // overwrites nothing, and gives the name at once
}

// collect finds the files beside the database, and where they lie.
func (s Source) collect(m *Manifest) (map[string]string, error) {
	at := map[string]string{}
	take := func(name, from string) error {
		file, err := describe(name, from, from)
		if errors.Is(err, fs.ErrPermission) {
			return refuse(nil, "%s ne peut pas être lu : lancez hotline backup en tant que l'utilisateur de hotline, ou root",
				"%s cannot be read: run hotline backup as the user of hotline, or as root", from)
		}
		if err != nil {
			return err
		}
		m.Files, at[name] = append(m.Files, file), from
		return nil
	}
	if err := errors.Join(take(daemonName, s.Config), take(rulesName, s.Daemon.Rules)); err != nil {
		return nil, err
	}
	for _, part := range config.Parts(s.Daemon.Rules) {
		if err := take(partsName+"/"+filepath.Base(part), part); err != nil {
			return nil, err
		}
	}
	for i, secret := range s.Daemon.SecretFiles {
		if err := take(secretEntry(i, secret), secret); err != nil {
			return nil, err
		}
	}
	m.Environment = s.Daemon.SecretEnv
	return at, sounds(s.Daemon.Prompts.Folder, take)
}

// secretEntry names a file with a password in an archive: two may have the same name in two folders.
func secretEntry(i int, at string) string {
	return fmt.Sprintf("%s/%d-%s", secretsName, i+1, filepath.Base(at))
}

// sounds takes the sound files, and nothing else of a folder in which there may be anything. What was spoken for one caller is
// left out: it is spoken again when it is wanted.
func sounds(folder string, take func(name, from string) error) error {
	root, err := filepath.EvalSymlinks(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return filepath.WalkDir(root, func(at string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.EqualFold(filepath.Ext(at), ".wav") || prompt.OfOneCall(d.Name()) {
			return err
		}
		name, err := filepath.Rel(root, at)
		if err != nil {
			return err
		}
		return take(promptsName+"/"+filepath.ToSlash(name), at)
	})
}

// room refuses to fill a disk.
func room(folder string, need int64) error {
	free, err := disk.Free(folder)
	if err != nil {
		return err
	}
	if need += spare; free < need {
		return refuse(nil, "pas assez de place dans %s : il faut %d Mo, il y en a %d ; choisissez un autre dossier, ou faites de la place",
			"not enough room in %s: %d MB are needed, %d are free; choose another folder, or make room", folder, need>>20, free>>20)
	}
	return nil
}

// A work folder is where a backup is made, beside its place. It belongs to one at a time; what a killed one has left in it
// goes with the next.
type workFolder struct {
	path string
	lock *os.File
}

func openWork(folder, instance string) (*workFolder, error) {
	w := &workFolder{path: filepath.Join(folder, "."+instance+"-backup-unfinished")}
	if err := os.Mkdir(w.path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	var err error
	if w.lock, err = os.Open(w.path); err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(w.lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(refuse(err, "une autre sauvegarde est en train de s'écrire dans %s", "another backup is being written in %s", folder), w.lock.Close())
	}
	return w, w.empty()
}

func (w *workFolder) empty() error {
	left, err := os.ReadDir(w.path)
	if err != nil {
		return err
	}
	for _, l := range left {
		if err := os.RemoveAll(filepath.Join(w.path, l.Name())); err != nil {
			return err
		}
	}
	return nil
}

func (w *workFolder) close() error {
	return errors.Join(w.empty(), os.Remove(w.path), w.lock.Close())
}

// Prune removes all but the newest backups of an instance from a folder, and returns those that it has removed. Only names
// as Name makes them are looked at. The one that was just made stays, and counts, also when a clock that was wrong has given
// others a later date.
func Prune(folder, instance string, leave int, made string) (removed []string, err error) {
	all, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var names []string // oldest first, as ReadDir and the stamp have it
	for _, e := range all {
		rest, ok := strings.CutPrefix(e.Name(), instance+"-backup-")
		if _, err := time.Parse(stamp+".tar", rest); ok && err == nil && e.Type().IsRegular() && e.Name() != made {
			names = append(names, e.Name())
		}
	}
	for _, name := range names[:max(len(names)-(leave-1), 0)] {
		if err := os.Remove(filepath.Join(folder, name)); err != nil {
			return removed, err
		}
		removed = append(removed, name)
	}
	return removed, nil
}
