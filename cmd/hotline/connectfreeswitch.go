package main

import (
	"path"
	"strings"

	"hotline/deploy/freeswitch"
	"hotline/number"
)

// cli is a command for FreeSWITCH, with the password that the event socket has by then.
func (l link) cli(command string) string {
	at := ""
	if l.host != "" && !l.near() {
		at = " -H " + l.host
	}
	if l.port != "8021" {
		at += " -P " + l.port
	}
	return "fs_cli" + at + " -p " + l.password + " -x '" + command + "'"
}

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

// entryXML is the extension that takes the numbers, restXML the two contexts beside it.
func (l link) entryXML(numbers []number.Number) ([]string, error) {
	text, err := freeswitch.Text("dialplan/public/hotline.xml", freeswitch.Values{"APP": l.instance, "NUMBERS": expression(numbers)})
	return textLines(text), err
}

func (l link) restXML() ([]string, error) {
	text, err := freeswitch.Text("dialplan/hotline.xml", freeswitch.Values{
		"FALLBACK": `        <action application="transfer" data="` + l.formerPlace() + `"/>`,
	})
	return textLines(text), err
}

// formerPlace is who answers without hotline: the number, in its own context, as before.
func (l link) formerPlace() string {
	if l.fallback != "" {
		return l.fallback
	}
	return "${hotline_number} XML " + l.context
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
	entry, err := l.entryXML(l.numbers[:1])
	if err != nil {
		return nil, err
	}
	wide, err := l.entryXML(l.numbers)
	if err != nil {
		return nil, err
	}
	rest, err := l.restXML()
	if err != nil {
		return nil, err
	}
	entryAt, restAt := l.file("dialplan/"+l.context+"/00_hotline.xml"), l.file("dialplan/hotline.xml")
	reload := run(l.cli("reloadxml"))
	return &plan{
		link: l,
		steps: []step{
			{
				id: "before", title: both("Avant de commencer", "Before you begin"),
				why: both("Une copie, et la version : il faut 1.11.2 ou plus récent ; avant, n'importe qui peut arrêter FreeSWITCH par l'event socket.",
					"A copy, and the version: 1.11.2 or later is needed; before it anybody can crash FreeSWITCH through the event socket."),
				blocks: []block{
					run("cp -a " + l.folder + " " + l.folder + ".before-hotline"),
					{action: doCheck, lines: []string{"freeswitch -version"}, shows: []string{"FreeSWITCH version: 1."}},
				},
			},
			l.door(), l.cdrRecords(), l.noTransfers(), l.rights("freeswitch"),
			{
				id: "dialplan", title: both("Le dialplan, sans appels encore", "The dialplan, still without calls"),
				why: both("hotline-fallback mène à votre accueil d'aujourd'hui (%s), hotline-transfer reçoit les transferts.",
					"hotline-fallback leads to your present way of answering (%s), hotline-transfer takes transfers.", l.formerPlace()),
				blocks: []block{create(restAt, rest), reload, look(l.cli("xml_locate dialplan"), `context name="hotline-fallback"`, `context name="hotline-transfer"`)},
			},
			{
				id: "number", title: both("Le numéro va à hotline", "The number goes to hotline"),
				why: both("Les fichiers de ce dossier sont lus dans l'ordre de leurs noms ; 00_ le met avant les vôtres. Si les appels de dehors viennent à un autre contexte que %s, relancez hotline connect avec --context.",
					"The files of this folder are read in the order of their names; 00_ puts it before yours. If calls from outside come to another context than %s, run hotline connect again with --context.", l.context),
				blocks: []block{create(entryAt, entry), reload, look(l.cli("xml_locate dialplan"), "hotline_app="+l.instance)},
			},
			l.trial(both("votre accueil d'aujourd'hui répond", "your present way of answering takes the call")),
		},
		widen: step{
			id: "widen", title: both("Pour étendre à tous les numéros", "To widen it to all numbers"),
			blocks: []block{replace(entryAt, numbersLine(entry), numbersLine(wide)), reload},
		},
		back: step{
			id: "back", title: both("Pour revenir en arrière", "To go back"),
			why: both("Les nouveaux appels reprennent aussitôt l'ancien chemin ; ceux en cours se finissent. Le reste peut rester.",
				"New calls take the old way at once; those in progress go on. The rest may stay."),
			blocks: []block{remove(entryAt), reload},
		},
		remove: []step{{
			id: "remove", title: both("Pour tout enlever ensuite", "To take everything out after that"),
			why: both("Une fois revenu en arrière et hotline arrêté. Gardez le nouveau mot de passe de l'event socket et le refus des transferts : ils protègent FreeSWITCH de toute façon.",
				"Once you have gone back and hotline is stopped. Keep the new password of the event socket and the refusal of transfers: they protect FreeSWITCH in any case."),
			blocks: []block{
				remove(restAt),
				replace(l.file("autoload_configs/cdr_csv.conf.xml"), `<param name="legs" value="ab"/>`, `<param name="legs" value="a"/>`),
				remove(l.file("autoload_configs/cdr_csv.conf.xml"), cdrTemplate()), reload, run(l.cli("reload mod_cdr_csv")),
			},
		}},
	}, nil
}

