package e2e

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"hotline/ari"
	"hotline/e2e/lab"
	"hotline/e2e/phone"
	"hotline/wav"
)

// Doctor rings phones beside a hotline that serves, and says what each of them did.
func TestDoctorCall(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.desk("101", phone.Answer(300*time.Millisecond))
	h.desk("103", phone.RingOnly())
	h.desk("104", phone.Busy())
	h.serve(open)
	nobody := h.startDoctor("--call", "103") // takes half a minute

	var last *far
	for name, c := range map[string]struct {
		person      func(*far)
		code        int
		heard, says string // levels
	}{
		"well":          {func(f *far) { f.HearsSound(t); f.Press("1") }, 0, "ok", "ok"},
		"says nothing":  {func(f *far) { f.HearsSound(t); f.Say(0); f.Press("1") }, 1, "ok", "wrong"},
		"hears nothing": {func(f *far) { f.HearsSound(t) }, 1, "wrong", "ok"},
		"hangs up":      {func(f *far) { f.HearsSound(t); f.Hangup() }, 0, "warning", "warning"},
	} {
		ends := h.startDoctor("--call", "101")
		last = h.rung("101", last)
		last.IsAnswered(t)
		c.person(last)
		found, code := ends()
		if code != c.code || found["call"].Level != "ok" || found["call_heard"].Level != c.heard || found["call_voice"].Level != c.says {
			t.Errorf("a phone that %s: exit status %d, %+v", name, code, found)
		}
		if name == "well" && (strings.Contains(found["call_heard"].Title, " 0 ") || strings.Contains(found["call_voice"].Title, "(0 ")) {
			t.Errorf("a phone that is well: %+v", found)
		}
		wait(t, last)
	}
	if last.From != "hotline" {
		t.Errorf("the phone shows %q", last.From)
	}
	for extension, code := range map[string]int{"104": 1, "199": 1, "15": 2, "0612345678": 2} {
		found, got := h.startDoctor("--call", extension)()
		if got != code || code == 1 && found["call"].Level != "wrong" {
			t.Errorf("--call %s: exit status %d, %+v", extension, got, found)
		}
	}
	if found, code := nobody(); code != 1 || found["call"].Level != "wrong" {
		t.Errorf("nobody picks up: exit status %d, %+v", code, found)
	}
	h.empty()
	h.records(0)
	h.kill()
	ends := h.startDoctor("--call", "101") // without a hotline
	last = h.rung("101", last)
	last.HearsSound(t)
	last.Press("1")
	if found, code := ends(); code != 0 {
		t.Errorf("without hotline: exit status %d, %+v", code, found)
	}
	h.empty()
}

// Doctor proves the fallback while a hotline serves a call, which notices nothing; and sees when it is missing.
func TestDoctorFallback(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.desk("101", phone.Answer(0))
	h.serve(open)
	caller := h.sav("0612345678")
	marie := h.rung("101", nil)
	h.talk(caller, marie)
	found, code := h.startDoctor("--fallback")()
	if code != 0 || found["fallback"].Level != "ok" || found["fallback_stuck"].Level != "ok" {
		t.Errorf("the fallback of deploy: exit status %d, %+v", code, found)
	}
	if rows := found["fallback"].Rows; len(rows) < 3 || !strings.Contains(strings.ToLower(rows[len(rows)-1][2]), "playback") {
		t.Errorf("it ends in %v", rows)
	}
	rows := found["fallback_stuck"].Rows
	if len(rows) < 3 || seconds(t, rows[0][0]) > 3 || seconds(t, rows[len(rows)-1][0]) < 7 {
		t.Errorf("a stuck hotline: %v", rows)
	}
	h.talk(caller, marie)
	caller.Hangup()
	h.records(1)
	h.empty()

	h.withoutFallback()
	if found, code := h.doctor("hotline"); code != 1 || found["hotline_fallback"].Level != "wrong" {
		t.Errorf("no fallback: exit status %d, %+v", code, found["hotline_fallback"])
	}
	if found, code := h.startDoctor("--fallback", "01 40 00 01 01")(); code != 1 || found["fallback"].Level != "wrong" {
		t.Errorf("no fallback: exit status %d, %+v", code, found)
	}
	h.empty()
}

func seconds(t *testing.T, text string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(strings.TrimSuffix(text, " s"), 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// withoutFallback takes the fallback out of the dialplan.
func (h *house) withoutFallback() {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), patience)
	defer cancel()
	var err error
	switch sw := h.sw.(type) {
	case *lab.Asterisk:
		_, err = sw.CLI(ctx, "dialplan remove context "+ari.FallbackContext)
	case *lab.FreeSWITCH:
		path := filepath.Join(sw.Dir, "etc", "dialplan", "hotline.xml")
		var text []byte
		if text, err = os.ReadFile(path); err == nil {
			err = os.WriteFile(path, []byte(strings.ReplaceAll(string(text), `"hotline-fallback"`, `"gone"`)), 0o600)
		}
		if err == nil {
			_, err = sw.API(ctx, "reloadxml")
		}
	}
	if err != nil {
		h.t.Fatal(err)
	}
}

// A prompt that is not where the switch looks is told; on Asterisk, which is made to open each, one of a wrong form as well.
func TestDoctorPrompts(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	file := filepath.Join(h.dir, "prompts", "absent.wav")
	writeTone(t, file, time.Second)
	if found, _ := h.doctor("hotline"); found["prompts"].Level != "ok" {
		t.Errorf("all are there: %+v", found["prompts"])
	}
	if _, ok := h.sw.(*lab.Asterisk); ok {
		sound := wav.Encode(make([]int16, 44100))
		copy(sound[24:], []byte{0x44, 0xac, 0, 0}) // 44100 a second
		if err := os.WriteFile(file, sound, 0o644); err != nil {
			t.Fatal(err)
		}
		if found, code := h.doctor("hotline"); code != 1 || found["prompts"].Level != "wrong" || !strings.Contains(found["prompts"].Why, "absent.wav") {
			t.Errorf("a wrong form: exit status %d, %+v", code, found["prompts"])
		}
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if found, code := h.doctor("hotline"); code != 1 || found["prompts"].Level != "wrong" || !strings.Contains(found["prompts"].Why, "absent.wav") {
		t.Errorf("a missing file: exit status %d, %+v", code, found["prompts"])
	}
	h.empty()
}

// The numbers that calls came in for, and what each of them met.
func TestDoctorNumbers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.serve(open)
	for _, to := range []string{"0140000101", "0140100300", "0140000101"} {
		c := h.call("0612345678", to)
		if to == "0140000101" {
			c.HearsSound(t)
			c.Hangup()
		}
		wait(t, c)
	}
	h.records(3)
	found, _ := h.startDoctor()()
	rows := found["numbers"].Rows
	if len(rows) != 2 || rows[0][0] != "0140000101" || !strings.Contains(rows[0][1], "08 09 40 01 00 sav") || !strings.HasPrefix(rows[0][2], "2 ") || rows[1][0] != "0140100300" {
		t.Errorf("numbers received: %v", rows)
	}
	if f := found["number_unknown"]; f.Level != "warning" || !strings.Contains(strings.Join(f.Lines, "\n"), "08 92 40 03 00:\n  arrives_as: [01 40 10 03 00]") {
		t.Errorf("a number that nobody knows: %+v", f)
	}
}
