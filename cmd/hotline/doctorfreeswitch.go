package main

import (
	"errors"
	"net"
	"path/filepath"
	"slices"
	"strings"

	"hotline/config"
	"hotline/esl"
	"hotline/pbx"
)

// freeswitch turns what a FreeSWITCH said into findings.
func (p patient) freeswitch(f esl.Facts) []finding {
	var found []finding
	add := func(more ...finding) { found = append(found, more...) }
	if f.Version == "" && f.Err != nil {
		return []finding{p.eslRefused(f.Err)}
	}
	add(finding{check: "reached", level: fine, title: both("FreeSWITCH %s répond", "FreeSWITCH %s answers", orUnknown(f.Version))})
	add(flaws(f.Version, p.UnsafeTexts)...)
	add(p.eslPassword())
	add(socketGuard(f.Socket)...)
	add(p.dialplan(f.Dialplan)...)
	add(p.refer(f.Refer)...)
	add(p.freeswitchModules(f.Modules))
	add(p.prompts(f.Files)...)
	add(p.streams(f.Streams)...)
	add(p.cdr(f)...)
	add(p.recorded()...)
	add(p.registered(f.Phones)...)
	add(p.ports(f.RTP, f.SIP)...)
	add(clockFinding(f.Ahead))
	if f.Err != nil {
		add(lost(f.Err))
	}
	return found
}

func (p patient) eslRefused(err error) finding {
	f := finding{check: "reached", level: wrong}
	_, port := p.socket()
	switch {
	case errors.Is(err, esl.ErrACL):
		f.title = both("FreeSWITCH refuse l'adresse de cette machine", "FreeSWITCH refuses the address of this machine")
		f.why = both("Son event socket n'est ouvert qu'à une liste d'adresses, ou à sa propre machine.",
			"Its event socket is open to a list of addresses only, or to its own machine.")
		f.todo = both("dans acl.conf.xml, avec l'adresse de hotline, puis dans event_socket.conf.xml ; ensuite fs_cli :",
			"in acl.conf.xml, with hotline's address, and in event_socket.conf.xml; then fs_cli:")
		f.lines = []string{
			`<list name="hotline" default="deny"><node type="allow" cidr="192.0.2.7/32"/></list>`,
			`<param name="apply-inbound-acl" value="hotline"/>`, "fs_cli -x reloadacl", reloadSocket,
		}
	case errors.Is(err, pbx.ErrAuth):
		f.title = both("FreeSWITCH refuse le mot de passe", "FreeSWITCH refuses the password")
		f.todo = both("mettez sous password, dans hotline.yaml, celui de event_socket.conf.xml :",
			"put the one of event_socket.conf.xml under password in hotline.yaml:")
		f.lines = []string{`<param name="password" value="..."/>`}
	case errors.Is(err, pbx.ErrDown):
		f.title = both("FreeSWITCH ne répond pas à %s", "FreeSWITCH does not answer at %s", p.Address)
		f.why = silence(err)
		f.todo = both("démarrez-le ; sinon corrigez address dans hotline.yaml, ou, dans event_socket.conf.xml et modules.conf.xml :",
			"start it; or else correct address in hotline.yaml, or, in event_socket.conf.xml and modules.conf.xml:")
		f.lines = []string{"systemctl start freeswitch", `<param name="listen-port" value="` + port + `"/>`, `<load module="mod_event_socket"/>`}
	default:
		f.title = both("ce n'est pas l'event socket d'un FreeSWITCH : %s", "this is not the event socket of a FreeSWITCH: %s", p.Address)
		f.why = unexpected(err)
		f.todo = both("corrigez ce commutateur dans hotline.yaml, par exemple :", "correct this switch in hotline.yaml, for example:")
		f.lines = []string{"address: 127.0.0.1:8021"}
	}
	return f
}

const reloadSocket = "fs_cli -x 'reload mod_event_socket'"

