package esl

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Dialplan is what FreeSWITCH's own dialplan does for hotline. FreeSWITCH shows the one that it has in its memory.
type Dialplan struct {
	Maker    string  // the module that makes more of it when a call comes, which nobody sees before; empty: none
	Entries  []Entry // the extensions that give calls to a hotline, this one or another
	Fallback *Entry  // the context hotline-fallback; nil if it is not there
	Transfer *Entry  // the context hotline-transfer; nil if it is not there
}

// An Entry is a place in the dialplan that has to do with hotline.
type Entry struct {
	Context, Extension string
	App                string   // the instance of hotline; empty if it does not say
	Lacks              []string // lines without which a call does not come, or is lost when hotline is away
	Wants              []string // lines without which records or transfers do not work
	Waits              bool     // a call waits for the guard when hotline is away: no condition asks whether it is there
}

// readDialplan reads the section dialplan for the instance.
func readDialplan(text, instance string) (*Dialplan, error) {
	parts, contexts, err := walkDialplan(text)
	if err != nil {
		return nil, err
	}
	d := &Dialplan{}
	fallback, transfer := &part{context: fallbackContext}, &part{context: transferContext}
	for _, p := range parts {
		switch {
		case p.context == fallbackContext:
			fallback.actions = append(fallback.actions, p.actions...)
		case p.context == transferContext:
			transfer.actions = append(transfer.actions, p.actions...)
		case p.value(varKind) == house: // of the codes, by which no customer comes in
		case p.value(varApp) != "" || p.value(varKind) == inbound:
			d.Entries = append(d.Entries, p.entry(instance))
		}
	}
	if contexts[fallbackContext] {
		d.Fallback = &Entry{Context: fallbackContext, Lacks: lacking(
			need{set("hotline_left", "true"), fallback.value("hotline_left") == "true"},
			need{action{"event", "Event-Name=CUSTOM,Event-Subclass=" + leftSubclass}, fallback.tells()},
		)}
	}
	if contexts[transferContext] {
		d.Transfer = &Entry{Context: transferContext, Lacks: lacking(
			need{set(varTransfer, "$1"), transfer.value(varTransfer) != ""},
			need{landing(), transfer.lands()},
			need{park(), transfer.does("park") >= 0},
		)}
	}
	return d, nil
}

// entry judges an extension that calls come in by. What $1 stands for is its author's business.
func (p *part) entry(instance string) Entry {
	return Entry{
		Context: p.context, Extension: p.extension, App: p.value(varApp),
		Lacks: lacking(
			need{set(varApp, instance), p.value(varApp) != ""},
			need{set(varKind, "inbound"), p.value(varKind) == "inbound"},
			need{set("hotline_number", "$1"), p.value("hotline_number") != ""},
			need{landing(), p.lands()},
			need{park(), p.does("park") >= 0},
			need{here(instance), p.asks("") == p.asks(instance)},
		),
		Wants: lacking(
			need{set(varAccount, "hotline"), p.value(varAccount) == "hotline"},
			need{set("force_transfer_context", transferContext), p.value("force_transfer_context") == transferContext},
			need{set("deny_refer_requests", "true"), p.value("deny_refer_requests") == "true"},
		),
		Waits: !p.asks(""),
	}
}

// A need is a line of the dialplan, and whether there is one like it.
type need struct {
	line fmt.Stringer
	met  bool
}

func lacking(needs ...need) (lines []string) {
	for _, n := range needs {
		if !n.met {
			lines = append(lines, n.line.String())
		}
	}
	return lines
}

// An action is a line of the dialplan.
type action struct{ app, data string }

func (a action) String() string {
	if a.data == "" {
		return fmt.Sprintf(`<action application="%s"/>`, a.app)
	}
	return fmt.Sprintf(`<action application="%s" data="%s"/>`, a.app, a.data)
}

func set(name, value string) action { return action{"set", name + "=" + value} }
func landing() action {
	return action{"sched_transfer", "+10 " + fallbackExtension + " XML " + fallbackContext}
}
func park() action { return action{app: "park"} }

// A condition is a line that opens a part of an extension.
type condition struct{ field, expression string }

func (c condition) String() string {
	return fmt.Sprintf(`<condition field="%s" expression="%s">`, strings.ReplaceAll(c.field, "<", "&lt;"), c.expression)
}

// here lets a call through while that instance is there.
func here(instance string) condition {
	return condition{"${cond(${strepoch()} < ${" + untilVariable + instance + "} ? here : away)}", "^here$"}
}

// HereCondition is the line of the dialplan that lets a call through while that instance is there.
func HereCondition(instance string) string { return here(instance).String() }

// A part is an extension.
type part struct {
	context, extension string
	fields             []string // of its conditions
	actions            []action
}

// asks says whether the part lets calls through only while that instance is there; empty: any.
func (p *part) asks(instance string) bool {
	return slices.ContainsFunc(p.fields, func(field string) bool {
		_, name, ok := strings.Cut(field, untilVariable)
		if end := strings.IndexAny(name, ")}"); end >= 0 { // older ones ask global_getvar()
			name = name[:end]
		}
		return ok && (instance == "" || name == instance)
	})
}

// value is what the part sets a variable to.
func (p *part) value(name string) string {
	for _, a := range p.actions {
		if value, ok := strings.CutPrefix(a.data, name+"="); ok && (a.app == "set" || a.app == "export") {
			return value
		}
	}
	return ""
}

// does is the place of an application among the actions, -1 without it.
func (p *part) does(app string) int {
	return slices.IndexFunc(p.actions, func(a action) bool { return a.app == app })
}

