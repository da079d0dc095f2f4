package check

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"hotline/billing"
	"hotline/config"
	"hotline/number"
	"hotline/routing"
)

// Recorded makes a test of a call that has been: who called what and when, what they pressed, and what became of it. The
// caller is one of the same kind, never the one who called: the rules are read by many.
func Recorded(rules *config.Rules, book *billing.Book, r routing.Record) config.Test {
	router := routing.NewRouter(rules)
	at := r.Opened.Truncate(time.Minute)
	t := config.Test{
		Name: fmt.Sprintf("%s, %s", config.Moment(at), r.ID[max(len(r.ID)-4, 0):]),
		Call: config.TestCall{To: r.Number, From: likeCaller(r), At: at, Press: pressed(rules, router, r.Nodes), Agents: agentsOf(r), Transfers: transfersOf(r), Known: likeKnown(router, r.Nodes)},
	}
	t.Expect = expected(rules, router, r)
	if t.Expect.Closed == "" && slices.ContainsFunc(r.Nodes, func(node string) bool { return strings.HasPrefix(node, "service."+r.Service+".closed") }) {
		t.Expect.Closed = rules.Opening(rules.Services[r.Service], at, nil).Because()
	}
	path := router.Try(trialOf(t.Call, book))
	if path.Answered == answered(r) {
		t.Expect.CallerPays = Pays(&path)
	}
	return t
}

// likeCaller is a number that nobody has, of the kind of the caller's: those that the numbering authorities keep for films.
func likeCaller(r routing.Record) number.Number {
	if r.Hidden {
		return ""
	}
	switch billing.OriginOf(r.Caller) {
	case billing.FromMobile:
		return "+33639980001"
	case billing.FromFixed:
		return "+33199000001"
	case billing.FromAbroad:
		return "+442079460001"
	}
	return ""
}

// pressed are the keys of a recorded way. What a caller typed is not kept with the record, and stands there as ones. Who left a menu without a key that it knows pressed a wrong one each time, or
// nothing when no other key comes later.
func pressed(rules *config.Rules, router *routing.Router, nodes []string) string {
	keys, silent := "", ""
	for _, node := range nodes {
		if asks, typed := collected(router, node); asks != nil && typed {
			keys, silent = keys+silent+digits(asks), ""
			continue
		} else if asks != nil {
			silent += strings.Repeat("#", asks.Tries)
			continue
		}
		rest, ok := strings.CutPrefix(node, "menu.")
		name, how, left := strings.Cut(rest, ".")
		m := rules.Menus[name]
		switch {
		case !ok || !left || m == nil:
		case how == "otherwise":
			silent += strings.Repeat(wrongKey(m), m.Tries)
		case len(how) == 1:
			keys, silent = keys+silent+how, ""
		}
	}
	return keys
}

// likeKnown is a caller of whom is known what the branches asked for that the call took. What was known of the true one is in
// no record.
func likeKnown(router *routing.Router, nodes []string) (k config.TestKnown) {
	for _, way := range nodes {
		i := strings.LastIndexByte(way, '.')
		n, ok := router.Node(way[:max(i, 0)])
		if !ok {
			continue
		}
		for _, a := range n.Arms {
			if a.Way != way || a.If == nil {
				continue
			}
			if len(a.If.Group) > 0 {
				k.Group = a.If.Group[:1]
			}
			if a.If.Known == "true" && !k.Contact() {
				k.Name = "N. N."
			}
			k.Calls, k.Talked, k.Missed = max(k.Calls, a.If.Calls), a.If.Talked, k.Missed || a.If.Missed == "true"
		}
	}
	return k
}

// collected is the step whose digits a way is of, and whether they were typed; nil when it is no such way.
func collected(router *routing.Router, way string) (asks *config.Collection, typed bool) {
	place, how := way, ""
	if i := strings.LastIndexByte(way, '.'); i >= 0 {
		place, how = way[:i], way[i+1:]
	}
	if n, ok := router.Node(place); ok && n.Asks != nil && (how == "typed" || how == "otherwise") {
		return n.Asks, how == "typed"
	}
	return nil, false
}

// digits are as many as a step wants.
func digits(asks *config.Collection) string {
	keys := strings.Repeat("1", asks.Least) + "#"
	if asks.Confirm {
		keys += "1"
	}
	return keys
}