// flaws are those of old versions that matter to whoever lets hotline answer.
func flaws(version string, unsafeTexts bool) (found []finding) {
	if version == "" {
		return nil
	}
	if older(version, 1, 11, 2) {
		found = append(found, finding{
			check: "crash", level: warning,
			title: both("cette version peut être arrêtée de loin", "this version can be crashed from afar"),
			why: both("Avant 1.11.2, qui atteint l'event socket arrête FreeSWITCH avec un Content-Length énorme, sans mot de passe.",
				"Before 1.11.2, whoever reaches the event socket crashes FreeSWITCH with a huge Content-Length, without the password."),
			todo: both("passez à FreeSWITCH 1.11.3 ou plus récent ; d'ici là, dans event_socket.conf.xml :",
				"upgrade to FreeSWITCH 1.11.3 or later; until then, in event_socket.conf.xml:"),
			lines: []string{`<param name="listen-ip" value="127.0.0.1"/>`},
		})
	}
	if !older(version, 1, 11, 3) {
		return found
	}
	f := finding{
		check: "texts", level: warning,
		title: both("les SMS restent coupés avec cette version", "texts stay off with this version"),
		why: both("Avant 1.11.3, un SIP MESSAGE reçu peut faire exécuter des commandes à FreeSWITCH (CVE-2026-116779). Les appels n'y touchent pas.",
			"Before 1.11.3, a SIP MESSAGE that comes in can make FreeSWITCH run commands (CVE-2026-116779). Calls do not touch that."),
		todo: both("passez à FreeSWITCH 1.11.3 ou plus récent.", "upgrade to FreeSWITCH 1.11.3 or later."),
	}
	if unsafeTexts {
		f.title = both("les SMS sont permis malgré une faille", "texts are on in spite of a hole")
		f.todo = both("passez à FreeSWITCH 1.11.3 ou plus récent ; d'ici là, enlevez de hotline.yaml :",
			"upgrade to FreeSWITCH 1.11.3 or later; until then, remove from hotline.yaml:")
		f.lines = []string{"texts: unsafe"}
	}
	return append(found, f)
}

const leastPassword = 16 // characters

func (p patient) eslPassword() finding {
	f := finding{check: "password", level: warning}
	switch flaw := passwordFlaw(p.Password.Reveal()); flaw {
	case config.Words{}:
		return finding{check: "password", level: fine, title: both("mot de passe assez long", "password long enough")}
	default:
		f.title = both("mot de passe : %s", "password: %s", flaw)
	}
	f.why = both("Qui a l'event socket peut lancer n'importe quel programme sur la machine de FreeSWITCH.",
		"Whoever has the event socket can run any program on FreeSWITCH's machine.")
	f.todo = both("faites-en un avec openssl, mettez-le dans event_socket.conf.xml et dans hotline.yaml :",
		"make one with openssl, put it into event_socket.conf.xml and into hotline.yaml:")
	f.lines = []string{"openssl rand -hex 16", `<param name="password" value="..."/>`, reloadSocket}
	return f
}

// passwordFlaw says what is wrong with a password, without saying it.
func passwordFlaw(password string) config.Words {
	switch {
	case strings.EqualFold(password, "ClueCon"):
		return both("c'est celui d'usine, que tout le monde connaît", "it is the one it came with, which everybody knows")
	case slices.Contains([]string{"", "asterisk", "freeswitch", "hotline", "password"}, strings.ToLower(password)):
		return both("c'est un de ceux qu'on essaie d'abord", "it is one of those that are tried first")
	case len([]rune(password)) < leastPassword:
		return both("il a moins de %d signes", "it has fewer than %d characters", leastPassword)
	}
	return config.Words{}
}

func socketGuard(s *esl.Socket) []finding {
	if s == nil {
		return []finding{{check: "listen", level: unseen,
			title: both("FreeSWITCH ne montre pas event_socket.conf.xml", "FreeSWITCH does not show event_socket.conf.xml")}}
	}
	ip := net.ParseIP(s.Listen)
	if s.ACL || s.Listen == "localhost" || ip != nil && ip.IsLoopback() {
		return []finding{{check: "listen", level: fine, title: both("event socket protégé", "event socket guarded")}}
	}
	return []finding{{
		check: "listen", level: warning,
		title: both("l'event socket écoute à %s, sans liste d'adresses", "the event socket listens at %s, without a list of addresses", s.Listen),
		why: both("Sans liste, FreeSWITCH ne laisse entrer que sa propre machine : inutile d'écouter ailleurs, et hotline sur une autre machine est refusé.",
			"Without a list FreeSWITCH lets in its own machine only: no need to listen elsewhere, and hotline on another machine is refused."),
		todo: both("si hotline est sur la même machine, la première ligne dans event_socket.conf.xml ; sinon la deuxième, avec une liste "+
			"hotline dans acl.conf.xml ; puis fs_cli :",
			"if hotline is on the same machine, the first line in event_socket.conf.xml; if not, the second, with a list hotline in acl.conf.xml; then fs_cli:"),
		lines: []string{`<param name="listen-ip" value="127.0.0.1"/>`, `<param name="apply-inbound-acl" value="hotline"/>`, reloadSocket},
	}}
}

