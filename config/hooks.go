package config

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// An Inquiry is made of a webhook while the caller waits.
type Inquiry struct {
	Hook    string        // its name in hotline.yaml
	Values  []string      // that its answer may put
	Wait    time.Duration // for the answer; the caller waits no longer
	OnError []Step        // when there is none, or none that can be read
	Pos     Pos
}

// newInquiry is one of which the file says nothing but whom it is for.
func newInquiry(pos Pos) *Inquiry { return &Inquiry{Wait: 2 * time.Second, Pos: pos} }

// webhookField is the word of an inquiry.
func (l *loader) webhookField(steps *[]Step) field {
	return ownField("webhook", mappingOf(func() []field { return l.inquiryFields(newInquiry(Pos{})) }), func(k, v *yaml.Node) {
		q := newInquiry(l.pos(k))
		l.fields(k, v, words("webhook", "webhook"), nil, l.inquiryFields(q)...)
		*steps = append(*steps, Step{Kind: AskHook, Name: q.Hook, Hook: q, Pos: l.pos(k)})
	})
}

func (l *loader) inquiryFields(q *Inquiry) []field {
	return []field{
		required(ownField("call", simple(aNewName), func(_, v *yaml.Node) {
			if name, ok := l.text("call", v); ok && l.isName(v) {
				q.Hook = name
			}
		})),
		ownField("values", listOf(simple(aNewName)), func(k, v *yaml.Node) {
			l.list(k, v, func(item *yaml.Node) {
				if name, ok := l.text("values", item); ok && l.isName(item) && l.putsValue(name, item) {
					q.Values = append(q.Values, name)
				}
			})
		}),
		l.timeField("wait", &q.Wait, time.Second, 10*time.Second),
		l.stepsField("on_error", &q.OnError),
	}
}

// textStepField is the word of a text that is sent to the caller: one for the first language, or one for each.
func (l *loader) textStepField(steps *[]Step) field {
	return ownField("text", eitherOf(simple(aText), entriesOf(aLanguage, simple(aText))), func(k, v *yaml.Node) {
		p := l.inLanguages("text", k, v)
		l.sends = append(l.sends, k)
		*steps = append(*steps, Step{Kind: SendText, Says: p, Pos: l.pos(k)})
	})
}

// checkSends makes sure that texts can go out: from a number of ours that takes the answers.
func (l *loader) checkSends() {
	if len(l.sends) == 0 || slices.ContainsFunc(l.rules.Lines, func(line Line) bool { return line.Texts }) {
		return
	}
	l.fail(l.sends[0], "E162", words("aucun de vos numéros n'envoie de SMS", "none of your numbers sends texts"),
		words("Un SMS part d'un numéro à vous, celui où arrivent les réponses.", "A text goes out from a number of yours, to which the answers come."),
		words("ajoutez texts: true à un numéro qui peut en envoyer.", "add texts: true to a number that can send them."))
}

// CheckSent says what the steps of the rules need of hotline.yaml and do not find there.
func CheckSent(rules *Rules, hooks []Webhook, texts *TextGateway) (found Problems) {
	told := map[string]bool{}
	warn := func(s Step, name, code string, title, why, fix Words) {
		if !told[code+name] {
			p := NewProblem(s.Pos, utf8.RuneCountInString(s.Kind.String()), code, title, why, fix)
			p.Warning = true
			found = append(found, p)
		}
		told[code+name] = true
	}
	rules.eachStep(func(s Step) {
		switch {
		case s.Kind == AskHook && !slices.ContainsFunc(hooks, func(h Webhook) bool { return h.Name == s.Name }):
			fix := words("ajoutez webhooks: {%s: {url: https://..., secret: file:...}} à hotline.yaml.", "add webhooks: {%s: {url: https://..., secret: file:...}} to hotline.yaml.", clip(s.Name))
			if names := hookNames(hooks); len(names) > 0 {
				fix = words("écrivez un de ceux-ci : %s ; ou ajoutez %s.", "write one of these: %s; or add %s.", strings.Join(names, ", "), clip(s.Name))
			}
			warn(s, s.Name, "W160", words("hotline.yaml n'a pas de webhook « %s »", `hotline.yaml has no webhook "%s"`, clip(s.Name)),
				words("Tous les appels prendraient on_error.", "All calls would take on_error."), fix)
		case s.Kind == SendText && texts == nil:
			warn(s, "", "W161", words("hotline.yaml ne dit pas par où partent les SMS", "hotline.yaml does not say how texts are sent"),
				words("Ceux-ci ne partiraient pas.", "These would not be sent."),
				words(`ajoutez texts: {url: https://..., form: "To={to}&Body={text}"} à hotline.yaml.`, `add texts: {url: https://..., form: "To={to}&Body={text}"} to hotline.yaml.`))
		}
	})
	return found
}

func hookNames(hooks []Webhook) (names []string) {
	for _, h := range hooks {
		names = append(names, h.Name)
	}
	return names
}

// eachStep calls do with every step of the rules.
func (r *Rules) eachStep(do func(Step)) {
	for _, line := range r.Lines {
		EachStep(line.OverBudget, do)
	}
	for _, name := range keys(r.Services) {
		s := r.Services[name]
		EachStep(s.Open, do)
		EachStep(s.Closed, do)
	}
	for _, name := range keys(r.Menus) {
		m := r.Menus[name]
		for _, steps := range m.Keys {
			EachStep(steps, do)
		}
		EachStep(m.Otherwise, do)
	}
	for _, name := range keys(r.Queues) {
		EachStep(r.Queues[name].OnMaxWait, do)
		EachStep(r.Queues[name].OnNobody, do)
	}
}
