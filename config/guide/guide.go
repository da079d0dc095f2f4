// Package guide writes docs/rules.md and docs/regles.md: what somebody reads who edits a rules file. The tables in them come
// from the words that the loader reads, the rest from the texts beside this file, whose examples a test holds against it.
package guide

import (
	"embed"
	"fmt"
	"strings"
	"text/template"

	"hotline/config"
)

//go:embed rules.md regles.md
var texts embed.FS

// Text is the guide in the language, fr or en, as Markdown.
func Text(lang string) (string, error) {
	vocabulary, err := config.Vocabulary()
	if err != nil {
		return "", err
	}
	w := writer{lang: lang, words: make(map[string]config.Word)}
	w.index(vocabulary)
	w.words[""] = config.Word{Words: vocabulary}
	name := File(lang)
	t, err := template.New(name).Funcs(template.FuncMap{"words": w.table, "choices": w.choices}).ParseFS(texts, name)
	if err != nil {
		return "", fmt.Errorf("the text of the guide: %w", err)
	}
	var out strings.Builder
	if err := t.Execute(&out, nil); err != nil {
		return "", fmt.Errorf("write the guide: %w", err)
	}
	return out.String(), nil
}

// File is the name of the guide in the language, in the folder docs.
func File(lang string) string { return config.Words{FR: "regles.md", EN: "rules.md"}.In(lang) }

// A writer writes tables of words.
type writer struct {
	lang  string
	words map[string]config.Word // by path
}

func (w writer) say(fr, en string) string { return config.Words{FR: fr, EN: en}.In(w.lang) }

func (w writer) index(list []config.Word) {
	for _, word := range list {
		w.words[word.Path] = word
		w.index(word.Words)
	}
}

// table tells all words below one.
func (w writer) table(path string) (string, error) {
	word, ok := w.words[path]
	if !ok || len(word.Words) == 0 {
		return "", fmt.Errorf("there are no words below %q", path)
	}
	var out strings.Builder
	out.WriteString(w.say("| Mot | Ce qu'on y écrit | Sans ce mot | À quoi il sert |\n", "| Word | What you write | Without it | What it is for |\n") + "|---|---|---|---|\n")
	w.rows(&out, "", word, make(map[string]bool))
	return strings.TrimSuffix(out.String(), "\n"), nil
}

// rows are those of the words below one, and of those below them. Words that have a table of their own elsewhere, such as
// those of prices, are left to it.
func (w writer) rows(out *strings.Builder, above string, of config.Word, told map[string]bool) {
	for _, word := range of.Words {
		elsewhere := above != "" && !strings.HasPrefix(word.Path, of.Path+".") || of.Path == "" && word.Path == "step"
		if elsewhere || word.Name == "*" || told[word.Path] {
			continue
		}
		told[word.Path] = true
		without := "-"
		switch {
		case word.Required:
			without = w.say("**obligatoire**", "**needed**")
		case word.Default != "":
			without = "`" + word.Default + "`"
		}
		text := word.Text.In(w.lang)
		if word.Instead != (config.Words{}) {
			text += w.say(" *Pas encore suivi par les appels : ", " *Calls do not follow it yet: ") + word.Instead.In(w.lang) + ".*"
		}
		if choices := w.listed(word); choices != "" {
			text += "<br>" + choices
		}
		fmt.Fprintf(out, "| %s`%s` | %s | %s | %s |\n", above, word.Name, cell(word.Is.In(w.lang)), without, cell(text))
		if of.Path != "" {
			w.rows(out, above+"`"+word.Name+"` ", word, told)
		}
	}
}

// listed are the choices of a word in one line.
func (w writer) listed(word config.Word) string {
	var list []string
	for _, c := range word.Choices {
		if text := c.Text.In(w.lang); text != "" && c.Name != "true" && c.Name != "false" && len(word.Choices) > 1 && len(word.Choices) < 6 {
			list = append(list, "`"+c.Name+"` : "+text)
		}
	}
	if w.lang != "fr" {
		return strings.ReplaceAll(strings.Join(list, "<br>"), "` : ", "`: ")
	}
	return strings.Join(list, "<br>")
}

// choices tells the words that can stand behind one.
func (w writer) choices(path string) (string, error) {
	word, ok := w.words[path]
	if !ok || len(word.Choices) == 0 {
		return "", fmt.Errorf("there are no choices for %q", path)
	}
	var out strings.Builder
	fmt.Fprintf(&out, "| `%s` | |\n|---|---|\n", word.Name)
	for _, c := range word.Choices {
		fmt.Fprintf(&out, "| `%s` | %s |\n", c.Name, cell(c.Text.In(w.lang)))
	}
	return strings.TrimSuffix(out.String(), "\n"), nil
}

// cell keeps a text from ending its cell.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
