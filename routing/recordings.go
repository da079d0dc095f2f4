package routing

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/oklog/ulid/v2"

	"hotline/prompt"
)

// Recordings is the folder in which hotline keeps what was recorded, each under the id that it gave it.
type Recordings string

// A Take is something that a caller has said, or is saying, and that nobody has been given yet.
type Take struct {
	ID string    `json:"id"`
	At time.Time `json:"at"`
}

// What is shorter is a receiver that is put down; what is softer nobody could understand.
const (
	messageLeast = 1500 * time.Millisecond
	messageFaint = -45.0 // dB below the loudest there can be
)

// heard is how long a recording is, and whether somebody can be heard in it. One that cannot be read may be all there is.
func (r Recordings) heard(id string) (time.Duration, bool) {
	m, err := prompt.Hear(r.Path(id))
	if err != nil {
		return 0, !errors.Is(err, fs.ErrNotExist)
	}
	return m.Length, m.Length >= messageLeast && m.Peak > messageFaint
}

// Path is where the sound of a message lies.
func (r Recordings) Path(id string) string { return filepath.Join(string(r), id+".wav") }

// Erase removes the sound of a message; that it is not there is no error.
func (r Recordings) Erase(id string) error {
	if err := os.Remove(r.Path(id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// drop removes a recording that nobody needs.
func (r Recordings) drop(id string, log *slog.Logger) {
	if err := r.Erase(id); err != nil {
		log.Error("a recording stays in the folder", "recording", id, "err", err)
	}
}

// lend lets a switch play a recording, until back is called: on the shelf that it fetches from, or beside the prompts. Each loan is
// a copy of its own: somebody else may hear the same recording.
func (r Recordings) lend(id, place string, shelf *prompt.Shelf, folder string) (media string, back func(), err error) {
	sound, err := os.ReadFile(r.Path(id))
	if err != nil {
		return "", nil, err
	}
	name, mode := "lent-"+ulid.Make().String()+".wav", fs.FileMode(0o644)
	if shelf != nil {
		mode = 0o600 // nobody else reads the file
	}
	file := filepath.Join(folder, name)
	if err := os.WriteFile(file, sound, mode); err != nil {
		return "", nil, err
	}
	away := func() { _ = os.Remove(file) } // the next start removes what stays
	if shelf == nil {
		return filepath.Join(place, name), away, nil
	}
	if name, err = shelf.Put(file); err != nil {
		away()
		return "", nil, err
	}
	return place + "/" + name, func() { shelf.Remove(file); away() }, nil
}

var lentForm = regexp.MustCompile(`^lent-[0-9A-HJKMNP-TV-Z]{26}\.wav$`)

// IsLent says whether a file beside the prompts is a recording that lies there for as long as somebody hears it.
func IsLent(name string) bool { return lentForm.MatchString(name) }
