package main

import (
	"errors"
	"net/url"

	"hotline/ari"
	"hotline/config"
	"hotline/pbx"
)

// asterisk turns what an Asterisk said into findings.
func (p patient) asterisk(f ari.Facts) []finding {
	var found []finding
	add := func(more ...finding) { found = append(found, more...) }
	if f.Version == "" {
		return []finding{p.ariRefused(f.Err)}
	}
	add(finding{check: "reached", level: fine, title: both("Asterisk %s répond", "Asterisk %s answers", f.Version)}, p.ariPassword())
	if f.ReadOnly {
		add(finding{
			check: "rights", level: wrong,
			title: both("l'utilisateur %s ne peut que lire", "user %s may only read", p.User),
			todo:  both("dans ari.conf, sous [%s], puis :", "in ari.conf, under [%s], then:", p.User),
			lines: []string{"read_only = no", reloadARI},
		})
	}
	add(p.ariGuard(f.Listen)...)
	add(p.app(f.App))
	add(p.extensions(f)...)
	add(p.asteriskModules(f.Modules))
	add(p.prompts(f.Files)...)
	add(p.classes(f.Music)...)
	add(p.recordsFinding("/var/log/asterisk/cel-custom/hotline.csv"))
	add(p.registered(f.Phones)...)
	add(p.ports(f.RTP, nil)...)
	add(clockFinding(f.Ahead))
	add(p.hidden(f)...)
	if f.Err != nil {
		add(lost(f.Err))
	}
	return found
}

const (
	reloadARI      = "asterisk -rx 'module reload res_ari.so'"
	reloadDialplan = "asterisk -rx 'dialplan reload'"
)

func (p patient) ariRefused(err error) finding {
	f := finding{check: "reached", level: wrong}
	host, port := "127.0.0.1", "8088"
	if u, e := url.Parse(p.URL); e == nil && u.Port() != "" {
		host, port = u.Hostname(), u.Port()
	}
	switch {
	case errors.Is(err, pbx.ErrAuth):
		f.title = both("Asterisk refuse l'utilisateur %s ou son mot de passe", "Asterisk refuses user %s or its password", p.User)
		f.todo = both("mettez le même mot de passe dans %s et dans ari.conf :", "put the same password into %s and into ari.conf:", p.passwordPlace())
		f.lines = []string{"[" + p.User + "]", "type = user", "read_only = no", "password_format = plain", "password = ...", reloadARI}
	case errors.Is(err, ari.ErrNotARI):
		f.title = both("à %s répond un serveur, mais pas ARI", "at %s a server answers, but not ARI", p.URL)
		f.todo = both("voyez si http.conf a un prefix (alors url finit par /prefix/ari), et si ARI est en service, dans ari.conf :",
			"see whether http.conf has a prefix (then url ends in /prefix/ari), and whether ARI is on, in ari.conf:")
		f.lines = []string{"[general]", "enabled = yes", "asterisk -rx 'ari show status'"}
	case errors.Is(err, pbx.ErrDown):
		f.title = both("Asterisk ne répond pas à %s", "Asterisk does not answer at %s", p.URL)
		f.why = silence(err)
		f.todo = both("démarrez-le ; sinon corrigez url dans hotline.yaml, ou, dans http.conf :", "start it; or else correct url in hotline.yaml, or, in http.conf:")
		f.lines = []string{"systemctl start asterisk", "[general]", "enabled = yes", "bindaddr = " + host, "bindport = " + port}
	default:
		f.title = both("ce commutateur est mal décrit dans hotline.yaml", "hotline.yaml describes this switch badly")
		f.why = unexpected(err)
		f.todo = both("par exemple :", "for example:")
		f.lines = []string{"url: http://127.0.0.1:8088/ari"}
	}
	return f
}

// passwordPlace is the file in which hotline has the password of the switch.
func (p patient) passwordPlace() string {
	if p.PasswordFile != "" {
		return p.PasswordFile
	}
	return "hotline.yaml"
}

func (p patient) ariPassword() finding {
	flaw := passwordFlaw(p.Password.Reveal())
	if flaw == (config.Words{}) {
		return finding{check: "password", level: fine, title: both("mot de passe assez long", "password long enough")}
	}
	return finding{
		check: "password", level: warning,
		title: both("mot de passe : %s", "password: %s", flaw),
		why:   both("Qui a ARI peut appeler partout, à vos frais.", "Whoever has ARI can call anywhere, at your expense."),
		todo: both("faites-en un avec openssl, mettez-le dans ari.conf sous [%s] et dans hotline.yaml :",
			"make one with openssl, put it into ari.conf under [%s] and into hotline.yaml:", p.User),
		lines: []string{"openssl rand -hex 16", "password = ...", reloadARI},
	}
}

