// Package disk does with files what must hold after the plug was pulled.
package disk

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// SyncFolder makes the names in a folder durable.
func SyncFolder(folder string) error {
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Keep gives a file a second name, so that something else can take its place at once; or another name, where the file system
// has no second ones. A file that is not there is no error, a name that is taken is.
func Keep(path, name string) error {
	if _, err := os.Lstat(name); err == nil {
		return &fs.PathError{Op: "keep", Path: name, Err: fs.ErrExist}
	}
	err := os.Link(path, name)
	if err == nil || errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrExist) {
		return ignoreMissing(err)
	}
	return os.Rename(path, name)
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Free is how many bytes an ordinary user can still write in a folder.
func Free(folder string) (int64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(folder, &s); err != nil {
		return 0, &fs.PathError{Op: "statfs", Path: folder, Err: err}
	}
	return int64(s.Bavail) * int64(s.Bsize), nil
}

// Like gives a file the rights of another one, and, as far as who asks may do that (root), its owner.
func Like(path, other string) error {
	info, err := os.Stat(other)
	if err != nil {
		return err
	}
	if err := GiveTo(path, info); err != nil {
		return err
	}
	return os.Chmod(path, info.Mode().Perm())
}

// GiveTo gives a file to whom another one belongs, if root asks; nobody else may.
func GiveTo(path string, other fs.FileInfo) error {
	if os.Geteuid() != 0 {
		return nil
	}
	uid, gid := Owner(other)
	return os.Lchown(path, uid, gid)
}

// Owner is whose a file is.
func Owner(info fs.FileInfo) (uid, gid int) {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(s.Uid), int(s.Gid)
	}
	return os.Getuid(), os.Getgid()
}

// Replace writes a file in one step: whoever reads it finds the text of before or the new one, also after the plug was pulled. It keeps
// the rights and the owner of the file that was there.
func Replace(path string, data []byte) error {
	return ReplaceAfter(path, data, func() error { return nil })
}

// ReplaceAfter is Replace with a last look before the file changes: an error leaves everything as it is.
func ReplaceAfter(path string, data []byte, look func() error) error {
	return inOneStep(path, data, func(f string) error {
		err := Like(f, path)
		if errors.Is(err, fs.ErrNotExist) {
			err = os.Chmod(f, 0o644)
		}
		if err != nil {
			return err
		}
		return look()
	})
}

// Private writes a file in one step that its owner alone can read.
func Private(path string, data []byte) error {
	return inOneStep(path, data, func(string) error { return nil })
}

// inOneStep writes a file beside the one that it is to become, for the owner alone, and renames it once ready has been.
func inOneStep(path string, data []byte, ready func(file string) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err = ready(f.Name()); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	return SyncFolder(filepath.Dir(path))
}
