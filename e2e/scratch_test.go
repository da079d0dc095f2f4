package e2e

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A scratch is a small Debian in a folder of its own. The network is that of this machine, so that the programs in it
// reach the lab's switch on the loopback address.
type scratch struct {
	t    *testing.T
	root string
	init int // the process id of its init, once it is booted
}

// newScratch unpacks the Debian that HOTLINE_SCRATCH_ROOT names. Without one, the test is skipped.
func newScratch(t *testing.T) *scratch {
	t.Helper()
	archive := os.Getenv("HOTLINE_SCRATCH_ROOT")
	if archive == "" {
		t.Skip("HOTLINE_SCRATCH_ROOT is not set: `make deb-test` sets it, where it can (root, mmdebstrap, systemd-container)")
	}
	// Not t.TempDir: a folder that another user, the switch or hotline, has to enter.
	root, err := os.MkdirTemp("", "hotline-scratch")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(root); err != nil {
			t.Error(err)
		}
	})
	tool(t, "tar", "--extract", "--file", archive, "--directory", root)
	if err := os.Chmod(root, 0o755); err != nil {
		t.Fatal(err)
	}
	return &scratch{t: t, root: root}
}

// tool runs a program of this machine and returns what it prints.
func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, out.String(), errs.String())
	}
	return out.String()
}

// container is systemd-nspawn on the scratch's folder. On a machine without systemd nothing keeps a list of containers,
// and nothing says which generation of control groups to give it.
func (s *scratch) container(args ...string) *exec.Cmd {
	args = append([]string{"--quiet", "--register=no", "--directory=" + s.root}, args...)
	if _, err := os.Stat("/run/systemd/system"); err != nil {
		args = append([]string{"--keep-unit"}, args...)
	}
	cmd := exec.Command("systemd-nspawn", args...)
	cmd.Env = append(os.Environ(), "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1")
	return cmd
}

// boot starts the init of the scratch, and ends it with the test.
func (s *scratch) boot(binds ...string) {
	s.t.Helper()
	var console bytes.Buffer
	cmd := s.container(append(binds, "--console=read-only", "--boot")...)
	cmd.Stdout, cmd.Stderr = &console, &console
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // however it ends; the test looks at what runs inside
		close(ended)
	}()
	s.t.Cleanup(func() {
		// The first process takes all the others with it, systemd-nspawn included; the other way round they would stay.
		if init := child(cmd.Process.Pid, "systemd"); init != 0 {
			_ = syscall.Kill(init, syscall.SIGKILL)
		} else {
			_ = cmd.Process.Kill()
		}
		<-ended
		s.init = 0
		if s.t.Failed() {
			s.t.Logf("console:\n%s", console.String())
		}
	})
	s.eventually("init runs", func() bool {
		select {
		case <-ended:
			s.t.Fatalf("the container ended: %s", console.String())
		default:
		}
		s.init = child(cmd.Process.Pid, "systemd")
		return s.init != 0
	})
	s.eventually("systemd is up", func() bool {
		out, _ := s.command("systemctl", "is-system-running").Output() // fails until it is
		return strings.TrimSpace(string(out)) == "running"
	})
}

// child finds a process by name among those that came of one.
func child(pid int, name string) int {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		return 0
	}
	for _, field := range strings.Fields(string(data)) {
		p, err := strconv.Atoi(field)
		if err != nil {
			continue
		}
		if comm, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", p)); err == nil && strings.TrimSpace(string(comm)) == name {
			return p
		}
		if found := child(p, name); found != 0 {
			return found
		}
	}
	return 0
}

// command is a program inside, started by root in a French shell; it leads a process group of its own.
func (s *scratch) command(args ...string) *exec.Cmd {
	cmd := exec.Command("nsenter", append([]string{"--target", strconv.Itoa(s.init), "--all", "--wd=/", "--"}, args...)...)
	cmd.Env = []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=fr_FR.UTF-8", "DEBIAN_FRONTEND=noninteractive", "HOME=/root"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd
}

// run runs a program inside and returns what it says.
func (s *scratch) run(args ...string) string {
	s.t.Helper()
	out, err := s.command(args...).CombinedOutput()
	if err != nil {
		s.t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// path is a file of the scratch as this machine sees it.
func (s *scratch) path(name string) string { return filepath.Join(s.root, name) }

// is compares owner, group and rights of a file with what they should be.
func (s *scratch) is(name, want string) {
	s.t.Helper()
	if got := strings.TrimSpace(s.run("stat", "--format=%U:%G %a", name)); got != want {
		s.t.Errorf("%s is %s, want %s", name, got, want)
	}
}

// files are all files of the scratch with what is in them, but for what any program changes that installs a package.
func (s *scratch) files() map[string]string {
	s.t.Helper()
	all := map[string]string{}
	for _, top := range []string{"etc", "usr", "var", "home", "opt", "srv", "root", "run"} {
		err := filepath.WalkDir(s.path(top), func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			name := strings.TrimPrefix(path, s.root)
			for _, noise := range []string{"/var/log/", "/var/cache/", "/var/lib/apt/", "/var/lib/dpkg/", "/var/lib/systemd/", "/etc/ld.so.cache"} {
				if strings.HasPrefix(name, noise) && !strings.Contains(name, "hotline") {
					return nil
				}
			}
			if strings.HasSuffix(name, "-") && filepath.Dir(name) == "/etc" { // the copies of before of passwd and group
				return nil
			}
			info, err := d.Info()
			if err != nil {
				return err
			}
			all[name] = info.Mode().String()
			if info.Mode().IsRegular() {
				data, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				all[name] += fmt.Sprintf(" %x", sha256.Sum256(data))
			}
			return nil
		})
		if err != nil {
			s.t.Fatal(err)
		}
	}
	return all
}

// eventually waits for what nothing announces.
func (s *scratch) eventually(what string, ok func() bool) {
	s.t.Helper()
	if !await(patience, 50*time.Millisecond, ok) {
		s.t.Fatalf("%s: not within %s", what, patience)
	}
}
