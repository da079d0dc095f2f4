package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"hotline/billing"
	"hotline/config"
	"hotline/e2e/phone"
)

// keepUp waits for a person's own softphone and tells what happens, until ctx ends. Léa is played by the demo, so that
// a single softphone reaches somebody.
func keepUp(ctx context.Context, h *house) (err error) {
	lea, err := phone.Register(ctx, phone.Config{
		User: played, Password: password, Registrar: h.asterisk.SIP(), Tone: 440,
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lea.Close()) }()
	lea.On(phone.Answer(3 * time.Second))
	if err := h.serve(ctx); err != nil {
		return err
	}
	if err := h.invite(); err != nil {
		return err
	}
	names := map[string]string{}
	for i := 0; ; i++ {
		e, err := h.hotline.next(ctx, i)
		if err != nil {
			return err
		}
		h.comment(e, names)
	}
}

// played is the phone that the demo answers itself.
const played = "103"

// invite says how to play.
func (h *house) invite() error {
	h.plain("hotline est en marche avec un vrai Asterisk %s. Ctrl-C arrête et efface tout.\n",
		"hotline runs beside a real Asterisk %s. Ctrl-C stops and removes everything.\n", h.version)
	h.plain("Votre softphone (Linphone, Zoiper, Baresip...), sur cette machine :",
		"Your softphone (Linphone, Zoiper, Baresip...), on this machine:")
	h.plain("  serveur SIP   %s, en UDP, codec PCMA", "  SIP server    %s, by UDP, codec PCMA", h.asterisk.SIP())
	h.plain("\n  compte  mot de passe  adresse SIP               qui", "\n  user    password      SIP address               who")
	for _, user := range users(h.rules) {
		h.plain("  %-7s %-13s %-25s %s", "  %-7s %-13s %-25s %s",
			user, password, "sip:"+user+"@"+h.asterisk.SIP(), h.owner(user))
	}
	h.plain("\n  numéro à composer    service", "\n  number to dial       service")
	for _, l := range h.rules.Lines {
		words, err := h.describe(l)
		if err != nil {
			return err
		}
		h.plain("  %-20s %s", "  %-20s %s", l.Number.National(), words)
	}
	h.plain(`
1. Un seul softphone : prenez le compte 110 et composez 0805400200. Vous entendez
   la musique, puis Léa (la démonstration), qui décroche après 3 s : un son grave.
2. Deux softphones, ou deux comptes : 101 répond en tant que Marie, 110 appelle
   0809400100 et tape 1 ; ou 0892400300, qui n'est facturé qu'au décroché.
3. Un appel de l'extérieur se fait sans compte : sip:0809400100@%[1]s.
   hotline voit comme numéro le nom d'utilisateur de votre adresse SIP.

Dossier :  %[2]s
Fiches :   bin/hotline cdr list --config %[3]s
Règles :   %[4]s
`, `
1. A single softphone: take account 110 and dial 0805400200. You hear music, then
   Léa (the demo), who picks up after 3 s: a low tone.
2. Two softphones, or two accounts: 101 answers as Marie, 110 dials 0809400100 and
   presses 1; or 0892400300, which is billed only once somebody picks up.
3. A call from outside needs no account: sip:0809400100@%[1]s.
   hotline takes the user name of your SIP address for the caller's number.

Folder:    %[2]s
Records:   bin/hotline cdr list --config %[3]s
Rules:     %[4]s
`, h.asterisk.SIP(), h.dir, h.config(), rulesFile)
	return nil
}

// owner says whose account it is.
func (h *house) owner(user string) string {
	for _, id := range h.rules.AgentOrder {
		a := h.rules.Agents[id]
		if a.Phone != user {
			continue
		}
		var queues []string
		for name, q := range h.rules.Queues {
			if slices.Contains(q.Agents, id) {
				queues = append(queues, name)
			}
		}
		slices.Sort(queues)
		who := fmt.Sprintf("%s (%s)", a.Name, strings.Join(queues, ", "))
		if user == played {
			who += h.say(", la démonstration", ", the demo")
		}
		return who
	}
	return h.say("un client", "a customer")
}

// describe says what a number is for and what it costs.
func (h *house) describe(l config.Line) (string, error) {
	text := l.Price.SurchargeAt(time.Now())
	if text == "" {
		return l.Service, nil
	}
	price, err := billing.ParsePrice(text)
	if err != nil {
		return "", fmt.Errorf("price of %s: %w", l.Number, err)
	}
	return l.Service + ", " + h.say(price.FR(), price.EN()), nil
}

// comment tells one line of hotline's log in plain words; what is not for the owner's ears stays in the log.
func (h *house) comment(e entry, names map[string]string) {
	if e.Call != "" && names[e.Call] == "" {
		names[e.Call] = fmt.Sprintf(h.say("appel %d", "call %d"), len(names)+1)
	}
	say := func(fr, en string, args ...any) { h.tell(names[e.Call], fr, en, args...) }
	switch e.Msg {
	case "call offered":
		if e.Service != "" {
			say("arrive : service %s", "comes in: service %s", e.Service)
		}
	case "a number was called that is not in the rules":
		say("le %s n'est pas dans les règles : refusé", "%s is not in the rules: refused", e.Arrived)
	case "key pressed":
		say("touche %s", "key %s", e.Key)
	case "waiting":
		say("attend, file %s", "waits in queue %s", e.Queue)
	case "overflow":
		say("n'attend plus, file %s : %s", "waits no longer in queue %s: %s", e.Queue, e.Reason)
	case "agent rings":
		say("le poste %s (%s) sonne", "phone %s (%s) rings", e.Phone, e.Agent)
	case "agent did not answer":
		say("%s n'a pas décroché", "%s did not pick up", e.Agent)
	case "talking":
		say("parle avec %s", "talks with %s", e.Agent)
	case "call ended":
		say("terminé ; la fiche est écrite", "over; the record is written")
	case slowDisk:
		say("le disque est lent en ce moment ; l'appel continue", "the disk is slow just now; the call goes on")
	default:
		if e.Level != "INFO" && e.Level != "DEBUG" {
			say("%s", "%s", e.raw)
		}
	}
}
