package carrier

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"github.com/wneessen/go-mail"

	"hotline/outbox"
)

// Mail is the company's mail server.
type Mail struct {
	Host     string
	Port     int
	User     string // empty: the server asks for none
	Password string
	TLS      string // starttls, tls, none
	From     string
}

// mailTimeout is how long the server may take for one answer.
const mailTimeout = 30 * time.Second

// client returns one that gives up when ctx is done, also while the server takes its time: the daemon waits for it when it stops.
func (m Mail) client(ctx context.Context) (*mail.Client, error) {
	options := []mail.Option{mail.WithPort(m.Port), mail.WithTimeout(mailTimeout)}
	if m.TLS != "tls" { // where go-mail has to see its own connection to know that it is encrypted
		options = append(options, mail.WithDialContextFunc(func(dialing context.Context, network, address string) (net.Conn, error) {
			conn, err := (&net.Dialer{}).DialContext(dialing, network, address)
			if err == nil {
				context.AfterFunc(ctx, func() { _ = conn.Close() }) // whoever reads or writes is told
			}
			return conn, err
		}))
	}
	auth := mail.SMTPAuthAutoDiscover
	switch m.TLS {
	case "tls":
		options = append(options, mail.WithSSL())
	case "none":
		options, auth = append(options, mail.WithTLSPolicy(mail.NoTLS)), mail.SMTPAuthPlainNoEnc
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if m.User != "" {
		options = append(options, mail.WithSMTPAuth(auth), mail.WithUsername(m.User), mail.WithPassword(m.Password))
	}
	return mail.NewClient(m.Host, options...)
}

// Check connects as for a mail, and sends none.
func (m Mail) Check(ctx context.Context) error {
	ctx, done := context.WithCancel(ctx)
	defer done()
	client, err := m.client(ctx)
	if err != nil {
		return err
	}
	if err := client.DialWithContext(ctx); err != nil {
		return err
	}
	return client.Close()
}

// Carry sends a mail.
func (m Mail) Carry(ctx context.Context, l outbox.Letter) error {
	msg, err := m.message(l)
	if err != nil {
		return &outbox.RefusedError{Err: err}
	}
	ctx, done := context.WithCancel(ctx)
	defer done()
	client, err := m.client(ctx)
	if err != nil {
		return err
	}
	err = client.DialAndSendWithContext(ctx, msg)
	var said *mail.SendError
	if errors.As(err, &said) && (strings.HasPrefix(said.EnhancedStatusCode(), "5.1.") || said.ErrorCode() == 552) {
		return &outbox.RefusedError{Err: err} // no such mailbox, or too large for it
	}
	return err
}

// message makes the mail of a letter. What came from callers may stand in its subject, its text and the names of its files.
func (m Mail) message(l outbox.Letter) (*mail.Msg, error) {
	var told outbox.Mail
	if err := json.Unmarshal(l.Content, &told); err != nil {
		return nil, err
	}
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := msg.From(m.From); err != nil {
		return nil, err
	}
	if err := msg.To(told.To...); err != nil {
		return nil, err
	}
	_, domain, _ := strings.Cut(m.From, "@")
	msg.SetMessageIDWithValue(oneLine(l.ID) + "@" + domain)
	msg.SetDateWithValue(l.Written)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // so that no holiday answers it
	msg.Subject(oneLine(told.Subject))
	text := told.Text
	for _, f := range told.Files {
		name := oneLine(filepath.Base(f.Name))
		if _, err := os.Stat(f.Path); err != nil {
			text += fmt.Sprintf("\n(%s : ce fichier n'est plus là / this file is no longer there)\n", name)
			continue
		}
		msg.AttachFile(f.Path, mail.WithFileName(name))
	}
	msg.SetBodyString(mail.TypeTextPlain, text)
	return msg, nil
}

// oneLine is a text without what would end a header.
func oneLine(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) {
			return ' '
		}
		return r
	}, text))
}