// door is the event socket, with a password of its own.
func (l link) door() step {
	const file = "autoload_configs/event_socket.conf.xml"
	address := "127.0.0.1"
	if !l.near() {
		address = l.host
	}
	blocks := []block{
		replace(l.file(file), `<param name="password" value="ClueCon"/>`, `<param name="password" value="`+l.password+`"/>`),
		replace(l.file(file), `<param name="listen-ip" value="::"/>`, `<param name="listen-ip" value="`+address+`"/>`).noted(
			"S'il n'y écoute pas déjà :", "If it does not listen there already:"),
	}
	if l.port != "8021" {
		blocks = append(blocks, replace(l.file(file), `<param name="listen-port" value="8021"/>`, `<param name="listen-port" value="`+l.port+`"/>`))
	}
	if !l.near() {
		blocks = append(blocks, block{note: both("hotline est sur une autre machine : ajoutez apply-inbound-acl avec une liste d'acl.conf.xml où elle est, et fermez ce port à tous les autres (pare-feu).",
			"hotline is on another machine: add apply-inbound-acl with a list of acl.conf.xml that holds it, and close this port to all others (firewall).")})
	}
	return step{
		id: "esl", title: both("La porte de hotline : l'event socket", "hotline's door: the event socket"),
		why: both("Qui a l'event socket commande la machine. Il lui faut un mot de passe à lui, au lieu de celui que tout le monde connaît. S'il en a déjà un, laissez-le et écrivez-le plutôt dans hotline.secret. fs_cli, et tout autre programme qui s'en sert, veut désormais le nouveau (-p, ou ~/.fs_cli_conf).",
			"Whoever has the event socket commands the machine. It needs a password of its own, instead of the one that everybody knows. If it has one already, leave it, and rather write it into hotline.secret. fs_cli, and any other program that uses it, needs the new one from now on (-p, or ~/.fs_cli_conf)."),
		blocks: append(blocks, run("fs_cli -x reloadxml", "fs_cli -x 'reload mod_event_socket'").noted("Encore avec l'ancien mot de passe :", "Still with the old password:"),
			look(l.cli("status"), "is ready")),
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
			run(l.cli("reloadxml"), l.cli("reload mod_cdr_csv")),
			look(l.cli("module_exists mod_cdr_csv"), "true"),
		},
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
			run(l.cli("reloadxml"), l.cli("sofia profile "+l.profile+" rescan")),
			look(l.cli("xml_locate configuration configuration name sofia.conf"), `name="disable-transfer" value="true"`),
		},
	}
}

// extensions are the extensions of a file of contexts, by context, as FusionPBX keeps each.
func extensions(file []string) map[string][]string {
	found := map[string][]string{}
	context, inside := "", false
	for _, line := range file {
		trimmed := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(trimmed, "<context name="):
			context = strings.Split(trimmed, `"`)[1]
		case strings.HasPrefix(trimmed, "<extension "):
			inside = true
		}
		if inside {
			found[context] = append(found[context], line)
		}
		if trimmed == "</extension>" {
			inside = false
		}
	}
	return found
}

