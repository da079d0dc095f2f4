package hotline_test

import (
	"go/token"
	"strings"
	"testing"
)

// Each rule refuses the source that it is there for, with advice, and lets its harmless neighbour pass.
func TestRulesCanFail(t *testing.T) {
	lines := func(n int) string { return strings.Repeat("\n", n) }
	for _, test := range []struct {
		name, file, text string
		want             string // part of the message; empty when the source is fine
	}{
		{"layer broken", "ari/a.go", `package ari; import _ "hotline/store"`, "ari may not import store"},
		{"layer kept", "ari/a.go", `package ari; import _ "hotline/pbx"`, ""},
		{"leaf", "pbx/a.go", `package pbx; import _ "hotline/number"`, "pbx may not import number"},
		{"tests may", "pbx/a_test.go", `package pbx; import _ "hotline/number"`, ""},
		{"no place", "util/a.go", `package util`, "no place in the layers"},
		{"cmd wires", "cmd/hotline/a.go", `package main; import _ "hotline/store"`, ""},
		{"cmd top", "cmdx/a.go", `package cmdx`, "no place in the layers"},

		{"sql", "web/a.go", `package web; import "database/sql"; type A = sql.DB`, "for package store only"},
		{"sqlx in a test", "web/a_test.go", `package web; import _ "github.com/jmoiron/sqlx"`, "for package store only"},
		{"sqlite", "cmd/hotline/a.go", `package main; import _ "github.com/mattn/go-sqlite3"`, "for package store only"},
		{"sql in store", "store/a.go", `package store; import _ "database/sql"`, ""},

		{"serves", "routing/a.go", `package routing; import "net/http"; func f() { http.ListenAndServe("", nil) }`, "served by web and prompt only"},
		{"serves by another name", "ari/a.go", `package ari; import h "net/http"; func f() { _ = &h.Server{} }`, "served by web and prompt only"},
		{"asks", "ari/a.go", `package ari; import "net/http"; func f() { http.Get("") }`, ""},
		{"web serves", "web/a.go", `package web; import "net/http"; func f() { http.NewServeMux() }`, ""},

		{"sleeps", "ari/a.go", `package ari; import "time"; func f() { time.Sleep(1) }`, "time.Sleep"},
		{"test sleeps", "ari/a_test.go", `package ari; import "time"; func f() { time.Sleep(1) }`, "time.Sleep"},
		{"sleeps in a bubble", "ari/a_test.go", `package ari; import ("time"; "testing/synctest"); func f() { synctest.Wait(); time.Sleep(1) }`, ""},
		{"code in a bubble", "ari/a.go", `package ari; import ("time"; _ "testing/synctest"); func f() { time.Sleep(1) }`, "time.Sleep"},
		{"timer", "ari/a.go", `package ari; import "time"; func f() { <-time.After(1) }`, ""},

		{"long file", "ari/a.go", "package ari" + lines(601), "601 lines"},
		{"file just fits", "ari/a.go", "package ari" + lines(600), ""},
		{"long function", "ari/a.go", "package ari\nfunc f() {" + lines(100) + "}", "func f has 101 lines"},
		{"function just fits", "ari/a.go", "package ari\nfunc f() {" + lines(99) + "}", ""},

		{"counter", "ari/a.go", `package ari; var calls int`, "may hold state"},
		{"cache", "ari/a.go", `package ari; var cache = make(map[string]int)`, "may hold state"},
		{"lock", "ari/a.go", `package ari; import "sync"; var mu sync.Mutex`, "may hold state"},
		{"pointer", "ari/a.go", `package ari; type T struct{}; var t = &T{}`, "may hold state"},
		{"clock", "ari/a.go", `package ari; import "time"; var began = time.Now()`, "may hold state"},
		{"clock in a table", "ari/a.go", `package ari; import "time"; var a = []time.Time{time.Now()}`, "may hold state"},
		{"error", "ari/a.go", `package ari; import "errors"; var ErrGone = errors.New("gone")`, ""},
		{"check", "ari/a.go", `package ari; type T struct{}; type I interface{}; var _ I = (*T)(nil)`, ""},
		{"table", "ari/a.go", `package ari; var names = map[string][]int{"a": {1, 2}}`, ""},
		{"expression", "ari/a.go", `package ari; import "regexp"; var word = regexp.MustCompile("a+")`, ""},
		{"embedded", "ari/a.go", "package ari\nimport \"embed\"\n//go:embed *.sql\nvar files embed.FS", ""},
		{"test state", "ari/a_test.go", `package ari; var update bool`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, err := parse(token.NewFileSet(), test.file, test.text)
			if err != nil {
				t.Fatal(err)
			}
			var found []string
			for _, rule := range fileRules() {
				found = append(found, rule(s)...)
			}
			judge(t, found, test.want)
		})
	}
}

// Rules about a package as a whole.
func TestPackageRulesCanFail(t *testing.T) {
	type files map[string]string
	for _, test := range []struct {
		name  string
		files files
		rule  func([]source) []string
		want  string
	}{
		{"no comment", files{"ari/a.go": "package ari", "ari/a_test.go": "// Package ari is.\npackage ari"}, packageComments, "begin one file with"},
		{"not about the package", files{"ari/a.go": "// Copyright.\npackage ari"}, packageComments, "begin one file with"},
		{"comment in one file", files{"ari/a.go": "package ari", "ari/b.go": "// Package ari is a driver.\npackage ari"}, packageComments, ""},
		{"program", files{"cmd/x/a.go": "// Command x does.\npackage main"}, packageComments, ""},
		{"program without", files{"cmd/x/a.go": "package main"}, packageComments, "begin one file with"},

		{"table assigned elsewhere", files{"ari/a.go": `package ari; var t = []int{1}`, "ari/b.go": `package ari; func f() { t = nil }`}, tablesStayAsTheyAre, "t is a table"},
		{"entry assigned", files{"ari/a.go": `package ari; var t = map[int]int{}; func f() { t[1] = 2 }`}, tablesStayAsTheyAre, "t is a table"},
		{"entry counted", files{"ari/a.go": `package ari; var t = []int{1}; func f() { t[0]++ }`}, tablesStayAsTheyAre, "t is a table"},
		{"entry deleted", files{"ari/a.go": `package ari; var t = map[int]int{}; func f() { delete(t, 1) }`}, tablesStayAsTheyAre, "t is a table"},
		{"table read", files{"ari/a.go": `package ari; var t = []int{1}; func f() int { x := t[0]; x++; return x }`}, tablesStayAsTheyAre, ""},
		{"other package", files{"ari/a.go": `package ari; var t = []int{1}`, "esl/b.go": `package esl; func f() { var t int; t = 1; _ = t }`}, tablesStayAsTheyAre, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			fset := token.NewFileSet()
			var all []source
			for name, text := range test.files {
				s, err := parse(fset, name, text)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, s)
			}
			judge(t, test.rule(all), test.want)
		})
	}
}

func judge(t *testing.T, found []string, want string) {
	t.Helper()
	all := strings.Join(found, "\n")
	if want == "" && all != "" {
		t.Errorf("refused what is fine:\n%s", all)
	}
	if want != "" && !strings.Contains(all, want) {
		t.Errorf("found %q, want something with %q", all, want)
	}
}
