package check

import (
	"slices"
	"strings"

	"hotline/config"
	"hotline/number"
	"hotline/routing"
)

// transfers says at once what the gate would refuse when somebody calls, and what is heard when nobody takes the call.
func (c *checker) transfers() {
	for _, l := range c.lists {
		c.passing(l.steps, l.of.kind == aQueue || l.of.kind == aMenu && l.word[0] == "keys")
	}
	for _, begin := range c.rules.Transfers.Allow {
		c.allowedOutside(begin)
	}
}

// passing looks at the transfers of a list. then says that the call goes on after its last step: at the menu, in the queue, at
// the step that follows.
func (c *checker) passing(steps []config.Step, then bool) {
	for i, s := range steps {
		goesOn := then || i < len(steps)-1
		for _, inner := range s.Inner() {
			c.passing(inner, goesOn)
		}
		if s.Kind != config.ToTransfer {
			continue
		}
		c.transfer(s)
		if s.Transfer.Otherwise == nil && !goesOn {
			c.warn(c.rules.At(s.Pos), "W154", words("si le transfert n'aboutit pas, l'appel est perdu", "if the transfer fails, the call is lost"),
				words("Occupé ou sans réponse : l'appelant entend que personne n'est disponible, puis on raccroche.", "Busy, or no answer: the caller hears that nobody is available, and is hung up on."),
				words("ajoutez ce qui suit, par exemple {queue: nom} ou {voicemail: nom}.", "add what follows, for example {queue: name} or {voicemail: name}."))
		}
	}
}

// transfer refuses a step that sends callers to a number that costs too much, comes back, or is none.
func (c *checker) transfer(s config.Step) {
	phone, n := c.rules.Goal(s.Transfer)
	at := c.rules.At(s.Transfer.Pos)
	if phone != "" {
		named := slices.ContainsFunc(c.rules.AgentOrder, func(id string) bool { return c.rules.Agents[id].Phone == phone })
		if !named && !routing.Extension(phone) {
			c.fail(at, "E155", words("le %s n'est pas un poste", "%s is not an extension", phone),
				words("C'est ailleurs un numéro d'urgence ; un appel transféré ne doit pas pouvoir y aller.", "Elsewhere it is an emergency number; no call that is passed on may go there."),
				words("écrivez le poste de quelqu'un, ou un numéro en 01-07 ou 09.", "write somebody's extension, or a number in 01-07 or 09."))
		}
		return
	}
	ours := words("transfert vers le %s", "transfer to %s", n.Pretty())
	french := words("écrivez un numéro en 01-07 ou 09.", "write a number in 01-07 or 09.")
	switch routing.Barred(c.rules, n) {
	case routing.BarOurs:
		c.fail(at, "E626", words("%s, qui est à vous", "%s, which is yours", ours),
			words("L'appel reviendrait ici, payé deux fois, et pourrait tourner sans fin.", "The call would come back here, paid twice, and could go round without end."),
			words("écrivez {queue: nom} ou {menu: nom}.", "write {queue: name} or {menu: name}."))
	case routing.BarSurcharged:
		c.fail(at, "E624", words("%s, surtaxé", "%s, a surcharged number", ours),
			words("Chaque appel vous coûterait ce prix, sans limite.", "Each call would cost you that price, without limit."), french)
	case routing.BarShort, routing.BarEmergency:
		c.fail(at, "E625", words("%s, un numéro court", "%s, a short number", ours),
			words("Son prix n'est pas connu, et un numéro d'urgence ne se transfère pas.", "Its price is not known, and no call is transferred to an emergency number."),
			words("écrivez un numéro en 01-07 ou 09 ; pour un poste, donnez-le à une personne (agents).", "write a number in 01-07 or 09; for an extension, give it to somebody (agents)."))
	case routing.BarAbroad:
		c.fail(at, "E627", words("%s, à l'étranger", "%s, abroad", ours),
			words("C'est ainsi que la fraude téléphonique se paie : votre trunk appelle loin, à vos frais.", "That is how telephone fraud earns: your trunk calls far away, at your cost."),
			words("écrivez un numéro en France, ou permettez-le : transfers: {allow: [\"%s\"]}.", "write a number in France, or allow it: transfers: {allow: [\"%s\"]}.", beginningOf(n)))
	case routing.BarSatellite:
		c.fail(at, "E151", words("%s, par satellite ou surtaxé", "%s, by satellite or surcharged", ours),
			words("Une minute y coûte plusieurs euros, et aucun contrat ne la limite.", "A minute costs several euros there, and no contract limits it."), french)
	case routing.BarOther:
		c.fail(at, "E150", words("%s, ni fixe ni mobile", "%s, neither fixed nor mobile", ours),
			words("Un 0800-0809 peut être gratuit ou non pour votre trunk ; cela dépend de votre contrat.", "A number in 0800-0809 may or may not be free over your trunk; that depends on your contract."),
			words("écrivez un numéro en 01-07 ou 09, ou permettez-le : transfers: {allow: [\"%s\"]}.", "write a number in 01-07 or 09, or allow it: transfers: {allow: [\"%s\"]}.", beginningOf(n)))
	}
}

// beginningOf is how a number begins, as allow takes it: +324 of a number of Belgium.
func beginningOf(n number.Number) string {
	if national := n.National(); strings.HasPrefix(national, "0") {
		return national[:min(4, len(national))]
	}
	return string(n[:min(5, len(n))])
}

// allowedOutside refuses to allow what the gate never lets through.
func (c *checker) allowedOutside(begin string) {
	dear := slices.ContainsFunc([]string{"+3381", "+3382", "+3389", "+800", "+808", "+870", "+878", "+881", "+882", "+883", "+888", "+979"},
		func(d string) bool { return strings.HasPrefix(begin, d) })
	at := c.rules.Text(begin, c.rules.Transfers.Pos, "allow")
	if dear {
		c.fail(at, "E152", words("allow : %s ne peut pas être permis", "allow: %s cannot be allowed", begin),
			words("Surtaxé ou par satellite : hotline n'y transfère jamais d'appel.", "Surcharged or by satellite: hotline never passes a call on there."),
			words("enlevez-le.", "remove it."))
		return
	}
	if len(begin) < 3 {
		c.warn(at, "W152", words("allow : %s permet beaucoup de pays", "allow: %s allows many countries", begin),
			words("Plus le début est court, plus une erreur coûte.", "The shorter the beginning, the more a mistake costs."),
			words("écrivez l'indicatif entier du pays, par exemple +32.", "write the whole code of the country, for example +32."))
	}
}
