package e2e

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"hotline/e2e/lab"
	"hotline/e2e/phone"
)

// What connect prints for Asterisk is done to the configuration that Asterisk is shipped with.
func TestConnectAsterisk(t *testing.T) {
	t.Parallel()
	a := lab.RunAsterisk(t, lab.Options{Stock: true})
	c := asteriskCompany(t, a)
	c.follow("asterisk")
	if err := a.Stop(); err != nil { // it has to come up again without anything of ours
		t.Fatal(err)
	}
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// Asterisk opens its door as hotline.yaml says: encrypted, or at an IPv6 address.
func TestConnectAsteriskDoors(t *testing.T) {
	t.Parallel()
	for _, door := range []string{"https://localhost:", "http://[::1]:"} {
		t.Run(door, func(t *testing.T) {
			if there, err := net.Listen("tcp", "[::1]:0"); err != nil {
				t.Skip("this machine has no IPv6")
			} else if err := there.Close(); err != nil {
				t.Fatal(err)
			}
			a := lab.RunAsterisk(t, lab.Options{Stock: true})
			c := asteriskCompany(t, a)
			c.write("hotline.yaml", "switches:\n  - "+strings.Replace(a.Config("pbx", "file:hotline.secret"), "http://127.0.0.1:", door, 1)+"\n")
			if err := os.MkdirAll(filepath.Join(c.folder, "keys"), 0o700); err != nil {
				t.Fatal(err)
			}
			c.put(filepath.Join(c.folder, "keys", "asterisk.pem"), certificate(t))
			for _, s := range c.guide("asterisk").Steps {
				if s.ID == "ari" {
					c.do(s)
				}
			}
		})
	}
}

// certificate is one of localhost with its key, as tlscertfile wants them.
func certificate(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	of := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, of, of, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})) + string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}))
}

// asteriskCompany knows the commands of a Debian machine with an Asterisk.
func asteriskCompany(t *testing.T, a *lab.Asterisk) *company {
	t.Helper()
	c := newCompany(t, a, a.Config("pbx", "file:hotline.secret"), filepath.Join(a.Dir, "etc"), [2]string{"101", "102"}, a.Password)
	c.run = func(ctx context.Context, command string) (string, error) {
		switch first, rest, _ := strings.Cut(command, " "); first {
		case "asterisk":
			return a.CLI(ctx, strings.Trim(strings.TrimPrefix(rest, "-rx "), "'"))
		case "cd", "cp", "grep":
			return shell(ctx, command+"; true")
		case "install": // the lab has no user asterisk
			return shell(ctx, strings.NewReplacer(" -o asterisk", "", " -o root", "", " -g asterisk", "").Replace(command))
		case "chown", "chmod", "usermod", "systemctl", "sudo":
			return "", nil
		}
		return "", fmt.Errorf("nobody knows what to do with it")
	}
	return c
}

// The files of FreePBX as its sources make them: which includes which, and what an inbound route does to a call before it
// goes to its destination. FreePBX itself, with its database and its pages, is not there: the test does what they would.
func freepbxFiles(destination string) map[string]string {
	route := func(number, destination string) string {
		return "exten => " + number + ",1,Set(__FROM_DID=${EXTEN})\n" +
			" same => n,Set(__CALLINGNUMPRES_SV=${CALLERID(num-pres)})\n same => n,Set(CALLERID(num-pres)=allowed_not_screened)\n" +
			" same => n(dest-ext),Goto(" + destination + ")\n"
	}
	next := "from-internal,600,1"
	if strings.HasPrefix(destination, "all ") {
		destination = destination[4:]
		next = destination
	}
	return map[string]string{
		"extensions.conf": "#include extensions_additional.conf\n#include extensions_custom.conf\n[from-trunk]\ninclude => ext-did\n",
		"extensions_additional.conf": "[globals]\nTONEZONE = fr\n#include globals_custom.conf\n\n[ext-did]\n" + route(onTrial, destination) + route(nextOne, next) +
			route("_[+0-9]!", "from-internal,600,1") + "[from-internal]\nexten => 600,1,Answer()\n same => n,Echo()\n[from-phones]\nexten => 101,1,Hangup()\n",
		"cel.conf":                    "[general]\n#include cel_general_additional.conf\n#include cel_general_custom.conf\n\n#include cel_custom_post.conf\n",
		"cel_general_additional.conf": "enable=yes\napps=queue\nevents=all\ndateformat=%F %T\n",
	}
}

