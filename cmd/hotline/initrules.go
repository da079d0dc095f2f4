package main

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"hotline/config"
)

// usualText is what is said when nobody can answer, if its owner has no better idea.
func (a *answers) usualText() string {
	text := a.lang.say("Bonjour. ", "Hello. ")
	if a.company != "" {
		text = a.lang.say("Bonjour, vous êtes bien chez "+a.company+". ", "Hello, you have reached "+a.company+". ")
	}
	if a.always() {
		return text + a.lang.say("Tout le monde est en ligne. Merci de rappeler dans quelques minutes.",
			"Everybody is on the phone. Please call again in a few minutes.")
	}
	var times []string
	for _, d := range weekdays(a.week) {
		times = append(times, d.spoken(a.lang))
	}
	return text + a.lang.say("Nous ne pouvons pas vous répondre pour le moment. Nous sommes là ", "We cannot answer right now. We are here ") +
		strings.Join(times, a.lang.say(" ; ", "; ")) + a.lang.say(". Merci de rappeler.", ". Please call again then.")
}

// A draft is a file that is being written, with comments in one language.
type draft struct {
	strings.Builder
	lang tongue
}

// line writes a line, and behind it, in a column of their own, words for its reader.
func (p *draft) line(code, fr, en string) {
	p.WriteString(code)
	if comment := p.lang.say(fr, en); comment != "" {
		fmt.Fprintf(p, "%s   # %s", strings.Repeat(" ", max(0, 42-utf8.RuneCountInString(code))), comment)
	}
	p.WriteString("\n")
}

// say writes a line of comment.
func (p *draft) say(fr, en string) { p.WriteString("# " + p.lang.say(fr, en) + "\n") }

// section begins a part of the file.
func (p *draft) section(fr, en string) {
	title := "# ---- " + p.lang.say(fr, en) + " "
	p.WriteString("\n" + title + strings.Repeat("-", max(4, 80-utf8.RuneCountInString(title))) + "\n")
}

// A frontDesk is a service with its queue. Numbers that cost have one of their own: their callers wait unanswered, and so for
// nothing.
type frontDesk struct {
	name, purpose string
	lines         []ownLine
	paid          bool
}

func (a *answers) desks() (all []frontDesk) {
	usual := frontDesk{name: a.lang.say("accueil", "reception"), purpose: "reception"}
	paid := frontDesk{name: a.lang.say("payant", "paid"), purpose: "paid_advice", paid: true}
	for _, l := range a.lines {
		if l.paid() {
			paid.lines = append(paid.lines, l)
		} else {
			usual.lines = append(usual.lines, l)
		}
	}
	for _, d := range []frontDesk{usual, paid} {
		if len(d.lines) > 0 {
			all = append(all, d)
		}
	}
	return all
}

// rules is rules.yaml.
func (a *answers) rules() string {
	p := &draft{lang: a.lang}
	p.line("# yaml-language-server: $schema=./"+schemaFile, "", "")
	if a.company != "" {
		p.say("Règles d'appel : "+a.company+".", "Call rules of "+a.company+".")
	} else {
		p.say("Règles d'appel.", "Call rules.")
	}
	p.say("Après un changement : hotline check, puis hotline apply -m \"pourquoi\".", "After a change: hotline check, then hotline apply -m \"why\".")
	p.say("Avant « : », les mots anglais sont ceux de hotline ; accueil, bureau, marie... sont les vôtres.",
		"The words before \":\" are hotline's; reception, office, marie... are yours.")
	p.line("version: 1", "", "")
	if a.company != "" {
		p.line("company: "+yamlText(a.company), "", "")
	}
	p.line("languages: ["+string(a.lang)+"]", "", "")
	a.writeNumbers(p)
	if !a.always() {
		a.writeHours(p)
	}
	a.writeServices(p)
	a.writeQueues(p)
	p.section("Équipe", "Team")
	p.line("agents:", "phone : le poste, tel qu'on le compose au bureau", "phone: the extension as dialled in the office")
	for _, who := range a.people {
		p.line(fmt.Sprintf("  %s: {name: %s, phone: %s}", who.id, yamlText(who.name), who.phone), "", "")
	}
	p.section("Textes parlés", "Spoken texts")
	p.say("Une machine dit ce texte. Mieux : enregistrez-le (WAV, 8000 Hz, mono, 16 bits), posez le fichier dans le",
		"A machine speaks this text. Better: record it (WAV, 8000 Hz, mono, 16 bits), put the file into the folder")
	p.say("dossier prompts, et écrivez : "+a.away()+": {file: "+a.away()+".wav}", "prompts, and write: "+a.away()+": {file: "+a.away()+".wav}")
	p.line("prompts:", "", "")
	p.line("  "+a.away()+": "+inQuotes(a.text), "", "")
	if a.callback {
		a.writeCallbacks(p)
	}
	return p.String()
}

