package config

import (
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

func (d *daemonReader) checkSwitches(key, value *yaml.Node) {
	if value.Kind != yaml.SequenceNode {
		d.fail(key, "E104", words("switches est une liste", "switches is a list"), Words{},
			words("commencez chaque élément par « - ».", `start each item with "- ".`))
		return
	}
	d.list(key, value, d.checkSwitch)
	d.checkSwitchNames(value.Content)
	d.checkSwitchAddresses(value.Content)
}

// checkSwitchAddresses makes sure that no switch is there twice: each entry would drive the other one out, again and again.
func (d *daemonReader) checkSwitchAddresses(items []*yaml.Node) {
	addresses := map[string]*yaml.Node{}
	for _, item := range items {
		at := value(item, "url")
		if kindOf(item) == FreeSWITCH {
			at = value(item, "address")
		}
		if at == nil || at.Value == "" {
			continue // complained of already
		}
		address := strings.TrimSuffix(at.Value, "/")
		if kindOf(item) == FreeSWITCH {
			address, _ = socketAddress(address) // with its port
		}
		first, there := addresses[address]
		if !there {
			addresses[address] = at
			continue
		}
		d.fail(at, "E110", words("ce commutateur est déjà là (%s)", "this switch is there already (%s)", d.pos(first).InText()),
			words("Deux entrées pour un commutateur se prendraient ses appels l'une à l'autre.", "Two entries for one switch would take its calls from each other."),
			words("gardez-en une ; pour deux hotlines sur un commutateur, il faut deux fichiers et deux instance.", "keep one; for two hotlines on one switch there have to be two files with two instances."))
	}
}

// checkSwitchNames makes sure that each switch has a name of its own, for calls are remembered by it. One without a
// name has that of its kind.
func (d *daemonReader) checkSwitchNames(items []*yaml.Node) {
	kinds, names := map[string]int{}, map[string]*yaml.Node{}
	for _, item := range items {
		kinds[kindOf(item)]++
	}
	for _, item := range items {
		kind, name := kindOf(item), value(item, "name")
		switch {
		case item.Kind != yaml.MappingNode, name != nil && name.Value == "": // complained of already
			continue
		case name == nil && kinds[kind] > 1:
			d.fail(item, "E105", words("il manque « name » : deux commutateurs sont de type %s", `"name" is missing: two switches are of kind %s`, kind),
				Words{}, words("donnez un nom à chacun.", "give each of them a name."))
			continue
		case name == nil:
			name = &yaml.Node{Kind: yaml.ScalarNode, Value: kind, Line: item.Line, Column: item.Column}
		}
		if !d.isTwice(name, names[name.Value], words("switches", "switches")) {
			names[name.Value] = name
		}
	}
}

// value returns what stands behind a word of a mapping, nil if the word is not there.
func value(n *yaml.Node, word string) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == word {
			return n.Content[i+1]
		}
	}
	return nil
}

// kindOf returns the kind of a switch as it is written, which may be none that there is.
func kindOf(item *yaml.Node) string {
	if kind := value(item, "kind"); kind != nil {
		return kind.Value
	}
	return Asterisk
}

func (d *daemonReader) checkSwitch(item *yaml.Node) {
	kind := kindOf(item)
	text := func(name string) field {
		return field{name: name, read: func(_, v *yaml.Node) { d.text(name, v) }}
	}
	// only is a word of one kind: needed there if must says so, refused with the other, and read with a misspelt kind.
	only := func(of, instead string, must bool, f field) field {
		f.must = must && kind == of
		if kind != of && slices.Contains(kindsOfSwitch(), kind) {
			f.read = func(k, _ *yaml.Node) { d.wrongKind(k, kind, of, instead) }
		}
		return f
	}
	phone, trunk := "PJSIP/{phone}", "PJSIP/{number}@operator"
	if kind == FreeSWITCH {
		phone, trunk = "user/{phone}", "sofia/gateway/operator/{number}"
	}
	d.fields(item, item, words("un commutateur", "a switch"), []string{"tls"},
		field{name: "name", read: func(_, v *yaml.Node) { d.isName(v) }},
		field{name: "kind", read: func(_, v *yaml.Node) { d.oneOf("kind", v, kindsOfSwitch()...) }},
		only(Asterisk, "address: 127.0.0.1", true, field{name: "url", read: d.checkURL}),
		only(Asterisk, "", true, text("user")),
		only(FreeSWITCH, "url: http://127.0.0.1:8088/ari", true, field{name: "address", read: d.checkAddress}),
		field{name: "password", must: true, read: func(_, v *yaml.Node) { d.text("password", v) }},
		only(FreeSWITCH, "", false, field{name: "insecure", read: func(_, v *yaml.Node) { d.oneOf("insecure", v, "true", "false") }}),
		only(FreeSWITCH, "", false, field{name: "texts", read: func(_, v *yaml.Node) { d.oneOf("texts", v, "unsafe") }}),
		field{name: "phone", read: func(_, v *yaml.Node) { d.template("phone", v, "{phone}", phone) }},
		field{name: "trunks", read: func(k, v *yaml.Node) { d.checkTrunks(k, v, trunk) }},
		text("records"), text("music"), text("prompts_folder"),
		only(FreeSWITCH, "", false, text("recordings_folder")),
		field{name: "prompts", read: func(_, v *yaml.Node) { d.oneOf("prompts", v, waysOfSounds()...) }},
	)
}

