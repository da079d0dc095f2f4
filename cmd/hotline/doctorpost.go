package main

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"time"

	"hotline/config"
	"hotline/number"
)

// postWait is how long the doctor waits for one server.
const postWait = 10 * time.Second

// postFindings looks at the servers to which hotline sends: the mail server as for a mail, the others only at whether somebody
// listens, for what they are asked is real to them.
func postFindings(ctx context.Context, daemon *config.Daemon) (found []finding) {
	if m := daemon.Mail; m != nil {
		at := fmt.Sprintf("%s:%d", m.Host, m.Port)
		found = append(found, serverFinding("mail", both("courrier : %s", "mail: %s", at), lookAtMail(ctx, m),
			both("corrigez mail dans hotline.yaml, puis : hotline mail test vous@exemple.fr", "mend mail in hotline.yaml, then: hotline mail test you@example.com")))
	}
	for _, h := range daemon.Webhooks {
		found = append(found, serverFinding("webhook "+h.Name, both("webhook %s : %s", "webhook %s: %s", h.Name, hostOf(h.URL)), listens(ctx, h.URL),
			both("corrigez webhooks dans hotline.yaml, ou démarrez ce programme", "mend webhooks in hotline.yaml, or start that program")))
	}
	if t := daemon.Texts; t != nil {
		found = append(found, serverFinding("texts", both("SMS : %s", "texts: %s", hostOf(t.URL)), listens(ctx, t.URL),
			both("corrigez texts dans hotline.yaml", "mend texts in hotline.yaml")))
	}
	return found
}

// serverFinding is what was found out about one server. Calls go on without each of them.
func serverFinding(check string, title config.Words, err error, todo config.Words) finding {
	if err == nil {
		return finding{check: check, level: fine, title: title}
	}
	text := number.CleanText(err.Error(), 200)
	return finding{check: check, level: warning, title: title, why: both("il ne répond pas comme il faut : %s", "it does not answer as it should: %s", text), todo: todo}
}

func lookAtMail(ctx context.Context, m *config.Mail) error {
	ctx, cancel := context.WithTimeout(ctx, postWait)
	defer cancel()
	return mailServer(m).Check(ctx)
}

// listens looks whether somebody listens at a web address.
func listens(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, postWait)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", hostOf(address))
	if err != nil {
		return err
	}
	return conn.Close()
}

// hostOf is the host and the port of a web address.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	if u.Port() != "" {
		return u.Host
	}
	return net.JoinHostPort(u.Hostname(), map[string]string{"http": "80", "https": "443"}[u.Scheme])
}
