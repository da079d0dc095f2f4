package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"hotline/config"
	"hotline/wav"
)

func promptsListCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "Everything callers may hear, and the words that a person should record",
		Long: `List shows every prompt of the rules and every phrase that hotline speaks by itself: whether it is recorded, spoken by a
machine or missing, how long it lasts, and in which file it is. Below stand the words that a person should record, each with
the name of its file.`,
		Args: cobra.NoArgs,
		RunE: unchecked(func(cmd *cobra.Command, _ []string) error {
			rules, prompts, err := promptRules(cmd)
			if err != nil {
				return err
			}
			all := utterancesBy(rules, prompts)
			if asJSON {
				return writeIndented(cmd.OutOrStdout(), heardJSONs(all, prompts.Folder))
			}
			userTongue().printHeard(cmd.OutOrStdout(), all, prompts.Folder)
			return nil
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "for programs")
	return cmd
}

// heardListJSON is what prompts list says to programs.
type heardListJSON struct {
	Folder  string      `json:"folder"`
	Prompts []heardJSON `json:"prompts"`
}

type heardJSON struct {
	Number    int      `json:"number"` // by which prompts record and the code of the house know it
	Name      string   `json:"name"`
	BuiltIn   bool     `json:"built_in"` // a phrase of hotline, not of the rules
	Languages []string `json:"languages"`
	Words     string   `json:"words,omitempty"` // absent = only the recording knows them
	State     string   `json:"state"`           // recorded, machine or missing
	File      string   `json:"file,omitempty"`  // in the folder
	Seconds   *float64 `json:"seconds"`         // null = there is no such sound yet
	RecordAs  string   `json:"record_as"`       // the file that a recording would be
	RulesFile string   `json:"rules_file"`
	Line      int      `json:"line"`
}

func heardJSONs(all []utterance, folder string) heardListJSON {
	list := heardListJSON{Folder: folder, Prompts: []heardJSON{}}
	for i, h := range all {
		told := heardJSON{Number: i + 1, Name: h.name, BuiltIn: h.builtIn, Languages: h.langs, Words: h.words, State: h.state, File: h.file, RecordAs: h.record,
			RulesFile: h.pos.File, Line: h.pos.Line}
		if h.length > 0 {
			seconds := h.length.Seconds()
			told.Seconds = &seconds
		}
		list.Prompts = append(list.Prompts, told)
	}
	return list
}

// printHeard writes the list for a person.
func (t tongue) printHeard(out io.Writer, all []utterance, folder string) {
	if len(all) == 0 {
		wrapped(out, "", t.say("Les règles ne font rien entendre.", "The rules let nothing be heard."))
		return
	}
	count := map[string]int{}
	var rows [][]string
	for i, h := range all {
		count[h.state]++
		length := "-"
		if h.length > 0 {
			length = t.seconds(h.length)
		}
		number := ""
		if h.record != "" {
			number = strconv.Itoa(i + 1)
		}
		rows = append(rows, []string{number, t.labelOf(h), strings.Join(h.langs, " "), t.stateWord(h.state), length, orDash(h.file)})
	}
	text := kept(t.many(len(all), "annonce", "prompt")) + t.say(" : ", ": ")
	parts := []string{kept(t.say(t.many(count[stateRecorded], "enregistrée", ""), fmt.Sprintf("%d recorded", count[stateRecorded])))}
	if n := count[stateMachine]; n > 0 {
		said := "dite par une machine"
		if n > 1 {
			said = "dites par une machine"
		}
		parts = append(parts, kept(fmt.Sprintf("%d %s", n, t.say(said, "spoken by a machine"))))
	}
	if n := count[stateMissing]; n > 0 {
		lacks := "manque"
		if n > 1 {
			lacks = "manquent"
		}
		parts = append(parts, kept(fmt.Sprintf("%d %s", n, t.say(lacks, "missing"))))
	}
	wrapped(out, "", text+strings.Join(parts, ", ")+".")
	hanging(out, "", t.say("Dossier : ", "Folder: ")+folder)
	fmt.Fprintln(out)
	fitted(out, "  ", rows)
	t.printToRecord(out, all)
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

func (t tongue) stateWord(state string) string {
	return t.in(map[string]config.Words{
		stateRecorded: {FR: "enregistrée", EN: "recorded"}, stateMachine: {FR: "machine", EN: "machine"}, stateMissing: {FR: "manque", EN: "missing"},
	}[state])
}

// printToRecord writes what a person should record: the words, the file that they go into, and what is left to do then.
func (t tongue) printToRecord(out io.Writer, all []utterance) {
	begun := false
	for _, h := range all {
		if h.state == stateRecorded || h.record == "" {
			continue
		}
		if !begun {
			fmt.Fprintln(out)
			wrapped(out, "", fmt.Sprintf(t.say("À enregistrer (WAV, PCM, %d Hz, mono, 16 bits), et le fichier où mettre chacune :",
				"To record (WAV, PCM, %d Hz, mono, 16 bits), and the file to put each into:"), wav.TelephoneRate))
			begun = true
		}
		fmt.Fprintf(out, "\n  %s\n", h.record)
		words := h.words
		if words == "" {
			words = fmt.Sprintf(t.say("(les règles n'ont pas ses mots ; annonce %s, %s)", "(the rules do not have its words; prompt %s, %s)"),
				h.name, t.languagesOf(h))
		} else {
			words = fmt.Sprintf(t.say("« %s »", `"%s"`), words)
		}
		wrapped(out, "    ", words)
		if then := t.afterRecording(h); then != "" {
			wrapped(out, "    ", then)
		}
	}
	if begun {
		fmt.Fprintln(out)
		wrapped(out, "", t.say("Pour savoir si un enregistrement est bon : hotline prompts check FICHIER. Il est entendu après hotline apply, ou au prochain départ de hotline serve.",
			"To know whether a recording is good: hotline prompts check FILE. It is heard after hotline apply, or from the next start of hotline serve."))
	}
}

// afterRecording is what is left to do when a sound is recorded.
func (t tongue) afterRecording(h utterance) string {
	at := fmt.Sprintf("%s:%d", filepath.Base(h.pos.File), h.pos.Line)
	switch {
	case h.price && h.builtIn:
		return t.say("Puis une seconde de silence et un bip ; de 10 à 20 s en tout.", "Then a second of silence and a beep; 10 to 20 s in all.")
	case h.write == "":
		return ""
	case h.words == "":
		return t.in(both("Puis ajoutez %s à %s (%s).", "Then add %s to %s (%s).", h.write, h.name, at))
	}
	return t.in(both("Puis écrivez %s à la place du texte (%s).", "Then write %s instead of the text (%s).", h.write, at))
}

// labelOf names what is heard.
func (t tongue) labelOf(h utterance) string {
	if h.label != (config.Words{}) {
		return t.in(h.label)
	}
	return h.name
}

func (t tongue) languagesOf(h utterance) string {
	word := t.say("langue", "language")
	if len(h.langs) > 1 {
		word += "s"
	}
	return word + " " + strings.Join(h.langs, ", ")
}