func kindsOfSwitch() []string { return []string{Asterisk, FreeSWITCH} }

// wrongKind refuses a word of the other kind of switch. It would have no effect, which is not what its author thinks.
func (d *daemonReader) wrongKind(key *yaml.Node, kind, of, instead string) {
	fix := words("enlevez-le, ou écrivez kind: %s.", "remove it, or write kind: %s.", of)
	if instead != "" {
		fix = words("écrivez %s à la place, ou kind: %s.", "write %s instead, or kind: %s.", instead, of)
	}
	d.fail(key, "E108", words("« %s » ne va pas avec kind: %s", `"%s" does not go with kind: %s`, key.Value, kind),
		words("Ce mot est pour un commutateur de type %s.", "The word is for a switch of kind %s.", of), fix)
}

func (d *daemonReader) checkTrunks(key, list *yaml.Node, example string) {
	names := make(map[string]*yaml.Node)
	d.list(key, list, func(item *yaml.Node) {
		d.fields(item, item, words("un trunk", "a trunk"), nil,
			field{name: "name", must: true, read: func(_, v *yaml.Node) {
				if d.isName(v) && !d.isTwice(v, names[v.Value], words("trunks", "trunks")) {
					names[v.Value] = v
				}
			}},
			field{name: "dial", must: true, read: func(_, v *yaml.Node) { d.template("dial", v, "{number}", example) }},
			field{name: "show_caller", read: func(_, v *yaml.Node) { d.oneOf("show_caller", v, "true", "false") }})
	})
}

func (d *daemonReader) checkURL(_, v *yaml.Node) {
	s, ok := d.text("url", v)
	if !ok {
		return
	}
	u, err := url.Parse(s)
	if err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil {
		return
	}
	d.fail(v, "E107", words("« %s » n'est pas l'adresse d'ARI", `"%s" is not the address of ARI`, clip(s)), Words{},
		words("écrivez par exemple http://127.0.0.1:8088/ari.", "write for example http://127.0.0.1:8088/ari."))
}

func (d *daemonReader) checkAddress(_, v *yaml.Node) {
	s, ok := d.text("address", v)
	if !ok {
		return
	}
	if _, ok := socketAddress(s); !ok {
		d.fail(v, "E107", words("« %s » n'est pas une adresse hôte:port", `"%s" is not an address host:port`, clip(s)), Words{},
			words("écrivez par exemple 127.0.0.1:8021.", "write for example 127.0.0.1:8021."))
	}
}

var hostForm = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$`)

// socketAddress returns host:port of the event socket, whose port need not be written.
func socketAddress(s string) (string, bool) {
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		host, port = strings.TrimSuffix(strings.TrimPrefix(s, "["), "]"), eventSocketPort
	}
	n, err := strconv.ParseUint(port, 10, 16)
	ok := err == nil && n > 0 && (net.ParseIP(host) != nil || hostForm.MatchString(host))
	return net.JoinHostPort(host, port), ok
}

var placeholderForm = regexp.MustCompile(`\{[^}]*\}`)

// template checks that a dial template has its one placeholder and no other.
func (d *daemonReader) template(key string, v *yaml.Node, placeholder, example string) {
	s, ok := d.text(key, v)
	if !ok || slices.Equal(placeholderForm.FindAllString(s, -1), []string{placeholder}) {
		return
	}
	d.fail(v, "E107", words("%s doit contenir %s une fois", "%s has to contain %s once", key, placeholder), Words{},
		words("écrivez par exemple %s.", "write for example %s.", example))
}
