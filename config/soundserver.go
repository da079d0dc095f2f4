package config

import (
	"fmt"
	"net"
	"net/url"
	"strings"

	"gopkg.in/yaml.v3"
)

// How sounds come to a switch.
const (
	byFolder = "folder"
	byHTTP   = "http"
)

func waysOfSounds() []string { return []string{byFolder, byHTTP} }

// soundHost returns the host and the port of where switches fetch sounds.
func soundHost(address string) (host, port string, ok bool) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" || u.User != nil || u.Port() == "" || strings.TrimSuffix(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return "", "", false
	}
	_, ok = socketAddress(u.Host)
	return u.Hostname(), u.Port(), ok
}

// onlyHere says whether an address is reached from this machine alone.
func onlyHere(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// checkSoundServer makes sure that switches can fetch sounds where they are told to.
func (d *daemonReader) checkSoundServer(top *yaml.Node) {
	prompts := value(top, "prompts")
	if prompts == nil {
		prompts = &yaml.Node{}
	}
	address, listen := value(prompts, "http"), value(prompts, "http_listen")
	if address != nil && address.Value != "" {
		host, _, ok := soundHost(address.Value)
		switch {
		case !ok:
			d.fail(address, "E190", words("« %s » n'est pas une adresse où un commutateur va chercher des sons", `"%s" is not an address where a switch fetches sounds`, clip(address.Value)),
				words("Il faut http, un hôte et un port, rien derrière.", "It takes http, a host and a port, and nothing behind them."),
				words("écrivez par exemple http://127.0.0.1:8090.", "write for example http://127.0.0.1:8090."))
		case listen == nil && !onlyHere(host):
			d.fail(address, "E191", words("http nomme une adresse où hotline n'écoute pas", "http names an address at which hotline does not listen"),
				words("Sans http_listen, hotline n'écoute qu'à 127.0.0.1.", "Without http_listen hotline listens at 127.0.0.1 only."),
				words("ajoutez http_listen, par exemple http_listen: %s.", "add http_listen, for example http_listen: %s.", strings.TrimPrefix(strings.TrimSuffix(address.Value, "/"), "http://")))
		}
	}
	if listen != nil && listen.Value != "" {
		if _, _, err := net.SplitHostPort(listen.Value); err != nil || !listenable(listen.Value) {
			d.fail(listen, "E190", words("« %s » n'est pas une adresse où écouter", `"%s" is not an address to listen at`, clip(listen.Value)), Words{},
				words("écrivez un hôte et un port, par exemple 0.0.0.0:8090.", "write a host and a port, for example 0.0.0.0:8090."))
		}
	}
	if switches := value(top, "switches"); switches != nil && address == nil {
		for _, item := range switches.Content {
			if way := value(item, "prompts"); way != nil && way.Value == byHTTP {
				d.fail(way, "E192", words("ce commutateur irait chercher ses sons par HTTP, mais hotline n'en offre pas", "this switch would fetch its sounds by HTTP, but hotline offers none"), Words{},
					words("ajoutez par exemple prompts: {http: http://127.0.0.1:8090}, ou écrivez prompts: folder.", "add for example prompts: {http: http://127.0.0.1:8090}, or write prompts: folder."))
			}
		}
	}
}

func listenable(address string) bool {
	_, ok := socketAddress(strings.TrimPrefix(address, ":"))
	return ok
}

// completeHTTP says where hotline listens when switches fetch sounds: on this machine alone, unless something else is said. What
// the environment sets is checked here.
func (p *Prompts) completeHTTP() error {
	if p.HTTP == "" {
		p.Listen = ""
		return nil
	}
	p.HTTP = strings.TrimSuffix(p.HTTP, "/")
	host, port, ok := soundHost(p.HTTP)
	if !ok {
		return fmt.Errorf("prompts.http %q: write http, a host and a port", p.HTTP)
	}
	switch {
	case p.Listen == "" && !onlyHere(host):
		return fmt.Errorf("prompts.http %q: hotline listens at 127.0.0.1 only unless prompts.http_listen says more", p.HTTP)
	case p.Listen == "" && host == "localhost":
		p.Listen = net.JoinHostPort("127.0.0.1", port)
	case p.Listen == "":
		p.Listen = net.JoinHostPort(host, port)
	}
	if _, _, err := net.SplitHostPort(p.Listen); err != nil {
		return fmt.Errorf("prompts.http_listen %q: write a host and a port", p.Listen)
	}
	return nil
}
