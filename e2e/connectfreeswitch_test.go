package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"hotline/e2e/lab"
)

// What connect prints for FreeSWITCH is done to the vanilla configuration.
func TestConnectFreeSWITCH(t *testing.T) {
	t.Parallel()
	var desks []lab.Phone
	for n := 1000; n <= 1001; n++ {
		desks = append(desks, lab.Phone{User: fmt.Sprint(n), Password: "desk-secret"})
	}
	f := lab.RunFreeSWITCH(t, lab.Options{Stock: true, Phones: desks})
	c := newCompany(t, f, f.Config("pbx", "file:hotline.secret"), filepath.Join(f.Dir, "etc"), [2]string{"1000", "1001"}, f.Password)
	_, port, _ := strings.Cut(f.ESL, ":")
	c.home = t.TempDir()
	f.Home = c.home
	run := func(ctx context.Context, command string) (string, error) {
		switch first, rest, _ := strings.Cut(command, " "); first {
		case "fs_cli":
			args := []string{"-x", strings.Trim(strings.TrimPrefix(rest, "-x "), "'")}
			if _, err := os.Stat(c.at("/root/.fs_cli_conf")); err != nil { // until it says so it is the usual port, which labs share
				args = append(args, "-P", port)
			}
			return f.Console(ctx, args...)
		case "freeswitch":
			return f.Version(ctx)
		case "cp", "chgrp", "touch", "sed":
			return shell(ctx, strings.ReplaceAll(command, "/root/", c.home+"/"))
		case "chmod":
			if strings.HasPrefix(rest, "o+x ") || strings.HasPrefix(rest, "-R ") { // for users that the lab does not have
				return "", nil
			}
			return shell(ctx, strings.ReplaceAll(command, "/root/", c.home+"/"))
		case "usermod", "systemctl", "sudo":
			return "", nil
		}
		return "", fmt.Errorf("nobody knows what to do with it")
	}
	c.run = func(ctx context.Context, command string) (string, error) {
		command, filter, piped := strings.Cut(command, " | ")
		if strings.HasPrefix(command, "chgrp") || !piped {
			return run(ctx, strings.TrimSuffix(command+" | "+filter, " | "))
		}
		out, err := run(ctx, command)
		if err != nil {
			return out, err
		}
		sieve := exec.CommandContext(ctx, "bash", "-c", filter)
		sieve.Stdin = strings.NewReader(out)
		kept, err := sieve.Output()
		return string(kept), err
	}
	c.follow("freeswitch", "/autoload_configs/event_socket.conf.xml", "/sip_profiles/external.xml")
}
