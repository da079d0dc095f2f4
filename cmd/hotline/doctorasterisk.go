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
	add(p.app(f.App), asteriskModules(f.Modules), p.recordsFinding("/var/log/asterisk/cel-custom/hotline.csv"))
	add(p.registered(f.Phones)...)
	add(clockFinding(f.Ahead), p.hidden())
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
		f.todo = both("mettez le même mot de passe dans hotline.yaml et dans ari.conf :", "put the same password into hotline.yaml and into ari.conf:")
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

func asteriskModules(there map[string]bool) finding {
	missing := absent(ari.Modules(), there)
	f := modulesFinding(len(ari.Modules()), missing, there, "cel_custom")
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

// hidden is what ARI shows to nobody.
func (p patient) hidden() finding {
	return finding{
		check: "unseen", level: unseen,
		title: both("contextes, annonces, musique : ARI ne les montre pas", "contexts, prompts, music: ARI does not show them"),
		todo:  both("voyez vous-même, sur la machine d'Asterisk :", "see for yourself, on Asterisk's machine:"),
		lines: []string{
			"asterisk -rx 'dialplan show hotline-transfer'", "asterisk -rx 'moh show classes'", "ls -l " + p.PromptsFolder,
		},
	}
}
