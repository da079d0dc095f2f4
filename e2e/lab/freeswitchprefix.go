package lab

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// ErrNoFreeSWITCH says that this machine has no FreeSWITCH to test with.
var ErrNoFreeSWITCH = errors.New("no freeswitch found: install one, or put the folder that has bin/freeswitch and lib/freeswitch/mod into FREESWITCH_PREFIX")

// A freeswitchPrefix is a FreeSWITCH on this machine.
type freeswitchPrefix struct {
	command   string
	modules   string
	libraries string // folder of its own libraries, which an unpacked one does not find by itself
	conf      string // folder of the configuration that it came with; empty: none
}

// findFreeSWITCH returns the FreeSWITCH under FREESWITCH_PREFIX, else the one on the PATH, else ErrNoFreeSWITCH.
func findFreeSWITCH() (freeswitchPrefix, error) {
	root := os.Getenv("FREESWITCH_PREFIX")
	if root == "" {
		command, err := exec.LookPath("freeswitch")
		if err != nil {
			return freeswitchPrefix{}, ErrNoFreeSWITCH
		}
		if command, err = filepath.EvalSymlinks(command); err != nil {
			return freeswitchPrefix{}, fmt.Errorf("%w (%w)", ErrNoFreeSWITCH, err)
		}
		root = filepath.Dir(filepath.Dir(command))
	}
	p := freeswitchPrefix{command: filepath.Join(root, "bin", "freeswitch"), libraries: filepath.Join(root, "lib"), conf: stockConf(root)}
	if _, err := os.Stat(p.command); err != nil {
		return freeswitchPrefix{}, fmt.Errorf("%w (%w)", ErrNoFreeSWITCH, err)
	}
	for _, pattern := range []string{"lib/freeswitch/mod", "lib64/freeswitch/mod", "lib/*/freeswitch/mod", "mod"} {
		found, err := filepath.Glob(filepath.Join(root, pattern, "mod_event_socket.so"))
		if err == nil && len(found) > 0 {
			p.modules = filepath.Dir(found[0])
			return p, nil
		}
	}
	return freeswitchPrefix{}, fmt.Errorf("%w (the one under %s lacks the module mod_event_socket.so)", ErrNoFreeSWITCH, root)
}
