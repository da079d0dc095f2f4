package main

import (
	"path"
	"slices"
	"strings"

	"hotline/deploy/freeswitch"
)

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

// fusionDialplan makes a dialplan on the pages.
func fusionDialplan(name, context string, xml []string) []block {
	return []block{
		page("Dialplan > Dialplan Manager > Add", "Name: "+name, "Condition 1: destination_number = ^"+name+"$", "Action 1: park",
			"Context: "+context, "Enabled: True", "Save"),
		page("Dialplan > Dialplan Manager > "+name, "Order: 5", "Domain: Global", "Save"),
		page("Dialplan > Dialplan Manager > "+name+" > XML", append(append([]string{}, xml...), "Save")...),
	}
}

// fusionFlush lets FreeSWITCH read the pages again.
func fusionFlush() block { return page("Status > SIP Status", "Flush Cache") }

func (l link) fusionpbx() (*plan, error) {
	xml, err := l.xmlLines()
	if err != nil {
		return nil, err
	}
	l.englishPages()
	flush := fusionFlush()
	return &plan{
		link: l,
		steps: []step{
			{
				id: "before", title: both("Avant de commencer", "Before you begin"),
				why: both("Connectez-vous comme superadmin. Une copie, et la version : %s Ces pas viennent du code de FusionPBX et n'ont pas encore été essayés sur un FusionPBX en marche : d'où un seul numéro, un jour calme.",
					"Log in as superadmin. A copy, and the version: %s These steps come from FusionPBX's source and have not been tried on a running FusionPBX yet: hence one number, on a quiet day.", versionWanted()),
				blocks: l.copyAndVersion(),
			},
			l.fusionDoor(), l.fusionRecords(), l.fusionTransfers(), l.fusionRights(), l.fusionContexts(extensions(xml.rest)),
			{
				id: "number", title: both("Le numéro va à hotline", "The number goes to hotline"),
				why: both("Avant vos Inbound Routes, qui restent comme elles sont : l'ordre 5 et le domaine Global le mettent devant.",
					"Before your Inbound Routes, which stay as they are: order 5 and the domain Global put it in front."),
				blocks: append(fusionDialplan("hotline", l.context, extensions(xml.entry)[""]), flush),
			},
			l.trial(both("votre accueil d'aujourd'hui répond", "your present way of answering takes the call")),
		},
		widen: step{
			id: "widen", title: both("Pour étendre à tous les numéros", "To widen it to all numbers"),
			blocks: []block{page("Dialplan > Dialplan Manager > hotline > XML", numbersLine(xml.entry), "-> "+numbersLine(xml.wide), "Save"), flush},
		},
		back: step{
			id: "back", title: both("Pour revenir en arrière", "To go back"),
			why: both("Les nouveaux appels reprennent aussitôt l'ancien chemin ; ceux en cours se finissent. Le reste peut rester.",
				"New calls take the old way at once; those in progress go on. The rest may stay."),
			blocks: []block{
				page("Dialplan > Dialplan Manager > hotline", "Enabled: False", "Save"), flush,
				{note: both("Save y remplace le XML par la première condition : pour donner de nouveau le numéro à hotline, remettez Enabled: True, Save, puis le XML.",
					"Save replaces the XML there by the first condition: to give the number to hotline again, set Enabled: True, Save, then write the XML anew.")},
			},
		},
		remove: []step{{
			id: "remove", title: both("Pour tout enlever ensuite", "To take everything out after that"),
			why: both("Gardez le mot de passe de l'event socket et le refus des transferts.", "Keep the password of the event socket and the refusal of transfers."),
			blocks: []block{
				page("Dialplan > Dialplan Manager", "hotline, hotline-fallback, hotline-transfer, hotline-house: Delete"), flush,
				page("Advanced > Modules > CDR CSV", "Enabled: False", "Stop"), withoutCLIFile(),
			},
		}},
	}, nil
}

func (l link) fusionTransfers() step {
	return step{
		id: "transfers", title: both("Pas de transferts par les appelants", "No transfers by callers"),
		why: l.noTransfers().why,
		blocks: []block{
			page("Advanced > SIP Profiles > "+l.profile+" > Settings > Add", "Name: disable-transfer", "Value: true", "Enabled: True", "Save"),
			page("Status > SIP Status > "+l.profile, "Rescan"),
			{note: both("FreeSWITCH ne montre pas si le profil en marche le fait : pour en être sûr, redémarrez le profil (Restart) à une heure calme ; ses appels finissent.",
				"FreeSWITCH does not show whether the running profile does so: to be sure, restart the profile (Restart) at a quiet hour; its calls end.")},
		},
	}
}

// fusionRights asks the system whose FreeSWITCH is: FusionPBX runs it as www-data on Debian.
func (l link) fusionRights() step {
	return l.rights("FreeSWITCH", "$(ps -o egid= -C freeswitch | head -n 1)", `"#$(ps -o euid= -C freeswitch | head -n 1 | tr -d ' ')"`)
}

func (l link) fusionContexts(contexts map[string][]string) step {
	return step{
		id: "dialplan", title: both("Le dialplan, sans appels encore", "The dialplan, still without calls"),
		why: both("Trois dialplans, faits avec une condition quelconque, puis remplis par leur page XML. hotline-fallback mène à votre accueil d'aujourd'hui (%s).",
			"Three dialplans, made with any condition, then filled in on their page XML. hotline-fallback leads to your present way of answering (%s).", l.formerWay()),
		blocks: append(append(fusionDialplan("hotline-fallback", "hotline-fallback", contexts["hotline-fallback"]),
			slices.Concat(fusionDialplan("hotline-transfer", "hotline-transfer", contexts["hotline-transfer"]),
				fusionDialplan("hotline-house", "hotline-house", contexts["hotline-house"]))...), fusionFlush(), l.fusionLanding()),
	}
}

// fusionLanding is where the pages show who answers without hotline: FreeSWITCH itself asks their database only for a call.
func (l link) fusionLanding() block {
	if l.fallback == "" {
		return page("Dialplan > Inbound Routes", l.formerNumber()+": Enabled True").noted(
			"Ce qui répond sans hotline doit exister : une route de ce numéro, sinon relancez hotline connect avec --fallback.",
			"What answers without hotline has to exist: a route of this number; else run hotline connect again with --fallback.")
	}
	return page("Dialplan > Dialplan Manager > Show All", "Number: "+l.formerNumber(), "Context: "+l.formerContext(), "Enabled: True").noted(
		"Ce qui répond sans hotline doit exister : un poste, un groupe ou une file de ce numéro et de ce contexte ; sinon relancez hotline connect avec un autre --fallback.",
		"What answers without hotline has to exist: an extension, a ring group or a queue of this number and this context; else run hotline connect again with another --fallback.")
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
		look(cli("module_exists mod_cdr_csv"), "true"),
	}
	return s
}
