package lab

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// ErrNoAsterisk says that this machine has no Asterisk to test with.
var ErrNoAsterisk = errors.New("no asterisk found: run deploy/get-asterisk.sh and put what it prints into HOTLINE_ASTERISK")

// A Prefix is an Asterisk on this machine, installed or unpacked.
type Prefix struct {
	Command string // starts it
	Modules string // folder of its modules
	Data    string // folder with sounds and music
	Etc     string // folder of the configuration that it came with
}

// FindAsterisk returns the Asterisk named by HOTLINE_ASTERISK (what deploy/get-asterisk.sh prints), else the one on the PATH,
// else ErrNoAsterisk.
func FindAsterisk() (Prefix, error) {
	root := os.Getenv("HOTLINE_ASTERISK")
	if root == "" || root == "/" {
		command, err := lookPath()
		if err != nil {
			return Prefix{}, err
		}
		return inspect("/", command)
	}
	return inspect(root, filepath.Join(root, "asterisk"))
}

// lookPath also looks where a daemon lies that is not on an ordinary user's PATH.
func lookPath() (string, error) {
	for _, name := range []string{"asterisk", "/usr/local/sbin/asterisk", "/usr/sbin/asterisk"} {
		if p, err := exec.LookPath(name); err == nil {
			return p, nil
		}
	}
	return "", ErrNoAsterisk
}

// inspect finds the folders of the Asterisk under root.
func inspect(root, command string) (Prefix, error) {
	if _, err := os.Stat(command); err != nil {
		return Prefix{}, fmt.Errorf("%w (%w)", ErrNoAsterisk, err)
	}
	p := Prefix{Command: command, Etc: filepath.Join(root, "etc", "asterisk")}
	for _, pattern := range []string{"usr/lib/*-linux-gnu/asterisk/modules", "usr/lib/asterisk/modules", "usr/lib64/asterisk/modules"} {
		found, err := filepath.Glob(filepath.Join(root, pattern, "res_ari.so"))
		if err == nil && len(found) > 0 {
			p.Modules = filepath.Dir(found[0])
			break
		}
	}
	for _, dir := range []string{"usr/share/asterisk", "var/lib/asterisk"} {
		if _, err := os.Stat(filepath.Join(root, dir, "sounds")); err == nil {
			p.Data = filepath.Join(root, dir)
			break
		}
	}
	if p.Modules == "" || p.Data == "" {
		return Prefix{}, fmt.Errorf("%w (the one under %s lacks the module res_ari.so or its sounds)", ErrNoAsterisk, root)
	}
	return p, nil
}
