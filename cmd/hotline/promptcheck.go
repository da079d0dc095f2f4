package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hotline/config"
	"hotline/number"
	"hotline/prompt"
	"hotline/wav"
)

func promptsCheckCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check [FILE...]",
		Short: "Say which recordings callers would not hear well, and how to mend them",
		Long: `Check listens to every sound file that callers may hear, or to FILE: whether a switch can play it, how loud it is, whether it
is distorted, how much silence there is at its ends, how long it lasts. What a machine speaks is checked once it has been
made. Levels are in dB below the loudest there can be.

Exit status: 0 all are good, 1 some have to be mended, 2 they could not be checked.`,
		Example: "  hotline prompts check\n  hotline prompts check welcome.wav",
		RunE: unchecked(func(cmd *cobra.Command, args []string) error {
			var files []listened
			if len(args) > 0 {
				for _, file := range args {
					files = append(files, listen("", utterance{name: file, file: file}))
				}
			} else {
				rules, prompts, err := promptRules(cmd)
				if err != nil {
					return err
				}
				files = listenToAll(rules, prompts)
			}
			bad := slices.ContainsFunc(files, func(l listened) bool { return !l.good() })
			var err error
			if asJSON {
				err = writeIndented(cmd.OutOrStdout(), userTongue().listenedJSONs(files))
			} else {
				userTongue().printListened(cmd.OutOrStdout(), files)
			}
			if err == nil && bad {
				cmd.SilenceUsage, cmd.SilenceErrors = true, true
				return &exitError{code: exitRefused}
			}
			return err
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "for programs")
	return cmd
}

// A listened is a sound file, and what was found of it.
type listened struct {
	utterance
	problem *config.Problem // why no switch can play it
	measure prompt.Measure  // of what can be played
	faults  []prompt.Fault
}

func (l listened) good() bool { return l.problem == nil && len(l.faults) == 0 }

// listenToAll listens to each file once, as strictly as the strictest who plays it. What a machine has still to make is left
// out; a recording of a phrase that is not used because it is bad is not.
func listenToAll(rules *config.Rules, prompts config.Prompts) (files []listened) {
	var all []utterance
	for _, h := range utterancesBy(rules, prompts) {
		if h.builtIn && h.file != h.record && soundLength(prompts.Folder, h.record) > 0 {
			refused := h
			refused.file = h.record
			all = append(all, refused)
		}
		if h.file == "" || h.state == stateMachine && h.length == 0 || h.state == stateMissing && h.words != "" {
			continue
		}
		all = append(all, h)
	}
	for _, h := range all {
		i := slices.IndexFunc(files, func(l listened) bool { return l.file == h.file })
		switch {
		case i < 0:
			files = append(files, listen(prompts.Folder, h))
		case h.price && !files[i].price:
			files[i] = listen(prompts.Folder, h)
		}
	}
	return files
}

// listen looks at a file and measures it.
func listen(folder string, h utterance) listened {
	l := listened{utterance: h}
	const lang = "fr" // which language stands for the file does not matter
	alone := &config.Rules{Languages: []string{lang}, Prompts: map[string]*config.Prompt{h.name: {Name: h.name, Files: map[string]string{lang: h.file}, Pos: h.pos}}}
	if problems := config.CheckPrompts(alone, folder); len(problems) > 0 {
		l.problem = &problems[0]
		return l
	}
	f, err := os.Open(filepath.Join(folder, h.file))
	if err == nil {
		defer f.Close() // only read from: closing can lose nothing
		var sound []int16
		var rate int
		if sound, rate, err = wav.Read(f); err == nil {
			l.measure = prompt.Listen(sound)
			if l.fitted(folder) {
				clipped := l.measure.Clipped
				l.measure = prompt.Listen(prompt.Fitted(sound, rate))
				l.measure.Clipped = clipped
			}
			shortest, longest := l.limits()
			l.faults = l.measure.Faults(shortest, longest)
			return l
		}
	}
	p := config.NewProblem(h.pos, 0, "E501", config.NewWords("le fichier %s est illisible", "the file %s is unreadable", h.file),
		config.Words{FR: err.Error(), EN: err.Error()}, config.NewWords("vérifiez ses droits.", "check its permissions."))
	l.problem = &p
	return l
}

// fitted says whether hotline plays something that it makes of the file.
func (l listened) fitted(folder string) bool {
	f, err := os.Open(filepath.Join(folder, l.file))
	if err != nil {
		return false
	}
	defer f.Close() // only read from: closing can lose nothing
	form, _, err := wav.ReadHeader(f)
	return err == nil && form != wav.Telephone()
}

