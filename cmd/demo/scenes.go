package main

import (
	"context"
	"fmt"
	"time"
)

// The five calls. Their words and their waits make one story of half a minute: see cast for who calls what.

// freeNumber: the simplest call there is.
func freeNumber(ctx context.Context, p *part) {
	lea := p.agents["lea"]
	p.dials(ctx)
	p.says("appelle le 08 05 40 02 00, numéro vert : gratuit pour elle",
		"calls 08 05 40 02 00, a freephone number: it costs her nothing")
	p.queues(ctx)
	p.rings(ctx, lea)
	p.says("entend la musique ; le poste de Léa sonne", "hears music; Léa's phone rings")
	p.pauses(ctx, 1500*time.Millisecond)
	p.talks(ctx, lea)
	p.says("parle avec Léa, qui a décroché ; chacune entend l'autre", "talks with Léa, who has picked up; each hears the other")
	p.pauses(ctx, 5*time.Second)
	p.hangsUp(ctx)
	p.says("raccroche après %s s en ligne", "hangs up after %s s on the line", p.length())
}

// firstCaller: a menu, a key, an agent who does not pick up, and the next one.
func firstCaller(ctx context.Context, p *part) {
	marie, karim := p.agents["marie"], p.agents["karim"]
	p.pauses(ctx, 500*time.Millisecond)
	p.dials(ctx)
	p.says("appelle le 08 09 40 01 00, numéro gris : le prix d'un appel normal ; l'opérateur le livre au 01 40 00 01 01",
		"calls 08 09 40 01 00, a grey number: the price of an ordinary call; the operator delivers it to 01 40 00 01 01")
	p.hears(ctx)
	p.pauses(ctx, time.Second)
	p.presses(ctx, "1")
	p.queues(ctx)
	p.rings(ctx, marie)
	p.says("tape 1 sans attendre la fin de l'annonce : elle se tait, la musique commence, le poste de Marie sonne",
		"presses 1 before the prompt has ended: it stops, music starts, Marie's phone rings")
	p.missed(ctx)
	p.rings(ctx, karim)
	p.hears(ctx)
	p.says("garde la musique : Marie n'a pas décroché en %s s, c'est le poste de Karim qui sonne",
		"keeps the music: Marie has not picked up within %s s, now Karim's phone rings", p.rang())
	p.pauses(ctx, time.Second)
	p.talks(ctx, karim)
	p.says("parle avec Karim, qui a décroché", "talks with Karim, who has picked up")
	p.pauses(ctx, 3*time.Second)
	p.hangsUp(ctx)
	p.says("raccroche après %s s en ligne", "hangs up after %s s on the line", p.length())
}

// surchargedNumber: waiting is not billed, for nothing is answered before an agent picks up.
func surchargedNumber(ctx context.Context, p *part) {
	karim := p.agents["karim"]
	p.pauses(ctx, 2500*time.Millisecond)
	p.dials(ctx)
	p.says("appelle le 08 92 40 03 00, numéro surtaxé : 0,80 €/min",
		"calls 08 92 40 03 00, a surcharged number: EUR 0.80/min")
	p.queues(ctx)
	p.rings(ctx, karim)
	p.unanswered(ctx)
	p.says("entend la musique ; le poste de Karim sonne ; tant que personne ne décroche, elle ne paie pas",
		"hears music; Karim's phone rings; as long as nobody picks up she does not pay")
	p.pauses(ctx, 3*time.Second)
	p.unanswered(ctx)
	p.talks(ctx, karim)
	p.says("parle avec Karim, qui a décroché : le prix court à partir de maintenant",
		"talks with Karim, who has picked up: the price runs from now on")
	p.reach(p.karimTalks)
	p.awaits(ctx, p.gaveUp)
	p.hangsUp(ctx)
	p.says("raccroche après %s s en ligne", "hangs up after %s s on the line", p.length())
}

// englishCaller: the menu again, in another language.
func englishCaller(ctx context.Context, p *part) {
	paul := p.agents["paul"]
	p.pauses(ctx, 3500*time.Millisecond)
	p.dials(ctx)
	p.says("appelle le 08 09 40 01 00, de Londres", "calls 08 09 40 01 00, from London")
	p.hears(ctx)
	p.pauses(ctx, time.Second)
	p.presses(ctx, "9")
	p.pauses(ctx, 500*time.Millisecond)
	p.hears(ctx)
	p.says("tape 9 : le menu reprend en anglais", "presses 9: the menu begins again in English")
	p.pauses(ctx, time.Second)
	p.presses(ctx, "1")
	p.rings(ctx, paul)
	p.says("tape 1 : le poste de Paul sonne", "presses 1: Paul's phone rings")
	p.pauses(ctx, time.Second)
	p.talks(ctx, paul)
	p.says("parle avec Paul, qui a décroché", "talks with Paul, who has picked up")
	p.reach(p.paulTalks)
	p.pauses(ctx, 6*time.Second)
	p.hangsUp(ctx)
	p.says("raccroche après %s s en ligne", "hangs up after %s s on the line", p.length())
}

// lostCaller: everybody is busy, and patience ends.
func lostCaller(ctx context.Context, p *part) {
	p.awaits(ctx, p.karimTalks, p.paulTalks)
	p.dials(ctx)
	p.says("appelle le 08 09 40 01 00", "calls 08 09 40 01 00")
	p.hears(ctx)
	p.presses(ctx, "1")
	p.queues(ctx)
	p.says("tape 1 et attend en musique : Marie ne répond pas, Paul et Karim sont en ligne",
		"presses 1 and waits with music: Marie does not answer, Paul and Karim are talking")
	p.pauses(ctx, 3*time.Second)
	p.hangsUp(ctx)
	p.says("se lasse et raccroche : personne ne lui a parlé", "loses patience and hangs up: nobody has talked to him")
	p.reach(p.gaveUp)
}

// reach says that the part has come to where others wait for it.
func (p *part) reach(mark chan struct{}) {
	if p.err == nil {
		close(mark)
	}
}

// length is how long the call was up, in seconds for people.
func (p *part) length() string { return fmt.Sprintf("%.0f", p.answered.Seconds()) }

// rang is how long the phone rang that nobody picked up.
func (p *part) rang() string { return fmt.Sprintf("%.0f", p.missedFor.Seconds()) }
