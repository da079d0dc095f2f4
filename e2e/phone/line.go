package phone

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"github.com/emiago/diago"
	"github.com/emiago/diago/media"
	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// A line is one SIP user agent with a port of its own on 127.0.0.1.
type line struct {
	agent *sipgo.UserAgent
	diago *diago.Diago
	stop  context.CancelFunc
}

// The SIP libraries also log through one logger for the whole process, to standard output if left alone, and allow
// it to be set only before their first use.
func init() {
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	sip.SetDefaultLogger(quiet)
	media.SetDefaultLogger(quiet)
}

// plug opens a line. Calls that come in go to incoming; onBye hears of every BYE first, with its Call-ID and reason.
func plug(ctx context.Context, user string, codec Codec, log *slog.Logger,
	incoming func(*diago.DialogServerSession), onBye func(id, reason string)) (*line, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	agent, err := sipgo.NewUA(
		sipgo.WithUserAgent(user),
		sipgo.WithUserAgentHostname("127.0.0.1"),
		sipgo.WithUserAgentTransportLayerOptions(sip.WithTransportLayerLogger(log)),
		sipgo.WithUserAgentTransactionLayerOptions(sip.WithTransactionLayerLogger(log)),
	)
	if err != nil {
		return nil, fmt.Errorf("open a sip line for %s: %w", user, err)
	}
	sound := media.CodecAudioAlaw
	if codec == ULaw {
		sound = media.CodecAudioUlaw
	}
	l := &line{agent: agent}
	l.diago = diago.NewDiago(agent,
		diago.WithLogger(log),
		diago.WithTransport(diago.Transport{Transport: "udp", BindHost: "127.0.0.1"}),
		diago.WithMediaConfig(diago.MediaConfig{Codecs: []media.Codec{sound, media.CodecTelephoneEvent8000}}),
		diago.WithServerRequestMiddleware(func(next sipgo.RequestHandler) sipgo.RequestHandler {
			return func(req *sip.Request, tx sip.ServerTransaction) {
				if id := req.CallID(); req.Method == sip.BYE && id != nil {
					onBye(id.Value(), headerOf(req, "Reason"))
				}
				next(req, tx)
			}
		}),
	)
	// The line lives until unplug, not as long as the request to open it.
	var living context.Context
	living, l.stop = context.WithCancel(context.WithoutCancel(ctx))
	if err := l.diago.ServeBackground(living, incoming); err != nil {
		l.stop()
		return nil, fmt.Errorf("open a sip line for %s: %w", user, err)
	}
	return l, nil
}

// unplug closes the line.
func (l *line) unplug() error {
	l.stop()
	if err := l.agent.Close(); err != nil {
		return fmt.Errorf("close a sip line: %w", err)
	}
	return nil
}

// headerOf is the first header of that name, or empty.
func headerOf(req *sip.Request, name string) string {
	if h := req.GetHeader(name); h != nil {
		return h.Value()
	}
	return ""
}
