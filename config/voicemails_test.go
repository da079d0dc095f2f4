package config

import "testing"

// Mailboxes whose messages nobody would get by mail are told of at the first one that is written.
func TestMailboxesWithoutMail(t *testing.T) {
	rules, problems := ParseRules("rules.yaml", []byte(`version: 1
numbers:
  09 72 00 00 01: {service: sav}
services:
  sav: {open: {voicemail: zoe}}
voicemails:
  zoe: {email: zoe@example.com}
  bob: {email: bob@example.com}
`))
	if problems.Errors() {
		t.Fatal(problems)
	}
	told := CheckMailboxes(rules, nil)
	if len(told) != 1 || told[0].Code != "W140" || !told[0].Warning || told[0].Pos.Line != 7 {
		t.Errorf("without a mail server: %+v", told)
	}
	if told := CheckMailboxes(rules, &Mail{}); len(told) != 0 {
		t.Errorf("with a mail server: %+v", told)
	}
	rules.Voicemails = nil
	if told := CheckMailboxes(rules, nil); len(told) != 0 {
		t.Errorf("without mailboxes: %+v", told)
	}
}
