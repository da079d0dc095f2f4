package main

import (
	"net"
	"path"
	"slices"
	"strings"

	"hotline/ari"
	"hotline/config"
	"hotline/deploy/asterisk"
	"hotline/number"
)

// Asterisk's configuration stays as it is: each file of ours is included at the end of theirs, and adds to its sections.

// rx is a command of Asterisk's own.
func rx(command string) string { return "asterisk -rx '" + command + "'" }

// textLines splits a text that ends with its last line.
func textLines(text string) []string { return strings.Split(strings.TrimRight(text, "\n"), "\n") }

// file is one of the switch's configuration.
func (l link) file(name string) string { return l.folder + "/" + name }

// addition is a file of ours that one of theirs includes.
func (l link) addition(theirs string, text []string) []block {
	ours := strings.TrimSuffix(theirs, ".conf") + "_hotline.conf"
	return []block{create(l.file(ours), text), appendTo(l.file(theirs), "#tryinclude "+ours)}
}

// texts are the contexts that hotline's calls pass through, and what Asterisk writes down of each call.
func (l link) texts(fallback string) (entry, mapping []string, err error) {
	contexts, err := asterisk.Text("extensions_hotline.conf", asterisk.Values{"APP": l.instance, "FALLBACK": fallback})
	if err != nil {
		return nil, nil, err
	}
	record, err := asterisk.Text("cel_custom.conf", nil)
	return textLines(contexts), textLines(record), err
}

func gotos(numbers []number.Number) (all []string) {
	for _, n := range numbers {
		for _, as := range spellings(n) {
			all = append(all, "exten => "+as+",1,Goto(hotline-in,${EXTEN},1)")
		}
	}
	return all
}

// ownTrunk is the context that the trunk comes to instead of its own: the number goes to hotline, the rest where it went.
const ownTrunk = "hotline-trunk"

func (l link) asterisk() (*plan, error) {
	old := l.fallback
	if old == "" {
		old = l.context + ",${HOTLINE_NUMBER},1"
	}
	entry, mapping, err := l.texts("Goto(" + old + ")\n same => n,Hangup()")
	if err != nil {
		return nil, err
	}
	text := append(entry, "", "; What comes over the trunk: the number on trial to hotline, all the others where they went before.", "["+ownTrunk+"]")
	text = append(text, gotos(l.numbers[:1])...)
	text = append(text, "include => "+l.context)
	before := l.folder + ".before-hotline"
	return &plan{
		link: l,
		steps: []step{
			l.lookAround(before), l.restInterface(), l.celRecords(mapping),
			{
				id: "dialplan", title: both("Le dialplan, sans appels encore", "The dialplan, still without calls"),
				why: both("hotline-in mène à hotline, hotline-fallback à votre accueil d'aujourd'hui (%s), hotline-transfer reçoit les transferts.",
					"hotline-in leads to hotline, hotline-fallback to your present way of answering (%s), hotline-transfer takes transfers.", old),
				blocks: append(l.addition("extensions.conf", text),
					run(rx("dialplan reload")),
					look(rx("dialplan show "+spellings(l.number)[0]+"@"+ownTrunk), "Goto(hotline-in,${EXTEN},1)", "'"+l.context+"'"),
					look(rx("dialplan show globals"), "HOTLINE_APP="+l.instance)),
			},
			l.rights("asterisk"),
			{
				id: "number", title: both("Le numéro va à hotline", "The number goes to hotline"),
				why: both("Dans la section de votre tronc qui a type = endpoint (ici [%s]), changez le contexte. Si le vôtre n'est pas %s, relancez hotline connect avec --context. Avec sip.conf, iax.conf ou chan_dahdi.conf, c'est le même mot.",
					"In the section of your trunk with type = endpoint (here [%s]), change the context. If yours is not %s, run hotline connect again with --context. In sip.conf, iax.conf or chan_dahdi.conf it is the same word.", l.trunk, l.context),
				blocks: []block{
					replace(l.file("pjsip.conf"), "context = "+l.context, "context = "+ownTrunk),
					run(rx("pjsip reload")), look(rx("pjsip show endpoint "+l.trunk), ": "+ownTrunk),
				},
			},
			l.trial(both("votre accueil d'aujourd'hui répond", "your present way of answering takes the call")),
		},
		widen: step{
			id: "widen", title: both("Pour étendre à tous les numéros", "To widen it to all numbers"),
			blocks: []block{
				insert(l.file("extensions_hotline.conf"), "["+ownTrunk+"]", gotos(l.numbers[1:])...).noted(
					"Une ligne par numéro et par façon de l'écrire, celles-ci pour rules.yaml :", "A line for each number and each way to write it, these for rules.yaml:"),
				run(rx("dialplan reload")),
			},
		},
		back: step{
			id: "back", title: both("Pour revenir en arrière", "To go back"),
			why: both("Les nouveaux appels reprennent aussitôt l'ancien chemin ; ceux en cours se finissent. Le reste peut rester.",
				"New calls take the old way at once; those in progress go on. The rest may stay."),
			blocks: []block{replace(l.file("pjsip.conf"), "context = "+ownTrunk, "context = "+l.context), run(rx("pjsip reload"))},
		},
		remove: l.withoutAdditions(),
	}, nil
}

