package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"hotline/config"
	"hotline/disk"
	"hotline/prompt"
)

// Where a package keeps things.
const (
	installedFolder  = "/etc/hotline"
	installedData    = "/var/lib/hotline"
	installedControl = "/run/hotline/hotline.sock"
)

// The files of a hotline.
const (
	rulesFile  = "rules.yaml"
	schemaFile = "rules.schema.json" // for editors
	secretFile = "hotline.secret"
	mainFile   = "hotline.yaml"
)

// A home is the folder of a hotline, and what its files say of where things are.
type home struct {
	dir                        string
	data                       string // the folder of the database and of the prompts
	database, prompts, control string // as hotline.yaml has them; control is empty where it is the usual one
}

func homeOf(dir string) home {
	h := home{dir: filepath.Clean(dir), data: filepath.Clean(dir), database: "hotline.db", prompts: "prompts"}
	if full, err := filepath.Abs(dir); err == nil && full == installedFolder {
		h.data, h.control = installedData, installedControl
		h.database, h.prompts = filepath.Join(installedData, h.database), filepath.Join(installedData, h.prompts)
	}
	return h
}

// full is the folder as anybody finds it.
func (h home) full() string {
	full, err := filepath.Abs(h.dir)
	if err != nil {
		return h.dir
	}
	return full
}

// writable says what is wrong with the folders before anybody has answered a question in vain.
func (h home) writable() error {
	for _, dir := range []string{h.dir, h.data} {
		for _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) && dir != filepath.Dir(dir); _, err = os.Stat(dir) {
			dir = filepath.Dir(dir)
		}
		probe, err := os.MkdirTemp(dir, making)
		if err == nil {
			err = os.Remove(probe)
		}
		if err != nil {
			return mistaken("rien ne peut être écrit dans %s (%v). Relancez avec sudo, ou choisissez un autre dossier : --dir",
				"nothing can be written in %s (%v). Run it with sudo, or choose another folder: --dir", dir, err)
		}
	}
	return nil
}

// order is the order in which the files come to their places. The first that serve looks for is the last.
func order() []string { return []string{secretFile, schemaFile, rulesFile, mainFile} }

// there are the files that would have to be replaced. The password is none of them: the switch knows it already.
func (h home) there() (names []string) {
	for _, name := range []string{rulesFile, mainFile} {
		if _, err := os.Lstat(filepath.Join(h.dir, name)); err == nil {
			names = append(names, filepath.Join(h.dir, name))
		}
	}
	return names
}

// The files are first written, whole and to the disk, into a folder of their own. Its name with ".ready" says that all are
// there: from then on they come to their places, if not now then when init runs again; before, nothing has changed.
const (
	making = ".hotline-init-"
	ready  = ".hotline-init.ready"
)

// furnish puts all files into their places, or none, and returns the names that those have now which were there before.
func (h home) furnish(files map[string]string) (aside []string, err error) {
	for _, dir := range []string{h.dir, h.data, filepath.Join(h.data, "prompts")} {
		if err := h.folder(dir); err != nil {
			return nil, err
		}
	}
	work, err := os.MkdirTemp(h.dir, making)
	if err != nil {
		return nil, err
	}
	for name, text := range files {
		mode := fs.FileMode(0o644)
		if name == secretFile {
			mode = 0o600
		}
		if err := h.keep(filepath.Join(work, name), text, mode); err != nil {
			return nil, errors.Join(err, os.RemoveAll(work))
		}
	}
	if err := verify(work); err != nil {
		return nil, errors.Join(err, os.RemoveAll(work))
	}
	if err := errors.Join(disk.SyncFolder(work), os.Rename(work, filepath.Join(h.dir, ready)), disk.SyncFolder(h.dir)); err != nil {
		return nil, err
	}
	_, aside, err = h.finish()
	return aside, err
}

// finish brings files that are ready to their places, and says whether there were any. What is in a place is kept under the
// name that it says.
func (h home) finish() (found bool, aside []string, err error) {
	left, err := filepath.Glob(filepath.Join(h.dir, making+"*"))
	if err != nil {
		return false, nil, err
	}
	for _, dir := range left {
		if err := os.RemoveAll(dir); err != nil {
			return false, nil, err
		}
	}
	work := filepath.Join(h.dir, ready)
	if _, err := os.Stat(work); errors.Is(err, fs.ErrNotExist) {
		return false, nil, nil
	}
	for _, name := range order() {
		from, to := filepath.Join(work, name), filepath.Join(h.dir, name)
		if _, err := os.Lstat(from); errors.Is(err, fs.ErrNotExist) {
			continue // it is in its place, or was not to be replaced
		}
		former, err := setAside(to)
		if err == nil {
			err = errors.Join(os.Rename(from, to), disk.SyncFolder(h.dir))
		}
		if err != nil {
			return true, aside, err
		}
		if former != "" {
			aside = append(aside, former)
		}
	}
	return true, aside, errors.Join(os.Remove(work), disk.SyncFolder(h.dir))
}

// setAside gives a file the first name that ends in .bak and is free, and returns it; nothing when there is no such file.
func setAside(path string) (string, error) {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	for n := 1; ; n++ {
		former := path + ".bak"
		if n > 1 {
			former = fmt.Sprintf("%s.bak%d", path, n)
		}
		if _, err := os.Lstat(former); errors.Is(err, fs.ErrNotExist) {
			return former, os.Rename(path, former)
		}
	}
}

