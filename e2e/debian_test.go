package e2e

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hotline/e2e/lab"
	"hotline/e2e/phone"
)

// thePackage is the Debian package that `make deb-test` has built.
func thePackage(t *testing.T) string {
	t.Helper()
	deb := os.Getenv("HOTLINE_DEB")
	if deb == "" {
		t.Skip("HOTLINE_DEB is not set: `make deb-test` sets it")
	}
	return deb
}

// TestDebianPackageIsReproducible builds the package once more, in another folder, with another umask, time zone and
// language.
func TestDebianPackageIsReproducible(t *testing.T) {
	first, err := os.ReadFile(thePackage(t))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("bash", "-c", `umask 077; mkdir "$1"; git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$1"
		cp -r .git "$1/" && cd "$1" && deploy/debian/build.sh out >/dev/null && cat out/*.deb`, "-", filepath.Join(t.TempDir(), "a folder"))
	cmd.Dir, cmd.Env, cmd.Stderr = "..", append(os.Environ(), "TZ=Pacific/Auckland", "LC_ALL=C.UTF-8"), os.Stderr
	again, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, again) {
		t.Error("the same commit gave another package in another folder")
	}
}

// renewed makes of a package the same with another version.
func renewed(t *testing.T, deb, version, to string) {
	t.Helper()
	tool(t, "sh", "-c", `dpkg-deb --raw-extract "$1" "$4" && sed -i "s/^Version: .*/Version: $2/" "$4/DEBIAN/control" &&
		dpkg-deb --root-owner-group -Znone --build "$4" "$3"`, "-", deb, version, to, filepath.Join(t.TempDir(), "root"))
}

// A packaged house is a house whose hotline comes from the Debian package and is run by systemd.
type packaged struct {
	*house
	box *scratch
}

// TestDebianPackage installs the package on a Debian with systemd beside a switch, upgrades it while calls are up, pulls
// the plug in the middle of an upgrade, and removes it.
func TestDebianPackage(t *testing.T) {
	deb := thePackage(t)
	box := newScratch(t)
	debs := t.TempDir()
	renewed(t, deb, "1.0", debs+"/1.0.deb")
	renewed(t, deb, "1.1", debs+"/1.1.deb")
	h := &packaged{newHouse(t), box}
	records := filepath.Dir(h.sw.(*lab.Asterisk).Records)
	box.boot("--bind-ro="+debs+":/debs", "--bind-ro="+records+":/var/log/asterisk/cel-custom")
	before := box.files()

	box.run("groupadd", "--system", "--gid", "991", "asterisk") // as the package asterisk does
	lockRecords(t, records, 991)
	said := box.run("apt-get", "install", "--yes", "/debs/1.0.deb")
	if !strings.Contains(said, "sudo -u hotline hotline init --dir /etc/hotline") {
		t.Errorf("the installation does not say what comes next:\n%s", said)
	}
	h.installed()
	h.begin()
	h.configure()
	h.security()
	box.run("systemctl", "start", "hotline")
	h.logged(open)
	h.speaks()
	first := h.pid()

	h.desk("101", phone.Answer(0))
	h.desk("102", phone.Answer(0))
	talks := h.sav("0600000001")
	marie := h.rung("101", nil)
	h.talk(talks, marie)

	box.run("apt-get", "install", "--yes", "/debs/1.1.deb")
	if h.pid() == first {
		t.Error("the upgrade has not started the new version")
	}
	h.logged("calls taken over")
	h.talk(talks, marie)
	h.hang()
	h.talk(talks, marie)

	h.refused("/debs/1.1.deb")
	h.talk(talks, marie)

	h.pullThePlug("/debs/1.0.deb")
	box.run("dpkg", "--configure", "-a")
	h.version("1.0")
	h.logged("calls taken over")
	h.talk(talks, marie)
	unseen := h.sav("0600000002")
	paul := h.rung("102", nil)
	h.talk(unseen, paul)

	box.run("systemctl", "stop", "hotline")
	unseen.Hangup() // while hotline is away: only the switch's own records know when
	paul.Hangup()
	box.run("apt-get", "install", "--yes", "--reinstall", "/debs/1.0.deb")
	if state := h.state(); state != "inactive" {
		t.Errorf("an admin stopped hotline, and after the upgrade it is %s", state)
	}
	box.run("systemctl", "start", "hotline")
	talks.Hangup()
	wait(t, marie)
	all := h.records(2)
	for i, c := range []*far{talks, unseen} {
		h.agrees(all[i], c)
		for _, l := range all[i].Legs {
			if l.Estimated {
				t.Errorf("the end of %s is estimated: %+v", l.ID, all[i])
			}
		}
	}
	h.comesBack("/debs/1.0.deb")
	h.removed(before)
}