func (p patient) freeswitchModules(there map[string]bool) finding {
	wanted := esl.Modules()
	if p.Fetches {
		wanted = append(wanted, esl.FetchModules()...)
	}
	var lines []string
	missing := absent(wanted, there)
	for _, m := range missing {
		lines = append(lines, `<load module="`+m+`"/>`)
	}
	for _, m := range missing {
		lines = append(lines, "fs_cli -x 'load "+m+"'")
	}
	f := modulesFinding(len(wanted), missing, there, "mod_cdr_csv")
	if f.level != fine {
		f.todo = both("dans modules.conf.xml, puis une fois avec fs_cli :", "in modules.conf.xml, then once with fs_cli:")
		f.lines = lines
	}
	return f
}

// streams reports whether there is music of that name: as it is, or for a rate, as in the shipped moh/8000.
func streams(there map[string]bool, name string) bool {
	for stream := range there {
		if stream == name || strings.HasPrefix(stream, name+"/") {
			return true
		}
	}
	return false
}

// streams says whether there is the music that is waited to.
func (p patient) streams(there map[string]bool) []finding {
	if there == nil {
		return nil // mod_local_stream is missing, which has been said
	}
	var missing []string
	for _, m := range p.music {
		if !streams(there, m) {
			missing = append(missing, m)
		}
	}
	if len(missing) == 0 {
		return []finding{{check: "music", level: fine, title: both("musique : %s", "music: %s", list(p.music))}}
	}
	var lines []string
	for _, m := range missing {
		lines = append(lines, `<directory name="`+m+`" path="$${sounds_dir}/music/8000"><param name="rate" value="8000"/></directory>`)
	}
	f := finding{
		check: "music", level: wrong,
		title: both("musique : pas de local_stream %s", "music: no local_stream %s", list(missing)),
		why:   both("Qui attend n'entendra rien.", "Whoever waits will hear nothing."),
		todo: both("corrigez music dans hotline.yaml ou rules.yaml, ou mettez des fichiers WAV dans ce dossier, que local_stream.conf.xml doit nommer, puis fs_cli :",
			"correct music in hotline.yaml or rules.yaml, or put WAV files into this folder, which local_stream.conf.xml has to name, then fs_cli:"),
		lines: append(lines, "fs_cli -x 'reload mod_local_stream'"),
	}
	if names := present(there); len(names) > 0 {
		f.why = both("Qui attend n'entendra rien. Il y a : %s.", "Whoever waits will hear nothing. There is: %s.", list(names))
	}
	return []finding{f}
}

// cdr says whether hotline learns of calls that end while it is away.
func (p patient) cdr(f esl.Facts) []finding {
	at := "/var/log/freeswitch/cdr-csv/hotline.csv"
	if f.Records != nil && filepath.IsAbs(f.Records.File) {
		at = f.Records.File
	}
	found := p.recordsFinding(at)
	if f.Records == nil || len(f.Records.Lacks) == 0 {
		return []finding{found}
	}
	return []finding{found, {
		check: "records_template", level: warning,
		title: both("fiches : il manque des lignes à cdr_csv.conf.xml", "records: cdr_csv.conf.xml lacks lines"),
		why:   estimated(),
		todo: both("écrivez, dans <settings> ou dans <templates>, puis fs_cli :",
			"write, in <settings> or in <templates>, then fs_cli:"),
		lines: append(slices.Clone(f.Records.Lacks), "fs_cli -x 'reload mod_cdr_csv'"),
	}}
}
