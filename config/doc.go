// Package config turns the two files of hotline into values: hotline.yaml, which the administrator of the machine writes,
// and rules.yaml, which says what happens to a call and which somebody edits who is no programmer.
//
// Its one guarantee: a file is taken whole or refused whole. Everything that is wrong is reported at once, each with
// file, line and column, the line itself, the reason and what to do, in French and in English; and a file that is
// empty, cut off, misspelt or unreadable is never mistaken for a smaller configuration.
//
//	rules, problems := config.LoadRules("rules.yaml")
//	if problems.Errors() {
//		problems.Print(os.Stderr, "fr")
//	}
package config