// folder makes a folder that the switch can look into. A new one belongs to whom the one above belongs.
func (h home) folder(dir string) error {
	err := os.Mkdir(dir, 0o755)
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	case err != nil:
		return err
	}
	if err := os.Chmod(dir, 0o755); err != nil { // the switch, which is another user, reads the prompts
		return err
	}
	return likeFolder(dir, filepath.Dir(dir))
}

// keep writes a file, to the disk. It belongs to whom the data belongs: root may have run this, and serve is another user.
func (h home) keep(path, text string, mode fs.FileMode) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return err
	}
	return likeFolder(path, h.data)
}

// likeFolder gives a file the owner of a folder, when root does it.
func likeFolder(path, folder string) error {
	info, err := os.Stat(folder)
	if err != nil {
		return err
	}
	return disk.GiveTo(path, info)
}

// verify reads what was written as check and serve will.
func verify(work string) error {
	if _, err := config.LoadDaemonWithoutSecrets(filepath.Join(work, mainFile), nil); err != nil {
		return err
	}
	_, problems := config.LoadRules(filepath.Join(work, rulesFile))
	return problems.Err()
}

// newSecret makes a password that nobody can guess.
func newSecret() string {
	var random [16]byte
	rand.Read(random[:]) // it never fails
	return hex.EncodeToString(random[:])
}

// write writes the files and says what to do next.
func (i *interview) write() error {
	schema, err := config.Schema(string(i.t), false)
	if err != nil {
		return err
	}
	files := map[string]string{rulesFile: i.answers.rules(), schemaFile: string(schema), mainFile: i.answers.daemon(i.home)}
	secret := filepath.Join(i.home.dir, secretFile)
	_, err = os.Lstat(secret)
	kept := err == nil
	if !kept {
		files[secretFile] = newSecret() + "\n"
	}
	aside, err := i.home.furnish(files)
	if err != nil {
		return err
	}
	i.written(kept, aside)
	i.next()
	return nil
}

// written says what is where now: the secret may have been kept, and files of before put aside.
func (i *interview) written(kept bool, aside []string) {
	i.say("\nÉcrit dans %s :\n", "\nWritten in %s:\n", i.home.full())
	for _, line := range []struct{ name, fr, en string }{
		{rulesFile, "ce qui arrive à un appel ; c'est lui que vous changerez", "what happens to a call; the one that you will change"},
		{schemaFile, "pour VS Code et d'autres éditeurs : ils proposent les mots", "for VS Code and other editors: they offer the words"},
		{mainFile, "le commutateur, et où sont les fichiers", "the switch, and where the files are"},
		{secretFile, "le mot de passe entre hotline et le commutateur", "the password between hotline and the switch"},
	} {
		if line.name == secretFile && kept {
			line.fr, line.en = "gardé tel quel : le commutateur le connaît peut-être déjà", "kept as it was: the switch may know it already"
		}
		i.say("  %-17s "+line.fr+"\n", "  %-17s "+line.en+"\n", line.name)
	}
	i.say("  %-17s vos enregistrements\n", "  %-17s your recordings\n", i.home.prompts+"/")
	for _, name := range aside {
		i.say("  %-17s ce qui était là avant\n", "  %-17s what was there before\n", filepath.Base(name))
	}
}

// next says what to do now.
func (i *interview) next() {
	if i.answers.callback {
		fmt.Fprintln(i.out)
		wrapped(i.out, "", i.t.say("Rappels : cette version ne rappelle pas encore. Les lignes sont prêtes, en commentaire, à la fin de rules.yaml. "+
			"D'ici là, hotline cdr list montre qui n'a joint personne.",
			"Callbacks: this version does not call back yet. The lines are ready, as comments, at the end of rules.yaml. "+
				"Until then hotline cdr list shows who reached nobody."))
	}
	var g grid
	user, dir := "", ""
	if i.home.control != "" { // the package's: the files are of its user, and systemd starts the daemon
		user, dir = "sudo -u hotline ", " --dir "+i.home.dir
	}
	step := func(command, fr, en string) { g.add(command, i.t.say(fr, en)) }
	if speech, err := prompt.ParseSpeech(prompt.DefaultSpeech); err == nil && !speech.Installed() {
		step("apt-get install "+speech.Program(), "pour que le texte soit dit", "so that the text is spoken")
	}
	step(user+"hotline check", "relit vos règles", "reads your rules")
	if i.answers.kind == config.FreeSWITCH {
		step(user+"hotline connect freeswitch", "dit quoi écrire sur FreeSWITCH (ou : fusionpbx)", "says what to write on FreeSWITCH (or: fusionpbx)")
	} else {
		step(user+"hotline connect asterisk", "dit quoi écrire sur Asterisk (ou : freepbx)", "says what to write on Asterisk (or: freepbx)")
	}
	serve := "hotline serve"
	if user != "" {
		serve = "sudo systemctl start hotline"
	}
	step(user+"hotline doctor", "dit ce qui manque encore", "says what is still missing")
	step(serve, "répond aux appels", "answers the calls")
	i.say("\nEt maintenant :\n", "\nAnd now:\n")
	if i.home.dir != "." && i.home.control == "" {
		fmt.Fprintf(i.out, "  cd %s\n", i.home.full())
	}
	g.print(i.out, "  ")
	if i.flags.kind == "" && i.answers.kind == config.Asterisk {
		again := user + "hotline init" + dir + " --switch freeswitch --force\n"
		i.say("\nSi votre commutateur est FreeSWITCH ou FusionPBX :\n  "+again, "\nIf your switch is FreeSWITCH or FusionPBX:\n  "+again)
	}
}
