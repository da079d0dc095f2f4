package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"hotline/config"
	"hotline/number"
	"hotline/outbox"
	"hotline/routing"
	"hotline/routing/queue"
	"hotline/store"
)

const (
	alarmLook  = 10 * time.Second
	alarmQuiet = 6 * time.Hour // between two mails about one trouble
)

// A troubleKind is what can be the matter.
type troubleKind string

// The troubles, with how long each lasts before somebody is told.
const (
	switchLost  troubleKind = "switch_lost"
	nobodyThere troubleKind = "nobody_there"
	budgetSpent troubleKind = "budget_spent"
	letterLost  troubleKind = "letter_given_up"
)

func (k troubleKind) patience() time.Duration {
	switch k {
	case switchLost:
		return time.Minute
	case nobodyThere:
		return 2 * time.Minute
	}
	return 0
}

// ends reports whether it can be over again: a budget that is spent stays so for the day.
func (k troubleKind) ends() bool { return k == switchLost || k == nobodyThere }

// A trouble is something that is the matter at this moment.
type trouble struct {
	Kind  troubleKind
	About string // the switch, the service, the number
}

// News are what somebody is to be told of a trouble.
type news struct {
	trouble
	Since time.Time
	Over  bool
}

// alarms know which troubles last, and of which somebody has been told.
type alarms struct {
	since map[trouble]time.Time
	told  map[trouble]time.Time // when last; stays when it is over, so that what comes and goes is not told each time
	open  map[trouble]bool      // told, and not yet over
}

func newAlarms() *alarms {
	return &alarms{since: map[trouble]time.Time{}, told: map[trouble]time.Time{}, open: map[trouble]bool{}}
}

// look says what is to be told, given what is the matter now: a trouble once it has lasted, again after hours if it still
// lasts, and that it is over.
func (a *alarms) look(now time.Time, is []trouble) (tell []news) {
	for _, t := range is {
		if _, known := a.since[t]; !known {
			a.since[t] = now
		}
		last, told := a.told[t]
		again := now.Sub(last) >= alarmQuiet && (t.Kind.ends() || !a.open[t]) // a budget is spent once a day, and on many days
		if now.Sub(a.since[t]) >= t.Kind.patience() && (!told || again) {
			a.told[t], a.open[t] = now, true
			tell = append(tell, news{trouble: t, Since: a.since[t]})
		}
	}
	for t, since := range maps.Clone(a.since) {
		if slices.Contains(is, t) {
			continue
		}
		delete(a.since, t)
		if a.open[t] && t.Kind.ends() {
			tell = append(tell, news{trouble: t, Since: since, Over: true})
		}
		delete(a.open, t)
	}
	slices.SortFunc(tell, func(a, b news) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.About, b.About)) })
	return tell
}

// words are the subject and the text of a mail.
func (n news) words(t tongue, company string, now time.Time) (subject, text string) {
	about := number.CleanName(n.About)
	what, todo := t.in(n.what(about)), t.in(n.todo())
	if n.Over {
		what, todo = fmt.Sprintf(t.say("c'est fini : %s", "it is over: %s"), what), t.say("rien : tout va de nouveau bien.", "nothing: all is well again.")
	}
	subject = what
	if company != "" {
		subject = company + t.say(" : ", ": ") + what
	}
	return subject, fmt.Sprintf(t.say("%s.\n\nDepuis %s (%s).\n\nÀ faire : %s\n", "%s.\n\nSince %s (%s).\n\nTo do: %s\n"), capital(what), t.moment(n.Since), t.ago(now.Sub(n.Since)), todo)
}

func (n news) what(about string) config.Words {
	switch n.Kind {
	case switchLost:
		return both("le commutateur %s n'est plus connecté", "switch %s is not connected any more", about)
	case nobodyThere:
		return both("le service %s est ouvert et personne n'y répond", "service %s is open and nobody answers it", about)
	case budgetSpent:
		return both("le budget du jour du %s est dépensé", "the day's budget of %s is spent", prettyNumber(about))
	}
	return both("des mails, webhooks ou SMS n'ont pas pu partir", "mails, webhooks or texts could not be sent")
}

func (n news) todo() config.Words {
	switch n.Kind {
	case switchLost:
		return both("hotline doctor dit ce qui ne va pas. En attendant, les appels prennent le repli du commutateur.", "hotline doctor says what is wrong. Until then calls take the switch's fallback.")
	case nobodyThere:
		return both("connectez quelqu'un : hotline agent login NOM.", "log somebody in: hotline agent login NAME.")
	case budgetSpent:
		return both("les appels prennent over_budget jusqu'à minuit ; pour l'augmenter : budget dans rules.yaml, puis hotline apply.", "calls take over_budget until midnight; to raise it: budget in rules.yaml, then hotline apply.")
	}
	return both("hotline outbox dit pourquoi.", "hotline outbox says why.")
}

