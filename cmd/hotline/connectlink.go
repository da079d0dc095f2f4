package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"hotline/config"
	"hotline/number"
)

// wishes are what the command line says of a connection.
type wishes struct {
	kind, number, fallback, context, trunk, profile, folder, name, instance string
}

// A link is all that has to be known to write the lines down. Each value can be written into the files of its switch.
type link struct {
	kind     string
	number   number.Number   // the test number, as it arrives
	numbers  []number.Number // all of them, the test number first
	instance string
	user     string // Asterisk: of ARI
	password string
	host     string // where the switch listens for hotline; empty: as it comes
	port     string
	secure   bool   // Asterisk: https
	records  string // the file that the switch writes
	listed   bool   // hotline.yaml has the switch
	written  bool   // and names its records
	prompts  string // their folder, as the switch sees it
	fallback string // as it stands in the dialplan; empty: nobody said
	context  string // that calls from outside come to
	trunk    string
	profile  string
	folder   string
	warnings []config.Words
}

// placeholder stands for a password that could not be read.
const placeholder = "PASSWORD"

// Values that can be written into the files of the switches, into a command and into a page, without a sign that means
// something there.
var (
	plainWord     = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.@-]{0,79}$`)
	plainFolder   = regexp.MustCompile(`^/[A-Za-z0-9_./-]{0,200}$`)
	plainSecret   = regexp.MustCompile(`^[A-Za-z0-9+/=._~-]{1,200}$`)
	plainExten    = regexp.MustCompile(`^[A-Za-z0-9_+*#][A-Za-z0-9_.+*#-]{0,39}$`)
	asteriskPlace = regexp.MustCompile(`^[A-Za-z0-9_-]{1,79},[A-Za-z0-9_+*#-]{1,40},[0-9n]{1,3}$`)
	xmlPlace      = regexp.MustCompile(`^[A-Za-z0-9_+*#.-]{1,40} XML [A-Za-z0-9_.@-]{1,79}$`)
	plainInstance = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)
)

func (l *link) warn(fr, en string, args ...any) {
	l.warnings = append(l.warnings, both(fr, en, args...))
}

// drives is the kind of switch under the web pages.
func drives(kind string) string {
	if kind == kindAsterisk || kind == kindFreePBX {
		return config.Asterisk
	}
	return config.FreeSWITCH
}

// link reads the files, as far as they are there, and makes sure that each value can be written down.
func (w wishes) link(path string) (*link, error) {
	switch w.kind {
	case kindAsterisk, kindFreePBX, kindFreeSWITCH, kindFusionPBX:
	default:
		return nil, mistaken("%s n'est pas un commutateur que je connais : freepbx, asterisk, fusionpbx ou freeswitch",
			"%s is no switch that I know: freepbx, asterisk, fusionpbx or freeswitch", w.kind)
	}
	l := &link{
		kind: w.kind, instance: "hotline", user: "hotline", password: placeholder, trunk: w.trunk, profile: w.profile,
		context: w.context, folder: strings.TrimRight(w.folder, "/"), prompts: "/var/lib/hotline/prompts",
	}
	l.defaults()
	rules := filepath.Join(filepath.Dir(path), "rules.yaml")
	daemon, err := config.LoadDaemonWithoutSecrets(path, nil)
	switch {
	case errors.Is(err, fs.ErrNotExist) || notThere(path):
		l.warn("%s n'est pas là : les lignes sont pour une installation ordinaire, et le mot de passe manque.",
			"%s is not there: the lines are for an ordinary installation, and the password is missing.", path)
	case err != nil:
		return nil, err
	default:
		rules = daemon.Rules
		if err := l.read(path, daemon, w.name); err != nil {
			return nil, err
		}
	}
	if w.instance != "" {
		l.instance = w.instance
	}
	if err := l.chooseNumber(w.number, rules); err != nil {
		return nil, err
	}
	if err := l.landing(w.fallback); err != nil {
		return nil, err
	}
	return l, l.writable()
}

func notThere(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist)
}