// away is the name of what is said when nobody can answer.
func (a *answers) away() string { return a.lang.say("absence", "away") }

// office is the name of the hours.
func (a *answers) office() string { return a.lang.say("bureau", "office") }

func (a *answers) writeNumbers(p *draft) {
	p.section("Numéros : ce que vos clients composent", "Numbers: what your callers dial")
	p.line("numbers:", "", "")
	for _, d := range a.desks() {
		for _, l := range d.lines {
			entry := "  " + l.number.Pretty() + ": {service: " + d.name
			switch {
			case l.paid():
				p.line(entry+", price: "+l.price+"}", "TTC, de votre contrat ; l'opérateur annonce le prix", "with VAT, of your contract; your operator announces it")
			case l.price != "":
				p.line(entry+", price: "+l.price+"}", "de votre contrat", "of your contract")
			case l.free:
				p.line(entry+"}", "gratuit pour vos clients ; ajoutez we_pay, ce que vous payez", "free for your callers; add we_pay, what you pay")
			default:
				p.line(entry+"}", "", "")
			}
		}
	}
	p.say("Si votre opérateur livre un autre numéro que celui composé (hotline doctor le montre) : arrives_as: 01 ...",
		"If your operator delivers another number than the one dialled (hotline doctor shows it): arrives_as: 01 ...")
}

func (a *answers) writeHours(p *draft) {
	p.section("Horaires, à l'heure de Paris", "Opening hours, by the time of Paris")
	p.line("hours:", "", "")
	p.line("  "+a.office()+":", "", "")
	for _, d := range weekdays(a.week) {
		p.line(fmt.Sprintf("    %s: [%s]", d.name("en"), d.spans()), d.name("fr"), "")
	}
	p.line("    closed_on: [holidays_fr]", "les 11 jours fériés, calculés chaque année", "the 11 public holidays of France, computed")
}

func (a *answers) writeServices(p *draft) {
	p.section("Services : à quoi sert la ligne, et par où l'appel commence", "Services: what a line is for, and where its calls begin")
	p.line("services:", "", "")
	for _, d := range a.desks() {
		p.line("  "+d.name+":", "", "")
		if d.paid {
			p.line("    purpose: "+d.purpose, "jamais le service après-vente sur un numéro surtaxé", "never after-sales service on a surcharged number")
			p.line("    answer: on_agent", "attendre ne coûte rien : on décroche quand une personne répond", "waiting costs nothing: answered when a person is there")
		} else {
			p.line("    purpose: "+d.purpose, "", "")
		}
		if a.always() {
			p.line("    hours: always", "", "")
			p.line("    open: {queue: "+d.name+"}", "", "")
			continue
		}
		p.line("    hours: "+a.office(), "", "")
		p.line("    open: {queue: "+d.name+"}", "", "")
		p.line("    closed: [{play: "+a.away()+"}, hangup]", "", "")
	}
}

func (a *answers) writeQueues(p *draft) {
	p.section("Files d'attente", "Queues")
	p.line("queues:", "", "")
	var ids []string
	for _, who := range a.people {
		ids = append(ids, who.id)
	}
	for _, d := range a.desks() {
		p.line("  "+d.name+":", "", "")
		p.WriteString(bracketed("    agents: [", ids))
		if d.paid {
			p.line("    max_wait: 45s", "avant le décroché : beaucoup d'opérateurs coupent à 60 s", "before the answer: many operators cut at 60 s")
		} else {
			p.line("    max_wait: 5m", "au-delà, l'appelant entend le texte", "after that the caller hears the text")
		}
		p.line("    on_max_wait: [{play: "+a.away()+"}, hangup]", "", "")
		p.line("    on_nobody: [{play: "+a.away()+"}, hangup]", "quand aucun téléphone n'est branché", "when no phone is plugged in")
	}
}

