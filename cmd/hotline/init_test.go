package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"hotline/config"
)

// runInit runs the command as a person does, and returns what it says.
func runInit(t *testing.T, lang, in string, args ...string) (string, error) {
	t.Helper()
	t.Setenv("LC_ALL", lang)
	var out bytes.Buffer
	c := newRootAt(func() time.Time { return time.Date(2026, 11, 28, 10, 0, 0, 0, time.UTC) })
	c.SetArgs(append([]string{"init"}, args...))
	c.SetIn(strings.NewReader(in))
	c.SetOut(&out)
	c.SetErr(&out)
	err := c.ExecuteContext(t.Context())
	return out.String(), err
}

// contents are all files below a folder, by name; folders end in /.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		name, _ := filepath.Rel(dir, path)
		if err != nil || name == "." {
			return err
		}
		if d.IsDir() {
			all[name+"/"] = ""
			return nil
		}
		data, err := os.ReadFile(path)
		all[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// passes checks the folder as its owner does, and returns what was read.
func passes(t *testing.T, dir string) (*config.Daemon, *config.Rules) {
	t.Helper()
	file := filepath.Join(dir, "hotline.yaml")
	if got, code := runCheck(t, "fr", "--config", file); code != 0 {
		t.Fatalf("check exits with %d:\n%s\n%s", code, got, contents(t, dir)["rules.yaml"])
	}
	daemon, err := config.LoadDaemon(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	rules, _ := config.LoadRules(daemon.Rules)
	return daemon, rules
}

func TestInitAsks(t *testing.T) {
	for name, test := range map[string]struct {
		lang, answers string
		says          []string
	}{
		"french": {"fr", "\n0972\n0972 00 00 01; 08 92 40 03 00\nbeaucoup\n0,80 €/min\n06 12 34 56 78 Marie\n101 Marie Dupont, 102=Paul Martin, Léa Bernard (103)\n" +
			"lun-ven 18h-9h\nlun-ven 9h-12h30, 13h30-18h ; sam 9h-midi\n\npeut-être\noui\n", []string{
			"Il a 4 chiffres ; un", "« beaucoup » n'est pas un prix", "le 0612345678 n'est pas un poste", "Elle finit avant de commencer",
			"= lun-ven 09:00-12:30, 13:30-18:00\n     = sam 09:00-12:00\n", "écrivez oui ou non", "cette version ne rappelle pas encore", "hotline cdr list",
			"hotline connect asterisk  dit quoi écrire sur Asterisk (ou : freepbx)\n",
		}},
		"english": {"en", "en\n+33 9 72 00 00 01, 0892 400 300\nfree\n0.80 EUR/min\n101 Marie Dupont, 102 Paul Martin, 103 Léa Bernard\n" +
			"Monday to Friday 9am-12:30pm, 1:30pm-6pm; sat 9-noon\nWe are closed: call again.\nyes", []string{
			"1/6  Language / langue", "= 08 92 40 03 00: 0.80 EUR/min", "= closed at other times, and on public holidays", "Until then hotline cdr list",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			out, err := runInit(t, test.lang, test.answers, "--dir", dir)
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			for _, want := range test.says {
				if !strings.Contains(strings.ReplaceAll(out, "\u00a0", " "), want) {
					t.Errorf("no %q in\n%s", want, out)
				}
			}
			for line := range strings.Lines(out) {
				if utf8.RuneCountInString(line) > 81 && !strings.Contains(line, dir) {
					t.Errorf("longer than 80 columns: %s", line)
				}
			}
			daemon, rules := passes(t, dir)
			if string(rules.Lines[0].Number) != "+33972000001" || rules.Lines[1].Price.At(time.Now()) != "0.80 EUR/min" || len(daemon.Switches[0].Password.Reveal()) != 32 {
				t.Errorf("%+v", rules.Lines)
			}
			if want := "[marie paul lea]"; fmt.Sprint(rules.AgentOrder) != want || rules.Agents["lea"].Name != "Léa Bernard" || rules.Agents["lea"].Phone != "103" {
				t.Errorf("agents %v", rules.AgentOrder)
			}
			saturday := time.Date(2026, 11, 28, 12, 0, 0, 0, paris())
			for at, want := range map[time.Time]bool{saturday.Add(-time.Minute): true, saturday: false, saturday.AddDate(0, 0, 2).Add(-time.Hour): true, saturday.AddDate(0, 0, 27): false} {
				if s := rules.Services[rules.Lines[0].Service]; rules.OpenAt(s, at) != want {
					t.Errorf("%s: open is not %t", at, want)
				}
			}
			if s := rules.Services[rules.Lines[1].Service]; !s.AnswerOnAgent || s.Purpose != "paid_advice" {
				t.Errorf("%+v", s)
			}
		})
	}
}

// TestInitPassesCheck combines answers of all kinds, those of hostile people as well: whatever is taken can be checked, and
// comes out as it went in.
func TestInitPassesCheck(t *testing.T) {
	texts := []string{"Nous sommes fermés.", `"Fermé" : l'équipe dit \n { } [ ] # & * ! | > % @ ` + "`", "- oui : non ? ~", "yes", "C:\\temp\\x", "Fermé 🎉 até amanhã 日本", "1:30", "null 0x1F", strings.Repeat("Merci de patienter. ", 59)}
	names := []string{"Marie Dupont", `O'Brien: "chef" {x}, [y] #1`, "no", "null", "~", "🎉", "- Paul", "Éloïse\tDe  La Tour", "101", "<<", "&ref *ref", "Marie Curie", "  ", "=", "%TAG", "Ж. Верн", "@home", strings.Repeat("é", 200)}
	numbers := []string{"09 72 00 00 01", "+33972000001", "0800123456", "+44 20 7123 4567", "06 12 34 56 78", "0590123456", "116 111", "0033 1 40 00 01 00"}
	hours := []string{"always", "mon-fri 9:00-12:30 13:30-18:00", "dim 0h-24h", "lun 9h-10h, mar 10h-11h, mer 11h-12h; jeu 12h-13h", "7j/7 8h-20h"}
	for n := range 72 {
		pick := func(list []string) string { return list[n%len(list)] }
		args := []string{"--yes", "--lang", []string{"fr", "en"}[n/2%2], "--number", pick(numbers), "--hours", pick(hours), "--switch", []string{"asterisk", "freeswitch"}[n%2]}
		if n%3 > 0 {
			args = append(args, "--closed-text", pick(texts))
		}
		if n%4 > 0 {
			args = append(args, "--company", pick(names))
		}
		if n%5 == 0 {
			args = append(args, "--callback")
		}
		if n%6 == 0 {
			args = append(args, "--number", "0892400300", "--number", "3635", "--price", "0,80 €/min", "--price", "normal")
		}
		var phones []string
		for p := range 1 + n%4*8 {
			phones = append(phones, fmt.Sprint(201+p))
			args = append(args, "--phone", phones[p]+"="+names[(n+p)%len(names)])
		}
		dir := filepath.Join(t.TempDir(), "new")
		if out, err := runInit(t, "fr", "", append(args, "--dir", dir)...); err != nil {
			t.Fatalf("%q: %v\n%s", args, err, out)
		}
		_, rules := passes(t, dir)
		var got []string
		for p, id := range rules.AgentOrder {
			got = append(got, rules.Agents[id].Phone)
			want := strings.Join(strings.Fields(names[(n+p)%len(names)]), " ")
			if name := rules.Agents[id].Name; want != "" && want != "~" && name != want && name != strings.Repeat("é", 64) {
				t.Errorf("%s became %s", want, name)
			}
		}
		if !slices.Equal(got, phones) {
			t.Errorf("phones %v, want %v", got, phones)
		}
		if want := strings.Join(strings.Fields(pick(texts)), " "); n%3 > 0 && rules.Texts()[0].Words != want {
			t.Errorf("text %q became %q", want, rules.Texts()[0].Words)
		}
		if want := strings.Join(strings.Fields(pick(names)), " "); n%4 > 0 && rules.Company != want {
			t.Errorf("company %q became %q", want, rules.Company)
		}
	}
}

func TestInitRefuses(t *testing.T) {
	good := map[string]string{"--number": "0972000001", "--phone": "101=Marie"}
	for name, test := range map[string]struct {
		change map[string]string
		want   string
	}{
		"no number":       {map[string]string{"--number": ""}, "--number : il faut une réponse"},
		"no phone":        {map[string]string{"--phone": ""}, "--phone : il faut une réponse"},
		"emergency":       {map[string]string{"--number": "17"}, "--number : le 17 est un numéro d'urgence"},
		"no price":        {map[string]string{"--number": "0892400300"}, "--price : il faut une réponse"},
		"too dear":        {map[string]string{"--number": "0892400300", "--price": "0.90 EUR/min"}, "--price : prix impossible pour le 08 92 40 03 00"},
		"needless price":  {map[string]string{"--price": "0.80 EUR/min"}, "--price : aucun numéro n'attend ce prix : 0.80 EUR/min"},
		"twice":           {map[string]string{"--number": "0972000001,+33 9 72 00 00 01"}, "--number : le 09 72 00 00 01 est deux fois"},
		"no extension":    {map[string]string{"--phone": "Marie"}, "--phone : « Marie » : il manque le poste"},
		"one digit":       {map[string]string{"--phone": "1=Marie"}, "il manque le poste"},
		"hours":           {map[string]string{"--hours": "le matin"}, "--hours : « matin » n'est ni un jour, ni une heure"},
		"silence":         {map[string]string{"--closed-text": "..."}, "--closed-text : il n'y a là aucun mot à dire"},
		"a file":          {map[string]string{"--closed-text": "ferme.wav"}, "--closed-text : c'est un fichier"},
		"long":            {map[string]string{"--closed-text": strings.Repeat("a", 1201)}, "--closed-text : il a 1201 caractères"},
		"language":        {map[string]string{"--lang": "de"}, "--lang : écrivez fr ou en"},
		"switch":          {map[string]string{"--switch": "avaya"}, "--switch : écrivez asterisk (aussi pour FreePBX) ou freeswitch"},
		"not UTF-8":       {map[string]string{"--closed-text": "ferm\xe9"}, "--closed-text : ce texte n'est pas en UTF-8"},
		"no such folders": {map[string]string{"--dir": "/proc/1/none"}, "rien ne peut être écrit dans /proc/1"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			flags := map[string]string{"--dir": dir}
			maps.Copy(flags, good)
			maps.Copy(flags, test.change)
			args := []string{"--yes"}
			for flag, value := range flags {
				if value != "" {
					args = append(args, flag, value)
				}
			}
			_, err := runInit(t, "fr", "", args...)
			if err == nil || !strings.Contains(tongue("fr").mistake(err), test.want) {
				t.Errorf("%v, want %s", err, test.want)
			}
			if left := contents(t, dir); len(left) > 0 {
				t.Errorf("something is left: %v", left)
			}
		})
	}
}

// TestInitStopsHalfway ends the answers before the last question.
func TestInitStopsHalfway(t *testing.T) {
	dir := t.TempDir()
	_, err := runInit(t, "fr", "fr\n0972000001\n101\n", "--dir", dir)
	if err == nil || !strings.Contains(tongue("fr").mistake(err), "il manque une réponse (Quels sont vos horaires ?). Rien n'a été écrit.") {
		t.Error(err)
	}
	if left := contents(t, dir); len(left) > 0 {
		t.Errorf("something is left: %v", left)
	}
}

func TestInitOverwritesNothing(t *testing.T) {
	dir := t.TempDir()
	args := []string{"--yes", "--number", "0972000001", "--phone", "101=Marie", "--dir", dir}
	if _, err := runInit(t, "en", "", args...); err != nil {
		t.Fatal(err)
	}
	first := contents(t, dir)
	_, err := runInit(t, "en", "", args...)
	if err == nil || !strings.Contains(err.Error(), "nothing was changed: "+dir+"/rules.yaml, "+dir+"/hotline.yaml") || !maps.Equal(contents(t, dir), first) {
		t.Errorf("again: %v", err)
	}
	for n, suffix := range []string{".bak", ".bak2"} {
		before := contents(t, dir)
		out, err := runInit(t, "en", "", append(args, "--force", "--company", fmt.Sprint("Company ", n))...)
		if err != nil || !strings.Contains(out, "rules.yaml"+suffix) || !strings.Contains(out, "kept as it was") {
			t.Fatalf("%v\n%s", err, out)
		}
		after := contents(t, dir)
		if after["hotline.secret"] != first["hotline.secret"] || after["rules.yaml"+suffix] != before["rules.yaml"] || after["hotline.yaml"+suffix] != before["hotline.yaml"] ||
			!strings.Contains(after["rules.yaml"], fmt.Sprint("company: \"Company ", n)) && !strings.Contains(after["rules.yaml"], fmt.Sprint("company: Company ", n)) {
			t.Errorf("%v", slices.Sorted(maps.Keys(after)))
		}
	}
}

// TestInitUnplugged leaves the folder as a plug that is pulled does, at each step: before the files are ready nothing has
// happened, and from then on the next init brings them to their places.
func TestInitUnplugged(t *testing.T) {
	whole := t.TempDir()
	args := []string{"--yes", "--number", "0972000001", "--phone", "101=Marie", "--dir"}
	if _, err := runInit(t, "en", "", append(args, whole)...); err != nil {
		t.Fatal(err)
	}
	want := contents(t, whole)
	put := func(path, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	put(filepath.Join(dir, ".hotline-init-123", "rules.yaml"), "versi")
	if _, err := runInit(t, "en", "", append(args, dir)...); err != nil {
		t.Errorf("before all were ready: %v", err)
	}
	if got := contents(t, dir); len(got) != len(want) || got["rules.yaml"] != want["rules.yaml"] {
		t.Errorf("before all were ready: %v", slices.Sorted(maps.Keys(got)))
	}
	for moved := range len(order()) + 1 {
		dir := t.TempDir()
		if err := os.MkdirAll(filepath.Join(dir, "prompts"), 0o755); err != nil {
			t.Fatal(err)
		}
		for n, name := range order() {
			if n < moved {
				put(filepath.Join(dir, name), want[name])
			} else {
				put(filepath.Join(dir, ".hotline-init.ready", name), want[name])
			}
		}
		if moved == len(order()) {
			if err := os.Mkdir(filepath.Join(dir, ".hotline-init.ready"), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		out, err := runInit(t, "en", "", append(args, dir)...)
		if err == nil || !strings.Contains(err.Error(), "there already") || !strings.Contains(out, "interrupted is now finished") {
			t.Errorf("after %d: %v\n%s", moved, err, out)
		}
		if got := contents(t, dir); !maps.Equal(got, want) {
			t.Errorf("after %d: %v", moved, got)
		}
	}
}

// TestInitRights looks at who may read what.
func TestInitRights(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "folder")
	if _, err := runInit(t, "en", "", "--yes", "--number", "0972000001", "--phone", "101=Marie", "--dir", dir); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{".": 0o755, "prompts": 0o755, "rules.yaml": 0o644, "hotline.yaml": 0o644, "hotline.secret": 0o600} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}

// TestInitOwner gives the files to whom the folder belongs, which only root can.
func TestInitOwner(t *testing.T) {
	dir := t.TempDir()
	const other = 12345
	if os.Geteuid() != 0 || os.Chown(dir, other, other) != nil {
		t.Skip("only root gives files away")
	}
	if _, err := runInit(t, "en", "", "--yes", "--number", "0972000001", "--phone", "101=Marie", "--dir", dir); err != nil {
		t.Fatal(err)
	}
	for name := range contents(t, dir) {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || ownerOf(t, info) != other {
			t.Errorf("%s belongs to %d, %v", name, ownerOf(t, info), err)
		}
	}
}

// TestInitInstalled looks at what is written for the folder of the package, which a test must not touch.
func TestInitInstalled(t *testing.T) {
	file := filepath.Join(t.TempDir(), "hotline.yaml")
	a := answers{lang: "en", kind: config.Asterisk}
	if err := os.WriteFile(file, []byte(a.daemon(homeOf("/etc/hotline/"))), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := config.LoadDaemonWithoutSecrets(file, nil)
	if err != nil || d.Database != "/var/lib/hotline/hotline.db" || d.Prompts.Folder != "/var/lib/hotline/prompts" || d.Control != "/run/hotline/hotline.sock" {
		t.Errorf("%+v, %v", d, err)
	}
	var told strings.Builder
	i := interview{t: "en", out: &told, home: homeOf("/etc/hotline/"), answers: a}
	i.written(false, nil)
	if !strings.Contains(told.String(), "  /var/lib/hotline/prompts/ your recordings\n") {
		t.Errorf("the recordings belong elsewhere:\n%s", told.String())
	}
}

func ownerOf(t *testing.T, info os.FileInfo) int {
	t.Helper()
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		t.Fatal("no owner")
	}
	return int(owner.Uid)
}

// TestInitInstalledSteps: what comes next with the package is done as its user, for a daemon that root starts makes a database
// that the service cannot open.
func TestInitInstalledSteps(t *testing.T) {
	var out bytes.Buffer
	i := &interview{out: &out, home: homeOf("/etc/hotline"), t: "en", answers: answers{kind: config.Asterisk}}
	i.next()
	for _, want := range []string{"  sudo -u hotline hotline check ", "  sudo systemctl start hotline ", "  sudo -u hotline hotline init --dir /etc/hotline --switch freeswitch --force\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}
