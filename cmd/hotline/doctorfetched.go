package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"time"

	"hotline/config"
	"hotline/prompt"
)

// fetchWait is how long a sound may take to come from this machine.
const fetchWait = 3 * time.Second

// fetch names the sounds as a switch that fetches them does, and fetches one as it would.
func (p *patient) fetch(ctx context.Context, prompts config.Prompts) {
	p.offered = prompts.HTTP
	var files []string
	for _, file := range p.inFolder(p.files) {
		if name, err := prompt.ShelfName(filepath.Join(prompts.Folder, file)); err == nil { // else the check of the rules says so
			files = append(files, prompts.HTTP+"/"+name)
		}
	}
	if p.files = files; len(files) > 0 {
		p.unserved = fetchSound(ctx, files[0])
	}
}

// fetchSound fetches a sound as a switch does.
func fetchSound(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, fetchWait)
	defer cancel()
	asked, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(asked)
	if err != nil {
		return err
	}
	defer answer.Body.Close() // only read from: closing can lose nothing
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s", answer.Status)
	}
	return nil
}

// fetched says whether a switch gets the sounds that it fetches by HTTP.
func (p patient) fetched(there map[string]bool) finding {
	f := finding{check: "prompts", level: wrong}
	missing := absent(p.files, there)
	switch {
	case p.unserved != nil:
		f.title = both("annonces : hotline ne les offre pas à %s", "prompts: hotline does not offer them at %s", p.offered)
		f.why = both("%s. hotline serve est arrêté, ou prompts.http n'est pas son adresse, ou ces règles ne sont pas en service.",
			"%s. hotline serve does not run, or prompts.http is not its address, or these rules are not in force.", p.unserved)
		f.todo = both("démarrez-le, puis mettez les règles en service :", "start it, then put the rules in force:")
		f.lines = []string{"systemctl start hotline", "hotline apply"}
	case len(missing) > 0:
		f.title = both("annonces : ce commutateur ne peut pas en chercher %d sur %d à %s", "prompts: this switch cannot fetch %d of %d from %s", len(missing), len(p.files), p.offered)
		f.why = both("Elles sont offertes : un module manque, ou sa machine n'atteint pas cette adresse (pare-feu).",
			"They are offered: a module is missing, or its machine does not reach this address (a firewall).")
		f.todo = both("essayez sur la machine du commutateur :", "try on the machine of the switch:")
		f.lines = []string{"curl -I " + missing[0]}
	case p.Kind == config.FreeSWITCH:
		f.level = unseen
		f.title = both("annonces : offertes à %s ; que FreeSWITCH y arrive ne se voit pas d'ici", "prompts: offered at %s; that FreeSWITCH gets there cannot be seen from here", p.offered)
		f.todo = both("essayez sur sa machine :", "try on its machine:")
		f.lines = []string{"curl -I " + p.files[0]}
	default:
		f.level = fine
		f.title = both("annonces : %s cherchés à %s", "prompts: %s fetched from %s", amount(len(p.files), "fichier", "file"), p.offered)
	}
	return f
}
