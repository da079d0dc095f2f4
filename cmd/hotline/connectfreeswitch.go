package main

import (
	"path"
	"strings"

	"hotline/config"
	"hotline/deploy/freeswitch"
	"hotline/number"
)

// cli is a command for FreeSWITCH; where it is, and its password, are in cliFile, and so in no list of processes.
func cli(command string) string { return "fs_cli -x '" + command + "'" }

// cliFile is where root's fs_cli finds them.
const cliFile = "/root/.fs_cli_conf"

// expression lets those numbers through, in each way in which operators deliver them, and nothing else.
func expression(numbers []number.Number) string {
	var all []string
	for _, n := range numbers {
		for _, as := range spellings(n) {
			all = append(all, strings.ReplaceAll(as, "+", "[+]"))
		}
	}
	return strings.Join(all, "|")
}

// xmlLines are what goes into the dialplan: the extension that takes the number on trial, the one that takes all of them,
// and the two contexts beside it.
type xmlLines struct{ entry, wide, rest []string }

func (l link) xmlLines() (xmlLines, error) {
	entry := func(numbers []number.Number) ([]string, error) {
		text, err := freeswitch.Text("dialplan/public/hotline.xml", freeswitch.Values{"APP": l.instance, "NUMBERS": expression(numbers)})
		return textLines(text), err
	}
	one, err := entry(l.numbers[:1])
	if err != nil {
		return xmlLines{}, err
	}
	all, err := entry(l.numbers)
	if err != nil {
		return xmlLines{}, err
	}
	rest, err := freeswitch.Text("dialplan/hotline.xml", freeswitch.Values{
		"APP":      l.instance,
		"FALLBACK": `        <action application="transfer" data="` + l.formerPlace() + `"/>`,
	})
	return xmlLines{entry: one, wide: all, rest: textLines(rest)}, err
}

// formerPlace is who answers without hotline: the number, in its own context, as before.
func (l link) formerPlace() string {
	if l.fallback != "" {
		return l.fallback
	}
	return "${hotline_number} XML " + l.context
}

// formerContext is where that is looked for, and formerNumber for what.
func (l link) formerContext() string {
	_, context, _ := strings.Cut(l.formerPlace(), " XML ")
	return context
}

func (l link) formerNumber() string {
	if l.fallback == "" {
		return l.number.National()
	}
	number, _, _ := strings.Cut(l.fallback, " XML ")
	return number
}

