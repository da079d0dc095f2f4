package main

import (
	"strings"

	"hotline/config"
	"hotline/esl"
)

const (
	entryFile = "dialplan/public/hotline.xml"
	restFile  = "dialplan/hotline.xml"
	reloadXML = "fs_cli -x reloadxml"
)

// dialplan says whether calls come to hotline, and land elsewhere when it is away.
func (p patient) dialplan(d *esl.Dialplan) []finding {
	if d == nil {
		return []finding{p.unseenDialplan("")}
	}
	var found, lacking []finding
	ours, others := 0, []string(nil)
	for _, e := range d.Entries {
		switch {
		case e.App == p.instance || e.App == "" && len(d.Entries) == 1:
			ours++
			lacking = append(lacking, entryFindings(e)...)
		case e.App != "":
			others = append(others, e.App)
		}
	}
	if ours == 0 && d.Maker != "" {
		return []finding{p.unseenDialplan(d.Maker)}
	}
	if ours == 0 {
		found = append(found, p.noEntry(others))
	}
	found = append(found, lacking...)
	for _, c := range []hotlineContext{
		{"hotline-fallback", d.Fallback, both("Un appel se perd quand hotline est arrêté.", "A call is lost when hotline is away."),
			both("hotline croit avoir encore les appels qui sont au repli.", "hotline believes that it still has the calls that are in the fallback.")},
		{"hotline-transfer", d.Transfer, both("Un appel qu'un poste transfère se perd.", "A call that a phone transfers is lost."),
			both("Un appel qu'un poste transfère se perd.", "A call that a phone transfers is lost.")},
	} {
		if f, bad := c.finding(d.Maker, p.connect()); bad {
			found = append(found, f)
		}
	}
	if len(found) > 0 {
		return found
	}
	return []finding{{check: "dialplan", level: fine,
		title: both("dialplan : les appels viennent à %s, avec un repli", "dialplan: calls come to %s, with a fallback", p.instance)}}
}

// noEntry is a dialplan that gives no call to this hotline.
func (p patient) noEntry(others []string) finding {
	f := finding{
		check: "dialplan", level: wrong,
		title: both("dialplan : aucun appel ne vient à hotline", "dialplan: no call comes to hotline"),
		lines: []string{p.connect()},
		todo: both("faites les pas que ceci affiche, pour un seul numéro d'abord (%s) :", "take the steps that this prints, for a single number first (%s):",
			"FusionPBX: connect fusionpbx"),
	}
	if len(others) > 0 {
		f.why = both("Ils vont à hotline_app=%s, mais instance de hotline.yaml est %s.", "They go to hotline_app=%s, but instance of hotline.yaml is %s.",
			list(others), p.instance)
		f.todo = both("écrivez le même nom des deux côtés : dans hotline.yaml, ou dans le dialplan, là où il est deux fois :",
			"write the same name on both sides: in hotline.yaml, or in the dialplan, where it stands twice:")
		f.lines = []string{"instance: " + others[0], "hotline_app=" + p.instance, "hotline_until_" + p.instance, reloadXML}
	}
	return f
}

// connect is the command that prints what is to be written on this switch. The files of deploy are no help to who has the
// program alone, and their fallback is left open.
func (p patient) connect() string {
	command := "hotline connect " + p.Kind
	if p.Name != p.Kind {
		command += " --switch " + p.Name
	}
	return command
}

func entryFindings(e esl.Entry) (found []finding) {
	where := e.Extension
	if e.Context != "" {
		where = e.Context + "/" + e.Extension
	}
	todo := both("ajoutez à cette extension, à leur place dans %s de deploy/freeswitch :",
		"add to this extension, at their place in %s of deploy/freeswitch:", entryFile)
	if len(e.Lacks) > 0 {
		found = append(found, finding{
			check: "dialplan", level: wrong,
			title: both("dialplan : il manque des lignes à l'extension %s", "dialplan: extension %s lacks lines", where),
			why: both("Sans elles, ses appels ne viennent pas à hotline, ou se perdent quand il est arrêté.",
				"Without them its calls do not come to hotline, or are lost when it is away."),
			todo: todo, lines: append(append([]string(nil), e.Lacks...), reloadXML),
		})
	}
	if len(e.Wants) > 0 {
		found = append(found, finding{
			check: "dialplan", level: warning,
			title: both("dialplan : il manque des réglages à l'extension %s", "dialplan: extension %s lacks settings", where),
			why: both("accountcode fait écrire les fiches, les autres gardent à hotline les appels transférés.",
				"accountcode has records written, the others keep transferred calls with hotline."),
			todo: todo, lines: append(append([]string(nil), e.Wants...), reloadXML),
		})
	}
	if e.Waits {
		found = append(found, finding{
			check: "dialplan", level: warning,
			title: both("dialplan : l'extension %s ne demande pas si hotline est là", "dialplan: extension %s does not ask whether hotline is there", where),
			why: both("Quand hotline est arrêté, chaque appel attend dix secondes en silence avant le repli.",
				"When hotline is away, every call waits ten seconds in silence for the fallback."),
			todo:  both("reprenez la deuxième condition de %s de deploy/freeswitch.", "take over the second condition of %s of deploy/freeswitch.", entryFile),
			lines: []string{reloadXML},
		})
	}
	return found
}

