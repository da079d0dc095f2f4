package web

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/user"
	"strconv"
	"syscall"
	"time"
)

// What can be wrong with the path of a socket.
var (
	ErrInUse   = errors.New("another program answers there already")
	ErrTooLong = errors.New("the path is too long for a socket")
	ErrNoPlace = errors.New("something else than a socket is there")
)

// socketMode lets the group of the folder ask, and nobody else.
const socketMode = 0o660

// Listen opens a socket for the commands of this machine. One that a daemon left behind that is dead is replaced.
func Listen(path string) (net.Listener, error) {
	l, err := listen(path)
	if err != nil {
		return nil, fmt.Errorf("control socket %s: %w", path, err)
	}
	return l, nil
}

func listen(path string) (net.Listener, error) {
	if err := checkLength(path); err != nil {
		return nil, err
	}
	if err := clear(path); err != nil {
		return nil, err
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
			err = fmt.Errorf("%w; is its folder there, and may this user write in it?", err)
		}
		return nil, err
	}
	if err := os.Chmod(path, socketMode); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// checkLength refuses what the kernel would only call invalid.
func checkLength(path string) error {
	if most := len(syscall.RawSockaddrUnix{}.Path) - 1; len(path) > most {
		return fmt.Errorf("%w: it has %d characters, the system takes %d; write a shorter one in hotline.yaml, such as control: /run/hotline/hotline.sock",
			ErrTooLong, len(path), most)
	}
	return nil
}

// clear removes the socket of a daemon that is dead.
func clear(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode()&fs.ModeSocket == 0:
		return fmt.Errorf("%w; write another path in hotline.yaml (control), or move it away", ErrNoPlace)
	}
	there, err := net.DialTimeout("unix", path, time.Second)
	switch {
	case err == nil:
		return errors.Join(fmt.Errorf("%w; if it is another hotline, write another path in hotline.yaml (control)", ErrInUse), there.Close())
	case errors.Is(err, syscall.ECONNREFUSED):
		return os.Remove(path)
	}
	return err
}

// A peer is who is at the other end of a connection.
type peer struct{}

// withPeer notes who has connected, as the kernel knows it.
func withPeer(ctx context.Context, c net.Conn) context.Context {
	socket, ok := c.(*net.UnixConn)
	if !ok {
		return ctx
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return ctx
	}
	var who *syscall.Ucred
	controlErr := raw.Control(func(fd uintptr) {
		who, err = syscall.GetsockoptUcred(int(fd), syscall.SOL_SOCKET, syscall.SO_PEERCRED)
	})
	if err != nil || controlErr != nil {
		return ctx
	}
	return context.WithValue(ctx, peer{}, who.Uid)
}

// peerOf is the user who asks, by name where it has one.
func peerOf(ctx context.Context) string {
	uid, ok := ctx.Value(peer{}).(uint32)
	if !ok {
		return "unknown"
	}
	id := strconv.FormatUint(uint64(uid), 10)
	if u, err := user.LookupId(id); err == nil {
		return u.Username
	}
	return id
}