// numbersLine is the line of the entry that says which numbers it takes.
func numbersLine(entry []string) string {
	for _, line := range entry {
		if strings.Contains(line, `field="destination_number"`) {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

func (l link) freeswitch() (*plan, error) {
	xml, err := l.xmlLines()
	if err != nil {
		return nil, err
	}
	entryAt := l.file("dialplan/" + l.context + "/00_hotline.xml")
	reload := run(cli("reloadxml"))
	return &plan{
		link: l,
		steps: []step{
			{
				id: "before", title: both("Avant de commencer", "Before you begin"),
				why:    both("Une copie, et la version : %s", "A copy, and the version: %s", versionWanted()),
				blocks: l.copyAndVersion(),
			},
			l.door(), l.cdrRecords(), l.noTransfers(), l.rights("FreeSWITCH", "freeswitch", "freeswitch"), l.contextsXML(xml.rest),
			{
				id: "number", title: both("Le numéro va à hotline", "The number goes to hotline"),
				why: both("Les fichiers de ce dossier sont lus dans l'ordre de leurs noms ; 00_ le met avant les vôtres. Si les appels de dehors viennent à un autre contexte que %s, relancez hotline connect avec --context.",
					"The files of this folder are read in the order of their names; 00_ puts it before yours. If calls from outside come to another context than %s, run hotline connect again with --context.", l.context),
				blocks: []block{create(entryAt, xml.entry), reload, look(cli("xml_locate dialplan"), "hotline_app="+l.instance)},
			},
			l.trial(both("votre accueil d'aujourd'hui répond", "your present way of answering takes the call")),
		},
		widen: step{
			id: "widen", title: both("Pour étendre à tous les numéros", "To widen it to all numbers"),
			blocks: []block{replace(entryAt, numbersLine(xml.entry), numbersLine(xml.wide)), reload},
		},
		back: step{
			id: "back", title: both("Pour revenir en arrière", "To go back"),
			why: both("Les nouveaux appels reprennent aussitôt l'ancien chemin ; ceux en cours se finissent. Le reste peut rester.",
				"New calls take the old way at once; those in progress go on. The rest may stay."),
			blocks: []block{remove(entryAt), reload},
		},
		remove: []step{l.withoutXML()},
	}, nil
}

// versionWanted is what FreeSWITCH has to be, and why.
func versionWanted() config.Words {
	return both("il faut FreeSWITCH 1.11.2 ou plus récent ; avant, n'importe qui peut l'arrêter par l'event socket.",
		"FreeSWITCH 1.11.2 or later is needed; before it anybody can crash it through the event socket.")
}

// copyAndVersion keeps a copy, and shows the version if it is one that may be used: nothing is shown of an older one.
func (l link) copyAndVersion() []block {
	return []block{
		run("cp -a " + l.folder + " " + l.folder + ".before-hotline"),
		look(`freeswitch -version | grep -E 'version: (1\.11\.([2-9]|[1-9][0-9])|1\.(1[2-9]|[2-9][0-9])|[2-9]\.)'`, "FreeSWITCH version: "),
		{note: both("Si rien ne vient, il est plus ancien (freeswitch -version le dit) : mettez-le à jour d'abord.",
			"If nothing comes, it is older (freeswitch -version says it): upgrade it first.")},
	}
}

// contextsXML puts the two contexts into the dialplan.
func (l link) contextsXML(rest []string) step {
	return step{
		id: "dialplan", title: both("Le dialplan, sans appels encore", "The dialplan, still without calls"),
		why: both("hotline-fallback mène à votre accueil d'aujourd'hui (%s), hotline-transfer reçoit les transferts.",
			"hotline-fallback leads to your present way of answering (%s), hotline-transfer takes transfers.", l.formerWay()),
		blocks: []block{
			create(l.file("dialplan/hotline.xml"), rest), run(cli("reloadxml")),
			look(cli("xml_locate dialplan"), `context name="hotline-fallback"`, `context name="hotline-transfer"`),
			look(cli("xml_locate dialplan context name "+l.formerContext()), `<context name="`+l.formerContext()+`"`).noted(
				"Ce qui répond sans hotline doit exister :", "What answers without hotline has to exist:"),
			{note: both("Cherchez-y l'extension dont l'expression prend %s : FreeSWITCH ne montre que le contexte. S'il n'y en a pas (ou : can't find anything), personne ne répondrait sans hotline : relancez hotline connect avec --fallback et ce qui doit répondre.",
				"Look in it for the extension whose expression takes %s: FreeSWITCH shows no more than the context. If there is none (or: can't find anything), nobody would answer without hotline: run hotline connect again with --fallback and what shall answer.", l.formerNumber())},
		},
	}
}

// withoutXML takes out what freeswitch put in.
func (l link) withoutXML() step {
	csv := l.file("autoload_configs/cdr_csv.conf.xml")
	return step{
		id: "remove", title: both("Pour tout enlever ensuite", "To take everything out after that"),
		why: both("Une fois revenu en arrière et hotline arrêté. Gardez le nouveau mot de passe de l'event socket et le refus des transferts : ils protègent FreeSWITCH de toute façon.",
			"Once you have gone back and hotline is stopped. Keep the new password of the event socket and the refusal of transfers: they protect FreeSWITCH in any case."),
		blocks: []block{
			remove(l.file("dialplan/hotline.xml")),
			replace(csv, `<param name="legs" value="ab"/>`, `<param name="legs" value="a"/>`),
			remove(csv, cdrTemplate()),
			run(cli("reloadxml"), cli("reload mod_cdr_csv")), withoutCLIFile(),
		},
	}
}

// withoutCLIFile is the last thing to do, because the commands before it need the file.
func withoutCLIFile() block {
	return remove(cliFile).noted("En dernier : sans ce fichier, fs_cli veut le mot de passe par -p. S'il était là avant hotline, ou si fs_cli vous sert, gardez-le.",
		"Last: without this file fs_cli needs the password by -p. If it was there before hotline, or if you use fs_cli, keep it.")
}

// door is the event socket, with a password of its own.
func (l link) door() step {
	file := l.file("autoload_configs/event_socket.conf.xml")
	blocks := []block{
		run("chgrp $(ps -o egid= -C freeswitch | head -n 1) "+file, "chmod g+r,o-rwx "+file).noted(
			"Le mot de passe n'est que pour FreeSWITCH (en marche) : son groupe lit ce fichier, les autres non.", "The password is for FreeSWITCH (running) alone: its group reads this file, others do not."),
		replace(file, `<param name="password" value="ClueCon"/>`, `<param name="password" value="`+l.password+`"/>`),
		replace(file, `<param name="listen-ip" value="::"/>`, `<param name="listen-ip" value="`+l.listens()+`"/>`).noted(
			"S'il n'y écoute pas déjà :", "If it does not listen there already:"),
	}
	if l.port != "8021" {
		blocks = append(blocks, replace(file, `<param name="listen-port" value="8021"/>`, `<param name="listen-port" value="`+l.port+`"/>`))
	}
	blocks = append(blocks, l.exposed()...)
	return step{
		id: "esl", title: both("La porte de hotline : l'event socket", "hotline's door: the event socket"),
		why: both("Qui a l'event socket commande la machine. Il lui faut un mot de passe à lui, au lieu de celui que tout le monde connaît. S'il en a déjà un, laissez-le et écrivez-le plutôt dans hotline.secret. fs_cli, et tout autre programme qui s'en sert, veut désormais le nouveau.",
			"Whoever has the event socket commands the machine. It needs a password of its own, instead of the one that everybody knows. If it has one already, leave it, and rather write it into hotline.secret. fs_cli, and any other program that uses it, needs the new one from now on."),
		blocks: append(append(blocks, run("fs_cli -x reloadxml", "fs_cli -x 'reload mod_event_socket'").noted("Encore avec l'ancien mot de passe :", "Still with the old password:")),
			l.passwordForCLI()...),
	}
}

// passwordForCLI lets root use fs_cli without the password in a command, which the history and ps would show. fs_cli finds a
// section only at the beginning of a line.
func (l link) passwordForCLI() []block {
	return []block{
		run("touch "+cliFile, "chmod 600 "+cliFile).noted("fs_cli trouve le nouveau dans un fichier que seul root lit :", "fs_cli finds the new one in a file that only root reads:"),
		create(cliFile, []string{"[default]", "host = " + l.listens(), "port = " + l.port, "password = " + l.password}).noted(
			"S'il y était avant ce pas, changez-y seulement la ligne password (et host et port, s'ils diffèrent) ; sinon :", "If it was there before this step, change only its line password (and host and port, if they differ); otherwise:"),
		run("sed -i 's/^ *//' "+cliFile).noted("Ses lignes doivent commencer à la marge :", "Its lines have to begin at the margin:"),
		look(cli("status"), "is ready"),
	}
}

// cdrTemplate is what FreeSWITCH writes of a leg.
func cdrTemplate() string {
	text, err := freeswitch.Text("autoload_configs/cdr_csv.conf.xml", freeswitch.Values{"LOG": ""})
	if err != nil {
		return ""
	}
	for _, line := range textLines(text) {
		if strings.Contains(line, `<template name="hotline">`) {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

func (l link) cdrRecords() step {
	const file = "autoload_configs/cdr_csv.conf.xml"
	return step{
		id: "records", title: both("Les fins d'appel", "The ends of calls"),
		why: both("FreeSWITCH note dans %s quand chaque appel finit ; hotline y retrouve ce qu'il a manqué en étant arrêté. Vos propres fichiers de %s auront désormais une ligne par branche d'appel (ab).",
			"FreeSWITCH notes in %s when each call ends; there hotline finds what it missed while it was away. Your own files in %s will have a line for each leg of a call from now on (ab).", l.records, path.Dir(l.records)),
		blocks: []block{
			replace(l.file(file), `<param name="legs" value="a"/>`, `<param name="legs" value="ab"/>`),
			insert(l.file(file), "<templates>", cdrTemplate()),
			run(cli("reloadxml"), cli("reload mod_cdr_csv")),
			look(cli("module_exists mod_cdr_csv"), "true"),
		},
	}
}

// transfersUnseen owns up to what the check before it cannot prove.
func transfersUnseen() block {
	return block{note: both("Cela prouve ce que FreeSWITCH a lu, non ce que fait le profil en marche : il ne le montre nulle part. rescan devrait suffire ; pour en être sûr, redémarrez le profil à une heure calme (ses appels finissent).",
		"This proves what FreeSWITCH has read, not what the running profile does: it shows that nowhere. rescan should do; to be sure, restart the profile at a quiet hour (its calls end)."),
	}
}

// noTransfers keeps outside callers from transferring calls past hotline.
func (l link) noTransfers() step {
	return step{
		id: "transfers", title: both("Pas de transferts par les appelants", "No transfers by callers"),
		why: both("Sans cette ligne, un appelant de dehors peut faire appeler par FreeSWITCH, à vos frais, le numéro qu'il veut. Le profil est celui de votre tronc (ici %s).",
			"Without this line an outside caller can have FreeSWITCH call any number at your expense. The profile is the one of your trunk (here %s).", l.profile),
		blocks: []block{
			insert(l.file("sip_profiles/"+l.profile+".xml"), "<settings>", `<param name="disable-transfer" value="true"/>`),
			run(cli("reloadxml"), cli("sofia profile "+l.profile+" rescan")),
			look(cli("xml_locate configuration configuration name sofia.conf")+` | sed -n '/<profile name="`+l.profile+`"/,/<.profile>/p'`, `name="disable-transfer" value="true"`),
			transfersUnseen(),
		},
	}
}
