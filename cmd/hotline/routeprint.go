package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"hotline/config"
	"hotline/number"
	"hotline/routing"
)

// A routePage is a path as it is printed: what happens to the left, the places in the rules to the right.
type routePage struct {
	tongue
	rules *config.Rules
	path  *routing.Path
	rows  []routeRow
	stars []config.Later // what is marked as not yet done: what happens instead, and where
}

// A routeRow is one line of it: texts are wrapped, places are not.
type routeRow struct{ head, text, place string }

// write prints a path.
func (r *routeWish) write(rules *config.Rules, p *routing.Path) {
	page := &routePage{tongue: r.tongue, rules: rules, path: p}
	ends(r.out, r.dayWords(p.Trial.At)+config.Wall(p.Trial.At).Format(", 15:04")+" (Paris)", r.version(rules))
	fmt.Fprintln(r.out)
	page.caller()
	if p.Line == nil {
		page.print(r.out)
		page.notOurs(r.out)
		return
	}
	for i, e := range p.Events {
		page.event(e)
		if i == 0 {
			page.opening()
		}
	}
	page.print(r.out)
	fmt.Fprintln(r.out)
	marked(r.out, "-> ", page.outcome())
	page.footnote(r.out)
}

func (p *routePage) row(head, text string, places ...config.Pos) {
	var told []string
	for _, at := range places {
		if text := at.InText(); at.Line > 0 && !slices.Contains(told, text) {
			told = append(told, text)
		}
	}
	p.rows = append(p.rows, routeRow{head, text, strings.Join(told, ", ")})
}

// more is a row below another.
func (p *routePage) more(text string, places ...config.Pos) { p.row("         ", text, places...) }

// print writes the rows in 80 columns.
func (p *routePage) print(w io.Writer) {
	right := 0
	for _, row := range p.rows {
		right = max(right, utf8.RuneCountInString(row.place))
	}
	width := min(max(80-right, 50), 57) // where the places begin
	for _, row := range p.rows {
		for i, line := range config.InLines(row.text, width-2-utf8.RuneCountInString(row.head), 2) {
			head, place := row.head, row.place
			if i > 0 {
				head, place = strings.Repeat(" ", utf8.RuneCountInString(head)+2), ""
			}
			left := head + line
			fmt.Fprintln(w, strings.TrimRight(left+strings.Repeat(" ", max(width-utf8.RuneCountInString(left), 1))+place, " "))
		}
	}
}

func (p *routePage) caller() {
	who := p.say("un numéro masqué", "a withheld number")
	if p.path.Trial.From != "" {
		who = p.path.Trial.From.Pretty()
	}
	called, arrived := number.CleanName(p.path.Trial.To), false
	if n, err := number.Parse(p.path.Trial.To); err == nil {
		called = n.Pretty()
		arrived = p.path.Line != nil && n != p.path.Line.Number
	}
	if arrived {
		called = p.path.Line.Number.Pretty()
	}
	p.rows = append(p.rows, routeRow{"  ", fmt.Sprintf(p.say("%s appelle le %s", "%s calls %s"), who, called), rulesName(p.rules)})
	if p.path.Line == nil {
		return
	}
	if arrived {
		n, _ := number.Parse(p.path.Trial.To)
		p.more(fmt.Sprintf(p.say("livré au %s (arrives_as)", "delivered to %s (arrives_as)"), n.Pretty()), p.rules.WordPos(p.path.Line.Pos, "arrives_as"))
	}
	pays := p.path.Tariffs.CallerPays()
	text := p.say("paie ", "pays ") + p.payWords(pays)
	switch {
	case pays.Nothing():
		text = p.say("ne paie rien", "pays nothing")
	case !pays.Known:
		text = p.say("paie un prix inconnu : écrivez price", "pays a price not known: write price")
	case pays.Service.Zero():
		text += p.say(", rien de plus", ", nothing more")
	}
	p.more(text, p.path.Line.Pos)
	p.rows[len(p.rows)-1].place += " (" + p.kindOf(p.path.Line.Number, p.path.Tariffs) + ")"
}

