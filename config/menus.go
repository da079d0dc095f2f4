package config

import (
	"slices"
	"time"

	"gopkg.in/yaml.v3"
)

// Menu is a question that the caller answers with a key.
type Menu struct {
	Name      string
	Play      []string // prompts, one after the other
	Keys      map[byte][]Step
	Otherwise []Step        // no key, or a wrong one, for the last time
	Tries     int           // how often the question is asked
	Wait      time.Duration // for a key, after the prompts
	Invalid   string        // the prompt after a wrong key, before the menu is heard again; "" = none
	Silent    string        // likewise after no key
	Pos       Pos
}

func (l *loader) readMenus(key, value *yaml.Node) {
	l.rules.Menus = make(map[string]*Menu)
	l.named(value, words("menus", "menus"), func(key, value *yaml.Node) {
		l.rules.Menus[key.Value] = l.readMenu(key, value)
	})
}

func (l *loader) readMenu(key, value *yaml.Node) *Menu {
	m := newMenu(key.Value, l.pos(key))
	l.fields(key, value, words("le menu %s", "menu %s", key.Value), []string{"digits", "language", "say"}, l.menuFields(m)...)
	if value.Kind == yaml.MappingNode && !l.has(value, "otherwise") {
		l.fail(key, "E402", words("le menu %s n'a pas de « otherwise »", `menu %s has no "otherwise"`, key.Value),
			words("Qui ne tape rien, ou une mauvaise touche, n'irait nulle part.", "Whoever presses nothing, or a wrong key, would go nowhere."),
			words("ajoutez par exemple otherwise: {queue: nom}.", "add for example otherwise: {queue: name}."))
	}
	asks := slices.ContainsFunc(m.Otherwise, func(s Step) bool { return s.Asks != nil }) // who types nothing may have left there
	if n := len(m.Otherwise); n > 0 && m.Otherwise[n-1].Kind == ToMenu && m.Otherwise[n-1].Name == m.Name && !asks {
		l.failAt(m.Otherwise[n-1].Pos, "menu", "E405", words("le menu %s tourne en rond", "menu %s goes in circles", key.Value),
			words("Qui ne tape rien entendrait ce menu sans fin.", "Whoever presses nothing would hear this menu without end."),
			words("écrivez par exemple otherwise: {queue: nom}.", "write for example otherwise: {queue: name}."))
	}
	return m
}

// newMenu is a menu of which the file says nothing.
func newMenu(name string, pos Pos) *Menu {
	return &Menu{Name: name, Keys: make(map[byte][]Step), Tries: 2, Wait: 5 * time.Second, Pos: pos}
}

// menuFields are the words of a menu.
func (l *loader) menuFields(m *Menu) []field {
	return []field{
		required(ownField("play", listOf(nameOf("prompt")), func(k, v *yaml.Node) {
			l.list(k, v, func(item *yaml.Node) {
				if name, ok := l.refer("play", "prompt", item); ok {
					m.Play = append(m.Play, name)
				}
			})
		})),
		required(ownField("keys", entriesOf(aKey, simple(someSteps)), func(k, v *yaml.Node) { l.readKeys(m, k, v) })),
		needed(l.stepsField("otherwise", &m.Otherwise)),
		l.countField("tries", &m.Tries, 1, 9),
		l.timeField("wait", &m.Wait, time.Second, time.Minute),
		l.refField("invalid", "prompt", &m.Invalid),
		l.refField("silent", "prompt", &m.Silent),
	}
}

func (l *loader) readKeys(m *Menu, key, value *yaml.Node) {
	l.entries(value, words("les touches du menu %s", "the keys of menu %s", m.Name), func(k, v *yaml.Node) {
		if len(k.Value) != 1 || !isDigitKey(k.Value[0]) {
			l.fail(k, "E404", words("« %s » n'est pas une touche", `"%s" is not a key`, clip(k.Value)),
				words("Un menu a les touches 0 à 9, \"*\" et \"#\".", `A menu has the keys 0 to 9, "*" and "#".`),
				words("écrivez une seule touche.", "write one key."))
			return
		}
		m.Keys[k.Value[0]] = l.steps(k, v)
	})
	if value.Kind == yaml.MappingNode && len(value.Content) == 0 {
		l.empties(key)
	}
}

func isDigitKey(c byte) bool { return c >= '0' && c <= '9' || c == '*' || c == '#' }