// defaults are how the packages of the switches set things up.
func (l *link) defaults() {
	context, folder := "from-trunk", "/etc/asterisk"
	l.port, l.records = "8088", "/var/log/asterisk/cel-custom/hotline.csv"
	if drives(l.kind) == config.FreeSWITCH {
		context, folder = "public", "/etc/freeswitch"
		l.port, l.records = "8021", "/var/log/freeswitch/cdr-csv/hotline.csv"
	}
	if l.context == "" {
		l.context = context
	}
	if l.folder == "" {
		l.folder = folder
	}
}

// read takes over what hotline.yaml says of the switch.
func (l *link) read(path string, daemon *config.Daemon, name string) error {
	l.instance = daemon.Instance
	at := -1
	for i, sw := range daemon.Switches {
		if sw.Kind == drives(l.kind) && at < 0 && (name == "" || name == sw.Name) {
			at = i
		}
	}
	if at < 0 && name != "" {
		return mistaken("%s n'a pas de commutateur %s de type %s", "%s has no switch %s of kind %s", path, name, drives(l.kind))
	}
	if at < 0 {
		l.warn("%s n'a pas encore de commutateur de type %s : c'est le premier pas.", "%s has no switch of kind %s yet: that is the first step.", path, drives(l.kind))
		return nil
	}
	sw := daemon.Switches[at]
	l.listed = true
	l.prompts = sw.PromptsFolder
	if sw.Records != "" {
		l.records, l.written = sw.Records, true
	}
	if err := l.address(sw); err != nil {
		return err
	}
	full, err := config.LoadDaemon(path, nil)
	if err != nil {
		l.warn("le mot de passe n'a pas pu être lu ; à sa place il y a %s (%s)", "the password could not be read; %s stands in its place (%s)", placeholder, err)
		return nil
	}
	l.password = full.Switches[at].Password.Reveal()
	if !plainSecret.MatchString(l.password) {
		return mistaken("le mot de passe de %s a des signes que les fichiers du commutateur ne peuvent pas contenir : il ne faut que des lettres, des chiffres et + / = . _ ~ - (par exemple : openssl rand -hex 24)",
			"the password of %s has signs that the files of the switch cannot hold: only letters, digits and + / = . _ ~ - (for example: openssl rand -hex 24)", sw.Name)
	}
	return nil
}

// chooseNumber finds the test number and those that follow it one day.
func (l *link) chooseNumber(wanted, file string) error {
	rules, _ := config.LoadRules(file) // check says what is wrong with it
	if rules != nil {
		for _, line := range rules.Lines {
			if len(line.ArrivesAs) == 0 {
				l.numbers = append(l.numbers, line.Number)
			}
			l.numbers = append(l.numbers, line.ArrivesAs...)
		}
	}
	switch {
	case wanted != "":
		n, err := number.Parse(wanted)
		if err != nil {
			return mistaken("--number %s n'est pas un numéro de téléphone : écrivez-le comme 0809400100", "--number %s is no telephone number: write it like 0809400100", wanted)
		}
		if n.Emergency() {
			return mistaken("le %s est un numéro d'urgence : il ne se met pas à l'essai", "%s is an emergency number: it is not put on trial", n.Pretty())
		}
		others := l.numbers
		l.numbers = []number.Number{n}
		for _, other := range others {
			if other != n {
				l.numbers = append(l.numbers, other)
			}
		}
		if rules != nil && len(others) == len(l.numbers)-1 {
			l.warn("le %s n'est ni un numéro de %s ni un arrives_as : hotline n'y répondra pas avant qu'il y soit.",
				"%s is neither a number of %s nor an arrives_as: hotline does not answer it before it is.", n.Pretty(), file)
		}
	case len(l.numbers) > 0:
	case notThere(file):
		return mistaken("quel numéro essayer ? %s n'est pas là ; dites-le avec --number 0809400100", "which number shall be tried? %s is not there; say it with --number 0809400100", file)
	default:
		return mistaken("%s n'est pas bon : hotline check dit ce qu'il faut corriger ; ou dites le numéro avec --number", "%s is not good: hotline check says what to mend; or say the number with --number", file)
	}
	l.number = l.numbers[0]
	return nil
}

