package main

import (
	"net"
	"net/url"

	"hotline/config"
)

// unknownAddress stands for the address that only a name in hotline.yaml leads to.
const unknownAddress = "ADDRESS"

// address is where the switch listens for hotline.
func (l *link) address(sw config.Switch) error {
	if sw.Kind == config.FreeSWITCH {
		host, port, err := net.SplitHostPort(sw.Address)
		if err != nil {
			return err
		}
		l.host, l.port = host, port
		return nil
	}
	at, err := url.Parse(sw.URL)
	if err != nil {
		return err
	}
	l.user, l.host, l.port, l.secure = sw.User, at.Hostname(), at.Port(), at.Scheme == "https"
	switch {
	case l.port != "":
	case l.secure:
		l.port = "443"
	default:
		l.port = "80"
	}
	return nil
}

// near says whether the switch is on hotline's machine.
func (l link) near() bool { return l.host == "" || isLoopback(l.host) }

// named says whether only a name of the switch's machine is known, which no switch can listen at.
func (l link) named() bool { return !l.near() && net.ParseIP(l.host) == nil }

// listens is the address at which hotline reaches the switch, so that it need not listen at any other.
func (l link) listens() string {
	switch {
	case l.named():
		return unknownAddress
	case net.ParseIP(l.host) != nil:
		return l.host
	default:
		return "127.0.0.1"
	}
}

// bound is that address with the port.
func (l link) bound() string { return net.JoinHostPort(l.listens(), l.port) }

// exposed says what has to be known before the switch listens at an address that others reach, too.
func (l link) exposed() (notes []block) {
	if l.near() {
		return nil
	}
	if l.named() {
		notes = append(notes, block{note: both("Au lieu de %s, écrivez l'adresse IP de cette machine à laquelle %s mène ; sur la machine de hotline, getent hosts %s la montre.",
			"Instead of %s write the IP address of this machine that %s leads to; on hotline's machine getent hosts %s shows it.", unknownAddress, l.host, l.host)})
	}
	if drives(l.kind) == config.FreeSWITCH {
		return append(notes, block{note: both("hotline est sur une autre machine. Avant de recharger : ajoutez apply-inbound-acl avec une liste d'acl.conf.xml où elle est, et aussi l'adresse d'ici (pour fs_cli), et fermez le port %s à tous les autres (pare-feu).",
			"hotline is on another machine. Before you reload: add apply-inbound-acl with a list of acl.conf.xml that holds it, and the address of this machine, too (for fs_cli), and close port %s to all others (firewall).", l.port)})
	}
	if l.secure {
		return append(notes, block{note: both("hotline est sur une autre machine. Avant de recharger : fermez le port %s à tous, sauf à elle (pare-feu).",
			"hotline is on another machine. Before you reload: close port %s to all but that one (firewall).", l.port)})
	}
	return append(notes, block{note: both("hotline est sur une autre machine. Avant de recharger : fermez le port %s à tous, sauf à elle (pare-feu) : le mot de passe passe en clair. Asterisk n'écoutera qu'à cette adresse : si un autre programme d'ici se sert de 127.0.0.1, écrivez plutôt 0.0.0.0.",
		"hotline is on another machine. Before you reload: close port %s to all but that one (firewall): the password passes in the clear. Asterisk will listen at this address only: if another program here uses 127.0.0.1, write 0.0.0.0 instead.", l.port)})
}

// certified says what the certificate has to be, for hotline refuses others.
func (l link) certified() block {
	name := l.host
	if name == "" {
		name = "localhost"
	}
	return block{note: both("hotline.yaml dit https : à la place du certificat nommé ici, mettez un fichier qui contient le certificat de %s et sa clé, qu'Asterisk peut lire et auquel la machine de hotline fait confiance ; sinon, écrivez http dans hotline.yaml.",
		"hotline.yaml says https: instead of the certificate named here, give a file that holds the certificate of %s and its key, which Asterisk may read and hotline's machine trusts; otherwise write http into hotline.yaml.", name)}
}
