package config

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"hotline/number"
)

// Rules is a whole rules.yaml: what happens to a call. Nothing in it is missing or refers to something that is not there.
type Rules struct {
	Company    string
	Languages  []string      // the first serves by default
	CallerID   number.Number // shown when we call somebody; one of Lines, or "" when the file names none
	Lines      []Line        // in the order of the file
	Hours      map[string]*Hours
	Services   map[string]*Service
	Menus      map[string]*Menu
	Agents     map[string]*Agent
	AgentOrder []string // the keys of Agents in the order of the file
	Queues     map[string]*Queue
	Prompts    map[string]*Prompt
	Keep       Keep
	Closures   map[string]*Closure
	Pauses     map[string]*Pause
	Callbacks  map[string]*Callback
	Voicemails map[string]*Voicemail
	TextLines  map[string]*TextLine
	Surveys    map[string]*Survey
	Transfers  Transfers
	Floods     Floods           // how often one caller may call
	Goals      []*Transfer      // of all steps
	Codes      map[string]*Code // by what is dialled
	Tests      []Test           // in the order of the file
	Source     Source
	Hash       string // of the bytes of the files: twelve hexadecimal digits that name this version

	tree   tree
	notYet []Later
	says   []*Prompt // the texts of the steps say, in the order of the reading
}

// InFrench says whether the company reads French, and not English: by its first language.
func (r *Rules) InFrench() bool { return len(r.Languages) == 0 || r.Languages[0] == "fr" }

// LoadRules reads the rules: a file, and those of the folder rules.d beside it. The rules are nil exactly when the
// problems have errors.
func LoadRules(path string) (*Rules, Problems) {
	source, problems := ReadSource(path)
	if problems.Errors() {
		return nil, problems
	}
	rules, wrong := Parse(source)
	return rules, append(problems, wrong...)
}

// ParseRules reads the bytes of a rules file; name is what its problems call it. The rules are nil exactly when the
// problems have errors.
func ParseRules(name string, data []byte) (*Rules, Problems) {
	return Parse(Source{{Name: name, Data: data}})
}

// Parse reads the rules of a source. The rules are nil exactly when the problems have errors.
func Parse(source Source) (*Rules, Problems) {
	l := &loader{reader: newReader(source[0].Name), purposes: make(map[string]*yaml.Node), services: make(map[string]*yaml.Node), puts: make(map[string]bool)}
	l.homes = homes
	if top := l.merge(source); top != nil {
		l.rules.Hash, l.rules.Source, l.rules.tree = source.Hash(), source, newTree(&l.reader, top)
		l.read(top)
	}
	if !l.problems.Errors() { // who still has errors to mend needs no advice yet
		for _, advise := range l.advice {
			advise()
		}
	}
	problems := l.problems.Sorted().withoutEchoes().theFirst()
	if problems.Errors() {
		return nil, problems
	}
	return &l.rules, problems
}

// A loader builds Rules from the nodes of a file.
type loader struct {
	reader
	rules    Rules
	top      *yaml.Node // of the whole file
	refs     []reference
	callerID *yaml.Node
	arrivals map[number.Number]Pos // every number that means one of our lines
	own      map[number.Number]Pos // every number of the section numbers
	services map[string]*yaml.Node // line number as written -> its service
	purposes map[string]*yaml.Node // service -> its purpose
	called   []*yaml.Node          // the numbers that tests call
	advice   []func()              // warnings for a file that has no errors
	puts     map[string]bool       // names of values that a step puts
	uses     []*valueUse           // of values
	sends    []*yaml.Node          // steps that send texts
}

// A reference is a name used in the file that something else in the file must have.
type reference struct {
	kind string // see kinds
	node *yaml.Node
}

// refer notes that what stands behind a word names something, to be looked up when the whole file is read.
func (l *loader) refer(word, kind string, n *yaml.Node) (string, bool) {
	name, ok := l.text(word, n)
	if ok {
		l.refs = append(l.refs, reference{kind, n})
	}
	return name, ok
}

// laterSections are the sections that coming versions will have.
func laterSections() []string {
	return []string{"campaigns", "emergency"}
}

func (l *loader) read(top *yaml.Node) {
	l.top = top
	found := make(map[string][2]*yaml.Node)
	sections := l.sections()
	known := slices.Clone(sections)
	for i := range known { // they are read in an order that is not that of the file
		known[i].read = func(key, value *yaml.Node) { found[sections[i].name] = [2]*yaml.Node{key, value} }
	}
	where := words("ce fichier", "this file")
	if len(l.rules.Source) > 1 {
		where = words("les règles", "the rules")
	}
	l.fields(&yaml.Node{Kind: yaml.ScalarNode, Line: top.Line, Column: top.Column}, top, where, laterSections(), known...)
	if top.Kind != yaml.MappingNode {
		return
	}
	if !l.has(top, "version") {
		l.fail(&yaml.Node{Kind: yaml.ScalarNode, Line: top.Line, Column: top.Column}, "E006", words("il manque « version: 1 »", `"version: 1" is missing`),
			words("La version dit comment lire ce fichier.", "The version says how to read this file."),
			words("écrivez version: 1 en première ligne.", "write version: 1 in the first line."))
	}
	l.rules.Transfers, l.rules.Floods = *newTransfers(Pos{}), *newFloods(Pos{})
	if _, ok := found["languages"]; !ok {
		l.rules.Languages = []string{"fr"}
	}
	for _, s := range sections {
		if nodes, ok := found[s.name]; ok {
			s.read(nodes[0], nodes[1])
		}
	}
	l.checkReferences(top)
	l.settleGoals()
	l.checkTests()
	l.checkValues()
	l.checkSends()
	l.joinClosures()
	l.checkTexts()
	l.checkInHouse()
	l.tellLater()
	l.checkCallerID()
	l.checkLaw()
	l.checkClosed()
	l.checkHoursUsed()
}