// refer warns of profiles by which an outside caller can transfer calls: FreeSWITCH then dials whatever the caller names.
func (p patient) refer(profiles []string) []finding {
	if len(profiles) == 0 {
		return nil
	}
	lines := []string{`<param name="disable-transfer" value="true"/>`}
	for _, name := range profiles {
		lines = append(lines, "fs_cli -x 'sofia profile "+name+" rescan'")
	}
	return []finding{{
		check: "refer", level: warning,
		title: both("transferts : un appelant peut en faire par %s", "transfers: a caller can make them through %s", list(profiles)),
		why: both("FreeSWITCH appelle alors lui-même le numéro que l'appelant donne, sans hotline : la porte de la fraude.",
			"FreeSWITCH itself then dials what the caller names, past hotline: the door for toll fraud."),
		todo:  both("refusez-les dans le profil, sip_profiles, dans <settings>, puis :", "refuse them in the profile, sip_profiles, in <settings>, then:"),
		lines: lines,
	}}
}

// A hotlineContext is a place in the dialplan that hotline's own dialplan brings.
type hotlineContext struct {
	name          string
	is            *esl.Entry // nil: it is not there
	without, half config.Words
}

func (c hotlineContext) finding(maker, connect string) (finding, bool) {
	f := finding{check: strings.ReplaceAll(c.name, "-", "_"), level: wrong, why: c.half}
	switch {
	case c.is == nil:
		f.why = c.without
		f.title = both("dialplan : le contexte %s manque", "dialplan: context %s is missing", c.name)
		f.todo = both("écrivez-le comme le pas du dialplan de :", "write it as in the step about the dialplan of:")
		f.lines = []string{connect, reloadXML}
		if maker != "" {
			f.level = warning
			f.title = both("dialplan : le contexte %s ne se voit pas", "dialplan: context %s cannot be seen", c.name)
			f.todo = both("%s le fait peut-être ; essayez d'appeler, hotline arrêté.", "%s may make it; try a call while hotline is stopped.", maker)
			f.lines = nil
		}
	case len(c.is.Lacks) > 0:
		f.title = both("dialplan : il manque des lignes au contexte %s", "dialplan: context %s lacks lines", c.name)
		f.todo = both("ajoutez-y, comme dans %s de deploy/freeswitch :", "add to it, as in %s of deploy/freeswitch:", restFile)
		f.lines = append(append([]string(nil), c.is.Lacks...), reloadXML)
	default:
		return f, false
	}
	return f, true
}

// unseenDialplan is one that FreeSWITCH cannot show, because a module makes it when a call comes.
func (p patient) unseenDialplan(maker string) finding {
	f := finding{
		check: "dialplan", level: warning,
		title: both("dialplan : FreeSWITCH ne le montre pas", "dialplan: FreeSWITCH does not show it"),
		todo: both("comparez-le vous-même avec %s et %s de deploy/freeswitch, puis essayez un appel, hotline en marche et arrêté :",
			"compare it yourself with %s and %s of deploy/freeswitch, then try a call with hotline running and stopped:", entryFile, restFile),
		lines: []string{"hotline_app=" + p.instance, "hotline_kind=inbound", "sched_transfer +10 hotline-fallback XML hotline-fallback", "park"},
	}
	if maker != "" {
		f.title = both("dialplan : fait par %s pendant l'appel, il ne se voit pas d'ici", "dialplan: made by %s during a call, it cannot be seen from here", maker)
	}
	return f
}
