package main

import (
	"slices"
	"strings"

	"hotline/config"
	"hotline/deploy/asterisk"
)

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
			l.freepbxCopy(), l.freepbxDoor(), l.freepbxRecords(mapping), l.freepbxDialplan(contexts), l.rights("Asterisk", "asterisk", "asterisk"),
			{
				id: "destination", title: both("La destination hotline", "The destination hotline"),
				blocks: []block{page("Admin > Custom Destinations > Add Destination",
					"Target: hotline-in,${FROM_DID},1", "Description: hotline", "Return: No", "Submit")},
			},
			l.freepbxRoute(),
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

// freepbxRoute sends the number to hotline.
func (l link) freepbxRoute() step {
	return step{
		id: "number", title: both("Le numéro va à hotline", "The number goes to hotline"),
		why: both("Notez la destination que la route a aujourd'hui : c'est elle qui vous ramène en arrière. Laissez son DID tel qu'il est écrit. Si le numéro n'a pas de route à lui, faites-en une avec ce DID.",
			"Note the destination that the route has today: it is what takes you back. Leave its DID as it is written. If the number has no route of its own, make one with this DID."),
		blocks: []block{
			page("Connectivity > Inbound Routes > "+l.number.National(), "DID Number: "+l.number.National(), "Set Destination: Custom Destinations, hotline",
				"Advanced > Signal RINGING: No", "Advanced > Pause Before Answer: 0", "Advanced > Force Answer: No", "Privacy > Privacy Manager: No", "Submit", "Apply Config"),
			look(rx("dialplan show "+l.number.National()+"@ext-did"), "Goto(hotline-in,${FROM_DID},1)"),
		},
	}
}

// freepbxCopy keeps the files and the pages as they are.
func (l link) freepbxCopy() step {
	return step{
		id: "before", title: both("Avant de commencer", "Before you begin"),
		why: both("Une copie des fichiers ; et, dans Admin > Backup & Restore, une sauvegarde de ce que les pages disent, qui est dans la base de données.",
			"A copy of the files; and, in Admin > Backup & Restore, a backup of what the pages say, which is in the database."),
		blocks: []block{run("cp -a " + l.folder + " " + l.folder + ".before-hotline")},
	}
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
	const server = "Asterisk Builtin mini-HTTP server > "
	fields := []string{server + "Enable the mini-HTTP Server: Yes"}
	blocks := l.exposed()
	shows := "Server Enabled and Bound to"
	if l.secure {
		blocks = append(blocks, l.certified())
		fields = append(fields, server+"Enable TLS for the mini-HTTP Server: Yes", server+"HTTPS Bind Address: "+l.listens(), server+"HTTPS Bind Port: "+l.port,
			server+"HTTPS TLS Certificate Location: "+l.file("keys/asterisk.pem"))
		shows = "HTTPS " + shows
	} else {
		fields = append(fields, server+"HTTP Bind Address: "+l.listens(), server+"HTTP Bind Port: "+l.port)
	}
	fields = append(fields, "Asterisk REST Interface > Enable the Asterisk REST Interface: Yes", "Asterisk REST Interface > Web Socket Write Timeout: 1000")
	return step{
		id: "ari", title: both("La porte de hotline : ARI", "hotline's door: ARI"),
		why: both("L'interface par laquelle hotline commande Asterisk, et son utilisateur. Si UCP ou un autre programme se sert déjà du serveur HTTP d'Asterisk, laissez l'adresse comme elle est et gardez le port fermé au pare-feu.",
			"The interface by which hotline drives Asterisk, and its user. If UCP or another program uses Asterisk's HTTP server already, leave the address as it is and keep the port closed in the firewall."),
		blocks: append(blocks,
			page("Settings > Advanced Settings", fields...),
			page("Settings > Asterisk REST Interface Users > Add User", "User Name: "+l.user, "User Password: "+l.password, "Password Type: Crypt", "Read Only: No", "Save Changes", "Apply Config"),
			look(rx("http show status"), shows),
			look(rx("ari show user "+l.user), "Username: "+l.user, "Read only?: No")),
	}
}

func (l link) freepbxRecords(mapping []string) step {
	s := l.celRecords(mapping)
	blocks := []block{
		look("grep cel_general_custom "+l.file("cel.conf"), "#include cel_general_custom.conf"),
		appendTo(l.file("cel_general_custom.conf"), "dateformat =").noted(
			"FreePBX fait cel.conf lui-même et lit ce fichier après ; CEL Reports garde ses heures.", "FreePBX makes cel.conf itself and reads this file after it; CEL Reports keeps its times."),
		look(`grep -cH "^\[mappings\]" `+l.file("cel_custom.conf"), "cel_custom.conf:0"),
		{note: both("S'il compte 1, écrivez ci-dessous [mappings](+) au lieu de [mappings].", "If it counts 1, write [mappings](+) instead of [mappings] below.")},
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
	landing := []block{look(rx("dialplan show s@hotline-fallback"), "Playback(tt-allbusy,noanswer)").noted(
		"Ce qui répond sans hotline, faute de --fallback : « toutes nos lignes sont occupées ».", `What answers without hotline, for want of a --fallback: "all lines are busy".`)}
	if l.fallback != "" {
		landing = l.landingThere(l.fallback)
	}
	return step{
		id: "dialplan", title: both("Le dialplan, sans appels encore", "The dialplan, still without calls"),
		why: both("Dans les fichiers que FreePBX laisse aux gens (aussi Admin > Config Edit), rien dans ceux qu'il fait lui-même. hotline-in mène à hotline, hotline-fallback à la file ou au poste d'aujourd'hui, hotline-transfer reçoit les transferts.",
			"In the files that FreePBX leaves to people (also Admin > Config Edit), nothing in those that it makes itself. hotline-in leads to hotline, hotline-fallback to today's queue or extension, hotline-transfer takes transfers."),
		blocks: append(append(append([]block{appendTo(l.file("globals_custom.conf"), "HOTLINE_APP = "+l.instance)}, l.addition("extensions_custom.conf", contexts)...),
			run("fwconsole reload"),
			look(rx("dialplan show hotline-in"), "Stasis(${HOTLINE_APP},inbound,"),
			look(rx("dialplan show globals"), "HOTLINE_APP="+l.instance)),
			landing...),
	}
}

func (l link) withoutFreepbx() []step {
	return []step{{
		id: "remove", title: both("Pour tout enlever ensuite", "To take everything out after that"),
		why: both("Une fois revenu en arrière et hotline arrêté. La copie du début est dans %s.before-hotline.",
			"Once you have gone back and hotline is stopped. The copy of the beginning is in %s.before-hotline.", l.folder),
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
