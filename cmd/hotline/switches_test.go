package main

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"hotline/config"
	"hotline/pbx"
	"hotline/pbx/pbxtest"
	"hotline/routing"
	"hotline/store"
)

// refusing is a switch that refuses the password as soon as it is told to.
type refusing struct {
	*pbxtest.Switch
	now chan struct{}
}

func (s refusing) Run(ctx context.Context, _ func(pbx.Event)) error {
	select {
	case <-s.now:
		return pbx.ErrAuth
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// lines are what is logged, one after the other.
type lines chan string

func (l lines) Write(text []byte) (int, error) {
	l <- string(text)
	return len(text), nil
}

func twoBoards(t *testing.T, log *slog.Logger) (boards []*routing.Switchboard, first, second chan struct{}) {
	t.Helper()
	rules, problems := config.LoadRules("../../examples/minimal.yaml")
	if problems.Errors() {
		t.Fatal(problems.Err())
	}
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "hotline.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	floor := routing.NewFloor(rules, []string{"first", "second"}, db.Journal(), log)
	force := routing.NewInForce(floor, routing.NewVersion(1, rules, routing.Sounds{}))
	first, second = make(chan struct{}), make(chan struct{})
	for name, now := range map[string]chan struct{}{"first": first, "second": second} {
		boards = append(boards, routing.New(routing.Setup{
			Exchange: pbx.NewExchange(name, refusing{pbxtest.New(), now}, log), Rules: force,
			Floor: floor, Journal: db.Journal(), Outbox: db, Log: log,
		}))
	}
	return boards, first, second
}

// A switch that refuses us is given up, and the daemon goes on for as long as there is another.
func TestDriveUntilNoneIsLeft(t *testing.T) {
	logged := make(lines, 10)
	boards, first, second := twoBoards(t, slog.New(slog.NewTextHandler(logged, nil)))
	ended := make(chan error)
	go func() { ended <- drive(t.Context(), boards, boards[0].Log) }()
	close(first)
	if line := <-logged; !strings.Contains(line, `level=ERROR msg="a switch is given up; the others go on" err="switch first: `) {
		t.Errorf("logged %q", line)
	}
	close(second)
	if err := <-ended; !errors.Is(err, pbx.ErrAuth) || !strings.Contains(err.Error(), "switch first: ") || !strings.Contains(err.Error(), "switch second: ") {
		t.Errorf("ended with %v", err)
	}
}

// Told to stop, the daemon has done what it was to do, whatever it had to give up before.
func TestDriveUntilToldToStop(t *testing.T) {
	logged := make(lines, 10)
	boards, first, _ := twoBoards(t, slog.New(slog.NewTextHandler(logged, nil)))
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan error)
	go func() { ended <- drive(ctx, boards, boards[0].Log) }()
	close(first)
	<-logged
	stop()
	if err := <-ended; err != nil {
		t.Errorf("ended with %v", err)
	}
}

func TestDriveOne(t *testing.T) {
	logged := make(lines, 10)
	boards, first, second := twoBoards(t, slog.New(slog.NewTextHandler(logged, nil)))
	close(first)
	close(second)
	if err := drive(t.Context(), boards[:1], boards[0].Log); !errors.Is(err, pbx.ErrAuth) {
		t.Errorf("ended with %v", err)
	}
	if len(logged) > 0 {
		t.Errorf("logged %q", <-logged)
	}
}

// What drives each switch gets that switch's view of things.
func TestNewBoards(t *testing.T) {
	daemon := &config.Daemon{Instance: "hotline", Switches: []config.Switch{
		{Name: "a", Kind: config.Asterisk, URL: "http://127.0.0.1:8088/ari", User: "u", Password: config.NewSecret("p"),
			Phone: "PJSIP/{phone}", Music: "default", PromptsFolder: "/a"},
		{Name: "f", Kind: config.FreeSWITCH, Address: "127.0.0.1:8021", Password: config.NewSecret("p"), Phone: "user/{phone}",
			Music: "moh", PromptsFolder: "/f"},
	}}
	boards, err := newBoards(daemon, routing.Setup{Log: slog.New(slog.DiscardHandler)}, nil)
	if err != nil || len(boards) != 2 {
		t.Fatal(boards, err)
	}
	for i, want := range []string{"a /a default", "f /f moh"} {
		if got := boards[i].Exchange.Name() + " " + boards[i].Prompts + " " + boards[i].Music; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