// comesBack removes the package and installs it again: the line is answered as before.
func (h *packaged) comesBack(deb string) {
	h.t.Helper()
	h.box.run("apt-get", "remove", "--yes", "hotline")
	h.box.run("apt-get", "install", "--yes", deb)
	if state := h.state(); state != "active" {
		h.t.Errorf("removed and installed again, the service is %s", state)
	}
}

// lockRecords lets only the switch's own group read its records, as its package does.
func lockRecords(t *testing.T, dir string, gid int) {
	t.Helper()
	if err := os.Chown(dir, 0, gid); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, os.ModeSetgid|0o750); err != nil {
		t.Fatal(err)
	}
}

// installed checks what an installation leaves, before anybody has configured anything.
func (h *packaged) installed() {
	h.t.Helper()
	h.box.is("/etc/hotline", "hotline:hotline 750")
	h.box.is("/var/lib/hotline", "hotline:hotline 755")
	h.box.is("/var/lib/hotline/prompts", "hotline:hotline 755")
	h.box.is("/usr/bin/hotline", "root:root 755")
	if groups := h.box.run("id", "-nG", "hotline"); strings.TrimSpace(groups) != "hotline asterisk" {
		h.t.Errorf("the user hotline is in the groups %s", groups)
	}
	if enabled := h.box.run("systemctl", "is-enabled", "hotline"); strings.TrimSpace(enabled) != "enabled" {
		h.t.Errorf("the service is %s", enabled)
	}
	if state := h.state(); state != "inactive" {
		h.t.Errorf("without a configuration the service is %s", state)
	}
	h.box.run("hotline", "check", "--config", "/usr/share/doc/hotline/examples/hotline.yaml")
}

// begin does what the installation says comes next.
func (h *packaged) begin() {
	h.t.Helper()
	h.box.run("runuser", "-u", "hotline", "--", "hotline", "init", "--dir", "/etc/hotline", "--yes",
		"--number", "08 09 40 01 00", "--phone", "101=Marie", "--phone", "102=Paul", "--switch", "asterisk")
	h.box.is("/etc/hotline/hotline.secret", "hotline:hotline 600")
	h.box.run("runuser", "-u", "hotline", "--", "hotline", "check")
}

// configure makes the files of the house those of the installed hotline.
func (h *packaged) configure() {
	h.t.Helper()
	// The price of one number is spoken, so that the program for that runs as the service may run it.
	rules, err := os.ReadFile(filepath.Join(h.dir, "rules.yaml"))
	if err != nil {
		h.t.Fatal(err)
	}
	h.write("rules.yaml", strings.Replace(string(rules), "08 92 40 03 00: {", "08 92 40 03 00: {announcement: self, ", 1))
	entry := strings.Replace(h.sw.Config("pbx", "file:hotline.secret"), h.sw.(*lab.Asterisk).Records, "/var/log/asterisk/cel-custom/hotline.csv", 1)
	h.write("hotline.yaml", "switches:\n  - "+entry+"\ndatabase: /var/lib/hotline/hotline.db\ncontrol: /run/hotline/hotline.sock\n"+
		"prompts: {folder: /var/lib/hotline/prompts, switch_folder: "+h.box.path("var/lib/hotline/prompts")+"}\n")
	h.write("hotline.secret", h.sw.(*lab.Asterisk).Password+"\n")
	writeTone(h.t, filepath.Join(h.dir, "prompts", "absent.wav"), time.Second) // check wants all of them
	tool(h.t, "sh", "-c", `cp "$1"/*.yaml "$1"/*.secret "$2/etc/hotline/" && cp "$1"/prompts/* "$2/var/lib/hotline/prompts/"`, "-", h.dir, h.box.root)
	h.box.run("sh", "-c", "chown hotline:hotline /etc/hotline/* /var/lib/hotline/prompts/*")
	h.box.run("runuser", "-u", "hotline", "--", "hotline", "check")
	h.dir = h.box.path("var/lib/hotline") // where records finds the database
	h.override("WatchdogSec=4")           // rather than half a minute
}

// override changes the service as an admin would.
func (h *packaged) override(lines string) {
	h.t.Helper()
	drop := h.box.path("etc/systemd/system/hotline.service.d")
	if err := os.MkdirAll(drop, 0o755); err != nil {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(drop, "override.conf"), []byte("[Service]\n"+lines+"\n"), 0o644); err != nil {
		h.t.Fatal(err)
	}
	h.box.run("systemctl", "daemon-reload")
}

// hang stops the process where it is, and waits for the watchdog to start another.
func (h *packaged) hang() {
	h.t.Helper()
	before := h.pid()
	h.box.run("systemctl", "kill", "--signal=STOP", "hotline")
	h.box.eventually("the watchdog starts another hotline", func() bool { return h.pid() != before && h.state() == "active" })
	h.logged("calls taken over")
}

// security checks the unit, and that nobody has opened what was closed.
func (h *packaged) security() {
	h.t.Helper()
	h.box.run("systemd-analyze", "verify", "--man=no", "/usr/lib/systemd/system/hotline.service")
	said := h.box.run("systemd-analyze", "security", "--no-pager", "--threshold=16", "hotline.service")
	h.t.Log(regexp.MustCompile(`Overall exposure.*`).FindString(said))
}