func (l link) fusionpbx() (*plan, error) {
	entry, err := l.entryXML(l.numbers[:1])
	if err != nil {
		return nil, err
	}
	wide, err := l.entryXML(l.numbers)
	if err != nil {
		return nil, err
	}
	rest, err := l.restXML()
	if err != nil {
		return nil, err
	}
	l.englishPages()
	contexts := extensions(rest)
	dialplan := func(name, context string, xml []string) []block {
		return []block{
			page("Dialplan > Dialplan Manager > Add", "Name: "+name, "Condition 1: destination_number = ^"+name+"$", "Action 1: park",
				"Context: "+context, "Enabled: True", "Save"),
			page("Dialplan > Dialplan Manager > "+name, "Order: 5", "Domain: Global", "Save"),
			page("Dialplan > Dialplan Manager > "+name+" > XML", append(append([]string{}, xml...), "Save")...),
		}
	}
	flush := page("Status > SIP Status", "Flush Cache")
	return &plan{
		link: l,
		steps: []step{
			{
				id: "before", title: both("Avant de commencer", "Before you begin"),
				why: both("Connectez-vous comme superadmin. Il faut FreeSWITCH 1.11.2 ou plus récent ; avant, n'importe qui peut l'arrêter par l'event socket. Ces pas viennent du code de FusionPBX et n'ont pas encore été essayés sur un FusionPBX en marche : d'où un seul numéro, un jour calme.",
					"Log in as superadmin. FreeSWITCH 1.11.2 or later is needed; before it anybody can crash it through the event socket. These steps come from FusionPBX's source and have not been tried on a running FusionPBX yet: hence one number, on a quiet day."),
				blocks: []block{
					run("cp -a " + l.folder + " " + l.folder + ".before-hotline"),
					{action: doCheck, lines: []string{"freeswitch -version"}, shows: []string{"FreeSWITCH version: 1."}},
				},
			},
			l.fusionDoor(), l.fusionRecords(),
			{
				id: "transfers", title: both("Pas de transferts par les appelants", "No transfers by callers"),
				why: l.noTransfers().why,
				blocks: []block{
					page("Advanced > SIP Profiles > "+l.profile+" > Settings > Add", "Name: disable-transfer", "Value: true", "Enabled: True", "Save"),
					page("Status > SIP Status > "+l.profile, "Rescan"),
				},
			},
			l.rights("freeswitch"),
			{
				id: "dialplan", title: both("Le dialplan, sans appels encore", "The dialplan, still without calls"),
				why: both("Deux dialplans, faits avec une condition quelconque, puis remplis par leur page XML. hotline-fallback mène à votre accueil d'aujourd'hui (%s).",
					"Two dialplans, made with any condition, then filled in on their page XML. hotline-fallback leads to your present way of answering (%s).", l.formerPlace()),
				blocks: append(append(dialplan("hotline-fallback", "hotline-fallback", contexts["hotline-fallback"]),
					dialplan("hotline-transfer", "hotline-transfer", contexts["hotline-transfer"])...), flush),
			},
			{
				id: "number", title: both("Le numéro va à hotline", "The number goes to hotline"),
				why: both("Avant vos Inbound Routes, qui restent comme elles sont : l'ordre 5 et le domaine Global le mettent devant.",
					"Before your Inbound Routes, which stay as they are: order 5 and the domain Global put it in front."),
				blocks: append(dialplan("hotline", l.context, extensions(entry)[""]), flush),
			},
			l.trial(both("votre accueil d'aujourd'hui répond", "your present way of answering takes the call")),
		},
		widen: step{
			id: "widen", title: both("Pour étendre à tous les numéros", "To widen it to all numbers"),
			blocks: []block{page("Dialplan > Dialplan Manager > hotline > XML", numbersLine(entry), "-> "+numbersLine(wide), "Save"), flush},
		},
		back: step{
			id: "back", title: both("Pour revenir en arrière", "To go back"),
			why: both("Les nouveaux appels reprennent aussitôt l'ancien chemin ; ceux en cours se finissent. Le reste peut rester.",
				"New calls take the old way at once; those in progress go on. The rest may stay."),
			blocks: []block{page("Dialplan > Dialplan Manager > hotline", "Enabled: False", "Save"), flush},
		},
		remove: []step{{
			id: "remove", title: both("Pour tout enlever ensuite", "To take everything out after that"),
			why: both("Gardez le mot de passe de l'event socket et le refus des transferts.", "Keep the password of the event socket and the refusal of transfers."),
			blocks: []block{
				page("Dialplan > Dialplan Manager", "hotline, hotline-fallback, hotline-transfer: Delete"), flush,
				page("Advanced > Modules > CDR CSV", "Enabled: False", "Stop"),
			},
		}},
	}, nil
}

func (l link) fusionDoor() step {
	s := l.door()
	s.why = both("Qui a l'event socket commande la machine. S'il a encore le mot de passe que tout le monde connaît (ClueCon), donnez-lui celui-ci aux deux endroits : les pages de FusionPBX s'en servent aussi. S'il en a déjà un autre, n'écrivez rien ici et mettez-le dans hotline.secret.",
		"Whoever has the event socket commands the machine. If it still has the password that everybody knows (ClueCon), give it this one in both places: FusionPBX's pages use it, too. If it has another one already, write nothing here and put it into hotline.secret.")
	at := "/etc/fusionpbx/config.conf"
	s.blocks = append([]block{replace(at, "switch.event_socket.password = ClueCon", "switch.event_socket.password = "+l.password)}, s.blocks...)
	return s
}

func (l link) fusionRecords() step {
	s := l.cdrRecords()
	const file = "autoload_configs/cdr_csv.conf.xml"
	text, err := freeswitch.Text(file, freeswitch.Values{"LOG": path.Dir(path.Dir(l.records))})
	if err != nil {
		return s
	}
	s.why = both("FreeSWITCH note dans %s quand chaque appel finit ; hotline y retrouve ce qu'il a manqué en étant arrêté. FusionPBX n'a pas ce fichier ; s'il est là, ajoutez-y la ligne <template name=\"hotline\"> et mettez legs à ab.",
		"FreeSWITCH notes in %s when each call ends; there hotline finds what it missed while it was away. FusionPBX does not have this file; if it is there, add the line <template name=\"hotline\"> to it and set legs to ab.", l.records)
	s.blocks = []block{
		create(l.file(file), textLines(text)),
		page("Advanced > Modules > CDR CSV", "Enabled: True", "Save", "Start"),
		look(l.cli("module_exists mod_cdr_csv"), "true"),
	}
	return s
}
