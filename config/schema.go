package config

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// A node of JSON Schema, draft 7: what the YAML extension of editors understands best.
type jsonSchema struct {
	Schema      string                 `json:"$schema,omitempty"`
	Title       string                 `json:"title,omitempty"`
	Description string                 `json:"description,omitempty"`
	Ref         string                 `json:"$ref,omitempty"`
	Type        []string               `json:"type,omitempty"`
	Enum        []any                  `json:"enum,omitempty"`
	EnumTexts   []string               `json:"enumDescriptions,omitempty"` // what editors show beside the words
	Default     any                    `json:"default,omitempty"`
	Pattern     string                 `json:"pattern,omitempty"`
	Minimum     any                    `json:"minimum,omitempty"`
	Maximum     any                    `json:"maximum,omitempty"`
	Items       *jsonSchema            `json:"items,omitempty"`
	MinItems    int                    `json:"minItems,omitempty"`
	Properties  map[string]*jsonSchema `json:"properties,omitempty"`
	Patterns    map[string]*jsonSchema `json:"patternProperties,omitempty"`
	Least       int                    `json:"minProperties,omitempty"`
	Most        int                    `json:"maxProperties,omitempty"`
	Together    map[string][]string    `json:"dependencies,omitempty"`
	Others      *bool                  `json:"additionalProperties,omitempty"`
	Required    []string               `json:"required,omitempty"`
	AnyOf       []*jsonSchema          `json:"anyOf,omitempty"`
	Definitions map[string]*jsonSchema `json:"definitions,omitempty"`
}

const stepsRef = "#/definitions/steps"