// lookAround keeps a copy, and finds out whether the sections are there that ours add to.
func (l link) lookAround(before string) step {
	count := "cd " + l.folder + "; grep -cH "
	return step{
		id: "before", title: both("Avant de commencer", "Before you begin"),
		why: both("Une copie, puis un regard sur vos fichiers. Les nôtres complètent des sections des vôtres : « [general](+) » veut dire « encore pour general ». Si un compte est autre que celui attendu : sans section (0) ou sans fichier, écrivez sans (+) ; avec une section (1), avec (+).",
			`A copy, and a look at your files. Ours add to sections of yours: "[general](+)" means "more for general". If a count is not the one expected: without the section (0), or the file, write it without (+), with the section (1) write it with (+).`),
		blocks: []block{
			run("cp -a " + l.folder + " " + before),
			look(count+`"^\[general\]" http.conf ari.conf cel.conf`, "http.conf:1", "ari.conf:1", "cel.conf:1"),
			look(count+`"^\[globals\]" extensions.conf`, "extensions.conf:1"),
			look(count+`"^\[mappings\]" cel_custom.conf`, "cel_custom.conf:0"),
			look(count+`"^autoload *= *yes" modules.conf`, "modules.conf:1"),
			{
				lines: []string{`(echo "[modules](+)"; for m in ` + strings.Join(ari.Modules(), " ") + `; do echo "load = $m.so"; done) >> ` + l.file("modules.conf")},
				note: both("Sans autoload (0), il faut ceci, puis redémarrer Asterisk à une heure calme ; avec lui, rien :",
					"Without autoload (0) this is needed, then a restart of Asterisk at a quiet hour; with it, nothing:"),
			},
		},
	}
}

// restInterface lets hotline in.
func (l link) restInterface() step {
	http := []string{"[general](+)", "enabled = yes"}
	bound := ":" + l.port
	switch {
	case l.near():
		bound = "127.0.0.1" + bound
	case net.ParseIP(l.host) != nil:
		http, bound = append(http, "bindaddr = "+l.host), l.host+bound
	default:
		http = append(http, "bindaddr = 0.0.0.0")
	}
	if l.port != "8088" {
		http = append(http, "bindport = "+l.port)
	}
	s := step{
		id: "ari", title: both("La porte de hotline : ARI", "hotline's door: ARI"),
		why: both("L'interface par laquelle hotline commande Asterisk, et son utilisateur.", "The interface by which hotline drives Asterisk, and its user."),
		blocks: append(append(l.addition("http.conf", append(http, "sessionlimit = 200")), l.addition("ari.conf", []string{
			"[general](+)", "enabled = yes", "websocket_write_timeout = 1000", "",
			"[" + l.user + "]", "type = user", "read_only = no", "password_format = plain", "password = " + l.password,
		})...),
			run("chown root:asterisk "+l.file("ari_hotline.conf"), "chmod 640 "+l.file("ari_hotline.conf"),
				rx("module reload http"), rx("module reload res_ari.so")),
			look(rx("http show status"), "Server Enabled and Bound to "+bound),
			look(rx("ari show users"), l.user)),
	}
	if !l.near() {
		s.blocks = append(s.blocks, block{note: both("Fermez ce port à tous, sauf à la machine de hotline (pare-feu) : le mot de passe passe en clair.",
			"Close this port to all but hotline's machine (firewall): the password passes in the clear.")})
	}
	return s
}

