package main

import (
	"regexp"
	"strings"
	"testing"
)

// The switch listens where hotline reaches it, and nowhere else.
func TestConnectAddresses(t *testing.T) {
	type expected struct{ has, lacks []string }
	plain := []string{"tlsenable", "= 0.0.0.0"}
	for _, test := range []struct {
		kind, address string
		expected
	}{
		{kindAsterisk, "http://127.0.0.1:8088/ari", expected{[]string{"Bound to 127.0.0.1:8088", "Server Disabled", "\n    bindaddr = 127.0.0.1\n"}, append(plain, "yes\n    bindaddr")}},
		{kindAsterisk, "http://localhost:8088/ari", expected{[]string{"Bound to 127.0.0.1:8088"}, append(plain, "yes\n    bindaddr", "ADDRESS")}},
		{kindAsterisk, "http://localhost/ari", expected{[]string{"bindport = 80\n", "Bound to 127.0.0.1:80\n"}, plain}},
		{kindAsterisk, "http://[::1]:8088/ari", expected{[]string{"yes\n    bindaddr = ::1\n", "Bound to [::1]:8088"}, append(plain, "firewall")}},
		{kindAsterisk, "http://192.0.2.7:8089/ari", expected{[]string{"bindaddr = 192.0.2.7\n", "bindport = 8089\n", "Bound to 192.0.2.7:8089", "firewall"}, plain}},
		{kindAsterisk, "http://[2001:db8::7]:8088/ari", expected{[]string{"bindaddr = 2001:db8::7\n", "Bound to [2001:db8::7]:8088"}, plain}},
		{kindAsterisk, "http://pbx.example.fr:8088/ari", expected{[]string{"bindaddr = ADDRESS\n", "Bound to ADDRESS:8088", "getent hosts pbx.example.fr", "firewall"}, plain}},
		{kindAsterisk, "https://pbx.example.fr/ari", expected{[]string{"tlsenable = yes", "tlsbindaddr = ADDRESS:443\n", "tlscertfile = /", "HTTPS Server Enabled and Bound to ADDRESS:443"}, []string{"bindport", "\n    bindaddr"}}},
		{kindAsterisk, "https://[2001:db8::7]:8089/ari", expected{[]string{"tlsbindaddr = [2001:db8::7]:8089\n", "HTTPS Server Enabled and Bound to [2001:db8::7]:8089"}, []string{"bindport", "\n    bindaddr"}}},
		{kindFreePBX, "http://127.0.0.1:8088/ari", expected{[]string{"HTTP Bind Address: 127.0.0.1\n"}, []string{"firewall):", "HTTPS"}}},
		{kindFreePBX, "http://192.0.2.7:8089/ari", expected{[]string{"HTTP Bind Address: 192.0.2.7\n", "HTTP Bind Port: 8089\n", "(firewall)"}, []string{"HTTPS"}}},
		{kindFreePBX, "https://pbx.example.fr:8089/ari", expected{[]string{"Enable TLS", "HTTPS Bind Address: ADDRESS\n", "HTTPS Bind Port: 8089\n", "Certificate Location", "getent hosts pbx.example.fr"}, []string{"HTTP Bind"}}},
		{kindFreeSWITCH, "127.0.0.1:8021", expected{[]string{`"listen-ip" value="127.0.0.1"`, "host = 127.0.0.1\n", "port = 8021\n"}, []string{"apply-inbound-acl"}}},
		{kindFreeSWITCH, "[::1]:8021", expected{[]string{`"listen-ip" value="::1"`, "host = ::1\n"}, []string{"apply-inbound-acl"}}},
		{kindFreeSWITCH, "192.0.2.7:8022", expected{[]string{`"listen-ip" value="192.0.2.7"`, `"listen-port" value="8022"`, "host = 192.0.2.7\n", "port = 8022\n", "apply-inbound-acl"}, nil}},
		{kindFreeSWITCH, "pbx.example.fr:8021", expected{[]string{`"listen-ip" value="ADDRESS"`, "host = ADDRESS\n", "getent hosts pbx.example.fr", "apply-inbound-acl"}, nil}},
	} {
		files := initFiles()
		usual := "http://127.0.0.1:8088/ari"
		if test.kind == kindFreeSWITCH {
			usual = "127.0.0.1:8021"
		}
		files["hotline.yaml"] = strings.Replace(connectDaemon, usual, `"`+test.address+`"`, 1)
		out, ok := connectFiles(t, files).connect("en", test.kind)
		if !ok {
			t.Errorf("%s at %s:\n%s", test.kind, test.address, out)
		}
		for _, want := range test.has {
			if !strings.Contains(out, want) {
				t.Errorf("%s at %s lacks %q", test.kind, test.address, want)
			}
		}
		for _, wrong := range test.lacks {
			if strings.Contains(out, wrong) {
				t.Errorf("%s at %s has %q", test.kind, test.address, wrong)
			}
		}
		warned, reload := strings.Index(out, "close port"), regexp.MustCompile("(?m)^    .*reload|Apply Config").FindStringIndex(out)
		if warned > reload[0] {
			t.Errorf("%s at %s says to close the port when it is open", test.kind, test.address)
		}
	}
}
