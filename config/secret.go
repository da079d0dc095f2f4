package config

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
)

// Secret is a password or token. However it is printed, logged or encoded, it shows only "***".
type Secret struct{ value string }

// NewSecret wraps a secret that is known already.
func NewSecret(value string) Secret { return Secret{value} }

// Reveal returns the secret itself, for the one place that needs it.
func (s Secret) Reveal() string { return s.value }

// String hides the secret.
func (s Secret) String() string { return "***" }

// Format hides the secret from every verb of fmt, %#v and %x included.
func (s Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, "***") }

// LogValue hides the secret from slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue("***") }

// MarshalJSON hides the secret.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"***"`), nil }

// MarshalYAML hides the secret.
func (s Secret) MarshalYAML() (any, error) { return "***", nil }

// readSecret fetches what a secret of hotline.yaml stands for: file:/path, env:NAME, or itself.
func readSecret(text, folder string) (Secret, error) {
	value := text
	if path, ok := strings.CutPrefix(text, "file:"); ok {
		var err error
		if value, err = readSecretFile(resolve(folder, path)); err != nil {
			return Secret{}, err
		}
	}
	if name, ok := strings.CutPrefix(text, "env:"); ok {
		var set bool
		if value, set = os.LookupEnv(name); !set {
			return Secret{}, fmt.Errorf("the environment variable %s is not set", name)
		}
	}
	if strings.TrimSpace(value) == "" {
		return Secret{}, errors.New("an empty password is refused")
	}
	return Secret{value}, nil
}

// readSecretFile reads the first line of a file that nobody but its owner may read.
func readSecretFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("read secret: %w", err)
	}
	defer f.Close() // only read from: closing can lose nothing
	info, err := f.Stat()
	switch {
	case err != nil:
		return "", fmt.Errorf("read secret: %w", err)
	case !info.Mode().IsRegular():
		return "", fmt.Errorf("read secret %s: not a regular file", path)
	case info.Mode().Perm()&0o077 != 0:
		return "", fmt.Errorf("others may read the secret file %s (mode %04o): chmod 600 %s", path, info.Mode().Perm(), path)
	}
	const most = 4096
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	switch {
	case err != nil:
		return "", fmt.Errorf("read secret: %w", err)
	case len(data) > most:
		return "", fmt.Errorf("read secret %s: larger than %d bytes", path, most)
	}
	value := strings.TrimRight(string(data), "\r\n")
	if strings.ContainsAny(value, "\r\n") {
		return "", fmt.Errorf("read secret %s: more than one line", path)
	}
	return value, nil
}

// resolve makes a path of a file absolute or relative to where the program runs, given the folder that it is written
// relative to.
func resolve(folder, path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(folder, path)
}
