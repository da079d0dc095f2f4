package config

// A form is the kind of thing that stands behind a word.
type form int

// What can stand behind a word.
const (
	aText       form = iota + 1 // any text
	aChoice                     // one of a few words
	aName                       // of an entry of another part of the file
	aNewName                    // chosen by the author of the file
	aTime                       // 30s, 3m, 1h30m
	aLongTime                   // 90d, 1y, too
	aCount                      // a whole number
	aNumber                     // of a telephone
	anOutlet                    // the phone of a person: an extension or a number
	aGoal                       // of a transfer: an agent, an extension or a number
	aPrice                      // 0.80 EUR/min
	aBudget                     // 15 EUR/day
	anAmount                    // 20 EUR
	aSpan                       // 09:00-12:30
	someDays                    // mon, mon-fri
	aDate                       // 2026-12-24
	aMoment                     // 2026-12-24 10:00
	aLanguage                   // fr
	aKey                        // of a telephone
	aFile                       // ferme.wav
	anAddress                   // of electronic mail
	someKeys                    // of a telephone, one after the other
	someAnswers                 // 1-5
	someDigits                  // how many: 6, 4-8
	aCode                       // that is dialled in the house: *77
	aPIN                        // 4711
	aList                       // of items; one may stand without the brackets
	someSteps                   // one step, or a list of steps
	aMapping                    // words and their values
	either                      // one of several shapes
)

// A valueShape says what may stand behind a word. The loader reads by the fields, and their shapes are what the schema and the
// documents are made from: so neither can tell another story.
type valueShape struct {
	form      form
	of        string // aName: the kind of entry, as refer has it
	choices   []string
	low, high any            // the limits of aTime, time.Duration, and of aCount, int
	into      any            // points to the value before anything is read: the default; nil = none
	known     func() []field // aMapping: the words it has; nil = none. They are made for whoever describes them, and not at each reading
	keys      *valueShape    // aMapping: what its other words look like; nil = there are none
	item      *valueShape    // aList: each item; aMapping: what stands behind its other words
	shapes    []valueShape   // either
	empty     bool           // aList: it may be empty
	about     string         // where the texts of its words are, when they are the same in several places
}

// fields are the words that the mapping has.
func (s valueShape) fields() []field {
	if s.known == nil {
		return nil
	}
	return s.known()
}

// simple is a shape that its form says all of.
func simple(f form) valueShape { return valueShape{form: f} }

// nameOf is the name of an entry of another part of the file.
func nameOf(kind string) valueShape { return valueShape{form: aName, of: kind} }

// oneWordOf is one of a few words.
func oneWordOf(choices ...string) valueShape { return valueShape{form: aChoice, choices: choices} }

// countShape is a whole number between two limits.
func countShape(low, high int) valueShape { return valueShape{form: aCount, low: low, high: high} }

// listOf is one item, or a list of them.
func listOf(item valueShape) valueShape { return valueShape{form: aList, item: &item} }

// mappingOf is a mapping whose words are known.
func mappingOf(known func() []field) valueShape { return valueShape{form: aMapping, known: known} }

// entriesOf is a mapping whose words the author of the file chose.
func entriesOf(keys form, item valueShape) valueShape {
	k := simple(keys)
	return valueShape{form: aMapping, keys: &k, item: &item}
}

// namedOf is a mapping of the entries of a section by their names.
func namedOf(known func() []field) valueShape { return entriesOf(aNewName, mappingOf(known)) }

// eitherOf is one of several shapes.
func eitherOf(shapes ...valueShape) valueShape { return valueShape{form: either, shapes: shapes} }
