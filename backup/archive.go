package backup

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"hotline/config"
	"hotline/store"
)

// The names in an archive. The manifest is its first entry.
const (
	manifestName = "backup.json"
	daemonName   = "hotline.yaml"
	rulesName    = "rules.yaml"
	partsName    = "rules.d"
	databaseName = "hotline.db"
	promptsName  = "prompts"
	secretsName  = "secrets"
)

const (
	format       = 1
	manifestMost = 4 << 20
)

// A Manifest says what a backup holds.
type Manifest struct {
	Format      int            `json:"format"`
	Made        time.Time      `json:"made"`
	Program     string         `json:"program"` // the version of hotline that made it
	Instance    string         `json:"instance"`
	Database    store.Contents `json:"database"`
	Environment []string       `json:"environment,omitempty"` // the variables with passwords, which it does not hold
	Files       []File         `json:"files"`
}

// A File is one file in a backup.
type File struct {
	Name string      `json:"name"` // in the archive
	From string      `json:"from"` // where it was
	Size int64       `json:"size"`
	Hash string      `json:"sha256"`
	Mode os.FileMode `json:"mode"`
}

// Sounds counts the sound files.
func (m *Manifest) Sounds() (n int) {
	for _, f := range m.Files {
		if path.Dir(f.Name) == promptsName || strings.HasPrefix(f.Name, promptsName+"/") {
			n++
		}
	}
	return n
}

// Secrets are the files with passwords, as they were called.
func (m *Manifest) Secrets() (names []string) {
	for _, f := range m.Files {
		if path.Dir(f.Name) == secretsName {
			names = append(names, filepath.Base(f.From))
		}
	}
	return names
}

// Size is what the files come to.
func (m *Manifest) Size() (n int64) {
	for _, f := range m.Files {
		n += f.Size
	}
	return n
}

// describe looks at a file that is to go into an archive.
func describe(name, from, at string) (File, error) {
	f, err := os.Open(at)
	if err != nil {
		return File{}, err
	}
	defer f.Close() // only read from
	info, err := f.Stat()
	if err != nil {
		return File{}, err
	}
	if !info.Mode().IsRegular() {
		return File{}, fmt.Errorf("%s is not a regular file", at)
	}
	sum := sha256.New()
	size, err := io.Copy(sum, f)
	if err != nil {
		return File{}, fmt.Errorf("read %s: %w", at, err)
	}
	return File{Name: name, From: from, Size: size, Hash: hex.EncodeToString(sum.Sum(nil)), Mode: info.Mode().Perm()}, nil
}

// pieces is a file that goes to the disk as it is written, and not all at once at its end, when it would be in the way of the
// daemon's commits.
type pieces struct {
	*os.File
	since int
}

const piece = 4 << 20

func (p *pieces) Write(b []byte) (int, error) {
	n, err := p.File.Write(b)
	if p.since += n; err == nil && p.since >= piece {
		p.since = 0
		err = p.Sync()
	}
	return n, err
}

// write writes the archive of files that lie where at says.
func write(to *os.File, m *Manifest, at map[string]string) error {
	out := tar.NewWriter(&pieces{File: to})
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	if err := out.WriteHeader(&tar.Header{Name: manifestName, Mode: 0o600, Size: int64(len(text)), ModTime: m.Made}); err != nil {
		return err
	}
	if _, err := out.Write(text); err != nil {
		return err
	}
	for _, file := range m.Files {
		if err := add(out, file, at[file.Name]); err != nil {
			return fmt.Errorf("write %s: %w", file.Name, err)
		}
	}
	return errors.Join(out.Close(), to.Sync())
}

func add(out *tar.Writer, file File, at string) error {
	f, err := os.Open(at)
	if err != nil {
		return err
	}
	defer f.Close() // only read from
	info, err := f.Stat()
	if err != nil {
		return err
	}
	header, err := tar.FileInfoHeader(info, "")
	if err != nil {
		return err
	}
	header.Name, header.Size = file.Name, file.Size
	if err := out.WriteHeader(header); err != nil {
		return err
	}
	_, err = io.Copy(out, f)
	return err
}

// An entry is one file of an archive that is being read.
type entry struct {
	File
	header *tar.Header
	io.Reader
}

// read goes through an archive from its first byte to its last and gives take each file. It returns an error unless every
// file that the manifest names is there, byte for byte, and nothing else; take may have been given files by then.
func read(archive string, take func(entry) error) (*Manifest, error) {
	f, err := os.Open(archive)
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read from
	in := tar.NewReader(f)
	m, err := readManifest(in)
	if err != nil {
		return nil, refuse(err, "%s n'est pas une sauvegarde de hotline, ou son début manque", "%s is no backup of hotline, or its beginning is missing", archive)
	}
	if m.Format > format {
		return nil, refuse(nil, "%s vient d'un hotline plus récent ; restaurez-la avec lui", "%s is of a newer hotline; restore it with that one", archive)
	}
	for _, file := range m.Files {
		if err := readFile(in, file, take); err != nil {
			return m, err
		}
	}
	if _, err := in.Next(); !errors.Is(err, io.EOF) {
		return m, damaged(err, "%s", "%s", archive)
	}
	return m, nil
}

func readManifest(in *tar.Reader) (*Manifest, error) {
	header, err := in.Next()
	if err != nil {
		return nil, err
	}
	if header.Name != manifestName || header.Size > manifestMost {
		return nil, fmt.Errorf("it begins with %q", header.Name)
	}
	m := &Manifest{}
	if err := json.NewDecoder(in).Decode(m); err != nil {
		return nil, err
	}
	for _, f := range m.Files {
		if !filepath.IsLocal(f.Name) {
			return nil, fmt.Errorf("it has a file named %q", f.Name)
		}
	}
	return m, nil
}

func readFile(in *tar.Reader, file File, take func(entry) error) error {
	header, err := in.Next()
	if err != nil || header.Name != file.Name || header.Size != file.Size {
		return damaged(err, "%s manque, ou n'est pas entier", "%s is missing, or not whole", file.Name)
	}
	sum := sha256.New()
	e := entry{File: file, header: header, Reader: io.TeeReader(in, sum)}
	err = take(e)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return damaged(err, "%s n'est pas entier", "%s is not whole", file.Name)
	}
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, e); err != nil {
		return damaged(err, "%s n'est pas lisible", "%s cannot be read", file.Name)
	}
	if hex.EncodeToString(sum.Sum(nil)) != file.Hash {
		return damaged(nil, "%s n'est plus ce qui a été écrit", "%s is no longer what was written", file.Name)
	}
	return nil
}

// A Refusal is an error in both languages.
type Refusal struct {
	config.Words
	err error
}

// Error says it in English.
func (r *Refusal) Error() string { return r.EN }

// Unwrap is what lies behind it.
func (r *Refusal) Unwrap() error { return r.err }

// refuse makes an error in both languages; what the machine said comes behind in brackets.
func refuse(err error, fr, en string, args ...any) error {
	w := config.NewWords(fr, en, args...)
	if err != nil {
		w.FR, w.EN = fmt.Sprintf("%s (%s)", w.FR, err), fmt.Sprintf("%s (%s)", w.EN, err)
	}
	return &Refusal{w, err}
}

func damaged(err error, fr, en string, args ...any) error {
	return refuse(err, "la sauvegarde est abîmée : "+fr, "the backup is damaged: "+en, args...)
}
