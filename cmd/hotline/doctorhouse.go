package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"hotline/config"
	"hotline/disk"
	"hotline/prompt"
	"hotline/store"
	"hotline/web"
)

// A house is what is true of this machine, whatever the switch.
type house struct {
	rulesFile string
	rules     *config.Rules
	problems  config.Problems
	speech    string // the command that speaks texts
	database  database
}

// A database is what can be seen of the file without writing into it.
type database struct {
	path     string
	folder   error // why nothing can be written beside it
	exists   bool
	open     error // why it cannot be read
	arrivals []store.Arrival
	space    int64
	measured bool
}

func lookAtDatabase(ctx context.Context, path string) database {
	d := database{path: path}
	folder := filepath.Dir(path)
	d.folder = tryFolder(folder)
	if free, err := disk.Free(folder); err == nil {
		d.space, d.measured = free, true
	}
	db, err := store.OpenReader(ctx, path)
	if errors.Is(err, fs.ErrNotExist) {
		return d
	}
	d.exists, d.open = true, err
	if err == nil {
		d.arrivals, d.open = db.Arrivals(ctx, mostArrivals)
		d.open = errors.Join(d.open, db.Close())
	}
	for _, name := range []string{path, path + "-lock", path + "-wal", path + "-shm"} {
		// Not by opening it: closing a file takes SQLite's locks off it.
		if err := syscall.Access(name, mayWrite); d.open == nil && err != nil && !errors.Is(err, fs.ErrNotExist) {
			d.open = &fs.PathError{Op: "write", Path: name, Err: err}
		}
	}
	return d
}

// mayWrite is access(2)'s W_OK.
const mayWrite = 2

// tryFolder makes and removes a file, which alone tells what the rights come to.
func tryFolder(folder string) error {
	f, err := os.CreateTemp(folder, ".hotline-doctor-")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

func (h house) findings() []finding {
	return slices.Concat([]finding{h.rulesFinding()}, h.speechFinding(), h.database.findings(), h.numbersFindings())
}

// speechFinding says whether the texts of the rules can be spoken. Rules without texts need nobody to speak them.
func (h house) speechFinding() []finding {
	if h.rules == nil || len(h.rules.Texts()) == 0 {
		return nil
	}
	texts := amount(len(h.rules.Texts()), "texte", "text")
	speech, err := prompt.ParseSpeech(h.speech)
	if err == nil && speech.Installed() {
		return []finding{{check: "speech", level: fine, title: both("textes : %s, que %s dit", "texts: %s, which %s speaks", texts, speech.Program())}}
	}
	return []finding{{
		check: "speech", level: wrong,
		title: both("textes : %s, et personne pour dire", "texts: %s, and nobody to speak", texts),
		why:   both("%s n'est pas installé ici : les clients n'entendent pas ces textes.", "%s is not installed here: callers do not hear these texts.", speech.Program()),
		todo: both("installez-le, puis redémarrez hotline serve (ou enregistrez les textes, et écrivez {file: nom.wav}) :",
			"install it, then restart hotline serve (or record the texts, and write {file: name.wav}):"),
		lines: []string{"apt-get install " + speech.Program()},
	}}
}

func (h house) rulesFinding() finding {
	warnings := 0
	for _, p := range h.problems {
		if p.Warning {
			warnings++
		}
	}
	mistakes := len(h.problems) - warnings
	f := finding{check: "rules", level: fine}
	switch {
	case mistakes > 0:
		f.level = wrong
		f.title = both("règles : %s a %s", "rules: %s has %s", h.rulesFile, amount(mistakes, "erreur", "error"))
		f.todo = both("lisez ce qu'en dit hotline check :", "read what hotline check says:")
	case warnings > 0:
		f.level = warning
		f.title = both("règles : %s a %s", "rules: %s has %s", h.rulesFile, amount(warnings, "avertissement", "warning"))
		f.todo = both("lisez ce qu'en dit hotline check :", "read what hotline check says:")
	default:
		f.title = both("règles : %s, %s", "rules: %s, %s",
			amount(len(h.rules.Lines), "numéro", "number"), amount(len(h.rules.Agents), "personne", "agent"))
		return f
	}
	f.lines = []string{"hotline check"}
	return f
}

func (d database) findings() []finding {
	f := finding{check: "database", level: fine, title: both("base de données : %s", "database: %s", d.path)}
	folder := filepath.Dir(d.path)
	switch {
	case d.folder != nil:
		f.level = wrong
		f.title = both("base de données : rien ne peut être écrit dans %s", "database: nothing can be written in %s", folder)
		f.why = unexpected(d.folder)
		f.todo = both("donnez ce dossier à l'utilisateur de hotline (ici hotline) :", "give the folder to the user of hotline (here hotline):")
		f.lines = []string{"mkdir -p " + folder, "chown hotline " + folder}
	case d.open != nil:
		f.level = wrong
		f.title = both("base de données : %s ne s'ouvre pas", "database: %s does not open", d.path)
		f.why = unexpected(d.open)
		f.todo = both("si le message parle de droits, donnez le fichier à l'utilisateur de hotline (ici hotline) ; s'il est abîmé, "+
			"arrêtez hotline et remettez une sauvegarde :",
			"if this is about rights, give the file to the user of hotline (here hotline); if it is damaged, stop hotline and put a backup in its place:")
		f.lines = []string{"sudo chown hotline " + d.path + "*"} // its -lock, -wal and -shm, too
	case !d.exists:
		f.title = both("base de données : %s ; hotline serve la créera", "database: %s; hotline serve will make it", d.path)
	}
	if !d.measured || d.space >= web.LeastSpace {
		return []finding{f}
	}
	return []finding{f, {
		check: "disk", level: warning,
		title: both("disque : %d Mo libres pour la base de données", "disk: %d MB free for the database", d.space>>20),
		why: both("Sur un disque plein, les appels continuent, mais leurs fiches et leurs prix ne s'écrivent plus.",
			"On a full disk calls go on, but their records and prices are no longer written."),
		todo:  both("faites de la place ; voici ce qui en prend le plus :", "make room; this shows what takes most:"),
		lines: []string{"du -xh --max-depth=2 " + folder + " | sort -h | tail"},
	}}
}