// sections are the words of the whole file, in the order in which they are read: the languages come before the prompts,
// which are written per language.
func (l *loader) sections() []field {
	var announced *yaml.Node
	return []field{
		needed(ownField("version", oneWordOf("1"), l.readVersion)),
		ownField("company", simple(aText), l.readCompany),
		ownField("languages", listOf(simple(aLanguage)), l.readLanguages),
		ownField("caller_id", simple(aNumber), l.readCallerID),
		required(ownField("numbers", entriesOf(aNumber, mappingOf(func() []field { return l.lineFields(&Line{}, &announced) })), l.readNumbers)),
		ownField("closures", namedOf(func() []field { return l.closureFields(&Closure{}) }), l.readClosures),
		ownField("hours", entriesOf(aNewName, l.weekShape()), l.readHours),
		required(ownField("services", namedOf(func() []field { return l.serviceFields(newService("", Pos{})) }), l.readServices)),
		ownField("menus", namedOf(func() []field { return l.menuFields(newMenu("", Pos{})) }), l.readMenus),
		ownField("queues", namedOf(func() []field { return l.queueFields(newQueue("", Pos{})) }), l.readQueues),
		ownField("agents", namedOf(func() []field { return l.agentFields(&Agent{}, nil) }), l.readAgents),
		ownField("prompts", entriesOf(aNewName, eitherOf(l.promptShape(), entriesOf(aLanguage, l.promptShape()))), l.readPrompts),
		ownField("callbacks", namedOf(func() []field { return l.callbackFields(newCallback("", Pos{})) }), l.readCallbacks),
		ownField("voicemails", namedOf(func() []field { return l.voicemailFields(newVoicemail("", Pos{})) }), l.readVoicemails),
		ownField("keep", mappingOf(func() []field { return l.keepFields(&Keep{}) }), l.readKeep),
		coming(ownField("pauses", entriesOf(aNewName, eitherOf(pauseShape(), oneWordOf(noLimit))), l.readPauses)),
		coming(ownField("texts", namedOf(func() []field { return l.textLineFields(&TextLine{}) }), l.readTextLines)),
		ownField("surveys", namedOf(func() []field { return l.surveyFields(&Survey{}) }), l.readSurveys),
		ownField("transfers", mappingOf(func() []field { return l.transfersFields(newTransfers(Pos{})) }), l.readTransfers),
		ownField("floods", mappingOf(func() []field { return l.floodFields(newFloods(Pos{})) }), l.readFloods),
		ownField("codes", entriesOf(aCode, mappingOf(func() []field { return l.codeFields(&Code{}) })), l.readCodes),
		ownField("tests", listOf(mappingOf(func() []field { return l.testFields(newTest(Pos{})) })), l.readTests),
	}
}

func (l *loader) readVersion(_, value *yaml.Node) {
	if s, ok := l.text("version", value); ok && s != "1" {
		l.fail(value, "E006", words("version %s inconnue", "unknown version %s", clip(s)),
			words("Ce programme lit la version 1 du fichier de règles.", "This program reads version 1 of the rules file."),
			words("écrivez version: 1.", "write version: 1."))
	}
}

func (l *loader) readCompany(_, value *yaml.Node) {
	l.rules.Company, _ = l.text("company", value)
}

func (l *loader) readLanguages(key, value *yaml.Node) {
	l.list(key, value, func(item *yaml.Node) {
		lang, ok := l.text("languages", item)
		switch {
		case !ok:
		case len(lang) != 2 || strings.Trim(lang, "abcdefghijklmnopqrstuvwxyz") != "":
			fix := words("écrivez le code de deux lettres : fr, en, de, es, it...", "write the code of two letters: fr, en, de, es, it...")
			if meant := Nearest(lang, []string{"fr", "en", "de", "es", "it", "nl", "pt"}); meant != "" {
				fix = words("écrivez %s.", "write %s.", meant)
				l.rules.Languages = append(l.rules.Languages, meant) // its prompts are not to be complained of, too
			}
			l.fail(item, "E107", words("« %s » n'est pas une langue", `"%s" is not a language`, clip(lang)), Words{}, fix)
		case slices.Contains(l.rules.Languages, lang):
			l.twice(item, l.pos(key), words("languages", "languages"), keepOne())
		default:
			l.rules.Languages = append(l.rules.Languages, lang)
		}
	})
	if len(l.rules.Languages) == 0 {
		l.rules.Languages = []string{"fr"}
	}
}

// keys returns the names of a map in alphabetical order.
func keys[T any](m map[string]T) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