// Schema returns the JSON Schema of the rules, with what it says to people in the language. The one of a part, a file of
// rules.d, needs none of the words that the whole needs.
func Schema(lang string, part bool) ([]byte, error) {
	texts, err := readTexts()
	if err != nil {
		return nil, err
	}
	l := &loader{reader: newReader("")}
	w := schemaWriter{wording{texts}, lang}
	top := w.mapping("", mappingOf(l.sections))
	if part {
		top.Required = nil
	}
	top.Schema = "http://json-schema.org/draft-07/schema#"
	top.Title = words("Règles d'appel de hotline", "Rules of hotline").In(lang)
	top.Definitions = map[string]*jsonSchema{
		"step":  w.step(l),
		"steps": {AnyOf: []*jsonSchema{{Ref: "#/definitions/step"}, {Type: []string{"array"}, MinItems: 1, Items: &jsonSchema{Ref: "#/definitions/step"}}}},
	}
	data, err := json.MarshalIndent(top, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	return append(data, '\n'), nil
}

// step is the schema of one step: a bare word, or one word and its value; only a queue may have a second.
func (w schemaWriter) step(l *loader) *jsonSchema {
	out := w.mapping(stepPath, mappingOf(func() []field { return l.stepFields(new([]Step)) }))
	out.Least, out.Most, out.Together = 1, 2, map[string][]string{"skill": {"queue"}}
	hangup := &jsonSchema{Enum: []any{Hangup.String()}, EnumTexts: []string{w.texts[chosen(stepPath, Hangup.String())].In(w.lang)}}
	return &jsonSchema{AnyOf: []*jsonSchema{hangup, out}}
}

// A schemaWriter makes schemas of shapes.
type schemaWriter struct {
	wording
	lang string
}

// of returns the schema of what stands behind the word of the path.
func (w schemaWriter) of(path string, s valueShape) *jsonSchema {
	switch s.form {
	case aChoice:
		return w.choice(path, s.choices)
	case aList:
		one := w.of(path, *s.item)
		least := 1
		if s.empty {
			least = 0
		}
		return &jsonSchema{AnyOf: []*jsonSchema{one, {Type: []string{"array"}, MinItems: least, Items: one}}}
	case someSteps:
		return &jsonSchema{Ref: stepsRef}
	case aMapping:
		return w.mapping(path, s)
	case either:
		out := &jsonSchema{}
		for _, other := range s.shapes {
			out.AnyOf = append(out.AnyOf, w.of(path, other))
		}
		return out
	case aCount: // a number in quotes is one, too
		return &jsonSchema{Type: []string{"integer", "string"}, Minimum: s.low, Maximum: s.high, Pattern: "^[0-9]+$"}
	case aText, aName, aNewName, aNumber, anOutlet, aGoal, aLanguage, aFile, someKeys, someDigits, aPIN: // the reader takes the text that stands there, whatever YAML takes it for
		return &jsonSchema{Type: []string{"string", "number", "boolean"}, Pattern: s.pattern()}
	}
	return &jsonSchema{Type: []string{"string"}, Pattern: s.pattern()}
}

func (w schemaWriter) choice(path string, choices []string) *jsonSchema {
	out := &jsonSchema{}
	for _, choice := range choices {
		text := w.texts[chosen(path, choice)].In(w.lang)
		if typed := typedAs(choice); typed != choice { // without quotes YAML takes it for something else
			out.Enum, out.EnumTexts = append(out.Enum, typed), append(out.EnumTexts, text)
		}
		out.Enum, out.EnumTexts = append(out.Enum, choice), append(out.EnumTexts, text)
	}
	if strings.Join(out.EnumTexts, "") == "" {
		out.EnumTexts = nil
	}
	return out
}

func typedAs(text string) any {
	if n, err := strconv.Atoi(text); err == nil {
		return n
	}
	if b, err := strconv.ParseBool(text); err == nil {
		return b
	}
	return text
}

func (w schemaWriter) mapping(path string, s valueShape) *jsonSchema {
	if s.about != "" {
		path = s.about
	}
	no := false
	out := &jsonSchema{Type: []string{"object"}, Others: &no}
	for _, f := range s.fields() {
		if out.Properties == nil {
			out.Properties = make(map[string]*jsonSchema)
		}
		if f.must || f.needed {
			out.Required = append(out.Required, f.name)
		}
		out.Properties[f.name] = w.word(below(path, f.name), f)
	}
	if s.keys != nil {
		out.Patterns = map[string]*jsonSchema{s.keys.pattern(): w.of(path+".*", *s.item)}
	}
	return out
}

// word returns the schema of a field, with what there is to say about it.
func (w schemaWriter) word(path string, f field) *jsonSchema {
	out := w.of(path, f.shape)
	out.Description = w.texts[path].In(w.lang)
	if instead := f.instead(); instead != (Words{}) {
		out.Description += " " + words("Pas encore suivi par les appels : %s.", "Calls do not follow it yet: %s.", instead).In(w.lang)
	}
	if is := f.shape.is().In(w.lang); is != "" && f.shape.form != aMapping {
		out.Description += "\n\n" + strings.ToUpper(is[:1]) + is[1:] + "."
	}
	if preset := f.shape.preset(); preset != "" {
		out.Default = preset
		out.Description += " " + words("Sans ce mot : %s.", "Without this word: %s.", preset).In(w.lang)
	}
	return out
}

// pattern is the form of a text. It lets everything pass that the loader takes.
func (s valueShape) pattern() string {
	switch s.form {
	case aName, aNewName:
		return `^[\p{L}\p{M}\p{Nd}_-]+$`
	case aTime:
		return `^([0-9]{1,4}h([0-9]{1,5}m)?([0-9]{1,6}s)?|[0-9]{1,5}m([0-9]{1,6}s)?|[0-9]{1,6}s)$`
	case aLongTime:
		return `^([0-9]{1,4}[dy]|([0-9]{1,4}h)?([0-9]{1,5}m)?([0-9]{1,6}s)?)$`
	case anAmount:
		return moneyForm.String()
	case aMoment:
		return `^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{1,2}:[0-9]{2}$`
	case anAddress:
		return addressForm.String()
	case someKeys:
		return `^[0-9*#, ]+$`
	case someAnswers:
		return `^ *[0-9] *- *[0-9] *$`
	case someDigits:
		return digitsForm.String()
	case aCode:
		return codeForm.String()
	case aPIN:
		return pinForm.String()
	case aText, aGoal:
		return `[^ ]`
	case aNumber, anOutlet:
		return `[0-9]`
	case aPrice:
		return priceForm.String()
	case aBudget:
		return budgetForm.String()
	case aSpan:
		return spanForm.String()
	case someDays:
		day := "(" + strings.Join(days(), "|") + ")"
		return "^" + day + "(-" + day + ")?$"
	case aDate:
		return `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`
	case aLanguage:
		return `^[a-z]{2}$`
	case aKey:
		return `^[0-9*#]$`
	case aFile:
		return fileForm.String()
	}
	return ""
}
