package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"

	"hotline/config"
	"hotline/e2e/lab"
)

// A house is the company: its Asterisk, its hotline, and the folder of the two.
type house struct {
	*stage
	dir      string
	asterisk *lab.Asterisk
	hotline  *daemon
	rules    *config.Rules
	program  string
	version  string // of Asterisk, without what the packager added
}

// open puts up the house and its Asterisk; hotline comes with serve. On error nothing is left of it.
func open(ctx context.Context, s *stage) (*house, error) {
	h := &house{stage: s}
	if err := h.open(ctx); err != nil {
		return nil, errors.Join(err, h.close())
	}
	return h, nil
}

func (h *house) open(ctx context.Context) error {
	var err error
	if h.program, err = filepath.Abs("bin/hotline"); err != nil {
		return err
	}
	for _, needed := range []string{h.program, rulesFile, promptsFolder} {
		if _, err := os.Stat(needed); err != nil {
			return fmt.Errorf("%w: run make demo in the folder of the repository", err)
		}
	}
	var problems config.Problems
	if h.rules, problems = config.LoadRules(rulesFile); problems.Errors() {
		return problems.Err()
	}
	if h.dir, err = os.MkdirTemp("", "hotline-demo-"); err != nil {
		return err
	}
	if h.asterisk, err = lab.StartAsterisk(ctx, lab.Options{Phones: accounts(h.rules)}); err != nil {
		return err
	}
	return h.configure()
}

// serve starts hotline, and returns when calls can come. Phones that have registered before are free from the first
// call on; of others hotline learns in its own time.
func (h *house) serve(ctx context.Context) error {
	// Settings of whoever starts the demo must not reach into it.
	var env []string
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "HOTLINE_") {
			env = append(env, e)
		}
	}
	var err error
	h.hotline, err = launch(h.program, []string{"serve", "--config", h.config(), "--log-format", "json"}, env)
	if err != nil {
		return err
	}
	ready, err := h.hotline.wait(ctx, "that it is connected", func(e entry) bool { return e.Msg == "switch connected" })
	if err != nil {
		return err
	}
	h.version = regexp.MustCompile(`^[0-9.]*`).FindString(ready.Version)
	return nil
}

const (
	rulesFile     = "examples/rules.yaml"
	promptsFolder = "examples/prompts"
)

// config is the file that says where everything is.
func (h *house) config() string { return filepath.Join(h.dir, "hotline.yaml") }

// configure writes hotline.yaml for this Asterisk; rules and prompts are those of examples/, as they are.
func (h *house) configure() error {
	rules, err := filepath.Abs(rulesFile)
	if err != nil {
		return err
	}
	prompts, err := filepath.Abs(promptsFolder)
	if err != nil {
		return err
	}
	type settings = map[string]any
	text, err := yaml.Marshal(settings{
		"instance": h.asterisk.App, "rules": rules, "database": "hotline.db",
		"prompts": settings{"folder": prompts},
		"switches": []settings{{
			"name": "demo", "kind": "asterisk", "url": h.asterisk.ARI, "user": h.asterisk.User,
			"password": "file:ari-password", "records": h.asterisk.Records,
		}},
	})
	if err != nil {
		return fmt.Errorf("write hotline.yaml: %w", err)
	}
	for name, content := range map[string][]byte{"hotline.yaml": text, "ari-password": []byte(h.asterisk.Password + "\n")} {
		if err := os.WriteFile(filepath.Join(h.dir, name), content, 0o600); err != nil {
			return fmt.Errorf("set up hotline: %w", err)
		}
	}
	return nil
}

// ask runs bin/hotline with arguments on the demo's own files and returns what it prints.
func (h *house) ask(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, h.program, append(args, "--config", h.config())...)
	out, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		err = fmt.Errorf("%w: %s", err, exit.Stderr)
	}
	if err != nil {
		return "", fmt.Errorf("hotline %s: %w", strings.Join(args, " "), err)
	}
	return string(out), nil
}

// tail is the end of both logs, for the report of what went wrong.
func (h *house) tail() string {
	if h.hotline == nil {
		return h.asterisk.Log()
	}
	asterisk := strings.Split(h.asterisk.Log(), "\n")
	return fmt.Sprintf("--- hotline\n%s\n--- asterisk\n%s", h.hotline.tail(logTail),
		strings.Join(asterisk[max(0, len(asterisk)-logTail):], "\n"))
}

// close takes down whatever has been put up.
func (h *house) close() error {
	var errs []error
	if h.hotline != nil {
		errs = append(errs, h.hotline.stop())
	}
	if h.asterisk != nil {
		errs = append(errs, h.asterisk.Close())
	}
	if h.dir != "" {
		errs = append(errs, os.RemoveAll(h.dir))
	}
	return errors.Join(errs...)
}
