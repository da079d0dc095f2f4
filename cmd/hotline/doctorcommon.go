package main

import (
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"hotline/config"
)

// What the two kinds of switch have in common.

const (
	mostAhead = 2 * time.Second // of one clock to the other
	mostNames = 6               // in one finding
)

// absent lists those that are known not to be there.
func absent(names []string, there map[string]bool) (missing []string) {
	for _, n := range names {
		if is, known := there[n]; known && !is {
			missing = append(missing, n)
		}
	}
	return missing
}

func present(there map[string]bool) (names []string) {
	for _, n := range slices.Sorted(maps.Keys(there)) {
		if there[n] {
			names = append(names, n)
		}
	}
	return names
}

// list is a short list of names.
func list(names []string) config.Words {
	if len(names) <= mostNames {
		all := strings.Join(names, ", ")
		return config.Words{FR: all, EN: all}
	}
	return both("%s et %d autres", "%s and %d others", strings.Join(names[:mostNames], ", "), len(names)-mostNames)
}

func orUnknown(version string) config.Words {
	if version == "" {
		return both("(version inconnue)", "(version unknown)")
	}
	return config.Words{FR: version, EN: version}
}

// older says whether a version such as 1.11.3-dev~64bit is older than those numbers.
func older(version string, numbers ...int) bool {
	parts := strings.FieldsFunc(version, func(r rune) bool { return r == '.' })
	for i, want := range numbers {
		digits := ""
		if i < len(parts) {
			digits = parts[i][:len(parts[i])-len(strings.TrimLeftFunc(parts[i], unicode.IsDigit))]
		}
		is, _ := strconv.Atoi(digits) // none is 0
		if is != want {
			return is < want
		}
	}
	return false
}

// modulesFinding says which modules are missing. The one that writes records is not needed for calls.
func modulesFinding(all int, missing []string, there map[string]bool, records string) finding {
	f := finding{check: "modules", level: fine, title: both("modules : %d sur %d chargés", "modules: %d of %d loaded", all, all)}
	switch {
	case len(missing) == 1 && missing[0] == records:
		f.level = warning
		f.why = estimated()
	case len(missing) > 0:
		f.level = wrong
	case len(there) < all:
		return finding{check: "modules", level: unseen, title: both("modules : pas tous connus", "modules: not all of them known")}
	default:
		return f
	}
	f.title = both("modules pas chargés : %s", "modules not loaded: %s", list(missing))
	return f
}

// estimated is why records matter.
func estimated() config.Words {
	return both("Un appel qui finit pendant que hotline est arrêté aura une fin estimée.", "A call that ends while hotline is away will have an estimated end.")
}

// prompts says whether the switch sees the files that it shall play.
func (p patient) prompts(there map[string]bool) []finding {
	if p.rules == nil || len(p.files) == 0 {
		return nil
	}
	if p.offered != "" {
		return []finding{p.fetched(there)}
	}
	missing := absent(p.files, there)
	unknown := len(p.files) - len(there)
	if len(there) == 0 && p.Kind == config.Asterisk {
		return nil // hidden says it, with what else is not seen
	}
	switch {
	case len(missing) > 0 && p.Kind == config.Asterisk:
		return []finding{{
			check: "prompts", level: wrong,
			title: both("annonces : Asterisk n'en joue pas %d sur %d", "prompts: Asterisk cannot play %d of %d", len(missing), len(p.files)),
			why: both("Essayées dans %s : %s. Le fichier manque, Asterisk n'a pas le droit de le lire, ou son format ne va pas.",
				"Tried in %s: %s. The file is not there, Asterisk may not read it, or its format is wrong.", p.PromptsFolder, list(p.inFolder(missing))),
			todo: both("donnez-lui le droit de les lire, et voyez-les comme il les voit (un « refusé » : un dossier plus haut lui est fermé) ; s'il les voit ailleurs, dites-le sous ce commutateur, dans hotline.yaml ; "+
				"pour le format, hotline check :",
				"let it read them, and look at them as it does (\"denied\": a folder further up is closed to it); if it sees them elsewhere, say so under this switch in hotline.yaml; for the format, hotline check:"),
			lines: []string{"sudo chmod -R a+rX " + p.PromptsFolder, "sudo -u asterisk ls -l " + p.PromptsFolder, "prompts_folder: " + p.PromptsFolder, "hotline check"},
		}}
	case len(missing) > 0:
		return []finding{{
			check: "prompts", level: wrong,
			title: both("annonces : %d sur %d ne sont pas dans %s", "prompts: %d of %d are not in %s", len(missing), len(p.files), p.PromptsFolder),
			why:   both("Vu par le commutateur, il y manque %s.", "As the switch sees it, it lacks %s.", list(p.inFolder(missing))),
			todo: both("copiez les fichiers sur sa machine, ou dites dans hotline.yaml, sous ce commutateur, dans quel dossier il les voit :",
				"copy the files to its machine, or say in hotline.yaml, under this switch, in which folder it sees them:"),
			lines: []string{"prompts_folder: " + p.PromptsFolder},
		}}
	case unknown > 0:
		return []finding{{check: "prompts", level: unseen, title: both("annonces : %d sur %d n'ont pas pu être cherchées", "prompts: %d of %d could not be looked for", unknown, len(p.files))}}
	}
	return []finding{{check: "prompts", level: fine, title: both("annonces : %s dans %s", "prompts: %s in %s", amount(len(p.files), "fichier", "file"), p.PromptsFolder)}}
}

