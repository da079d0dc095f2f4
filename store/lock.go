package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// ErrInUse is returned by Open when another hotline writes to the file.
var ErrInUse = errors.New("hotline serve runs on this database; stop it first (systemctl stop hotline)")

// How long the daemon waits for a hotline that is just leaving.
const (
	lockWait  = 5 * time.Second
	lockAgain = 50 * time.Millisecond
)

// lock keeps a second hotline off the file: both would take the same calls for their own. The lock goes with the process,
// however it ends.
func lock(ctx context.Context, path string, wait time.Duration) (*os.File, error) {
	f, err := os.OpenFile(path+"-lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("%w; is its folder there, and may this user write in it?", err)
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return f, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errors.Join(fmt.Errorf("lock %s: %w", f.Name(), err), f.Close())
		}
		select {
		case <-time.After(lockAgain):
		case <-ctx.Done():
			return nil, errors.Join(ErrInUse, f.Close())
		}
	}
}

// InUse says whether a hotline writes to the file. It can only tell to a user who may read the lock.
func InUse(path string) (bool, error) {
	f, err := os.Open(path + "-lock")
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close() // which gives the lock back
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return true, nil
	}
	return false, err
}