func (p *routePage) notOurs(w io.Writer) {
	fmt.Fprintln(w)
	marked(w, "-> ", p.say("ce numéro n'est pas dans numbers : l'appelant entend que le numéro n'existe pas (404).",
		"this number is not in numbers: the caller hears that there is no such number (404)."))
	if near := p.path.Near; near != nil {
		marked(w, "   ", fmt.Sprintf(p.say("Le plus proche des vôtres : %s, service %s (%s).", "The nearest of yours: %s, service %s (%s)."),
			near.Number.Pretty(), number.CleanName(near.Service), near.Pos.InText()))
	}
	marked(w, "   ", p.say("Si l'opérateur livre un de vos numéros sous celui-ci, écrivez-le en arrives_as.",
		"If the operator delivers one of your numbers as this one, write it as arrives_as."))
}

// opening says whether the service is open, and why.
func (p *routePage) opening() {
	o, at := p.path.Opening, config.Wall(p.path.Trial.At)
	pos := p.rules.OpeningPos(o, at)
	day := p.say(daysFR[at.Weekday()], at.Weekday().String())
	text := ""
	switch {
	case o.Because() == config.BecauseByHand:
		text = p.say("fermé à la main : hotline status dit par qui", "closed by hand: hotline status says by whom")
		if o.Closure.To.IsZero() {
			text = p.say("fermé à la main, jusqu'à hotline open : hotline status dit par qui", "closed by hand, until hotline open: hotline status says by whom")
		}
	case o.Hours == nil:
		text = p.say("toujours ouvert", "always open")
	case o.Open:
		text = fmt.Sprintf(p.say("ouvert : %s, %s %s", "open: %s, %s %s"), o.Hours.Name, day, o.Span)
	case o.Closure != nil:
		text = fmt.Sprintf(p.say("fermé : %s", "closed: %s"), o.Closure.Name)
	case o.Holiday != (config.Words{}):
		text = fmt.Sprintf(p.say("fermé : jour férié, %s", "closed: public holiday, %s"), p.in(o.Holiday))
	case o.Special:
		text = fmt.Sprintf(p.say("fermé : horaire spécial de %s", "closed: special hours of %s"), o.Hours.Name)
	default:
		text = fmt.Sprintf(p.say("fermé : %s, %s %s", "closed: %s, %s %s"), o.Hours.Name, day, at.Format("15:04"))
	}
	p.row(p.clock(0), text, pos)
	if !o.Next.IsZero() {
		p.more(p.say("ouvre ", "opens ") + p.soon(o.Next))
	}
	switch p.path.Trial.Agents {
	case config.AgentsBusy:
		p.more(p.say("(essai : tous les agents sont en ligne)", "(trial: all agents are on the phone)"))
	case config.AgentsNone:
		p.more(p.say("(essai : personne n'est connecté)", "(trial: nobody is logged in)"))
	}
}

// soon writes a day without its year, and a time: "samedi 26 décembre, 09:00".
func (p *routePage) soon(at time.Time) string {
	at = config.Wall(at)
	return p.say(fmt.Sprintf("%s %d %s", daysFR[at.Weekday()], at.Day(), monthsFR[at.Month()-1]), at.Format("Monday 2 January")) + at.Format(", 15:04")
}

