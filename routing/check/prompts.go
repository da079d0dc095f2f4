package check

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"hotline/config"
)

var (
	webForm    = regexp.MustCompile(`(?i)https?://\S+|\bwww\.\S+|\S+@\S+\.\S+`)
	digitsForm = regexp.MustCompile(`\d{6,}`)
	secretForm = regexp.MustCompile(`(?i)(mots? de passe|mdp|password|passwd|secret|token|jeton|api[ _-]?key)\s*[:=]\s*\S{4,}`)
)

// prompts looks at what is spoken, and whether anybody hears it.
func (c *checker) prompts() {
	heard := map[station]bool{}
	for _, to := range c.links {
		for _, s := range to {
			heard[s] = true
		}
	}
	for _, name := range names(c.rules.Prompts) {
		p := c.rules.Prompts[name]
		if !heard[station{aPrompt, name}] {
			c.warn(c.rules.At(p.Pos), "W543", words("personne n'entend l'annonce %s", "nobody hears prompt %s", name),
				words("Aucune étape, aucun menu ne la nomme.", "No step and no menu names it."),
				words("enlevez-la, ou jouez-la : {play: %s}.", "remove it, or play it: {play: %s}.", name))
		}
		c.sameFile(p)
		for _, lang := range c.rules.Languages {
			c.spoken(p, lang)
		}
	}
}

// sameFile warns of one recording that is named for two languages, one by one.
func (c *checker) sameFile(p *config.Prompt) {
	for i, lang := range c.rules.Languages {
		for _, other := range c.rules.Languages[:i] {
			file := p.Files[lang]
			if file == "" || file != p.Files[other] {
				continue
			}
			if c.rules.Has(p.Pos, lang) {
				c.warn(c.rules.Value(p.Pos, lang, "file"), "W544", words("l'annonce %s est le même fichier en %s et en %s", "prompt %s is the same file in %s and in %s", p.Name, other, lang),
					words("Qui a choisi %s entend %s.", "Whoever chose %s hears %s.", lang, file),
					words("nommez l'enregistrement de chaque langue, ou écrivez %s: {file: %s} s'il n'a pas de paroles.", "name the recording of each language, or write %s: {file: %s} if nobody speaks in it.", p.Name, file))
			}
		}
	}
}

// spoken warns of what a machine reads badly.
func (c *checker) spoken(p *config.Prompt, lang string) {
	text := p.Texts[lang]
	what := webForm.FindString(text)
	if what == "" {
		what = digitsForm.FindString(text)
	}
	if what == "" {
		return
	}
	at := c.rules.Value(p.Pos, lang)
	if at.Pos == p.Pos {
		at = c.rules.Value(p.Pos)
	}
	c.warn(at, "W545", words("« %s » sera mal dit par une machine", `"%s" will be spoken badly by a machine`, what),
		words("Une adresse est lue lettre à lettre, un long nombre comme une quantité.", "An address is read letter by letter, a long number as a quantity."),
		words("écrivez-le comme on le dit : 08 09 40 01 00, électro durand point fr.", "write it as people say it: 08 09 40 01 00, electro durand dot fr."))
}

// secrets looks for what should not be in the rules: passwords, which everybody who reads them would see, and characters
// that are not what they seem.
func (c *checker) secrets() {
	for _, f := range c.rules.Source {
		for i, line := range strings.Split(string(f.Data), "\n") {
			if m := secret(line); m != nil {
				at := config.Place{Pos: config.Pos{File: f.Name, Line: i + 1, Column: utf8.RuneCountInString(line[:m[0]]) + 1}, Width: utf8.RuneCountInString(line[m[0]:m[1]])}
				c.warn(at, "W851", words("un mot de passe dans le fichier de règles ?", "a password in the rules file?"),
					words("Ce fichier est gardé à chaque version, et lu par tous ceux qui y écrivent.", "This file is kept with each version, and read by everybody who edits it."),
					words("enlevez-le ; les secrets sont dans hotline.yaml (file: ou env:).", "remove it; secrets are in hotline.yaml (file: or env:)."))
			}
		}
	}
	c.rules.EachText(c.hidden)
}

// secret returns where in a line a password seems to be. The search by form is slow, and most lines have none of its words.
func secret(line string) []int {
	lower := strings.ToLower(line)
	for _, word := range []string{"passe", "mdp", "passw", "secret", "token", "jeton", "api"} {
		if strings.Contains(lower, word) {
			return secretForm.FindStringIndex(line)
		}
	}
	return nil
}

func (c *checker) hidden(at config.Place, text string) {
	for _, r := range text {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
			c.fail(at, "E850",
				words("un caractère caché (U+%04X) dans un texte", "a hidden character (U+%04X) in a text", r),
				words("Il change ce que l'on voit à l'écran, ou ce qu'un autre programme lit.", "It changes what is seen on a screen, or what another program reads."),
				words("enlevez « \\ » et ce qui suit.", `remove "\" and what follows.`))
			return
		}
	}
}
