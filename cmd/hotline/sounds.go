package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"hotline/billing"
	"hotline/config"
	"hotline/prompt"
	"hotline/routing"
)

// checkSounds says everything that is wrong with the sounds: those of the rules, and those that hotline makes.
func checkSounds(rules *config.Rules, prompts config.Prompts) config.Problems {
	announced := config.CheckAnnouncements(rules, prompts.Folder, prompts.Speech)
	for _, line := range rules.Lines {
		if recordedPrices(line, prompts) {
			announced = slices.DeleteFunc(announced, func(p config.Problem) bool { return p.Pos == line.Announcement.Pos })
		}
	}
	return append(config.CheckPrompts(rules, prompts.Folder), announced...)
}

// recordedPrices says whether hotline tells the prices of a line by recordings of its own words, all of them: then there is no
// machine to be complained of.
func recordedPrices(line config.Line, prompts config.Prompts) bool {
	studio := prompt.Studio{Folder: prompts.Folder}
	all := toldBy(line)
	return len(all) > 0 && !slices.ContainsFunc(all, func(p billing.Price) bool { return studio.Name(told(p)) != told(p).Phrase().File() })
}

// tellSounds logs what callers will not hear as they should. What has to be made is not looked for: it is made.
func tellSounds(rules *config.Rules, prompts config.Prompts, log *slog.Logger) {
	for _, p := range checkSounds(rules, prompts) {
		switch {
		case p.Warning || p.Code == "E606":
		case p.Code == "E506":
			log.Error("announcement of a price not as long as the law wants it", "at", p.Pos, "why", p.Title.EN)
		default:
			log.Error("sound file unusable; callers will not hear it", "at", p.Pos, "why", p.Title.EN)
		}
	}
}

// makeSounds makes what nobody has recorded. Without the announcement of a price no call to its number could ever be
// answered, so that its lack is an error; without a text a call goes on, as it does when a recording is missing; warnings
// before a limit are a courtesy.
func makeSounds(ctx context.Context, rules *config.Rules, prompts config.Prompts, log *slog.Logger) (routing.Sounds, error) {
	sounds := routing.Sounds{Rules: rules, Folder: prompts.Folder, Prices: map[string]string{}, Warnings: map[time.Duration]string{}}
	speech, err := prompt.ParseSpeech(prompts.Speech)
	if err != nil {
		return sounds, err
	}
	studio := prompt.Studio{Folder: prompts.Folder, Speech: speech}
	sounds.Texts = speakTexts(ctx, rules, studio, log)
	if len(rules.Voicemails) > 0 {
		if sounds.Beep, err = studio.Beeps(1); err != nil {
			log.Warn("no beep tells callers when to speak to a mailbox", "err", err)
		}
	}
	speakPhrases(ctx, rules, studio, log)
	limited := len(rules.Goals) > 0 // the longest talk of a transfer
	for _, line := range rules.Lines {
		limited = limited || line.MaxLength > 0
		for _, text := range surcharges(line) {
			price, err := billing.ParsePrice(text)
			if err != nil {
				return sounds, fmt.Errorf("%s: %w", line.Pos, err)
			}
			_, ends := billing.Limit(price)
			limited = limited || ends
			if !spoken(line) {
				continue
			}
			file, err := studio.Announcement(ctx, told(price))
			if err != nil {
				return sounds, fmt.Errorf("%s: the price of %s cannot be announced: %w; mend that (prompts in hotline.yaml), or record the announcement and write announcement: {play: name}",
					line.Announcement.Pos, line.Number.Pretty(), err)
			}
			sounds.Prices[text] = file
			if recording := told(price).Phrase().File(); file != recording && exists(filepath.Join(prompts.Folder, recording)) {
				log.Warn("a recording of the price is not used; hotline prompts check says why", "file", recording)
			}
			log.Info("price announced by hotline", "number", line.Number, "price", text, "file", file)
		}
	}
	if limited {
		warnings(sounds, studio, log)
	}
	sounds.Fitted = fitSounds(sounds.Files(), studio, log)
	return sounds, nil
}

// fitSounds makes of recordings that switches do not play as they are such that they do. One that is missing is told elsewhere.
func fitSounds(files []string, studio prompt.Studio, log *slog.Logger) map[string]string {
	fitted := map[string]string{}
	for _, file := range files {
		if !exists(filepath.Join(studio.Folder, file)) {
			continue
		}
		switch made, err := studio.Fit(file); {
		case errors.Is(err, prompt.ErrUnfit): // the check of the rules has said so
		case err != nil:
			log.Warn("a recording is left as it is; the switch may not play it", "file", file, "err", err)
		case made != file:
			fitted[file] = made
			log.Info("a recording was brought to the form of a telephone", "file", file, "made", made)
		}
	}
	return fitted
}

// warnings makes the beeps before the limit of a call.
func warnings(sounds routing.Sounds, studio prompt.Studio, log *slog.Logger) {
	var err error
	for before, beeps := range map[time.Duration]int{routing.FirstWarning: 1, routing.LastWarning: 2} {
		if sounds.Warnings[before], err = studio.Beeps(beeps); err != nil {
			log.Warn("nobody is warned before the limit of a call: the beeps cannot be written", "left", before, "err", err)
			delete(sounds.Warnings, before)
		}
	}
}

// speakTexts has the texts of the rules spoken.
func speakTexts(ctx context.Context, rules *config.Rules, studio prompt.Studio, log *slog.Logger) map[config.Text]string {
	spoken := map[config.Text]string{}
	for _, text := range rules.Texts() {
		file, err := studio.Text(ctx, text.Lang, text.Words)
		if err != nil {
			log.Error("text not spoken; callers will not hear it", "text", text.Words, "lang", text.Lang, "err", err)
			continue
		}
		spoken[text] = file
	}
	return spoken
}

// speakPhrases has those of hotline's own phrases spoken that calls will need, so that no caller waits for them.
func speakPhrases(ctx context.Context, rules *config.Rules, studio prompt.Studio, log *slog.Logger) {
	for _, p := range routing.Phrases(rules) {
		if _, err := studio.Phrase(ctx, p); err != nil {
			log.Error("phrase not spoken; callers will not hear it", "phrase", p.Name(), "lang", p.Lang, "err", err)
		}
	}
}

// surcharges are the prices that the line has or will have.
func surcharges(line config.Line) (texts []string) {
	for _, d := range line.Price {
		if text := line.Price.SurchargeAt(d.From); text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

// spoken says whether a machine speaks the price of a line.
func spoken(line config.Line) bool {
	return line.Announcement.By == config.BySelf && line.Announcement.Prompt == ""
}

func told(p billing.Price) prompt.Price {
	return prompt.Price{PerCall: int64(p.PerCall), PerMinute: int64(p.PerMinute)}
}

// madeSounds are the names of the files that speak texts and prices, of those that serve has made so far.
func madeSounds(rules *config.Rules, prompts config.Prompts) (files []string) {
	speech, err := prompt.ParseSpeech(prompts.Speech)
	if err != nil {
		return nil
	}
	studio := prompt.Studio{Folder: prompts.Folder, Speech: speech}
	for _, text := range rules.Texts() {
		files = append(files, studio.TextName(text.Lang, text.Words))
	}
	for _, line := range rules.Lines {
		for _, price := range toldBy(line) {
			files = append(files, studio.Name(told(price)))
		}
	}
	return slices.DeleteFunc(files, func(file string) bool {
		_, err := os.Stat(filepath.Join(prompts.Folder, file))
		return err != nil
	})
}
