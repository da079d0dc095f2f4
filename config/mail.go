package config

import (
	"fmt"
	"net"
	"strconv"
	"time"

	"gopkg.in/yaml.v3"
)

// Mail is how electronic mail leaves this machine, and who gets hotline's own.
type Mail struct {
	Host       string
	Port       int
	User       string // empty: the server asks for none
	Password   Secret
	TLS        string // starttls, tls, none
	From       string
	Owner      string // gets the mail of the day; empty: nobody
	Supervisor string // gets alarms; empty: the owner does
	Daily      string // when the mail of the day goes, 19:00; empty: never
}

// The ways in which the connection to a mail server is kept secret.
const (
	StartTLS = "starttls"
	FullTLS  = "tls"
	NoTLS    = "none"
)

// Alarms is who gets alarms; empty: nobody does.
func (m *Mail) Alarms() string { return or(m.Supervisor, m.Owner) }

// mailSettings is the section mail as it is written.
type mailSettings struct {
	Host, Port, User, Password, TLS, From, Owner, Supervisor, Daily string
}

const dailyAt = "19:00"

// never is what is written instead of a time of day when something is not wanted.
const never = "off"

func (d *daemonReader) checkMail(key, v *yaml.Node) {
	text := func(name string) field {
		return field{name: name, read: func(_, v *yaml.Node) { d.text(name, v) }}
	}
	address := func(name string, must bool) field {
		return field{name: name, must: must, read: func(_, v *yaml.Node) {
			s, ok := d.text(name, v)
			if ok && !addressForm.MatchString(s) {
				d.fail(v, "E120", words("« %s » n'est pas une adresse électronique", `"%s" is not an e-mail address`, clip(s)), Words{},
					words("écrivez une seule adresse : chef@exemple.fr.", "write one address: boss@example.com."))
			}
		}}
	}
	d.fields(key, v, words("mail", "mail"), nil,
		field{name: "host", must: true, read: func(_, v *yaml.Node) { d.isHost(v) }},
		field{name: "port", read: func(_, v *yaml.Node) { d.count("port", v, 1, 65535) }},
		text("user"), text("password"),
		field{name: "tls", read: func(_, v *yaml.Node) { d.oneOf("tls", v, StartTLS, FullTLS, NoTLS) }},
		address("from", true), address("owner", false), address("supervisor", false),
		field{name: "daily", read: func(_, v *yaml.Node) {
			s, ok := d.text("daily", v)
			if _, err := time.Parse("15:04", s); ok && err != nil && s != never {
				d.fail(v, "E107", words("« %s » n'est pas une heure", `"%s" is not a time of day`, clip(s)), Words{},
					words(`écrivez "19:00", ou off.`, `write "19:00", or off.`))
			}
		}},
	)
	user, password := value(v, "user"), value(v, "password")
	if (user == nil) != (password == nil) {
		d.fail(key, "E105", words("user et password vont ensemble", "user and password go together"), Words{},
			words("écrivez les deux, ou aucun si le serveur n'en demande pas.", "write both, or neither if the server asks for none."))
	}
	if tls, host := value(v, "tls"), value(v, "host"); password != nil && host != nil && tls != nil && tls.Value == NoTLS && !loopback(host.Value) {
		d.fail(tls, "E160", words("le mot de passe passerait en clair", "the password would be sent in the clear"),
			words("Avec tls: none, tout le réseau peut le lire.", "With tls: none the whole network can read it."),
			words("écrivez tls: starttls (port 587) ou tls: tls (port 465).", "write tls: starttls (port 587) or tls: tls (port 465)."))
	}
}

// isHost makes sure that a text is the name or the address of a machine.
func (d *daemonReader) isHost(v *yaml.Node) {
	s, ok := d.text("host", v)
	if !ok || net.ParseIP(s) != nil || hostForm.MatchString(s) {
		return
	}
	d.fail(v, "E107", words("« %s » n'est pas le nom d'une machine", `"%s" is not the name of a machine`, clip(s)), Words{},
		words("écrivez par exemple smtp.exemple.fr, et le port à part.", "write for example smtp.example.com, and the port apart."))
}

// loopback reports whether a host is this machine.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// complete makes values of what is written; nil when nothing is.
func (m mailSettings) complete(folder string, secrets bool) (*Mail, error) {
	if m == (mailSettings{}) {
		return nil, nil
	}
	out := &Mail{Host: m.Host, User: m.User, TLS: m.TLS, From: m.From, Owner: m.Owner, Supervisor: m.Supervisor, Daily: or(m.Daily, dailyAt)}
	if out.Daily == never {
		out.Daily = ""
	}
	if out.TLS == "" {
		out.TLS = StartTLS
		if loopback(out.Host) {
			out.TLS = NoTLS
		}
	}
	out.Port = map[string]int{StartTLS: 587, FullTLS: 465, NoTLS: 25}[out.TLS]
	if m.Port != "" {
		out.Port, _ = strconv.Atoi(m.Port) // checked with its place
	}
	if m.Password == "" || !secrets {
		return out, nil
	}
	var err error
	if out.Password, err = readSecret(m.Password, folder); err != nil {
		return nil, fmt.Errorf("mail.password: %w", err)
	}
	return out, nil
}