// landing reads who answers without hotline.
func (l *link) landing(said string) error {
	switch place := strings.TrimSpace(said); {
	case place == "":
	case drives(l.kind) == config.Asterisk && asteriskPlace.MatchString(place):
		l.fallback = place
	case drives(l.kind) == config.FreeSWITCH && xmlPlace.MatchString(place):
		l.fallback = place
	case !plainExten.MatchString(place):
		return mistaken("--fallback %s ne peut pas s'écrire dans le dialplan : pour FreePBX un poste ou une file (600), pour Asterisk contexte,poste,priorité (phones,600,1), pour FreeSWITCH « 600 XML default »",
			`--fallback %s cannot be written into the dialplan: for FreePBX an extension or a queue (600), for Asterisk context,extension,priority (phones,600,1), for FreeSWITCH "600 XML default"`, said)
	case l.kind == kindFreePBX:
		l.fallback = "from-internal," + place + ",1"
	case l.kind == kindAsterisk:
		return mistaken("--fallback %s : Asterisk veut aussi le contexte : --fallback CONTEXTE,%s,1. C'est le plus souvent celui des téléphones ; asterisk -rx 'dialplan show %s@CONTEXTE' montre si %s s'y trouve",
			"--fallback %s: Asterisk needs the context, too: --fallback CONTEXT,%s,1. Mostly it is the one of the phones; asterisk -rx 'dialplan show %s@CONTEXT' shows whether %s is in it", place, place, place, place)
	case l.kind == kindFreeSWITCH:
		l.fallback = place + " XML default"
	default:
		return mistaken("--fallback %s : FusionPBX veut aussi le domaine : --fallback \"%s XML exemple.fr\"", "--fallback %s: FusionPBX needs the domain, too: --fallback \"%s XML example.com\"", place, place)
	}
	return nil
}

// formerWay is who answers without hotline, in words.
func (l link) formerWay() config.Words {
	if l.fallback != "" {
		return both("%s", "%s", l.fallback)
	}
	return both("le contexte %s, comme aujourd'hui", "the context %s, as today", l.context)
}

// writable refuses what cannot be written down.
func (l *link) writable() error {
	host := l.host
	if !l.named() {
		host = "localhost" // an address is written as it is
	}
	for _, v := range []struct {
		what, value string
		form        *regexp.Regexp
	}{
		{"instance", l.instance, plainInstance}, {"user", l.user, plainWord}, {"--context", l.context, plainWord},
		{"--trunk", l.trunk, plainWord}, {"--profile", l.profile, plainWord}, {"--folder", l.folder, plainFolder},
		{"url, address", host, plainWord}, {"records", l.records, plainFolder}, {"prompts", l.prompts, plainFolder},
	} {
		if !v.form.MatchString(v.value) {
			return mistaken("%s « %s » ne peut pas s'écrire dans les fichiers du commutateur : seulement des lettres, des chiffres et - _ . (un dossier commence par /)",
				`%s "%s" cannot be written into the files of the switch: only letters, digits and - _ . (a folder begins with /)`, v.what, v.value)
		}
	}
	if l.user == "general" {
		return mistaken("l'utilisateur d'ARI ne peut pas s'appeler general", "the user of ARI cannot be called general")
	}
	for _, place := range []string{l.context, l.fallback} {
		if strings.HasPrefix(place, "hotline-") || strings.Contains(place, " XML hotline-") {
			return mistaken("%s mène à hotline : dites le contexte et l'accueil que le numéro avait avant lui", "%s leads to hotline: say the context and the answer that the number had before it", place)
		}
	}
	return nil
}

// spellings are the ways in which operators deliver a number.
func spellings(n number.Number) []string {
	ways := []string{n.National()}
	if rest, ok := strings.CutPrefix(n.String(), "+"); ok {
		ways = append(ways, "+"+rest, "00"+rest, rest)
	}
	return slices.Compact(ways) // a foreign number has no national form
}
