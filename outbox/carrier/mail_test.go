package carrier

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"net"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"hotline/outbox"
	"hotline/store"
)

// A post office is a mail server that a test tells what to answer.
type postOffice struct {
	mu   sync.Mutex
	got  [][]byte
	to   []string
	says error
}

func (o *postOffice) NewSession(*smtp.Conn) (smtp.Session, error) { return (*session)(o), nil }

func (o *postOffice) answers(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.says = err
}

func (o *postOffice) mails() [][]byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.got
}

type session postOffice

func (s *session) Mail(string, *smtp.MailOptions) error { return nil }
func (s *session) Reset()                               {}
func (s *session) Logout() error                        { return nil }

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.to = append(s.to, to)
	return s.says
}

func (s *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, b)
	return err
}

// opens serves at an address, or at one of its own when it is empty, and returns it.
func (o *postOffice) opens(t *testing.T, address string) (string, func()) {
	t.Helper()
	if address == "" {
		address = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	server := smtp.NewServer(o)
	server.Domain = "localhost"
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(l) }()
	return l.Addr().String(), func() { _ = server.Close(); _ = l.Close(); <-done }
}

func mailTo(t *testing.T, address string) Mail {
	t.Helper()
	at, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return Mail{Host: at.IP.String(), Port: at.Port, TLS: "none", From: "hotline@example.fr"}
}

func letter(t *testing.T, kind outbox.Kind, content any) outbox.Letter {
	t.Helper()
	b, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	return outbox.Letter{ID: "01KB4Z7Q8R6J8V1M3W5X7Y9ZAC", Kind: kind, Written: time.Now(), Content: b}
}

// What a caller calls themselves cannot become a header, and a mail arrives with its sound.
func TestMailArrives(t *testing.T) {
	var office postOffice
	address, closes := office.opens(t, "")
	defer closes()
	sound := filepath.Join(t.TempDir(), "message.wav")
	if err := os.WriteFile(sound, bytes.Repeat([]byte("RIFF"), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	l := letter(t, outbox.ByMail, outbox.Mail{
		To: []string{"chef@example.fr"}, Subject: "Message de Léa\r\nBcc: thief@example.net\r\n\r\nbody",
		Text: "Bonjour,\nLéa a appelé.\n.\nFin", Files: []outbox.File{{Name: "../message\r\nX-Evil: 1.wav", Path: sound}, {Name: "gone.wav", Path: sound + "x"}},
	})
	if err := mailTo(t, address).Carry(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	msg, err := netmail.ReadMessage(bytes.NewReader(office.mails()[0]))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject"))
	if want := "Message de Léa  Bcc: thief@example.net    body"; err != nil || subject != want {
		t.Errorf("subject %q, %v; want %q", subject, err, want)
	}
	for header, want := range map[string]string{"Bcc": "", "X-Evil": "", "Message-Id": "<01KB4Z7Q8R6J8V1M3W5X7Y9ZAC@example.fr>", "From": "<hotline@example.fr>"} {
		if got := msg.Header.Get(header); got != want {
			t.Errorf("%s: %q, want %q", header, got, want)
		}
	}
	if len(office.to) != 1 {
		t.Errorf("it went to %v", office.to)
	}
	_, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(msg.Body, params["boundary"])
	text, err := parts.NextPart()
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(text); err != nil || !strings.Contains(string(b), "Léa a appelé.\r\n.\r\nFin") || !strings.Contains(string(b), "gone.wav") {
		t.Errorf("text %q, %v", b, err)
	}
	file, err := parts.NextPart()
	if err != nil || strings.ContainsAny(file.FileName(), "\r\n/") {
		t.Errorf("file %q, %v", file.FileName(), err)
	}
}

func TestMailRefused(t *testing.T) {
	var office postOffice
	address, closes := office.opens(t, "")
	defer closes()
	l := letter(t, outbox.ByMail, outbox.Mail{To: []string{"chef@example.fr"}, Subject: "s", Text: "t"})
	for _, test := range []struct {
		says  error
		never bool
	}{
		{&smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"}, true},
		{&smtp.SMTPError{Code: 450, EnhancedCode: smtp.EnhancedCode{4, 2, 0}, Message: "greylisted"}, false},
		{&smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "relaying denied"}, false}, // somebody will mend the server
	} {
		office.answers(test.says)
		err := mailTo(t, address).Carry(t.Context(), l)
		var never *outbox.RefusedError
		if err == nil || errors.As(err, &never) != test.never {
			t.Errorf("%v: %v", test.says, err)
		}
	}
}

// A mail server that is down, then hangs, then refuses, then works gets the mail once.
func TestMailServerComesBack(t *testing.T) {
	var office postOffice
	address, closes := office.opens(t, "")
	closes()
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "hotline.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tried := make(chan error, 100)
	ctx, stop := context.WithCancel(t.Context())
	o := outbox.New(db, map[string]outbox.Carrier{"mail": watched{mailTo(t, address), tried}}, slog.New(slog.DiscardHandler))
	done := make(chan struct{})
	go func() { defer close(done); o.Run(ctx) }()
	defer func() { stop(); <-done }()
	l := letter(t, outbox.ByMail, outbox.Mail{To: []string{"chef@example.fr"}, Subject: "s", Text: "t"})
	if err := o.Post(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	if err := <-tried; err == nil {
		t.Fatal("a server that is down took a mail")
	}
	office.answers(&smtp.SMTPError{Code: 451, Message: "later"})
	_, closes = office.opens(t, address)
	defer closes()
	if err := <-tried; err == nil {
		t.Fatal("a server that refuses took a mail")
	}
	office.answers(nil)
	for err := range tried {
		if err == nil {
			break
		}
	}
	if n := len(office.mails()); n != 1 {
		t.Errorf("%d mails arrived", n)
	}
}

// watched tells a test what came of each attempt.
type watched struct {
	Mail
	tried chan<- error
}

func (w watched) Carry(ctx context.Context, l outbox.Letter) error {
	err := w.Mail.Carry(ctx, l)
	w.tried <- err
	return err
}
