package main

import (
	"net"
	"net/url"
	"strings"

	"hotline/config"
)

// ports says what has to get through routers and firewalls: signalling and sound.
func (p patient) ports(rtp [2]int, sip []string) []finding {
	if rtp[0] == 0 || rtp[1] == 0 {
		return nil
	}
	f := finding{check: "ports", level: fine, title: both("ports : son (RTP) en UDP %[1]d-%[2]d", "ports: sound (RTP) on UDP %[1]d-%[2]d", rtp[0], rtp[1])}
	if len(sip) > 0 {
		f.title = both("%s, SIP %s", "%s, SIP %s", f.title, strings.Join(sip, ", "))
	}
	if rtp[1]-rtp[0] < fewestPorts {
		f.level = warning
		f.why = both("Chaque correspondant en prend deux : à %d personnes en ligne, les suivantes n'entendent rien.",
			"Each party takes two: with %d people on the line, the next ones hear nothing.", (rtp[1]-rtp[0]+1)/2)
		f.todo = both("élargissez la plage, dans le commutateur et dans le pare-feu :", "widen the range, in the switch and in the firewall:")
		f.lines = p.wideRange()
	}
	return []finding{f}
}

// fewestPorts are enough for a house of fifty calls, each with two legs.
const fewestPorts = 200

func (p patient) wideRange() []string {
	if p.Kind == config.FreeSWITCH {
		return []string{`<param name="rtp-start-port" value="16384"/>`, `<param name="rtp-end-port" value="32768"/>`}
	}
	return []string{"[general]", "rtpstart = 10000", "rtpend = 20000", "asterisk -rx 'module reload res_rtp_asterisk.so'"}
}

// ariGuard says whether ARI is open to more machines than it has to be.
func (p patient) ariGuard(listen *string) []finding {
	if listen == nil {
		return nil
	}
	u, err := url.Parse(p.URL)
	if err != nil || isLoopback(*listen) {
		return []finding{{check: "listen", level: fine, title: both("ARI n'écoute que sur sa machine", "ARI listens on its own machine only")}}
	}
	f := finding{
		check: "listen", level: warning,
		title: both("ARI écoute à %s, pour tout le réseau", "ARI listens at %s, to the whole network", *listen),
		why:   both("Qui a ARI peut appeler partout, à vos frais.", "Whoever has ARI can call anywhere, at your expense."),
	}
	if isLoopback(u.Hostname()) {
		f.todo = both("hotline est sur la même machine : dans http.conf (FreePBX : Advanced Settings, HTTP Bind Address), puis :",
			"hotline is on the same machine: in http.conf (FreePBX: Advanced Settings, HTTP Bind Address), then:")
		f.lines = []string{"bindaddr = 127.0.0.1", "asterisk -rx 'module reload http'"}
		return []finding{f}
	}
	_, port, err := net.SplitHostPort(u.Host)
	if err != nil {
		port = "8088"
	}
	f.todo = both("n'ouvrez ce port qu'à la machine de hotline (ici 192.0.2.7) :", "open that port to hotline's machine only (here 192.0.2.7):")
	f.lines = []string{"iptables -A INPUT -p tcp --dport " + port + " ! -s 192.0.2.7 -j DROP"}
	return []finding{f}
}

func isLoopback(host string) bool {
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
