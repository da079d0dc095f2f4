package config

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"hotline/number"
)

// How a call of a test ends.
const (
	EndsInQueue     = "queue"
	EndsInVoicemail = "voicemail"
	EndsInTransfer  = "transfer"
	EndsInHangup    = "hangup"
	EndsClosed      = "closed"
)

// What callers of a test pay, where it is no price.
const (
	PaysNothing    = "nothing"
	PaysNormalCall = "normal_call"
)

func (l *loader) readTests(key, value *yaml.Node) {
	names := make(map[string]Pos)
	l.list(key, value, func(item *yaml.Node) {
		t := newTest(l.pos(item))
		l.fields(item, item, words("un essai", "a test"), nil, l.testFields(t)...)
		if first, taken := names[t.Name]; taken && t.Name != "" {
			l.twice(section(item, "name"), first, words("tests", "tests"), keepOne())
		}
		names[t.Name] = t.Pos
		l.rules.Tests = append(l.rules.Tests, *t)
	})
}

// newTest is a test of which the file says nothing.
func newTest(pos Pos) *Test {
	return &Test{Call: TestCall{Agents: AgentsFree, Transfers: TransfersTaken}, Pos: pos}
}

// testFields are the words of a test.
func (l *loader) testFields(t *Test) []field {
	return []field{
		required(l.textField("name", &t.Name)),
		required(ownField("call", mappingOf(func() []field { return l.testCallFields(&t.Call) }), func(k, v *yaml.Node) {
			l.fields(k, v, words("call de cet essai", "call of this test"), nil, l.testCallFields(&t.Call)...)
		})),
		required(ownField("expect", mappingOf(func() []field { return l.expectFields(&t.Expect) }), func(k, v *yaml.Node) {
			t.Expect.Pos = l.pos(k)
			l.fields(k, v, words("expect de cet essai", "expect of this test"), nil, l.expectFields(&t.Expect)...)
			if v.Kind == yaml.MappingNode && len(v.Content) == 0 {
				l.empties(k)
			}
		})),
	}
}

// testCallFields are the words of the call of a test.
func (l *loader) testCallFields(c *TestCall) []field {
	return []field{
		required(ownField("to", simple(aNumber), func(_, v *yaml.Node) {
			if n, ok := l.number(v); ok {
				c.To = n
				l.called = append(l.called, v)
			}
		})),
		ownField("from", eitherOf(oneWordOf(withheld), simple(aNumber)), func(_, v *yaml.Node) {
			if v.Value != withheld {
				c.From, _ = l.number(v)
			}
		}),
		required(ownField("at", simple(aMoment), func(_, v *yaml.Node) { c.At, _ = l.moment("at", v) })),
		ownField("press", listOf(simple(someKeys)), func(k, v *yaml.Node) {
			l.list(k, v, func(item *yaml.Node) { c.Press = strings.TrimPrefix(c.Press+","+l.pressed(item), ",") })
		}),
		l.choiceField("agents", &c.Agents, AgentsFree, AgentsBusy, AgentsNone),
		l.choiceField("transfers", &c.Transfers, TransfersTaken, TransfersMissed),
		l.knownField(&c.Known),
	}
}

// withheld stands in place of a caller's number that is not shown.
const withheld = "withheld"

// expectFields are the words of what has to become of the call of a test.
func (l *loader) expectFields(e *Expect) []field {
	return []field{
		l.refField("queue", "queue", &e.Queue),
		l.refField("skill", "skill", &e.Skill),
		l.refField("menu", "menu", &e.Menu),
		l.refField("says", "prompt", &e.Says),
		l.refField("closed", "reason", &e.Closed),
		l.refField("offered", "callback", &e.Offered),
		l.refField("voicemail", "voicemail", &e.Voicemail),
		ownField("transfer", simple(aGoal), func(_, v *yaml.Node) { e.Transfer = l.goal(&Transfer{}, v) }),
		l.refField("language", "language", &e.Language),
		l.choiceField("ends", &e.Ends, EndsInQueue, EndsInVoicemail, EndsInTransfer, EndsInHangup, EndsClosed),
		ownField("caller_pays", eitherOf(oneWordOf(PaysNothing, PaysNormalCall), simple(aPrice)), func(_, v *yaml.Node) { e.CallerPays = l.callerPays(v) }),
	}
}

// callerPays reads nothing, normal_call or a price.
func (l *loader) callerPays(v *yaml.Node) string {
	for meant, spellings := range map[string][]string{
		PaysNothing: {"free", "gratuit", "rien", "0"}, PaysNormalCall: {"normal", "local", "appel_normal", "appel", "prix_d_un_appel"},
	} {
		for _, s := range spellings {
			if Fold(v.Value) == s {
				l.fail(v, "E302", words("caller_pays : « %s » n'est pas un prix", `caller_pays: "%s" is not a price`, clip(v.Value)), Words{},
					words("écrivez %s.", "write %s.", meant))
				return ""
			}
		}
	}
	return l.price("caller_pays", v, PaysNothing, PaysNormalCall)
}

