package check

import (
	"fmt"
	"strconv"
	"strings"

	"hotline/billing"
	"hotline/config"
	"hotline/number"
	"hotline/routing"
)

// A Result is what became of one of the file's own tests.
type Result struct {
	Test     config.Test
	Path     routing.Path
	Problems config.Problems // the first thing that is not as expected; none: it has passed
}

// Passed says whether everything was as expected.
func (r Result) Passed() bool { return len(r.Problems) == 0 }

// Tests tries the calls of the rules' own tests, in their order. The book says what they cost.
func Tests(rules *config.Rules, book *billing.Book) []Result {
	router := routing.NewRouter(rules)
	results := make([]Result, 0, len(rules.Tests))
	for _, t := range rules.Tests {
		results = append(results, try(rules, router, book, t))
	}
	return results
}

// trialOf is the trial of a test's call.
func trialOf(c config.TestCall, book *billing.Book) routing.Trial {
	return routing.Trial{To: string(c.To), From: c.From, At: c.At, Press: c.Press, Agents: c.Agents, Unmet: c.Transfers == config.TransfersMissed, Known: routing.Tried(c.Known, c.At), Book: book}
}

func try(rules *config.Rules, router *routing.Router, book *billing.Book, t config.Test) Result {
	r := Result{Test: t, Path: router.Try(trialOf(t.Call, book))}
	// One call that goes astray misses several expectations: the first says it.
	if missed := Compare(t.Expect, &r.Path); len(missed) > 0 {
		m := missed[0]
		r.Problems = config.Problems{rules.Problem(rules.Value(t.Expect.Pos, m.Word), m.Code,
			config.NewWords("essai « %s » : %s", `test "%s": %s`, number.CleanName(t.Name), m.What),
			config.NewWords("L'appel : %s.", "The call: %s.", summary(&r.Path)),
			config.NewWords("corrigez la règle, ou l'essai si la règle est bonne. Pas à pas : %s", "correct the rule, or the test if the rule is right. Step by step: %s", Command(t.Call)))}
	}
	return r
}

// A Mismatch is an expectation that was not met.
type Mismatch struct {
	Word string // of the rules: queue, closed...
	Code string
	What config.Words
}

// Compare holds a path against what is expected of it.
func Compare(e config.Expect, p *routing.Path) (all []Mismatch) {
	miss := func(word, code string, expected, came config.Words) {
		all = append(all, Mismatch{word, code, config.NewWords("%s attendu : %s ; obtenu : %s", "%s expected: %s; came: %s", word, expected, came)})
	}
	if p.Line == nil {
		return []Mismatch{{Word: "to", Code: "E900", What: config.NewWords("le %s n'est pas dans numbers", "%s is not in numbers", shown(p.Trial.To))}}
	}
	last, queued := p.Last(routing.Queues)
	if e.Queue != "" && !p.Reached(routing.Queues, e.Queue) {
		miss("queue", "E901", plain(e.Queue), orNone(last.Name, queued))
	}
	if e.Skill != "" && (!queued || last.Skill != e.Skill) {
		miss("skill", "E901", plain(e.Skill), orNone(last.Skill, last.Skill != ""))
	}
	for _, x := range []struct {
		word, code, name string
		kind             routing.EventKind
	}{{"says", "E903", e.Says, routing.Hears}, {"offered", "E905", e.Offered, routing.Offers}, {"voicemail", "E906", e.Voicemail, routing.Records}, {"transfer", "E910", e.Transfer, routing.Transfers}} {
		if x.name != "" && !p.Reached(x.kind, x.name) {
			came, ok := p.Last(x.kind)
			miss(x.word, x.code, plain(x.name), orNone(came.Name, ok))
		}
	}
	if e.Menu != "" && !p.Reached(routing.Menus, e.Menu) {
		came, ok := p.Last(routing.Menus)
		miss("menu", "E902", plain(e.Menu), orNone(came.Name, ok))
	}
	if e.Closed != "" && p.Opening.Because() != e.Closed {
		miss("closed", "E904", plain(e.Closed), whyOpen(p))
	}
	if e.Language != "" && p.Lang != e.Language {
		miss("language", "E907", plain(e.Language), plain(p.Lang))
	}
	if e.Ends != "" && string(p.End) != e.Ends {
		miss("ends", "E908", plain(e.Ends), plain(string(p.End)))
	}
	if e.CallerPays != "" && e.CallerPays != Pays(p) {
		miss("caller_pays", "E909", plain(e.CallerPays), pays(p))
	}
	return all
}

// Pays is what the caller of a path pays, in the words of caller_pays; "" when it is not known.
func Pays(p *routing.Path) string {
	switch pays := p.Tariffs.CallerPays(); {
	case !p.Answered || pays.Nothing():
		return config.PaysNothing
	case !pays.Known: // the tables do not go back that far: what the file says counts
		switch text := p.Line.Price.At(p.Trial.At); text {
		case "free":
			return config.PaysNothing
		case "normal":
			return config.PaysNormalCall
		default:
			return text
		}
	case pays.Service.Zero():
		return config.PaysNormalCall
	default:
		return pays.Service.String()
	}
}

func pays(p *routing.Path) config.Words {
	if word := Pays(p); word != "" {
		return plain(word)
	}
	return config.NewWords("prix inconnu", "price not known")
}