// speaks checks that the program that speaks a price has run inside the service, and that the switch can read its file.
func (h *packaged) speaks() {
	h.t.Helper()
	files, err := filepath.Glob(h.box.path("var/lib/hotline/prompts/price-*.wav"))
	if err != nil || len(files) != 1 {
		h.t.Fatalf("no price was spoken: %v %v\n%s", files, err, h.journal())
	}
	h.box.is(strings.TrimPrefix(files[0], h.box.root), "hotline:hotline 644")
	h.box.is("/var/lib/hotline/hotline.db", "hotline:hotline 640")
}

func (h *packaged) state() string {
	out, _ := h.box.command("systemctl", "is-active", "hotline").Output() // fails when it is not active
	return strings.TrimSpace(string(out))
}

func (h *packaged) pid() string {
	h.t.Helper()
	return strings.TrimSpace(h.box.run("systemctl", "show", "--property=MainPID", "--value", "hotline"))
}

func (h *packaged) journal() string {
	h.t.Helper()
	return h.box.run("journalctl", "--no-pager", "--unit=hotline", "--output=cat")
}

// logged waits until the process that runs has said something.
func (h *packaged) logged(what string) {
	h.t.Helper()
	h.box.eventually("the log says "+what, func() bool {
		return strings.Contains(h.box.run("journalctl", "--no-pager", "--output=cat", "_PID="+h.pid()), what)
	})
}

func (h *packaged) version(want string) {
	h.t.Helper()
	if got := h.box.run("dpkg-query", "--show", "--showformat=${db:Status-Abbrev} ${Version}", "hotline"); got != "ii  "+want {
		h.t.Errorf("dpkg says %q, want version %s, installed", got, want)
	}
}

// refused brings a version that cannot work with what is there: the one that runs goes on, until that is mended.
func (h *packaged) refused(deb string) {
	h.t.Helper()
	before, file := h.pid(), h.box.path("etc/hotline/hotline.yaml")
	good, err := os.ReadFile(file)
	if err != nil {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(file, append(good, "word_of_before: 1\n"...), 0o600); err != nil { // keeps its owner
		h.t.Fatal(err)
	}
	out, err := h.box.command("apt-get", "install", "--yes", "--reinstall", deb).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "sudo dpkg --configure hotline") {
		h.t.Errorf("an upgrade that does not fit (%v) says:\n%s", err, out)
	}
	if h.pid() != before {
		h.t.Error("an upgrade that does not fit has ended the hotline of before")
	}
	if err := os.WriteFile(file, good, 0o600); err != nil {
		h.t.Fatal(err)
	}
	h.box.run("dpkg", "--configure", "hotline")
	if h.pid() == before {
		h.t.Error("the upgrade was mended, and the new version does not run")
	}
	h.logged("calls taken over")
}

// pullThePlug kills dpkg and what it has started, when the new files are in place and its scripts have not run yet.
func (h *packaged) pullThePlug(deb string) {
	h.t.Helper()
	cmd := h.box.command("dpkg", "--status-fd=1", "--force-downgrade", "--install", deb)
	out, err := cmd.StdoutPipe()
	if err != nil {
		h.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	killed := false
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "status: hotline: half-configured") && !killed && strings.Contains(h.unpacked(), "1.0") {
			if err := syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL); err != nil {
				h.t.Fatal(err)
			}
			killed = true
		}
	}
	_, _ = io.Copy(io.Discard, out)
	if err := cmd.Wait(); err == nil || !killed {
		h.t.Fatal("dpkg was done before it could be killed")
	}
}

func (h *packaged) unpacked() string {
	out, _ := h.box.command("dpkg-query", "--show", "hotline").Output()
	return string(out)
}

// removed checks that a removal leaves what belongs to the company, and a purge nothing.
func (h *packaged) removed(before map[string]string) {
	h.t.Helper()
	h.box.run("apt-get", "remove", "--yes", "hotline")
	if state := h.state(); state != "inactive" {
		h.t.Errorf("removed, the service is %s", state)
	}
	for _, kept := range []string{"etc/hotline/hotline.yaml", "var/lib/hotline/hotline.db"} {
		if _, err := os.Stat(h.box.path(kept)); err != nil {
			h.t.Errorf("a removal took it: %v", err)
		}
	}
	h.box.run("apt-get", "purge", "--yes", "hotline")
	h.box.run("groupdel", "asterisk")
	if err := os.RemoveAll(h.box.path("etc/systemd/system/hotline.service.d")); err != nil {
		h.t.Fatal(err)
	}
	if diff := cmp.Diff(before, h.box.files()); diff != "" {
		h.t.Errorf("installed and purged, the system is not what it was:\n%s", diff)
	}
}