// app says whether the dialplan gives its calls to this hotline.
func (p patient) app(app *string) finding {
	f := finding{
		check: "dialplan", level: wrong,
		todo:  both("dans extensions.conf (FreePBX : extensions_custom.conf), puis :", "in extensions.conf (FreePBX: extensions_custom.conf), then:"),
		lines: []string{"[globals]", "HOTLINE_APP = " + p.instance, reloadDialplan},
	}
	switch {
	case app == nil:
		return finding{check: "dialplan", level: unseen, title: both("dialplan : HOTLINE_APP n'est pas connu", "dialplan: HOTLINE_APP is not known")}
	case *app == p.instance:
		return finding{check: "dialplan", level: fine, title: both("dialplan : HOTLINE_APP est %s", "dialplan: HOTLINE_APP is %s", p.instance)}
	case *app == "":
		f.title = both("dialplan : HOTLINE_APP manque", "dialplan: HOTLINE_APP is missing")
		f.why = both("Aucun appel ne vient donc à hotline. hotline connect asterisk (ou freepbx) imprime toutes les lignes.",
			"So no call comes to hotline. hotline connect asterisk (or freepbx) prints all the lines.")
	default:
		f.title = both("dialplan : HOTLINE_APP est %s, mais instance de hotline.yaml est %s", "dialplan: HOTLINE_APP is %s, but instance of hotline.yaml is %s",
			*app, p.instance)
		f.why = both("Les appels vont à un autre hotline, ou au repli.", "Calls go to another hotline, or to the fallback.")
	}
	return f
}

func (p patient) asteriskModules(there map[string]bool) finding {
	wanted := ari.Modules()
	if p.Fetches {
		wanted = append(wanted, ari.FetchModules()...)
	}
	if p.rules != nil && len(p.rules.Voicemails) > 0 {
		wanted = append(wanted, ari.RecordModules()...)
	}
	missing := absent(wanted, there)
	f := modulesFinding(len(wanted), missing, there, "cel_custom")
	if f.level == warning || f.level == wrong {
		f.todo = both("dans modules.conf, s'il les liste, puis une fois :", "in modules.conf, if it lists them, then once:")
		for _, m := range missing {
			f.lines = append(f.lines, "load = "+m+".so")
		}
		for _, m := range missing {
			f.lines = append(f.lines, "asterisk -rx 'module load "+m+".so'")
		}
	}
	return f
}

// extensions says whether the dialplan has what hotline needs of it.
func (p patient) extensions(f ari.Facts) (found []finding) {
	for _, e := range f.Missing() {
		without := finding{
			check: "dialplan", level: wrong,
			title: both("dialplan : le contexte %s n'a pas d'extension %s", "dialplan: context %s has no extension %s", e.Context, e.Name),
			why:   both("Les appels ne viennent pas à hotline.", "Calls do not come to hotline."),
			todo: both("écrivez-le comme le pas du dialplan de (FreePBX : connect freepbx) :",
				"write it as in the step about the dialplan of (FreePBX: connect freepbx):"),
			lines: []string{p.connect(), reloadDialplan},
		}
		switch {
		case e.Context == ari.FallbackContext:
			without.check = "hotline_fallback"
			without.why = both("Un appel se perd quand hotline est arrêté.", "A call is lost when hotline is away.")
		case e.Context == ari.TransferContext:
			without.check = "hotline_transfer"
			without.why = both("Un appel qu'un poste transfère se perd.", "A call that a phone transfers is lost.")
		case e.Name == "T":
			without.why = both("Un appel se perd quand hotline est bloqué.", "A call is lost when hotline is stuck.")
		}
		found = append(found, without)
	}
	if len(found) == 0 && len(f.Extensions) == len(ari.Extensions()) {
		found = []finding{{check: "hotline_fallback", level: fine,
			title: both("dialplan : %s, %s, %s", "dialplan: %s, %s, %s", ari.EntryContext, ari.FallbackContext, ari.TransferContext)}}
	}
	return found
}

// classes says whether there is the music that is waited to.
func (p patient) classes(there map[string]bool) []finding {
	if len(there) == 0 {
		return nil
	}
	missing := absent(p.music, there)
	if len(missing) == 0 {
		return []finding{{check: "music", level: fine, title: both("musique : %s", "music: %s", list(p.music))}}
	}
	return []finding{{
		check: "music", level: warning,
		title: both("musique : pas de classe %s dans musiconhold.conf", "music: no class %s in musiconhold.conf", list(missing)),
		why: both("Qui attend entendra la musique par défaut, ou rien ; sauf si la classe est dans une base de données (realtime).",
			"Whoever waits will hear the default music, or nothing; unless the class is in a database (realtime)."),
		todo: both("corrigez music dans hotline.yaml ou rules.yaml ; les classes qu'il y a :",
			"correct music in hotline.yaml or rules.yaml; the classes that there are:"),
		lines: []string{"asterisk -rx 'moh show classes'"},
	}}
}

// hidden is what this Asterisk does not show, for want of a module or of the right to ask.
func (p patient) hidden(f ari.Facts) []finding {
	u := finding{check: "unseen", level: unseen, todo: both("voyez vous-même, sur la machine d'Asterisk :", "see for yourself, on Asterisk's machine:")}
	if len(f.Extensions) == 0 {
		u.lines = append(u.lines, "asterisk -rx 'module load func_dialplan.so'", "asterisk -rx 'dialplan show "+ari.TransferContext+"'")
	}
	if len(f.Files) == 0 && len(p.files) > 0 {
		u.lines = append(u.lines, "asterisk -rx 'module load chan_bridge_media.so'", "ls -l "+p.PromptsFolder)
	}
	if len(f.Music) == 0 {
		u.lines = append(u.lines, "asterisk -rx 'module load func_config.so'", "asterisk -rx 'moh show classes'")
	}
	if len(u.lines) == 0 {
		return nil
	}
	u.title = both("cet Asterisk ne montre pas tout", "this Asterisk does not show everything")
	return []finding{u}
}