// What connect prints for FreePBX is done to files as FreePBX has them, and what it says of pages to what these write.
func TestConnectFreePBX(t *testing.T) {
	t.Parallel()
	a := lab.RunAsterisk(t, lab.Options{Stock: true})
	c := asteriskCompany(t, a)
	generate := func(files map[string]string) {
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(c.folder, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	generate(map[string]string{"extensions_custom.conf": "", "globals_custom.conf": "", "cel_general_custom.conf": "", "cel_custom_post.conf": ""})
	generate(freepbxFiles("from-internal,600,1"))
	asterisk := c.run
	reload := func() {
		for _, what := range []string{"dialplan reload", "module reload http", "module reload res_ari.so", "module reload cel"} {
			if _, err := a.CLI(t.Context(), what); err != nil {
				t.Fatal(err)
			}
		}
	}
	reload()
	c.extra = []string{"--fallback", "600"}
	c.run = func(ctx context.Context, command string) (string, error) {
		if command == "fwconsole reload" {
			reload()
			return "", nil
		}
		return asterisk(ctx, command)
	}
	field := map[string]string{}
	c.page = func(way string, lines []string) {
		for _, line := range lines {
			if name, value, ok := strings.Cut(line, ": "); ok {
				field[name[strings.LastIndex(name, "> ")+1:]] = value
			}
		}
		switch {
		case way == "Settings > Advanced Settings":
			generate(map[string]string{"http.conf": "[general]\nenabled=yes\nbindaddr=" + field[" HTTP Bind Address"] + "\nbindport=" + field[" HTTP Bind Port"] + "\n"})
		case strings.HasSuffix(way, "Users > Add User"):
			generate(map[string]string{"ari.conf": "[general]\nenabled=yes\n[" + field["User Name"] + "]\ntype=user\npassword=" + field["User Password"] + "\nread_only=no\n"})
		case strings.HasPrefix(way, "Connectivity > Inbound Routes"):
			destination := "from-internal,600,1"
			if strings.Contains(strings.Join(lines, " "), "Custom Destinations, hotline") {
				destination = field["Target"]
			}
			if way == "Connectivity > Inbound Routes" { // all of them
				destination = "all " + destination
			}
			generate(freepbxFiles(destination))
		}
		reload()
	}
	c.follow("freepbx", "/http.conf", "/ari.conf")
	if times := c.text(a.Records); !regexp.MustCompile(`(?m)^"HANGUP",[0-9]{10}\.[0-9]{6},`).MatchString(times) {
		t.Errorf("hotline cannot read the times of the records:\n%.300s", times)
	}
}

// FreePBX lets every caller be shown before it comes to a destination, and keeps what was true.
func TestFreePBXKeepsHiddenCallersHidden(t *testing.T) {
	t.Parallel()
	a := lab.RunAsterisk(t, lab.Options{Dialplan: `
[from-trunk](+)
exten => 0809400100,1,Set(__FROM_DID=${EXTEN})
 same => n,Set(__CALLINGNUMPRES_SV=${CALLERID(num-pres)})
 same => n,Set(CALLERID(num-pres)=allowed_not_screened)
 same => n,Goto(hotline-in,${FROM_DID},1)
`})
	h := houseWith(t, a)
	h.desk("101", phone.Answer(0))
	h.serve(open)
	for n, hidden := range []bool{true, false} {
		caller := h.caller(t, "0612345678", "", "0809400100", hidden).(*far)
		caller.HearsSound(t)
		caller.Hangup()
		if is := h.records(n + 1)[n].Caller == ""; is != hidden {
			t.Errorf("hidden %t: the record shows %t", hidden, is)
		}
	}
}