// celRecords lets Asterisk write down how calls end while hotline is away.
func (l link) celRecords(mapping []string) step {
	folder := path.Dir(l.records)
	blocks := append(l.addition("cel.conf", []string{
		"[general](+)", "enable = yes", "events = CHAN_START,ANSWER,CHAN_END,HANGUP",
		"; hotline needs the time in seconds since 1970, which is what there is without a dateformat.", "dateformat =",
	}), l.addition("cel_custom.conf", mapping)...)
	return step{
		id: "records", title: both("Les fins d'appel", "The ends of calls"),
		why: both("Asterisk note dans %s quand chaque appel finit ; hotline y retrouve ce qu'il a manqué en étant arrêté.",
			"Asterisk notes in %s when each call ends; there hotline finds what it missed while it was away.", l.records),
		blocks: append(blocks,
			run("install -d -o asterisk -g asterisk -m 750 "+folder, rx("module reload cel"),
				rx("module load cel_custom.so"), rx("module reload cel_custom.so")),
			look(rx("cel show status"), "CEL Logging: Enabled", "CEL Custom CSV Logging")),
	}
}

// rights let the switch and hotline read each other's files.
func (l link) rights(group string) step {
	s := step{
		id: "rights", title: both("Les droits", "The rights"),
		why: both("%s lit les annonces de hotline, hotline lit les fins d'appel.", "%s reads hotline's prompts, hotline reads the ends of calls.",
			map[string]string{"asterisk": "Asterisk", "freeswitch": "FreeSWITCH"}[group]),
		blocks: []block{
			run("usermod -aG "+group+" hotline", "systemctl try-restart hotline").noted(
				"hotline sur la même machine, par le paquet (sinon, donnez ces droits à l'utilisateur qui lance hotline) :",
				"hotline on the same machine, by the package (else give these rights to the user who runs hotline):"),
			run("chmod o+x "+path.Dir(path.Dir(l.records)), "sudo -u hotline ls "+path.Dir(l.records),
				"chmod -R a+rX "+l.prompts, "sudo -u "+group+" ls "+l.prompts).noted("Puis, sans qu'un « refusé » ne vienne :", `Then, and no "denied" may come:`),
		},
	}
	if !l.near() {
		s.blocks = []block{{note: both("hotline est sur une autre machine : copiez les annonces ici, dans %s, à chaque changement, et montez %s chez hotline (NFS) pour les fins d'appel.",
			"hotline is on another machine: copy the prompts here, into %s, after each change, and mount %s on hotline's (NFS) for the ends of calls.", l.prompts, path.Dir(l.records))}}
	}
	if l.listed && !l.written {
		s.blocks = append(s.blocks, block{
			action: doAppend, file: "hotline.yaml", lines: []string{"records: " + l.records},
			note: both("Dans hotline.yaml, sous ce commutateur (à la hauteur de kind) :", "In hotline.yaml, under this switch (below kind, as far in):"),
		})
	}
	return s
}

// withoutAdditions takes out what asterisk put in.
func (l link) withoutAdditions() []step {
	var blocks []block
	for _, theirs := range []string{"extensions", "cel_custom", "cel", "ari", "http"} {
		blocks = append(blocks, remove(l.file(theirs+".conf"), "#tryinclude "+theirs+"_hotline.conf"), remove(l.file(theirs+"_hotline.conf")))
	}
	blocks = append(blocks, run(rx("dialplan reload"), rx("module unload cel_custom.so"), rx("module reload cel"), rx("module reload res_ari.so"), rx("module reload http")))
	return []step{{
		id: "remove", title: both("Pour tout enlever ensuite", "To take everything out after that"),
		why: both("Une fois revenu en arrière et hotline arrêté. La copie du début est dans %s.before-hotline.",
			"Once you have gone back and hotline is stopped. The copy of the beginning is in %s.before-hotline.", l.folder),
		blocks: blocks,
	}}
}

