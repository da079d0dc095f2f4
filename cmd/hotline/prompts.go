package main

import (
	"cmp"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hotline/billing"
	"hotline/config"
	"hotline/prompt"
	"hotline/routing"
	"hotline/wav"
)

// promptsCommand is `hotline prompts`: what callers hear, and how well.
func promptsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "prompts",
		Short: "What callers hear: what to record, record it, check it",
		Long: `Prompts tells what callers may hear: the prompts of the rules, and the phrases that hotline knows by itself. A machine
speaks what nobody has recorded; a person does it better.`,
		Args: cobra.NoArgs, RunE: helpOnly,
	}
	cmd.AddCommand(promptsListCommand(), promptsRecordCommand(), promptsCheckCommand())
	return cmd
}

// States of what callers hear.
const (
	stateRecorded = "recorded"
	stateMachine  = "machine"
	stateMissing  = "missing"
)

// An utterance is something that callers may hear, in one language or with one file for several.
type utterance struct {
	name    string // of the prompt in the rules, or of the phrase
	langs   []string
	words   string // "" = only the recording knows them
	file    string // in the folder of the prompts; "" = the rules name none
	state   string
	length  time.Duration // 0 = not there, or not readable
	record  string        // the file that a recording of it would be
	pos     config.Pos    // in the rules
	write   string        // what the rules then say instead; "" = nothing has to be changed in them
	builtIn bool          // hotline knows the phrase by itself
	label   config.Words  // of a phrase, for people
	price   bool          // it tells a price: the law says how long it lasts
}

// utterancesBy is all that callers may hear by the rules.
func utterancesBy(rules *config.Rules, prompts config.Prompts) (all []utterance) {
	speech, err := prompt.ParseSpeech(prompts.Speech)
	studio := prompt.Studio{Folder: prompts.Folder, Speech: speech}
	speaks := err == nil && speech.Installed()
	for _, name := range slices.Sorted(maps.Keys(rules.Prompts)) {
		all = append(all, utterancesOf(rules.Prompts[name], rules.Languages, studio)...)
	}
	for _, line := range rules.Lines {
		for i := range all {
			all[i].price = all[i].price || line.Announcement.By == config.BySelf && all[i].name == line.Announcement.Prompt
		}
	}
	for _, line := range rules.Lines {
		for _, price := range toldBy(line) {
			p := told(price)
			phrase := p.Phrase()
			if slices.ContainsFunc(all, func(h utterance) bool { return h.builtIn && h.record == phrase.File() }) {
				continue
			}
			all = append(all, utterance{name: phrase.Name(), langs: []string{phrase.Lang}, words: phrase.Words, file: studio.Name(p), state: stateMachine,
				record: phrase.File(), pos: line.Announcement.Pos, builtIn: true, price: true,
				label: both("prix %s", "price %s", config.Words{FR: price.FR(), EN: price.EN()})})
		}
	}
	for _, p := range routing.Phrases(rules) {
		all = append(all, utterance{name: p.Name(), langs: []string{p.Lang}, words: p.Words, file: studio.PhraseName(p), state: stateMachine,
			record: p.File(), builtIn: true, label: config.Words{FR: p.Name(), EN: p.Name()}})
	}
	all = append(all, sayings(rules, studio)...)
	for i := range all {
		h := &all[i]
		h.length = soundLength(prompts.Folder, h.file)
		switch _, err := os.Stat(filepath.Join(prompts.Folder, h.file)); {
		case h.builtIn && h.file == h.record:
			h.state = stateRecorded
		case h.file != "" && err == nil: // as it was
		case h.state == stateRecorded, !speaks:
			h.state = stateMissing
		}
	}
	return all
}

// sayings are the texts of the steps say that are the same in every call. They have no name by which a recording could be played.
func sayings(rules *config.Rules, studio prompt.Studio) (all []utterance) {
	for _, p := range rules.Says() {
		for _, lang := range rules.Languages {
			words, ok := p.Texts[lang]
			if !ok || !p.Plain(lang) || slices.ContainsFunc(all, func(h utterance) bool { return h.words == words && h.langs[0] == lang }) {
				continue
			}
			all = append(all, utterance{name: "say", langs: []string{lang}, words: words, file: studio.TextName(lang, words), state: stateMachine, pos: p.Pos,
				label: both("say, l. %d", "say, l. %d", p.Pos.Line)})
		}
	}
	return all
}

// utterancesOf is a prompt of the rules in each of their languages; a language without a file of its own stands with the one whose
// file it has.
func utterancesOf(p *config.Prompt, languages []string, studio prompt.Studio) (all []utterance) {
	for _, lang := range languages {
		h := utterance{name: p.Name, langs: []string{lang}, pos: p.Pos, state: stateRecorded, file: p.Files[lang], record: p.Files[lang]}
		if words, ok := p.Texts[lang]; ok {
			h.words, h.file, h.state = words, studio.TextName(lang, words), stateMachine
		}
		if h.record == "" {
			h.record = fileNameOf(p.Name) + "-" + lang + ".wav"
			h.write = "{file: " + h.record + "}"
			if len(languages) > 1 {
				h.write = lang + ": " + h.write
			}
			if len(languages) > 1 && len(p.Files)+len(p.Texts) < 2 && h.words != "" { // which stands without its language, perhaps
				h.write = "{" + h.write + "}"
			}
		}
		i := slices.IndexFunc(all, func(other utterance) bool { return h.file != "" && other.file == h.file })
		if i >= 0 {
			all[i].langs = append(all[i].langs, lang)
			continue
		}
		all = append(all, h)
	}
	return all
}

// toldBy are the prices of a line that hotline tells in its own words.
func toldBy(line config.Line) (all []billing.Price) {
	if !spoken(line) {
		return nil
	}
	for _, text := range surcharges(line) {
		if price, err := billing.ParsePrice(text); err == nil { // check has said so
			all = append(all, price)
		}
	}
	return all
}

// soundLength is how long a sound lasts; 0 when that cannot be told.
func soundLength(folder, file string) time.Duration {
	f, err := os.Open(filepath.Join(folder, file))
	if err != nil {
		return 0
	}
	defer f.Close() // only read from: closing can lose nothing
	_, length, err := wav.ReadHeader(f)
	if err != nil {
		return 0
	}
	return length
}

// fileNameOf makes a name that every switch takes of a name that people have chosen.
func fileNameOf(name string) string {
	var parts []string
	for _, part := range strings.FieldsFunc(name, func(c rune) bool { return c == '-' || c == '_' }) {
		plain := strings.Map(func(c rune) rune {
			if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
				return c
			}
			return -1
		}, config.Fold(part))
		if plain != "" {
			parts = append(parts, plain)
		}
	}
	return cmp.Or(strings.Join(parts, "-"), "prompt")
}

// promptRules are the rules and the folder that a command about prompts looks at.
func promptRules(cmd *cobra.Command) (*config.Rules, config.Prompts, error) {
	daemonFile, err := cmd.Flags().GetString("config")
	if err != nil {
		return nil, config.Prompts{}, err
	}
	at, err := whereRules(daemonFile, cmd.Flags().Changed("config"), nil)
	if err != nil {
		return nil, config.Prompts{}, err
	}
	rules, problems := config.LoadRules(at.rules)
	return rules, at.prompts, problems.Err()
}