// pressed reads keys. What YAML takes for a number keeps its digits: 007 is three keys.
func (l *loader) pressed(v *yaml.Node) string {
	s, ok := l.text("press", v)
	if !ok {
		return ""
	}
	s = strings.Join(strings.Fields(s), "")
	for i := range len(s) {
		if !isDigitKey(s[i]) && s[i] != ',' {
			l.fail(v, "E404", words("press : « %s » n'est pas une suite de touches", `press: "%s" is not a row of keys`, clip(s)),
				words("Un téléphone a les touches 0 à 9, \"*\" et \"#\".", `A telephone has the keys 0 to 9, "*" and "#".`),
				words("écrivez-les l'une après l'autre, une virgule pour une pause : \"1,1234#\".", `write them one after the other, a comma for a pause: "1,1234#".`))
			return ""
		}
	}
	return s
}

// Moment writes a day and a time as the rules do, by a clock in Paris: 2026-11-24 10:00.
func Moment(at time.Time) string { return Wall(at).Format(momentForm) }

const momentForm = "2006-01-02 15:04"

var momentMeant = regexp.MustCompile(`^(?:(\d{4})[-/](\d{1,2})[-/](\d{1,2})|(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}))(?:(?:[ T]|, ?| à )(\d{1,2})(?: ?[h:] ?(\d{2})?)?(?::\d{2})?)?$`)

// moment reads a day and a time as a clock in Paris shows them: 2026-11-24 10:00.
func (l *loader) moment(key string, v *yaml.Node) (time.Time, bool) {
	s, ok := l.text(key, v)
	if !ok {
		return time.Time{}, false
	}
	at, err := time.ParseInLocation(momentForm, s, paris())
	if err != nil {
		fix := words("écrivez par exemple 2026-11-24 10:00.", "write for example 2026-11-24 10:00.")
		if hint := momentHint(s); hint != "" {
			fix = words("écrivez %s.", "write %s.", hint)
		}
		l.fail(v, "E313", words("%s : « %s » n'est pas un jour et une heure", `%s: "%s" is not a day and a time`, key, clip(s)), Words{}, fix)
		return time.Time{}, false
	}
	if at.Format(momentForm) != s {
		l.fail(v, "E314", words("cette heure n'existe pas : %s", "there is no such time: %s", s),
			words("Cette nuit-là, on passe de 2 h à 3 h : l'heure d'été commence.", "That night clocks go from 2:00 to 3:00: summer time begins."),
			words("écrivez une autre heure.", "write another time."))
		return time.Time{}, false
	}
	if at.Add(-time.Hour).Format(momentForm) == s {
		at = at.Add(-time.Hour)
	}
	if at.Add(time.Hour).Format(momentForm) == s {
		l.warn(v, "W314", words("cette heure vient deux fois : %s", "this time comes twice: %s", s),
			words("Cette nuit-là, on recule de 3 h à 2 h : l'heure d'été finit. C'est la première des deux qui est essayée.",
				"That night clocks go back from 3:00 to 2:00: summer time ends. The first of the two is tried."),
			words("écrivez une autre heure.", "write another time."))
	}
	return at.UTC(), true
}

// momentHint returns what "24/11/2026 10h" is in the rules, "" when it is nothing.
func momentHint(s string) string {
	m := momentMeant.FindStringSubmatch(s)
	if m == nil {
		return ""
	}
	number := func(texts ...string) int { // at most four digits
		n, _ := strconv.Atoi(strings.Join(texts, ""))
		return n
	}
	hour := number(m[7])
	if m[7] == "" {
		hour = 10
	}
	at := time.Date(number(m[1], m[6]), time.Month(number(m[2], m[5])), number(m[3], m[4]), hour, number(m[8]), 0, 0, time.UTC)
	hint := fmt.Sprintf("%04d-%02d-%02d %02d:%02d", number(m[1], m[6]), number(m[2], m[5]), number(m[3], m[4]), hour, number(m[8]))
	if at.Format(momentForm) != hint {
		return ""
	}
	return hint
}

// checkTests makes sure that the tests call numbers of ours.
func (l *loader) checkTests() {
	var ours []string
	for _, line := range l.rules.Lines {
		ours = append(ours, line.Number.Pretty())
	}
	for _, v := range l.called {
		n, err := number.Parse(v.Value)
		if _, known := l.arrivals[n]; known || err != nil {
			continue
		}
		fix := words("écrivez un numéro qui est dans numbers.", "write a number that is in numbers.")
		if hint := Nearest(n.Pretty(), ours); hint != "" {
			fix = words("écrivez %s.", "write %s.", hint)
		}
		l.fail(v, "E401", words("le numéro %s n'est pas dans numbers", "number %s is not in numbers", n.Pretty()),
			words("Un essai appelle un de vos numéros.", "A test calls one of your numbers."), fix)
	}
}
