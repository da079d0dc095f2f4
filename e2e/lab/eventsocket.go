package lab

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strconv"
	"strings"
)

// ask runs one command on a connection of its own. The driver is not asked, because the labs are what it is tested with.
func ask(ctx context.Context, address, password, command string) (answer string, err error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			return "", err
		}
	}
	in := textproto.NewReader(bufio.NewReader(conn))
	if _, _, err := frame(in); err != nil { // It asks for the password.
		return "", err
	}
	if _, err := fmt.Fprintf(conn, "auth %s\n\n", password); err != nil {
		return "", err
	}
	reply, _, err := frame(in)
	if err != nil {
		return "", err
	}
	if text := reply.Get("Reply-Text"); !strings.HasPrefix(text, "+OK") {
		return "", fmt.Errorf("the event socket says %q", text)
	}
	if _, err := fmt.Fprintf(conn, "api %s\n\n", command); err != nil {
		return "", err
	}
	_, answer, err = frame(in)
	return answer, err
}

// frame reads one message: its headers and its body.
func frame(in *textproto.Reader) (textproto.MIMEHeader, string, error) {
	headers, err := in.ReadMIMEHeader()
	if err != nil {
		return nil, "", err
	}
	length := headers.Get("Content-Length")
	if length == "" {
		return headers, "", nil
	}
	n, err := strconv.Atoi(length)
	if err != nil {
		return nil, "", fmt.Errorf("content length %q: %w", length, err)
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(in.R, body); err != nil {
		return nil, "", err
	}
	return headers, string(body), nil
}