// A caretaker looks at what goes on, and writes to whoever is to know of a trouble.
type caretaker struct {
	daemon   *config.Daemon
	db       *store.DB
	letters  outbox.Poster
	floor    *routing.Floor
	shutters *routing.Shutters
	boards   []*routing.Switchboard
	rules    func() *config.Rules
	log      *slog.Logger
}

// run looks until ctx ends.
func (l *caretaker) run(ctx context.Context) {
	if l.daemon.Mail == nil || l.daemon.Mail.Alarms() == "" {
		return
	}
	a := newAlarms()
	for every := time.NewTicker(alarmLook); ; {
		select {
		case <-every.C:
		case <-ctx.Done():
			every.Stop()
			return
		}
		now, rules := time.Now(), l.rules()
		for _, n := range a.look(now, l.troubles(ctx, rules, now)) {
			if err := l.tell(ctx, rules, n, now); err != nil && ctx.Err() == nil {
				l.log.Error("an alarm is not written", "alarm", n.Kind, "about", n.About, "err", err)
			}
		}
	}
}

// tell writes one alarm. Its id keeps a restart from telling the same again within hours.
func (l *caretaker) tell(ctx context.Context, rules *config.Rules, n news, now time.Time) error {
	id := fmt.Sprintf("alarm-%s-%s-%d", n.Kind, n.About, now.Unix()/int64(alarmQuiet/time.Second))
	if n.Over {
		id = fmt.Sprintf("alarm-%s-%s-over-%d", n.Kind, n.About, now.Unix())
	}
	subject, text := n.words(companyTongue(rules), rules.Company, now)
	letter, err := mailLetter(id, l.daemon.Mail.Alarms(), subject, text, now)
	if err != nil {
		return err
	}
	l.log.Warn("alarm", "what", n.Kind, "about", n.About, "over", n.Over)
	return l.letters.Post(ctx, letter)
}

// troubles are what is the matter now.
func (l *caretaker) troubles(ctx context.Context, rules *config.Rules, now time.Time) (is []trouble) {
	for _, b := range l.boards {
		if !b.Exchange.Link().Up {
			is = append(is, trouble{switchLost, b.Exchange.Name()})
		}
	}
	for _, name := range deserted(rules, l.floor.Snapshot().Agents, l.shutters, now) {
		is = append(is, trouble{nobodyThere, name})
	}
	ctx, cancel := context.WithTimeout(ctx, alarmLook)
	defer cancel()
	spent, err := l.db.Alarmed(ctx, string(routing.BudgetSpent), now)
	if err != nil && ctx.Err() == nil {
		l.log.Error("budgets cannot be looked at", "err", err)
	}
	for _, n := range spent {
		is = append(is, trouble{budgetSpent, n.String()})
	}
	if _, givenUp, err := l.db.LettersLeft(ctx); err == nil && givenUp > 0 {
		is = append(is, trouble{letterLost, ""})
	}
	return is
}

// deserted are the services that are open, lead to queues, and have nobody who answers any of them.
func deserted(rules *config.Rules, agents []routing.AgentNow, closed *routing.Shutters, now time.Time) (names []string) {
	for _, name := range slices.Sorted(maps.Keys(rules.Services)) {
		s := rules.Services[name]
		queues := map[string]bool{}
		queuesBehind(rules, s.Open, queues, map[string]bool{})
		if len(queues) == 0 || !rules.OpenAt(s, now) || closed.At(name, now) != nil {
			continue
		}
		if !slices.ContainsFunc(agents, func(a routing.AgentNow) bool {
			there := a.State != queue.Offline && a.State != queue.Paused && a.State != queue.Unavailable
			return there && slices.ContainsFunc(a.Queues, func(q string) bool { return queues[q] })
		}) {
			names = append(names, name)
		}
	}
	return names
}

// queuesBehind adds the queues to which steps lead, also by menus.
func queuesBehind(rules *config.Rules, steps []config.Step, queues, menus map[string]bool) {
	config.EachStep(steps, func(s config.Step) {
		switch s.Kind {
		case config.ToQueue:
			queues[s.Name] = true
		case config.ToMenu:
			m := rules.Menus[s.Name]
			if m == nil || menus[s.Name] {
				return
			}
			menus[s.Name] = true
			for _, behind := range m.Keys {
				queuesBehind(rules, behind, queues, menus)
			}
			queuesBehind(rules, m.Otherwise, queues, menus)
		}
	})
}
