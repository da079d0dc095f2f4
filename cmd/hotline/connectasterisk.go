package main

import (
	"path"
	"strings"

	"hotline/ari"
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
					"hotline-in leads to hotline, hotline-fallback to your present way of answering (%s), hotline-transfer takes transfers.", l.formerWay()),
				blocks: append(append(l.addition("extensions.conf", text),
					run(rx("dialplan reload")),
					look(rx("dialplan show "+l.number.National()+"@"+ownTrunk), "Goto(hotline-in,${EXTEN},1)", "'"+l.context+"'"),
					look(rx("dialplan show globals"), "HOTLINE_APP="+l.instance)),
					l.landingThere(strings.ReplaceAll(old, "${HOTLINE_NUMBER}", l.number.National()))...),
			},
			l.rights("Asterisk", "asterisk", "asterisk"),
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

// landingThere makes sure that somebody answers without hotline: that place has to be in the dialplan, itself or by a
// pattern.
func (l link) landingThere(at string) []block {
	part := strings.Split(at, ",")
	shows := " " + part[2] + ". "
	if l.kind == kindFreePBX { // whose pattern for wrong numbers fits all
		shows = "'" + part[1] + "' =>"
	}
	return []block{
		look(rx("dialplan show "+part[1]+"@"+part[0]), shows).noted("Ce qui répond sans hotline doit exister :", "What answers without hotline has to exist:"),
		{note: both("Si ce n'y est pas (There is no existence of...), personne ne répondrait sans hotline : relancez hotline connect avec --fallback et ce qui doit répondre.",
			"If it is not there (There is no existence of...), nobody would answer without hotline: run hotline connect again with --fallback and what shall answer.")},
	}
}

// lookAround keeps a copy, and finds out whether the sections are there that ours add to.
func (l link) lookAround(before string) step {
	count := "cd " + l.folder + "; grep -cH "
	return step{
		id: "before", title: both("Avant de commencer", "Before you begin"),
		why: both("Une copie, puis un regard sur vos fichiers. Les nôtres complètent des sections des vôtres : « [general](+) » veut dire « encore pour general ».",
			`A copy, and a look at your files. Ours add to sections of yours: "[general](+)" means "more for general".`),
		blocks: []block{
			run("cp -a " + l.folder + " " + before),
			look(count+`"^\[general\]" http.conf ari.conf cel.conf`, "http.conf:1", "ari.conf:1", "cel.conf:1"),
			look(count+`"^\[globals\]" extensions.conf`, "extensions.conf:1"),
			look(count+`"^\[mappings\]" cel_custom.conf`, "cel_custom.conf:0"),
			{note: both("Si l'un de ces comptes est autre : sans la section (0), ou sans le fichier, écrivez-la plus bas sans (+) ; avec elle (1), écrivez-la avec (+).",
				"If one of these counts is another: without the section (0), or without the file, write it below without (+); with it (1), write it with (+).")},
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
	blocks := l.exposed()
	if l.secure {
		blocks = append(blocks, l.certified())
	}
	secret := l.file("ari_hotline.conf")
	blocks = append(blocks, l.addition("http.conf", l.httpServer())...)
	blocks = append(blocks, run("install -m 640 -o root -g asterisk /dev/null "+secret).noted(
		"Le fichier du mot de passe, d'abord vide et fermé aux autres :", "The file for the password, first empty and closed to others:"))
	blocks = append(blocks, l.addition("ari.conf", []string{
		"[general](+)", "enabled = yes", "websocket_write_timeout = 1000", "",
		"[" + l.user + "]", "type = user", "read_only = no", "password_format = plain", "password = " + l.password,
	})...)
	return step{
		id: "ari", title: both("La porte de hotline : ARI", "hotline's door: ARI"),
		why:    both("L'interface par laquelle hotline commande Asterisk, et son utilisateur.", "The interface by which hotline drives Asterisk, and its user."),
		blocks: append(append(blocks, run(rx("module reload http"), rx("module reload res_ari.so"))), l.doorOpen()...),
	}
}

// stockAddress is where the http.conf that Asterisk is shipped with lets it listen; whoever changed that had a reason.
const stockAddress = "127.0.0.1"

// httpServer is the server of ARI.
func (l link) httpServer() []string {
	lines := []string{"[general](+)", "enabled = yes"}
	switch {
	case l.secure:
		return append(lines, "tlsenable = yes", "tlsbindaddr = "+l.bound(), "tlscertfile = "+l.file("keys/asterisk.pem"), "sessionlimit = 200")
	case l.listens() != stockAddress:
		lines = append(lines, "bindaddr = "+l.listens())
	}
	if l.port != "8088" {
		lines = append(lines, "bindport = "+l.port)
	}
	return append(lines, "sessionlimit = 200")
}

// doorOpen shows that the server listens where hotline comes to, and that its user may do things.
func (l link) doorOpen() []block {
	kind := "Server"
	if l.secure {
		kind = "HTTPS Server"
	}
	blocks := []block{look(rx("http show status"), kind+" Enabled and Bound to "+l.bound())}
	if !l.secure && l.listens() == stockAddress {
		blocks = append(blocks, block{
			lines: []string{"bindaddr = " + stockAddress},
			note: both("Si vous y lisez 0.0.0.0 ou [::] : http.conf le veut ainsi, et hotline passe quand même ; fermez le port au pare-feu, ou, si aucun autre programme n'en a besoin, ajoutez cette ligne à http_hotline.conf. Si vous y lisez « Server Disabled » : http.conf n'a pas d'adresse, ajoutez-la aussi. Puis rechargez http. Si c'est un autre port, écrivez-le dans url de hotline.yaml.",
				`If you read 0.0.0.0 or [::] there: http.conf wants it so, and hotline gets through all the same; close the port in the firewall, or, if no other program needs it, add this line to http_hotline.conf. If you read "Server Disabled": http.conf has no address, add it as well. Then reload http. If it is another port, write that one into url of hotline.yaml.`),
		})
	}
	return append(blocks, look(rx("ari show user "+l.user), "Username: "+l.user, "Read only?: No"))
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
func (l link) rights(program, group, user string) step {
	s := step{
		id: "rights", title: both("Les droits", "The rights"),
		why: both("%s lit les annonces de hotline, hotline lit les fins d'appel.", "%s reads hotline's prompts, hotline reads the ends of calls.",
			program),
		blocks: []block{
			run("usermod -aG "+group+" hotline", "systemctl try-restart hotline").noted(
				"hotline sur la même machine, par le paquet (sinon, donnez ces droits à l'utilisateur qui lance hotline) :",
				"hotline on the same machine, by the package (else give these rights to the user who runs hotline):"),
			run("chmod o+x "+path.Dir(path.Dir(l.records)), "sudo -u hotline ls "+path.Dir(l.records),
				"chmod -R a+rX "+l.prompts, "sudo -u "+user+" ls "+l.prompts).noted("Puis, sans qu'un « refusé » ne vienne :", `Then, and no "denied" may come:`),
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
