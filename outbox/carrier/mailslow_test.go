package carrier

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"hotline/outbox"
)

// A mail server that stops answering in the middle of a mail does not keep the daemon from leaving.
func TestMailServerHangs(t *testing.T) {
	for _, verb := range []string{"connect", "EHLO", "MAIL", "DATA", "the mail"} {
		t.Run(verb, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			ctx, leave := context.WithCancel(t.Context())
			done := make(chan error)
			go func() { done <- hangsAt(l, verb, leave) }()
			m := Mail{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, TLS: "none", From: "hotline@durand.example"}
			err = m.Carry(ctx, letter(t, outbox.ByMail, outbox.Mail{To: []string{"sav@durand.example"}, Subject: "s", Text: "t"}))
			if err == nil || strings.Contains(err.Error(), "timeout") { // it was waited for
				t.Errorf("got %v", err)
			}
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
	}
}

// hangsAt takes one mail up to a point, calls then and says nothing until the other end has gone.
func hangsAt(l net.Listener, verb string, then func()) error {
	conn, err := l.Accept()
	if err != nil {
		return err
	}
	defer conn.Close()
	lines := bufio.NewScanner(conn)
	for said := "connect"; ; said = lines.Text() {
		mail := said == "."
		switch {
		case strings.HasPrefix(said, verb), mail:
			then()
			for lines.Scan() { // until it is gone
			}
			return nil
		case strings.HasPrefix(said, "DATA"):
			fmt.Fprint(conn, "354 go on\r\n")
		case said == "connect":
			fmt.Fprint(conn, "220 here\r\n")
		case strings.HasPrefix(said, "EHLO"), strings.HasPrefix(said, "MAIL"), strings.HasPrefix(said, "RCPT"), strings.HasPrefix(said, "NOOP"), strings.HasPrefix(said, "RSET"):
			fmt.Fprint(conn, "250 yes\r\n")
		}
		if !lines.Scan() {
			return errors.New("it was not reached")
		}
	}
}