// bracketed writes names in brackets, on as many lines as it takes.
func bracketed(before string, names []string) string {
	var b strings.Builder
	at := utf8.RuneCountInString(before)
	b.WriteString(before)
	for i, n := range names {
		length := utf8.RuneCountInString(n) + 2
		switch {
		case i > 0 && at+length > 80:
			b.WriteString(",\n" + strings.Repeat(" ", utf8.RuneCountInString(before)))
			at = utf8.RuneCountInString(before)
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(n)
		at += length
	}
	return b.String() + "]\n"
}

func (a *answers) writeCallbacks(p *draft) {
	p.section("Rappels : pas encore dans cette version", "Callbacks: not in this version yet")
	p.say("hotline cdr list montre qui n'a joint personne. Quand hotline saura rappeler, enlevez « # » aux deux lignes qui suivent,",
		"hotline cdr list shows who reached nobody. Once hotline can call back, remove \"#\" from the two lines below,")
	p.say("et mettez {offer_callback: rappel} avant hangup, dans closed, on_max_wait et on_nobody.",
		"and put {offer_callback: back} before hangup, in closed, on_max_wait and on_nobody.")
	slots := "hours: " + a.office() + ", every: 15m, per_slot: 3"
	if a.always() {
		slots = "every: 15m, per_slot: 3"
	}
	p.WriteString("# callbacks:\n#   " + a.lang.say("rappel", "back") + ": {slots: {" + slots + "}}\n")
}

// daemon is hotline.yaml.
func (a *answers) daemon(h home) string {
	p := &draft{lang: a.lang}
	p.say("Le commutateur, et où sont les fichiers. Ce qui arrive à un appel est dans rules.yaml.",
		"The switch, and where the files are. What happens to a call is in rules.yaml.")
	p.say("Les chemins partent du dossier de ce fichier.", "Paths start from the folder of this file.")
	p.line("rules: rules.yaml", "", "")
	p.line("database: "+yamlText(h.database), "", "")
	if h.control != "" {
		p.line("control: "+yamlText(h.control), "", "")
	}
	p.line("prompts: {folder: "+yamlText(h.prompts)+"}", "le commutateur doit pouvoir le lire", "the switch has to be able to read it")
	p.line("switches:", "", "")
	if a.kind == config.FreeSWITCH {
		p.line("  - kind: freeswitch", "", "")
		p.line("    address: 127.0.0.1:8021", "event_socket.conf.xml", "event_socket.conf.xml")
		p.line("    password: file:"+secretFile, "le même dans event_socket.conf.xml", "the same in event_socket.conf.xml")
		p.line("    phone: user/{phone}", "ou user/{phone}@domaine", "or user/{phone}@domain")
		p.line("    records: /var/log/freeswitch/cdr-csv/hotline.csv", "", "")
		return p.String()
	}
	p.line("  - kind: asterisk", "", "")
	p.line("    url: http://127.0.0.1:8088/ari", "http.conf", "http.conf")
	p.line("    user: hotline", "ari.conf", "ari.conf")
	p.line("    password: file:"+secretFile, "le même dans ari.conf", "the same in ari.conf")
	p.line("    phone: PJSIP/{phone}", "", "")
	p.line("    records: /var/log/asterisk/cel-custom/hotline.csv", "", "")
	return p.String()
}

// plainText is what YAML leaves as it is wherever it stands.
var plainText = regexp.MustCompile(`^[\pL/][\pL\pN ./'’_-]*$`)

// yamlText writes a text of one line for YAML, in quotes where they are needed.
func yamlText(text string) string {
	if plainText.MatchString(text) && !isWordOfYAML(text) && strings.TrimSpace(text) == text {
		return text
	}
	return inQuotes(text)
}

// inQuotes writes a text in quotes. Nothing in it is invisible: that has been cleaned away.
func inQuotes(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

// isWordOfYAML says that YAML takes a word for something else than a text.
func isWordOfYAML(text string) bool {
	switch strings.ToLower(text) {
	case "null", "true", "false", "yes", "no", "on", "off", "y", "n":
		return true
	}
	return false
}