func whyOpen(p *routing.Path) config.Words {
	if p.Opening.Open {
		return config.NewWords("ouvert", "open")
	}
	return plain(p.Opening.Because())
}

func plain(name string) config.Words {
	name = number.CleanName(name)
	return config.Words{FR: name, EN: name}
}

func orNone(name string, ok bool) config.Words {
	if ok {
		return plain(name)
	}
	return config.NewWords("rien", "nothing")
}

// shown is a number as people write it.
func shown(to string) string {
	if n, err := number.Parse(to); err == nil {
		return n.Pretty()
	}
	return number.CleanName(to)
}

// mostSaid is how much is said of a call that goes in circles.
const mostSaid = 8

// summary tells a path in one line: "service sav, open, key 1, queue sav".
func summary(p *routing.Path) config.Words {
	var fr, en []string
	add := func(w config.Words) { fr, en = append(fr, w.FR), append(en, w.EN) }
	for _, e := range p.Events {
		name := number.CleanName(e.Name)
		switch e.Kind {
		case routing.Opens:
			add(config.NewWords("service %s", "service %s", name))
			if p.Opening.Open {
				add(config.NewWords("ouvert", "open"))
			} else {
				add(config.NewWords("fermé (%s)", "closed (%s)", number.CleanName(p.Opening.Because())))
			}
		case routing.Menus:
			add(config.NewWords("menu %s", "menu %s", name))
		case routing.Hears:
			if e.Key != "" {
				add(config.NewWords("touche %s", "key %s", e.Key))
			}
		case routing.Otherwise:
			add(config.NewWords("pas de touche valable", "no valid key"))
		case routing.Queues:
			add(config.NewWords("file %s", "queue %s", name))
		case routing.Overflows:
			add(plain(e.Name))
		case routing.Offers:
			add(config.NewWords("rappel %s offert", "callback %s offered", name))
		case routing.Records:
			add(config.NewWords("messagerie %s", "voicemail %s", name))
		case routing.Transfers:
			add(config.NewWords("transfert", "transfer"))
		case routing.Surveys:
			add(config.NewWords("questionnaire %s", "survey %s", name))
		}
	}
	if rest := len(fr) - mostSaid; p.End == routing.EndCircles && rest > 0 { // the rest is the same again
		fr, en = append(fr[:mostSaid], "..."), append(en[:mostSaid], "...")
	}
	add(endWords(p.End))
	return config.Words{FR: strings.Join(fr, ", "), EN: strings.Join(en, ", ")}
}

func endWords(e routing.End) config.Words {
	switch e {
	case routing.EndQueue:
		return config.NewWords("attend une personne", "waits for a person")
	case routing.EndVoicemail:
		return config.NewWords("laisse un message", "leaves a message")
	case routing.EndTransfer:
		return config.NewWords("est transféré", "is transferred")
	case routing.EndClosed:
		return config.NewWords("raccroché, fermé", "hung up, closed")
	case routing.EndCircles:
		return config.NewWords("tourne en rond", "goes in circles")
	case routing.EndUnknown:
		return config.NewWords("numéro inconnu", "unknown number")
	}
	return config.NewWords("raccroché", "hung up")
}

// Command is what somebody types to see the way of a test's call.
func Command(c config.TestCall) string {
	out := "hotline route " + c.To.National()
	if c.From != "" {
		out += " --from " + c.From.National()
	}
	out += fmt.Sprintf(" --at %q", config.Moment(c.At))
	if c.Press != "" {
		out += fmt.Sprintf(" --press %q", c.Press)
	}
	if c.Transfers == config.TransfersMissed {
		out += " --transfers missed"
	}
	if c.Agents != "" && c.Agents != config.AgentsFree {
		out += " --agents " + c.Agents
	}
	if known := knownFlag(c.Known); known != "" {
		out += fmt.Sprintf(" --known %q", known)
	}
	return out
}

// knownWords says what is known of the caller of a test, as the rules do.
func knownWords(k config.TestKnown) (list []string) {
	add := func(word, value string, is bool) {
		if is {
			list = append(list, word+": "+value)
		}
	}
	add("name", quoted(k.Name), k.Name != "")
	add("language", k.Language, k.Language != "")
	add("group", "["+strings.Join(k.Group, ", ")+"]", len(k.Group) > 1)
	add("group", strings.Join(k.Group, ""), len(k.Group) == 1)
	add("agent", quoted(k.Agent), k.Agent != "")
	add("talked", config.Spell(k.Talked), k.Talked > 0)
	add("calls", strconv.Itoa(k.Calls), k.Calls > 0)
	add("missed", "true", k.Missed)
	return list
}

// knownFlag says the same as --known does.
func knownFlag(k config.TestKnown) string {
	var list []string
	for _, g := range k.Group {
		list = append(list, "group="+g)
	}
	rest := k
	rest.Group, rest.Name = nil, ""
	if k.Name != "" {
		list = append(list, "name="+number.CleanName(strings.ReplaceAll(k.Name, ",", " ")))
	}
	for _, word := range knownWords(rest) {
		list = append(list, strings.Replace(word, ": ", "=", 1))
	}
	return strings.Join(list, ",")
}