// limits are how short and how long it may be.
func (l listened) limits() (shortest, longest time.Duration) {
	if l.price {
		return prompt.Shortest, prompt.Longest
	}
	return prompt.WordLimit, prompt.LengthLimit
}

// what says what is wrong, each in a sentence.
func (l listened) what() (all []config.Words) {
	if l.problem != nil {
		all = append(all, l.problem.Title)
		if l.problem.Code == "E502" {
			all = append(all, l.problem.Why)
		}
		return all
	}
	for _, f := range l.faults {
		all = append(all, l.faultWords(f))
	}
	return all
}

func (l listened) faultWords(f prompt.Fault) config.Words {
	m := l.measure
	lasts := oneDecimal(m.Length.Seconds())
	switch f {
	case prompt.Silent:
		return both("On n'y entend rien.", "Nothing can be heard in it.")
	case prompt.Clipped:
		return both("Saturé (%s) : c'était trop fort, et le son y est abîmé.", "Clipped (%s): it was too loud, and the sound is damaged there.", amount(m.Clipped, "endroit", "place"))
	case prompt.Loud:
		return both("Trop fort : crête à %s dB, %s dB au plus.", "Too loud: peak at %s dB, at most %s dB.", oneDecimal(m.Peak), oneDecimal(prompt.PeakLimit))
	case prompt.Quiet:
		return both("Trop faible : voix à %s dB, %s dB au moins.", "Too quiet: voice at %s dB, at least %s dB.", oneDecimal(m.Speech), oneDecimal(prompt.QuietLimit))
	case prompt.Noisy:
		return both("Bruyant : il y a presque autant de bruit que de voix.", "Noisy: there is nearly as much noise as voice.")
	case prompt.Lead:
		return both("Silence de %s s au début, %s s au plus.", "Silence of %s s at the beginning, at most %s s.", oneDecimal(m.Before.Seconds()), oneDecimal(prompt.LeadLimit.Seconds()))
	case prompt.Tail:
		return both("Silence de %s s à la fin, %s s au plus.", "Silence of %s s at the end, at most %s s.", oneDecimal(m.After.Seconds()), oneDecimal(prompt.TailLimit.Seconds()))
	}
	switch shortest, longest := l.limits(); {
	case l.price:
		return both("Dure %s s ; l'annonce d'un prix dure de %d à %d s, bip compris.", "Lasts %s s; the announcement of a price lasts %d to %d s, with its beep.",
			lasts, int(shortest.Seconds()), int(longest.Seconds()))
	case f == prompt.Short:
		return both("Dure %s s : trop court pour être compris.", "Lasts %s s: too short to be understood.", lasts)
	default:
		return both("Dure %s s : au-delà de %d s, personne n'écoute.", "Lasts %s s: beyond %d s nobody listens.", lasts, int(longest.Seconds()))
	}
}

// oneDecimal writes 3.2 as each language does.
func oneDecimal(x float64) config.Words {
	en := fmt.Sprintf("%.1f", math.Round(x*10)/10+0) // +0 takes the sign off a zero
	return config.Words{FR: strings.Replace(en, ".", ",", 1), EN: en}
}

// remedy says what to do: what one command can mend is one command, all else is recorded anew.
func (l listened) remedy() config.Words {
	has := func(f prompt.Fault) bool { return slices.Contains(l.faults, f) }
	raised := l.measure.Speech - l.measure.Peak + sweetPeak
	switch {
	case l.problem != nil:
		return l.problem.Fix
	case has(prompt.Silent):
		return both("enregistrez-le de nouveau ; le micro était-il branché ?", "record it anew; was the microphone plugged in?")
	case has(prompt.Short), has(prompt.Long):
		return both("enregistrez-le de nouveau.", "record it anew.")
	case has(prompt.Clipped):
		return both("enregistrez-le de nouveau, plus loin du micro ou avec moins de gain ; le baisser après coup ne répare rien.",
			"record it anew, farther from the microphone or with less gain; turning it down afterwards mends nothing.")
	case has(prompt.Quiet) && raised < prompt.QuietLimit:
		return both("enregistrez-le de nouveau, plus près du micro.", "record it anew, nearer to the microphone.")
	}
	command := "sox " + l.file + " %s"
	if has(prompt.Lead) || has(prompt.Tail) {
		command += " silence 1 0.02 1%% reverse silence 1 0.02 1%% reverse pad 0.1 0.1"
	}
	if has(prompt.Loud) || has(prompt.Quiet) {
		command += fmt.Sprintf(" norm %d", sweetPeak)
	}
	return both(command, command, both("nouveau.wav", "new.wav"))
}

