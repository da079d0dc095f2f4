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
	aList                       // of items; one may stand without the brackets
	someSteps                   // one step, or a list of steps
	aMapping                    // words and their values
	either                      // one of several shapes
)

// A shape says what may stand behind a word. The loader reads by the fields, and their shapes are what the schema and the
// documents are made from: so neither can tell another story.
type shape struct {
	form      form
	of        string // aName: the kind of entry, as refer has it
	choices   []string
	low, high any     // the limits of aTime, time.Duration, and of aCount, int
	into      any     // points to the value before anything is read: the default; nil = none
	fields    []field // aMapping: the words it has
	keys      *shape  // aMapping: what its other words look like; nil = there are none
	item      *shape  // aList: each item; aMapping: what stands behind its other words
	shapes    []shape // either
	empty     bool    // aList: it may be empty
	about     string  // where the texts of its words are, when they are the same in several places
}

// simple is a shape that its form says all of.
func simple(f form) shape { return shape{form: f} }

// nameOf is the name of an entry of another part of the file.
func nameOf(kind string) shape { return shape{form: aName, of: kind} }

// oneWordOf is one of a few words.
func oneWordOf(choices ...string) shape { return shape{form: aChoice, choices: choices} }

// countShape is a whole number between two limits.
func countShape(low, high int) shape { return shape{form: aCount, low: low, high: high} }

// listOf is one item, or a list of them.
func listOf(item shape) shape { return shape{form: aList, item: &item} }

// mappingOf is a mapping whose words are known.
func mappingOf(fields ...field) shape { return shape{form: aMapping, fields: fields} }

// entriesOf is a mapping whose words the author of the file chose.
func entriesOf(keys form, item shape) shape {
	k := simple(keys)
	return shape{form: aMapping, keys: &k, item: &item}
}

// namedOf is a mapping of the entries of a section by their names.
func namedOf(fields ...field) shape { return entriesOf(aNewName, mappingOf(fields...)) }

// eitherOf is one of several shapes.
func eitherOf(shapes ...shape) shape { return shape{form: either, shapes: shapes} }

// pricesShape is a price, or a list of prices with the dates from which they hold. others may stand in place of an amount.
func pricesShape(others ...string) shape {
	price := simple(aPrice)
	if len(others) > 0 {
		price = eitherOf(price, oneWordOf(others...))
	}
	dated := mappingOf(required(field{name: "from", shape: simple(aDate)}), required(field{name: "price", shape: price}))
	dated.about = "price"
	return listOf(eitherOf(price, dated))
}