// lands says whether FreeSWITCH itself takes a call to the fallback after a while, in words before the park: after it
// nothing is read.
func (p *part) lands() bool {
	before := p.actions
	if parked := p.does("park"); parked >= 0 {
		before = before[:parked]
	}
	return slices.ContainsFunc(before, func(a action) bool {
		words := strings.Fields(a.data)
		return a.app == "sched_transfer" && len(words) > 1 && strings.HasPrefix(words[0], "+") &&
			slices.Equal(words[1:], strings.Fields(landing().data)[1:])
	})
}

// tells says whether hotline is told that the call has left it.
func (p *part) tells() bool {
	return slices.ContainsFunc(p.actions, func(a action) bool {
		return a.app == "event" && strings.Contains(a.data, "Event-Subclass="+leftSubclass)
	})
}

// walkDialplan lists the extensions in their order, and the names of the contexts.
func walkDialplan(text string) (parts []*part, contexts map[string]bool, err error) {
	contexts = map[string]bool{}
	context, sections := "", 0
	in := lenient(text)
	for {
		token, err := in.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, fmt.Errorf("read the dialplan: %w", err)
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch e.Name.Local {
		case "section":
			sections++
		case "context":
			context = attribute(e, "name")
			contexts[context] = true
		case "extension":
			parts = append(parts, &part{context: context, extension: attribute(e, "name")})
		case "condition":
			if len(parts) > 0 {
				p := parts[len(parts)-1]
				p.fields = append(p.fields, attribute(e, "field"))
			}
		case "action":
			if len(parts) > 0 {
				p := parts[len(parts)-1]
				p.actions = append(p.actions, action{attribute(e, "application"), attribute(e, "data")})
			}
		}
	}
	if sections == 0 {
		return nil, nil, errors.New("read the dialplan: this is none")
	}
	return parts, contexts, nil
}

// lenient reads XML that people have written.
func lenient(text string) *xml.Decoder {
	d := xml.NewDecoder(strings.NewReader(strings.ToValidUTF8(text, "\uFFFD")))
	d.Strict = false
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	return d
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// An xmlConfig is one of FreeSWITCH's configurations. It may hold passwords.
type xmlConfig struct {
	Settings  []xmlParam `xml:"settings>param"`
	Templates []struct {
		Name string `xml:"name,attr"`
		Text string `xml:",chardata"`
	} `xml:"templates>template"`
	Profiles []struct {
		Name     string     `xml:"name,attr"`
		Settings []xmlParam `xml:"settings>param"`
	} `xml:"profiles>profile"`
	Bindings []struct {
		Params []xmlParam `xml:"param"`
	} `xml:"bindings>binding"`
}

type xmlParam struct {
	Name     string `xml:"name,attr"`
	Value    string `xml:"value,attr"`
	Bindings string `xml:"bindings,attr"`
}

// readConfig returns nil for what is no configuration.
func readConfig(text string) *xmlConfig {
	var c struct {
		XMLName xml.Name `xml:"configuration"`
		xmlConfig
	}
	if err := lenient(text).Decode(&c); err != nil {
		return nil
	}
	return &c.xmlConfig
}

// referring lists the profiles of sofia.conf that lead calls into one of these contexts and let whoever calls transfer.
// Who has to give a password is one of the house.
func (c *xmlConfig) referring(contexts []string) (names []string) {
	for _, p := range c.Profiles {
		settings := &xmlConfig{Settings: p.Settings}
		outside := slices.Contains(contexts, settings.setting("context")) && !isTrue(settings.setting("auth-calls"))
		if outside && !isTrue(settings.setting("disable-transfer")) {
			names = append(names, p.Name)
		}
	}
	return names
}

// setting is the value of a setting, the last one if there are several, as for FreeSWITCH.
func (c *xmlConfig) setting(name string) string {
	value := ""
	for _, p := range c.Settings {
		if strings.EqualFold(p.Name, name) {
			value = strings.TrimSpace(p.Value)
		}
	}
	return value
}

// makesDialplan says whether a configuration of mod_lua or mod_xml_curl hands out dialplans.
func (c *xmlConfig) makesDialplan() bool {
	if strings.Contains(c.setting("xml-handler-bindings"), "dialplan") {
		return true
	}
	for _, b := range c.Bindings {
		for _, p := range b.Params {
			if p.Name == "gateway-url" && (p.Bindings == "" || strings.Contains(p.Bindings, "dialplan")) {
				return true
			}
		}
	}
	return false
}

// recordLine is the template that mod_cdr_csv has to know as hotline (deploy/freeswitch); pbx/driver reads its lines.
const recordLine = "LEG,${uuid},${start_uepoch},${answer_uepoch},${end_uepoch},${hangup_cause_q850},${hangup_cause}," +
	"${sip_term_status},${hotline_call},${hotline_app}"

// lacksRecords lists the lines that cdr_csv.conf.xml has to have, and has not.
func (c *xmlConfig) lacksRecords() (lines []string) {
	if legs := c.setting("legs"); !strings.Contains(legs, "a") || !strings.Contains(legs, "b") {
		lines = append(lines, `<param name="legs" value="ab"/>`)
	}
	if isTrue(c.setting("master-file-only")) {
		lines = append(lines, `<param name="master-file-only" value="false"/>`)
	}
	for _, t := range c.Templates {
		if t.Name == "hotline" && strings.TrimSpace(t.Text) == recordLine {
			return lines
		}
	}
	return append(lines, `<template name="hotline">`+recordLine+`</template>`)
}

// isTrue reads a boolean as FreeSWITCH does.
func isTrue(s string) bool {
	return slices.Contains([]string{"yes", "on", "true", "t", "enabled", "active", "allow", "1"}, strings.ToLower(s))
}