func (l link) freepbx() (*plan, error) {
	old := l.fallback
	fallback := "Goto(" + old + ")\n same => n,Hangup()"
	if old == "" {
		fallback = asterisk.Busy
		l.warn("personne n'est dit pour répondre quand hotline est arrêté : l'appelant entendrait « toutes nos lignes sont occupées ». Relancez avec --fallback et le numéro de la file, du groupe ou du poste d'aujourd'hui, par exemple --fallback 600.",
			`nobody is said to answer while hotline is away: the caller would hear "all lines are busy". Run it again with --fallback and the number of today's queue, ring group or extension, for example --fallback 600.`)
	}
	l.englishPages()
	entry, mapping, err := l.texts(fallback)
	if err != nil {
		return nil, err
	}
	contexts := entry[slices.Index(entry, "")+1:] // without the global, which has a file of its own here
	return &plan{
		link: l,
		steps: []step{
			l.freepbxDoor(), l.freepbxRecords(mapping), l.freepbxDialplan(contexts), l.rights("asterisk"),
			{
				id: "destination", title: both("La destination hotline", "The destination hotline"),
				blocks: []block{page("Admin > Custom Destinations > Add Destination",
					"Target: hotline-in,${FROM_DID},1", "Description: hotline", "Return: No", "Submit")},
			},
			{
				id: "number", title: both("Le numéro va à hotline", "The number goes to hotline"),
				why: both("Notez la destination que la route a aujourd'hui : c'est elle qui vous ramène en arrière. Laissez son DID tel qu'il est écrit. Si le numéro n'a pas de route à lui, faites-en une avec ce DID.",
					"Note the destination that the route has today: it is what takes you back. Leave its DID as it is written. If the number has no route of its own, make one with this DID."),
				blocks: []block{
					page("Connectivity > Inbound Routes > "+l.number.National(), "DID Number: "+l.number.National(), "Set Destination: Custom Destinations, hotline",
						"Advanced > Signal RINGING: No", "Advanced > Pause Before Answer: 0", "Privacy > Privacy Manager: No", "Other > Force Answer: No", "Submit", "Apply Config"),
					look(rx("dialplan show "+l.number.National()+"@ext-did"), "Goto(hotline-in,${FROM_DID},1)"),
				},
			},
			l.trial(both("la file ou le poste d'aujourd'hui répond", "today's queue or extension answers")),
		},
		widen: step{
			id: "widen", title: both("Pour étendre à tous les numéros", "To widen it to all numbers"),
			blocks: []block{page("Connectivity > Inbound Routes", l.each("Set Destination: Custom Destinations, hotline")...)},
		},
		back: step{
			id: "back", title: both("Pour revenir en arrière", "To go back"),
			why: both("Les nouveaux appels reprennent aussitôt l'ancien chemin ; ceux en cours se finissent. Le reste peut rester.",
				"New calls take the old way at once; those in progress go on. The rest may stay."),
			blocks: []block{page("Connectivity > Inbound Routes > "+l.number.National(), "Set Destination: (the one you noted)", "Submit", "Apply Config")},
		},
		remove: l.withoutFreepbx(),
	}, nil
}

// englishPages tells French readers in what language the pages are named.
func (l *link) englishPages() {
	l.warnings = append(l.warnings, config.Words{FR: "les menus et les champs portent ici leurs noms anglais."})
}

// each says something of every number but the one on trial.
func (l link) each(what string) (all []string) {
	for _, n := range l.numbers[1:] {
		all = append(all, n.National()+" > "+what)
	}
	return append(all, "Submit", "Apply Config")
}