// sweetPeak is where the peak of a good recording is, in dB.
const sweetPeak = -4

// printListened writes what was found for a person.
func (t tongue) printListened(out io.Writer, files []listened) {
	if len(files) == 0 {
		wrapped(out, "", t.say("Aucun fichier son à vérifier : hotline prompts list dit ce qu'il faut enregistrer.",
			"There is no sound file to check: hotline prompts list says what to record."))
		return
	}
	g := grid{right: "lrrr"}
	g.add(t.say("fichier", "file"), t.say("durée", "length"), t.say("crête", "peak"), t.say("voix", "voice"), "")
	bad := 0
	for _, l := range files {
		verdict := t.say("bon", "good")
		if !l.good() {
			verdict = t.say("à reprendre", "to mend")
			bad++
		}
		g.add(append(append([]string{number.CleanName(l.file)}, t.levels(l)...), verdict)...)
	}
	g.print(out, "  ")
	for _, l := range files {
		if l.good() {
			continue
		}
		fmt.Fprintf(out, "\n%s\n", number.CleanName(l.file))
		for _, w := range l.what() {
			wrapped(out, "  ", t.sentence(w))
		}
		wrapped(out, "  ", t.say("À faire : ", "To do: ")+t.in(l.remedy()))
	}
	fmt.Fprintln(out)
	var text string
	switch {
	case bad == 0 && len(files) == 1:
		text = t.say("Ce fichier est bon.", "This file is good.")
	case bad == 0:
		text = fmt.Sprintf(t.say("Les %d fichiers son sont bons.", "All %d sound files are good."), len(files))
	default:
		text = fmt.Sprintf(t.say("À reprendre : %d sur %d.", "To mend: %d of %d."), bad, len(files))
	}
	wrapped(out, "", text)
}

// sentence begins and ends as one.
func (t tongue) sentence(w config.Words) string {
	return strings.TrimSuffix(capital(t.in(w)), ".") + "."
}

// levels are the columns of what was measured.
func (t tongue) levels(l listened) []string {
	if l.problem != nil {
		return []string{"-", "-", "-"}
	}
	return []string{t.seconds(l.measure.Length), t.level(l.measure.Peak), t.level(l.measure.Speech)}
}

func (t tongue) level(db float64) string {
	if math.IsInf(db, 0) {
		return "-"
	}
	return t.in(oneDecimal(db)) + " dB"
}

// listenedJSON is a sound file as prompts check tells programs of it. Its sentences are in the language of who asks.
type listenedJSON struct {
	File          string         `json:"file"`
	Good          bool           `json:"good"`
	Faults        []prompt.Fault `json:"faults"`         // and missing, or format
	Problems      []string       `json:"problems"`       // the same as sentences
	Fix           string         `json:"fix,omitempty"`  // what to do
	Seconds       *float64       `json:"seconds"`        // null = cannot be played
	Peak          *float64       `json:"peak_db"`        // null = nothing is heard
	Speech        *float64       `json:"speech_db"`      // null = nothing is heard
	SilenceBefore float64        `json:"silence_before"` // in seconds
	SilenceAfter  float64        `json:"silence_after"`  // in seconds
	Clipped       int            `json:"clipped"`        // places
}

type listenedListJSON struct {
	OK    bool           `json:"ok"`
	Files []listenedJSON `json:"files"`
}

func (t tongue) listenedJSONs(files []listened) listenedListJSON {
	list := listenedListJSON{OK: true, Files: []listenedJSON{}}
	number := func(x float64) *float64 {
		if math.IsInf(x, 0) {
			return nil
		}
		return &x
	}
	for _, l := range files {
		m := l.measure
		told := listenedJSON{File: l.file, Good: l.good(), Faults: append([]prompt.Fault{}, l.faults...), Problems: []string{}}
		for _, w := range l.what() {
			told.Problems = append(told.Problems, t.sentence(w))
		}
		switch {
		case l.problem == nil:
			told.Seconds, told.Peak, told.Speech = number(m.Length.Seconds()), number(m.Peak), number(m.Speech)
			told.SilenceBefore, told.SilenceAfter, told.Clipped = m.Before.Seconds(), m.After.Seconds(), m.Clipped
		case l.problem.Code == "E502":
			told.Faults = append(told.Faults, "format")
		default:
			told.Faults = append(told.Faults, "missing")
		}
		if !told.Good {
			told.Fix = t.in(l.remedy())
		}
		list.OK = list.OK && told.Good
		list.Files = append(list.Files, told)
	}
	return list
}