// wrongKey is a key that the menu does not have; "" when it has all of them.
func wrongKey(m *config.Menu) string {
	for _, key := range []byte("*#0123456789") {
		if _, there := m.Keys[key]; !there {
			return string(rune(key))
		}
	}
	return ""
}

// agentsOf says who was there.
func agentsOf(r routing.Record) string {
	stage := func(name string) bool {
		return slices.ContainsFunc(r.Nodes, func(node string) bool { return strings.HasPrefix(node, "queue.") && strings.HasSuffix(node, name) })
	}
	switch {
	case stage(".on_nobody"):
		return config.AgentsNone
	case stage(".on_max_wait"):
		return config.AgentsBusy
	}
	return config.AgentsFree
}

// transfersOf says whether the last call that was passed on was taken.
func transfersOf(r routing.Record) string {
	if slices.ContainsFunc(r.Legs, func(l routing.Leg) bool { return l.Role == routing.Third }) && !slices.Contains(r.Nodes, routing.TransferredNode) {
		return config.TransfersMissed
	}
	return config.TransfersTaken
}

// answered says whether the caller was.
func answered(r routing.Record) bool {
	return slices.ContainsFunc(r.Legs, func(l routing.Leg) bool { return l.Role == routing.Customer && !l.Answered.IsZero() })
}

// expected is what has become of the call, as far as a test can say it.
func expected(rules *config.Rules, router *routing.Router, r routing.Record) (e config.Expect) {
	for _, node := range r.Nodes {
		n, ok := router.Node(node)
		if !ok {
			continue
		}
		switch n.Kind {
		case routing.PlayNode:
			e.Says = n.Prompt
		case routing.MenuNode:
			e.Menu = n.Menu.Name
		case routing.QueueNode:
			e.Queue, e.Skill = n.Queue.Name, n.Skill
		case routing.OfferNode:
			e.Offered = n.To
		case routing.VoicemailNode:
			e.Voicemail = n.To
		case routing.TransferNode:
			e.Transfer = n.To
		}
	}
	if e.Queue != "" {
		e.Menu = ""
	}
	if len(rules.Languages) > 0 && r.Lang != rules.Languages[0] {
		e.Language = r.Lang
	}
	return e
}

// YAML writes a test as an entry of tests:, set in by so many blanks.
func YAML(t config.Test, indent int) string {
	call := []string{"to: " + t.Call.To.Pretty()}
	if t.Call.From != "" {
		call = append(call, "from: "+t.Call.From.Pretty())
	}
	call = append(call, "at: "+config.Moment(t.Call.At))
	if t.Call.Press != "" {
		call = append(call, `press: "`+t.Call.Press+`"`)
	}
	if t.Call.Transfers == config.TransfersMissed {
		call = append(call, "transfers: missed")
	}
	if t.Call.Agents != config.AgentsFree && t.Call.Agents != "" {
		call = append(call, "agents: "+t.Call.Agents)
	}
	if known := knownWords(t.Call.Known); len(known) > 0 {
		call = append(call, "known: {"+strings.Join(known, ", ")+"}")
	}
	var expect []string
	for _, x := range []struct{ word, value string }{
		{"menu", t.Expect.Menu}, {"queue", t.Expect.Queue}, {"skill", t.Expect.Skill}, {"closed", t.Expect.Closed}, {"says", t.Expect.Says},
		{"offered", t.Expect.Offered}, {"voicemail", t.Expect.Voicemail}, {"transfer", t.Expect.Transfer}, {"language", t.Expect.Language}, {"ends", t.Expect.Ends},
		{"caller_pays", t.Expect.CallerPays},
	} {
		if x.value != "" {
			expect = append(expect, x.word+": "+quoted(x.value))
		}
	}
	before := strings.Repeat(" ", indent)
	return fmt.Sprintf("%s- name: %s\n%s  call: {%s}\n%s  expect: {%s}\n", before, quoted(t.Name), before, strings.Join(call, ", "), before, strings.Join(expect, ", "))
}

// plainForm is what needs no quotes.
var plainForm = regexp.MustCompile(`^[\pL\d_][\pL\d_.-]*( EUR/(min|call))?$`)

// quoted is a text as a value of YAML, in quotes where it needs them.
func quoted(s string) string {
	if plainForm.MatchString(s) {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