func minutes(d time.Duration) string {
	s := int(d.Round(time.Second) / time.Second)
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// clock is the time since the call came, in its column.
func (p *routePage) clock(d time.Duration) string { return fmt.Sprintf("  %-7s", minutes(d)) }

// event adds what happens.
func (p *routePage) event(e routing.Event) {
	name, head := number.CleanName(e.Name), p.clock(e.After)
	say := func(fr, en string, args ...any) { p.row(head, fmt.Sprintf(p.say(fr, en), args...), e.Pos, e.PromptPos) }
	switch e.Kind {
	case routing.Opens:
		say("service %s%s", "service %s%s", name, p.purpose())
	case routing.Answers:
		say("décroché", "answered")
	case routing.TellsPrice:
		say("entend le prix, %s%s", "hears the price, %s%s", name, p.lasts(e))
	case routing.Hears:
		p.heard(e)
	case routing.NoKey:
		say("ne tape rien pendant %s%s", "presses nothing for %s%s", p.length(e.Length), p.again(e))
	case routing.WrongKey:
		say("touche %s : pas dans le menu %s%s", "key %s: not in menu %s%s", e.Key, name, p.again(e))
	case routing.Otherwise:
		say("pas de touche valable (otherwise)", "no valid key (otherwise)")
	case routing.Speaks:
		say("langue : %s", "language: %s", name)
	case routing.Queues:
		p.queue(e)
	case routing.Overflows:
		if name == "on_nobody" {
			say("personne n'est là (on_nobody)", "nobody is there (on_nobody)")
		} else {
			say("attente trop longue (on_max_wait)", "too long a wait (on_max_wait)")
		}
	case routing.EarlyLimit:
		say("l'opérateur couperait bientôt : pas encore décroché (early_limit)", "the operator would soon cut the call: not answered yet (early_limit)")
	case routing.OverBudget:
		say("budget du jour dépensé (over_budget)", "budget of the day spent (over_budget)")
	case routing.Offers:
		p.offer(e)
	case routing.Records:
		say("messagerie %s : laisse un message%s%s", "voicemail %s: leaves a message%s%s", name, p.longest(e.Name), p.laterStep(config.ToVoicemail, e.Pos))
	case routing.Transfers:
		p.transfer(e)
	case routing.Surveys:
		if e.Queue != nil {
			say("questionnaire %s, après l'appel", "survey %s, after the talk", name)
		} else {
			say("questionnaire %s", "survey %s", name)
		}
	case routing.Branches:
		if name == "" {
			say("sinon (else)", "else")
		} else {
			say("si %s", "if %s", name)
		}
	case routing.Sets:
		say("retient %s : %s", "keeps %s: %s", name, number.CleanName(e.Text))
	case routing.Collects:
		say("doit taper %s%s", "is to type %s%s", name, p.wanted(e))
	case routing.Types:
		say("%s : %s", "%s: %s", name, e.Key)
	case routing.NotTyped:
		if e.Key == "" {
			say("ne tape rien%s", "types nothing%s", p.again(e))
		} else {
			say("tape %s : ne convient pas%s", "types %s: will not do%s", e.Key, p.again(e))
		}
	case routing.AsksHook:
		say("le webhook %s est interrogé (%s au plus) ; ici, comme s'il répondait", "webhook %s is asked (%s at most); here, as if it answered", name, config.Spell(e.Length))
	case routing.GetsText:
		say("reçoit un SMS : « %s »", "gets a text: “%s”", clip(number.CleanText(e.Text, config.TextLimit), heardMost))
	case routing.Waits:
		say("attend sans limite : rien d'autre n'est prévu", "waits without limit: nothing else is planned")
	case routing.HangsUp:
		say("raccroché", "hung up")
	case routing.GoesInRound:
		say("tourne en rond dans les règles ; un vrai appel partirait au secours du commutateur", "goes in circles in the rules; a real call would go to the switch's fallback")
	}
}

func (p *routePage) again(e routing.Event) string {
	if e.Again {
		return p.say(", réécoute", ", hears it again")
	}
	return ""
}

// wanted is how many digits are asked for.
func (p *routePage) wanted(e routing.Event) string {
	return fmt.Sprintf(p.say(" (%s chiffres)", " (%s digits)"), e.Text)
}

func (p *routePage) longest(voicemail string) string {
	if v := p.rules.Voicemails[voicemail]; v != nil && v.Max > 0 {
		return fmt.Sprintf(p.say(" (%s au plus)", " (at most %s)"), p.length(v.Max))
	}
	return ""
}

// purpose says what a service is for, as far as people have words for it.
func (p *routePage) purpose() string {
	words := map[string]config.Words{
		"after_sales": both("après-vente", "after-sales"), "pre_sales": both("avant-vente", "pre-sales"), "paid_advice": both("conseil payant", "paid advice"),
		"reception": both("accueil", "reception"), "complaints": both("réclamations", "complaints"), "contract": both("contrat", "contract"),
		"withdrawal": both("rétractation", "withdrawal"), "public_service": both("service public", "public service"),
		"information": both("renseignements", "information"), "booking": both("réservation", "booking"),
	}
	if w, ok := words[p.path.Service.Purpose]; ok {
		return " (" + p.in(w) + ")"
	}
	return ""
}

func (p *routePage) lasts(e routing.Event) string {
	switch {
	case e.Length == 0:
		return ""
	case e.Guessed:
		return fmt.Sprintf(p.say(" (env. %s)", " (about %s)"), p.length(e.Length.Round(time.Second)))
	}
	return " (" + p.length(e.Length.Round(time.Second)) + ")"
}

// heardMost is how much of a text is written that is heard.
const heardMost = 64

func (p *routePage) heard(e routing.Event) {
	what := number.CleanName(e.Name)
	switch {
	case e.Text != "":
		what = fmt.Sprintf(p.say("« %s »", "“%s”"), clip(number.CleanText(e.Text, config.TextLimit), heardMost))
	case e.File != "":
		what = e.File
	}
	text := p.say("entend ", "hears ") + what + p.lasts(e)
	if e.Key != "" {
		text += p.say(", tape ", ", presses ") + e.Key
	}
	p.row(p.clock(e.After), text, e.Pos, e.PromptPos, e.KeyPos)
}

// offer says that a callback is offered, and when the first could be.
func (p *routePage) offer(e routing.Event) {
	text := fmt.Sprintf(p.say("rappel offert (%s)", "callback offered (%s)"), number.CleanName(e.Name)) + p.laterStep(config.OfferCallback, e.Pos)
	if p.path.Trial.From == "" {
		text += p.say(" ; masqué : l'appelant tape son numéro", "; withheld: the caller keys the number")
	}
	p.row(p.clock(e.After), text, e.Pos)
	c := p.rules.Callbacks[e.Name]
	if c == nil || c.Slots.PerSlot == 0 {
		return
	}
	at := p.path.Trial.At.Add(e.After)
	hours := p.rules.Hours[c.Slots.Hours]
	if hours == nil {
		return
	}
	if o := hours.Opening(at); !o.Open && !o.Next.IsZero() {
		p.more(p.say("premier créneau : ", "first slot: ")+p.soon(o.Next), p.rules.OpeningPos(hours.Opening(o.Next), o.Next))
	}
}

// queue says who is asked, and what happens when nobody takes the call.
func (p *routePage) queue(e routing.Event) {
	q := e.Queue
	text := fmt.Sprintf(p.say("file %s", "queue %s"), number.CleanName(q.Name))
	if e.Skill != "" {
		text += fmt.Sprintf(p.say(", compétence %s", ", skill %s"), number.CleanName(e.Skill)) + p.laterWord("skill", e.Pos)
	}
	p.row(p.clock(e.After), text, e.Pos)
	if q.SameAgent.Within > 0 {
		text := fmt.Sprintf(p.say("avant tout, qui lui a parlé la dernière fois, pendant %s", "before all, whom the caller spoke to last, for %s"), minutes(q.SameAgent.Wait))
		if last := p.path.Trial.Known.Agent; last != "" {
			text += " (" + number.CleanName(last) + ")"
		}
		p.more(text, p.rules.WordPos(q.Pos, "same_agent"))
	}
	for i, level := range e.Levels {
		when := p.say("d'abord   ", "first     ")
		if level.From > 0 {
			when = fmt.Sprintf("%-10s", p.say("à ", "at ")+minutes(level.From))
			if i > 0 {
				when += p.say("aussi ", "also ")
			}
		}
		p.row("         "+when, p.asked(q, level, e.Skill)+p.laterWord(level.Why, level.Pos), level.Pos)
		if level.From == 0 {
			p.rows[len(p.rows)-1].place = ""
		}
	}
	if q.OfferCallbackOver > 0 {
		at := p.rules.WordPos(q.Pos, "offer_callback_over")
		text := fmt.Sprintf(p.say("si l'attente prévue passe %s, rappel offert", "if the expected wait exceeds %s, callback offered"), minutes(q.OfferCallbackOver))
		p.more(text+p.laterWord("offer_callback_over", at), at)
	}
	if len(q.OnMaxWait) > 0 && q.MaxWait > 0 && p.path.Trial.Agents != config.AgentsBusy && p.path.Trial.Agents != config.AgentsNone {
		p.row(fmt.Sprintf("         %-10s", p.say("à ", "at ")+minutes(q.MaxWait)), p.stage(q.OnMaxWait), p.rules.WordPos(q.Pos, "on_max_wait"))
	}
}

func (p *routePage) asked(q *config.Queue, l routing.Level, skill string) string {
	var names []string
	for _, a := range l.Agents {
		name := number.CleanName(a.Agent)
		if a.Skill > 0 {
			name += fmt.Sprintf(" %d", a.Skill)
		}
		if agent := p.rules.Agents[a.Agent]; agent != nil && !agent.InHouse() {
			name += p.laterWord("phone", agent.Pos)
		}
		names = append(names, name)
	}
	text := strings.Join(names, ", ")
	switch {
	case len(names) < 2:
	case q.Strategy == "ring_all":
		text += p.say(" (tous ensemble)", " (all together)")
	case skill == "" && l.From == 0:
		text += p.say(" (le plus longtemps libre)", " (longest idle)")
	}
	return text
}

// stage tells the steps of an overflow stage in few words.
func (p *routePage) stage(steps []config.Step) string {
	var words []string
	for i, s := range steps {
		name := number.CleanName(s.Name)
		last := i == len(steps)-1
		switch s.Kind {
		case config.OfferCallback:
			text := p.say("rappel offert", "callback offered") + p.laterStep(s.Kind, s.Pos)
			if last {
				text += p.say(" ; sinon garde sa place", "; else keeps the place")
			}
			words = append(words, text)
		case config.Play:
			words = append(words, p.say("entend ", "hears ")+name)
		case config.ToMenu:
			words = append(words, "menu "+name)
		case config.ToQueue:
			words = append(words, p.say("file ", "queue ")+name)
		case config.ToVoicemail:
			words = append(words, p.say("messagerie ", "voicemail ")+name+p.laterStep(s.Kind, s.Pos))
		case config.ToTransfer:
			words = append(words, p.say("transféré : ", "passed on: ")+prettyNumber(name))
		case config.ToSurvey:
			words = append(words, p.say("questionnaire ", "survey ")+name)
		case config.Language:
			words = append(words, p.say("langue ", "language ")+name)
		case config.Hangup:
			words = append(words, p.say("raccroché", "hung up"))
		case config.Say, config.Set, config.Branch, config.Collect, config.AskHook, config.SendText:
			words = append(words, p.flowStep(s))
		}
	}
	return strings.Join(words, ", ")
}

// outcome says in one sentence how it ends and what it costs.
func (p *routePage) outcome() string {
	var end []string
	if !p.path.Opening.Open {
		end = append(end, p.say("fermé", "closed"))
	}
	if e, offered := p.path.Last(routing.Offers); offered {
		end = append(end, p.say("rappel offert", "callback offered")+p.laterStep(config.OfferCallback, e.Pos))
	}
	switch last, _ := p.path.Last(routing.Queues); p.path.End {
	case routing.EndQueue:
		end = append(end, fmt.Sprintf(p.say("file %s", "queue %s"), number.CleanName(last.Name)))
	case routing.EndVoicemail:
		box, _ := p.path.Last(routing.Records)
		end = append(end, fmt.Sprintf(p.say("messagerie %s", "voicemail %s"), number.CleanName(box.Name))+p.laterStep(config.ToVoicemail, box.Pos))
	case routing.EndTransfer:
		e, _ := p.path.Last(routing.Transfers)
		end = append(end, p.say("transféré : ", "passed on: ")+prettyNumber(number.CleanName(e.Name)))
	case routing.EndHangup:
		end = append(end, p.say("raccroché", "hung up"))
	case routing.EndCircles:
		end = append(end, p.say("tourne en rond", "goes in circles"))
	}
	text := strings.Join(end, ", ")
	if !p.path.Answered {
		return text + p.say(". Jamais décroché : ni le client ni vous ne payez rien.", ". Never answered: neither the caller nor you pay anything.")
	}
	pays := p.path.Tariffs.CallerPays()
	text += p.say(". Le client paie : ", ". The caller pays: ") + p.payWords(pays)
	return text + p.say(". Nous : ", ". We: ") + p.weWords(p.path.Tariffs) + "."
}