func (l link) freepbxDoor() step {
	bind := "127.0.0.1"
	if !l.near() {
		bind = "0.0.0.0"
	}
	return step{
		id: "ari", title: both("La porte de hotline : ARI", "hotline's door: ARI"),
		why: both("L'interface par laquelle hotline commande Asterisk, et son utilisateur. Si UCP ou un autre programme se sert déjà du serveur HTTP d'Asterisk, laissez l'adresse comme elle est et gardez le port fermé au pare-feu.",
			"The interface by which hotline drives Asterisk, and its user. If UCP or another program uses Asterisk's HTTP server already, leave the address as it is and keep the port closed in the firewall."),
		blocks: []block{
			page("Settings > Advanced Settings", "Asterisk Builtin mini-HTTP server > Enable the mini-HTTP Server: Yes", "Asterisk Builtin mini-HTTP server > HTTP Bind Address: "+bind,
				"Asterisk Builtin mini-HTTP server > HTTP Bind Port: "+l.port, "Asterisk REST Interface > Enable the Asterisk REST Interface: Yes",
				"Asterisk REST Interface > Web Socket Write Timeout: 1000"),
			page("Settings > Asterisk REST Interface Users > Add User", "User Name: "+l.user, "User Password: "+l.password, "Password Type: Crypt", "Read Only: No", "Save Changes", "Apply Config"),
			look(rx("http show status"), "Server Enabled and Bound to"),
			look(rx("ari show users"), l.user),
		},
	}
}

func (l link) freepbxRecords(mapping []string) step {
	s := l.celRecords(mapping)
	blocks := []block{
		look("grep cel_general_custom "+l.file("cel.conf"), "#include cel_general_custom.conf"),
		appendTo(l.file("cel_general_custom.conf"), "dateformat =").noted(
			"FreePBX fait cel.conf lui-même et lit ce fichier après ; CEL Reports garde ses heures.", "FreePBX makes cel.conf itself and reads this file after it; CEL Reports keeps its times."),
		look(`grep -cH "^\[mappings\]" `+l.file("cel_custom.conf"), "cel_custom.conf:0").noted(
			"S'il compte 1, écrivez [mappings](+) au lieu de [mappings] :", "If it counts 1, write [mappings](+) instead of [mappings]:"),
	}
	for _, b := range s.blocks {
		if strings.HasSuffix(b.file, "/cel.conf") || strings.HasSuffix(b.file, "/cel_hotline.conf") {
			continue
		}
		blocks = append(blocks, b)
	}
	s.blocks = blocks
	return s
}

func (l link) freepbxDialplan(contexts []string) step {
	return step{
		id: "dialplan", title: both("Le dialplan, sans appels encore", "The dialplan, still without calls"),
		why: both("Dans les fichiers que FreePBX laisse aux gens (aussi Admin > Config Edit), rien dans ceux qu'il fait lui-même. hotline-in mène à hotline, hotline-fallback à la file ou au poste d'aujourd'hui, hotline-transfer reçoit les transferts.",
			"In the files that FreePBX leaves to people (also Admin > Config Edit), nothing in those that it makes itself. hotline-in leads to hotline, hotline-fallback to today's queue or extension, hotline-transfer takes transfers."),
		blocks: append(append([]block{appendTo(l.file("globals_custom.conf"), "HOTLINE_APP = "+l.instance)}, l.addition("extensions_custom.conf", contexts)...),
			run("fwconsole reload"),
			look(rx("dialplan show hotline-in"), "Stasis(${HOTLINE_APP},inbound,"),
			look(rx("dialplan show globals"), "HOTLINE_APP="+l.instance)),
	}
}

func (l link) withoutFreepbx() []step {
	return []step{{
		id: "remove", title: both("Pour tout enlever ensuite", "To take everything out after that"),
		blocks: []block{
			page("Admin > Custom Destinations > hotline", "Delete"),
			page("Settings > Asterisk REST Interface Users > "+l.user, "Delete"),
			remove(l.file("globals_custom.conf"), "HOTLINE_APP = "+l.instance),
			remove(l.file("extensions_custom.conf"), "#tryinclude extensions_custom_hotline.conf"), remove(l.file("extensions_custom_hotline.conf")),
			remove(l.file("cel_custom.conf"), "#tryinclude cel_custom_hotline.conf"), remove(l.file("cel_custom_hotline.conf")),
			remove(l.file("cel_general_custom.conf"), "dateformat ="),
			run("fwconsole reload", rx("module unload cel_custom.so"), rx("module reload cel")),
		},
	}}
}
