package main

import (
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotline/config"
	"hotline/prompt"
	"hotline/wav"
)

// TestDoctorFetches looks at a switch that fetches its sounds: what is offered, what it gets, and which module it lacks.
func TestDoctorFetches(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "hello.wav")
	if err := os.WriteFile(file, wav.Encode([]int16{1, 2, 3}), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	shelf := prompt.NewShelf()
	f := fetched{shelf: shelf, listener: l, log: nil}
	go f.serve(t.Context())
	prompts := config.Prompts{Folder: folder, HTTP: "http://" + l.Addr().String()}

	p := sick(t, config.Asterisk)
	p.Records = "/var/log/asterisk/cel-custom/hotline.csv"
	p.Fetches, p.files = true, []string{filepath.Join(p.PromptsFolder, "hello.wav"), filepath.Join(p.PromptsFolder, "none.wav")}
	empty, there := p, p
	empty.fetch(t.Context(), prompts)
	if len(empty.files) != 1 || !strings.HasPrefix(empty.files[0], prompts.HTTP+"/") || empty.unserved == nil {
		t.Errorf("not on the shelf: %v, %v", empty.files, empty.unserved)
	}
	if _, err := shelf.Put(file); err != nil {
		t.Fatal(err)
	}
	there.fetch(t.Context(), prompts)
	if there.unserved != nil {
		t.Error(there.unserved)
	}
	for _, test := range []struct {
		name   string
		p      patient
		plays  map[string]bool
		module bool
		want   []string
	}{
		{"all well", there, map[string]bool{there.files[0]: true}, true, nil},
		{"not offered", empty, map[string]bool{empty.files[0]: false}, true, []string{"prompts:wrong"}},
		{"out of reach", there, map[string]bool{there.files[0]: false}, true, []string{"prompts:wrong"}},
		{"no module", there, map[string]bool{there.files[0]: false}, false, []string{"modules:wrong", "prompts:wrong"}},
	} {
		facts := wellAsterisk(test.p)
		facts.Files = test.plays
		for _, m := range []string{"res_curl", "func_curl", "res_http_media_cache"} {
			facts.Modules[m] = test.module
		}
		if diff := cmp.Diff(test.want, bad(test.p.asterisk(facts))); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}

	p = sick(t, config.FreeSWITCH)
	p.Fetches, p.files = true, []string{filepath.Join(p.PromptsFolder, "hello.wav")}
	p.fetch(t.Context(), prompts)
	seen := wellFreeSWITCH(p)
	seen.Files, seen.Modules["mod_httapi"] = nil, false
	found := p.freeswitch(seen)
	if got := bad(found); !slices.Contains(got, "modules:wrong") || !slices.Contains(got, "prompts:unseen") {
		t.Errorf("FreeSWITCH without mod_httapi: %v", got)
	}
}
