package config

import "testing"

func TestLowScoresWithoutMail(t *testing.T) {
	rules, problems := ParseRules("rules.yaml", []byte("version: 1\nnumbers: {0972000001: {service: sav}}\nservices: {sav: {open: {survey: avis}}}\n"+
		"surveys:\n  avis: {questions: [{id: note, play: note, keys: 1-5}], low_score: {at_most: 2, tell: supervisor}}\n"+
		"  bref: {questions: [{id: note, play: note, keys: 1-5}]}\nprompts: {note: \"Notez-nous.\"}\n"))
	if problems.Errors() {
		t.Fatal(problems)
	}
	for _, mail := range []*Mail{nil, {Host: "smtp"}} {
		if told := CheckLowScores(rules, mail); len(told) != 1 || told[0].Code != "W156" || !told[0].Warning || told[0].Pos.Line != 5 {
			t.Errorf("%+v", told)
		}
	}
	if told := CheckLowScores(rules, &Mail{Owner: "boss@example.com"}); told != nil {
		t.Errorf("%+v", told)
	}
}
