package e2e

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hotline/e2e/phone"
)

const surveyRules = `version: 1
company: Essai
languages: [fr]
numbers: {01 40 00 01 01: {service: sav}}
services: {sav: {purpose: after_sales, open: {queue: sav}}}
queues: {sav: {agents: [marie, paul], survey: satisfaction, on_nobody: hangup}}
agents: {marie: {phone: 101}, paul: {phone: 102}}
surveys: {satisfaction: {questions: [{id: aide, play: aide, keys: 1-2}, {id: note, play: note, keys: 1-5}]}}
prompts: {aide: {file: aide.wav}, note: {file: note.wav}}
`

// TestSurvey lets an agent hang up first: the caller hears the questions, cuts the first short with a key, and hears the second again
// after hotline was killed. Who hangs up first is asked nothing.
func TestSurvey(t *testing.T) {
	h := newHouse(t)
	h.write("rules.yaml", surveyRules)
	writeToneOf(t, filepath.Join(h.dir, "prompts", "aide.wav"), speechTone, 5*time.Second)
	writeToneOf(t, filepath.Join(h.dir, "prompts", "note.wav"), beepTone, 3*time.Second)
	writeTone(t, filepath.Join(h.dir, "prompts", "phrase-survey-thanks-fr.wav"), time.Second) // of 300 Hz
	h.desk("101", phone.Answer(200*time.Millisecond))
	h.serve(open)
	caller := h.call("0612345678", "0140000101")
	marie := h.rung("101", nil)
	h.talk(caller, marie)
	caller.Press("5") // is for marie
	ctx, cancel := h.patience()
	defer cancel()
	if err := marie.WaitKeys(ctx, "5"); err != nil {
		t.Error(err)
	}
	marie.Hangup()
	h.hears(caller, speechTone)
	pressed := time.Now()
	caller.Press("2")
	h.hears(caller, beepTone)
	t.Logf("the next question %s after a key of 100 ms", time.Since(pressed).Round(time.Millisecond))
	h.kill()
	h.serve(open)
	h.hears(caller, beepTone)
	h.silent(caller) // the question is over, and the answer waited for
	caller.Press("4")
	h.hears(caller, 300)
	wait(t, caller)

	other := h.call("0612345679", "0140000101")
	h.talk(other, h.rung("101", marie))
	other.Hangup()
	all := h.records(2)
	if r := all[0]; r.Agent != "marie" || r.Talked > r.Legs[0].Ended.Sub(r.Legs[0].Answered)-4*time.Second || !r.Legs[1].Ended.Before(r.Legs[0].Ended) {
		t.Errorf("the talk has the questions in it: %+v", r)
	}
	h.agrees(all[0], caller)
	out := h.run("survey", "--csv", "--separator", ",")
	for _, want := range []string{"satisfaction,aide,2,marie,sav\n", "satisfaction,note,4,marie,sav\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if n := strings.Count(out, "\n"); n != 3 {
		t.Errorf("%d lines:\n%s", n, out)
	}
	h.empty()
}