// inFolder are files by their names in the folder of the prompts.
func (p patient) inFolder(files []string) (names []string) {
	for _, f := range files {
		names = append(names, strings.TrimPrefix(f, p.PromptsFolder+"/"))
	}
	return names
}

// recordsFinding says whether hotline can read the file in which the switch writes how calls ended, usually there.
func (p patient) recordsFinding(usually string) finding {
	f := finding{check: "records", level: warning, why: estimated()}
	switch {
	case p.Records == "":
		f.title = both("fiches : records n'est pas écrit", "records: records is not set")
		f.todo = both("écrivez dans hotline.yaml, sous ce commutateur :", "write in hotline.yaml, under this switch:")
		f.lines = []string{"records: " + usually}
	case p.records != nil:
		f.title = both("fiches : %s ne peut pas être lu", "records: %s cannot be read", p.Records)
		f.todo = both("donnez le droit de lire ce dossier à l'utilisateur de hotline, redémarrez-le, ou corrigez records dans hotline.yaml :",
			"let the user of hotline read that folder and restart it, or correct records in hotline.yaml:")
		f.lines = []string{"sudo usermod -aG " + p.Kind + " hotline", "sudo chmod o+x " + filepath.Dir(filepath.Dir(p.Records)),
			"sudo chmod g+rx " + filepath.Dir(p.Records),
			"sudo systemctl try-restart hotline", "records: " + usually}
	default:
		return finding{check: "records", level: fine, title: both("fiches : %s", "records: %s", p.Records)}
	}
	return f
}

// registered says whose phones the switch can ring now.
func (p patient) registered(there map[string]bool) []finding {
	if p.rules == nil || len(p.phones) == 0 {
		return nil
	}
	var away []string
	known := 0
	for _, id := range p.rules.AgentOrder {
		agent := p.rules.Agents[id]
		is, ok := there[agent.Phone]
		if ok {
			known++
		}
		if ok && !is {
			away = append(away, agent.Phone+" ("+agent.Name+")")
		}
	}
	switch {
	case known == 0:
		return []finding{{check: "phones", level: unseen, title: both("postes : pas connus", "phones: not known")}}
	case len(away) == 0:
		return []finding{{check: "phones", level: fine, title: both("postes : %d sur %d enregistrés", "phones: %d of %d registered", known, known)}}
	}
	f := finding{
		check: "phones", level: warning,
		title: both("postes : %d sur %d enregistrés", "phones: %d of %d registered", known-len(away), known),
		why:   both("Il manque %s.", "Missing: %s.", list(away)),
		todo:  both("allumez-les, ou corrigez phone dans rules.yaml.", "switch them on, or correct phone in rules.yaml."),
	}
	if len(away) == known {
		f.todo = both("allumez-les ; s'ils le sont, voyez comment hotline.yaml les appelle, et phone dans rules.yaml :",
			"switch them on; if they are, see how hotline.yaml calls them, and phone in rules.yaml:")
		f.lines = []string{`phone: "` + p.Phone + `"`}
	}
	return []finding{f}
}

// clockFinding says whether two clocks agree, which makes the times in the records true.
func clockFinding(ahead *time.Duration) finding {
	switch {
	case ahead == nil:
		return finding{check: "clock", level: unseen, title: both("horloge : pas connue", "clock: not known")}
	case ahead.Abs() <= mostAhead:
		return finding{check: "clock", level: fine, title: both("horloge : la même", "clock: the same")}
	}
	seconds := int(ahead.Abs().Round(time.Second) / time.Second)
	f := finding{
		check: "clock", level: warning,
		title: both("horloge : %d s d'avance sur celle de hotline", "clock: %d s ahead of hotline's", seconds),
		why: both("Les heures et les durées des fiches seront fausses après un arrêt de hotline.",
			"Times and durations in records will be wrong after hotline was away."),
		todo:  both("mettez les deux machines à l'heure :", "set both machines to the right time:"),
		lines: []string{"timedatectl set-ntp true"},
	}
	if *ahead < 0 {
		f.title = both("horloge : %d s de retard sur celle de hotline", "clock: %d s behind hotline's", seconds)
	}
	return f
}

// lost is a switch that went while it was looked at.
func lost(err error) finding {
	return finding{
		check: "lost", level: wrong,
		title: both("le commutateur n'a pas tout dit", "the switch has not told everything"), why: unexpected(err),
		todo: both("voyez s'il est surchargé, puis relancez hotline doctor.", "see whether it is overloaded, then run hotline doctor again."),
	}
}
