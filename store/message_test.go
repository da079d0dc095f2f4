package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"hotline/number"
	"hotline/outbox"
	"hotline/routing"
)

func message(id string, caller number.Number, seconds float64) routing.Message {
	return routing.Message{ID: id, Call: "call-" + id, Mailbox: "sav", Service: "sav", Number: "+33809400100", Caller: caller, CallerName: "Ann",
		At: at(seconds), Length: 4 * time.Second}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func mail(id string) outbox.Letter {
	return outbox.Letter{ID: id, Kind: outbox.ByMail, Written: at(0), Content: json.RawMessage(`{"to":["a@b.example"]}`)}
}

// A message and its mail are written together and once, however often they are written.
func TestMessageOnceWithItsMail(t *testing.T) {
	db := fresh(t)
	for range 2 {
		for _, id := range []string{"01A", "01B"} {
			must(t, db.Left(t.Context(), message(id, ann, 1), mail(id)))
		}
	}
	messages, err := db.Messages(t.Context())
	must(t, err)
	letters, err := db.Letters(t.Context())
	must(t, err)
	if len(messages) != 2 || len(letters) != 2 {
		t.Errorf("%d messages and %d letters, want 2: %+v", len(messages), len(letters), messages)
	}
	if got, want := messages[0].Message, message("01B", ann, 1); got != want {
		t.Errorf("read %+v, want %+v", got, want)
	}
	if n, err := db.LeftBy(t.Context(), ann, at(0)); n != 2 || err != nil {
		t.Errorf("%d messages of a caller, %v", n, err)
	}
	if n, err := db.LeftBy(t.Context(), ann, at(2)); n != 0 || err != nil {
		t.Errorf("%d messages of a caller since, %v", n, err)
	}
	changes, err := db.MessageChanges(t.Context(), "01A")
	must(t, err)
	if len(changes) != 1 || changes[0].What != routing.LeaveMessage {
		t.Errorf("changes %+v", changes)
	}
}

// A full outbox keeps no message from being written; its mail is posted when there is room.
func TestMessageWhenTheOutboxIsFull(t *testing.T) {
	db := fresh(t)
	_, err := db.durable.db.ExecContext(t.Context(), `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < ?)
		INSERT INTO outbox SELECT 'x' || i, 'mail', 'mail', '', 0, 0, 0, '', 'waiting', '{}' FROM n`, outbox.MostWaiting)
	must(t, err)
	must(t, db.Left(t.Context(), message("01A", ann, 1), mail("01A")))
	late, err := db.Unposted(t.Context())
	must(t, err)
	if len(late) != 1 || late[0].ID != "01A" {
		t.Fatalf("without a mail: %+v", late)
	}
	if err := db.PostMessage(t.Context(), "01A", mail("01A")); !errors.Is(err, outbox.ErrFull) {
		t.Errorf("posted into a full outbox: %v", err)
	}
	_, err = db.DropLetter(t.Context(), "x1")
	must(t, err)
	must(t, db.PostMessage(t.Context(), "01A", mail("01A")))
	if late, err = db.Unposted(t.Context()); err != nil || len(late) != 0 {
		t.Errorf("without a mail: %+v, %v", late, err)
	}
}

// A server that takes nothing keeps no letter to another from being written.
func TestOutboxIsFullForOneServer(t *testing.T) {
	db := fresh(t)
	_, err := db.durable.db.ExecContext(t.Context(), `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < ?)
		INSERT INTO outbox SELECT 'x' || i, 'hook', 'hook crm', '', 0, 0, 0, '', 'waiting', '{}' FROM n`, outbox.MostWaiting)
	must(t, err)
	hook := outbox.Letter{ID: "01B", Kind: outbox.ByHook, Content: []byte(`{"to": "crm"}`)}
	if err := db.Post(t.Context(), hook); !errors.Is(err, outbox.ErrFull) {
		t.Errorf("posted into a full outbox: %v", err)
	}
	must(t, db.Post(t.Context(), mail("01A")))
}

// Of many who claim a message at once one has it, and the others are told who.
func TestMessageClaimedByOne(t *testing.T) {
	db := fresh(t)
	must(t, db.Left(t.Context(), message("01A", ann, 1), outbox.Letter{}))
	const people = 8
	var wg sync.WaitGroup
	outcomes := make([]error, people)
	for i := range people {
		wg.Go(func() {
			_, outcomes[i] = db.ChangeMessage(t.Context(), "01A", routing.ClaimMessage, fmt.Sprintf("p%d", i), at(2))
		})
	}
	wg.Wait()
	winner, told := "", map[string]int{}
	for i, err := range outcomes {
		var taken *routing.TakenError
		switch {
		case err == nil && winner == "":
			winner = fmt.Sprintf("p%d", i)
		case errors.As(err, &taken):
			told[taken.Who]++
		default:
			t.Errorf("p%d: %v", i, err)
		}
	}
	if winner == "" || told[winner] != people-1 {
		t.Errorf("%q has it, and the others are told %v", winner, told)
	}
}

// Who left a message is off the list of whom to call back once it is done, and comes back to it by calling again.
func TestMessageDoneSettles(t *testing.T) {
	db := fresh(t)
	first, second := call("call-01A", ann, 0, 60, 0), call("01C", ann, 100, 130, 0)
	for _, r := range []routing.Record{first, second} {
		must(t, db.Journal().Open(t.Context(), r.Contact, r.Legs[0], place(r.ID, "queue.conseil", 1)))
		must(t, db.Journal().Close(t.Context(), r))
	}
	must(t, db.Left(t.Context(), message("01A", ann, 20), outbox.Letter{}))
	_, err := db.ChangeMessage(t.Context(), "01A", routing.DoneMessage, "marie", at(200))
	must(t, err)
	open, settled, _ := toCall(t, db, time.Time{}, "")
	if fmt.Sprint(open, settled) != "[+33611111111 1] [+33611111111 1 marievoicemail]" {
		t.Errorf("to be called %v, settled %v", open, settled)
	}
}

// What was left before a moment can be taken out, and that it was is remembered.
func TestMessageErased(t *testing.T) {
	db := fresh(t)
	must(t, db.Left(t.Context(), message("01A", ann, 1), outbox.Letter{}))
	must(t, db.Left(t.Context(), message("01B", ann, 3), outbox.Letter{}))
	old, err := db.MessagesBefore(t.Context(), at(2))
	must(t, err)
	if len(old) != 1 || old[0].ID != "01A" {
		t.Fatalf("before: %+v", old)
	}
	must(t, db.DropMessage(t.Context(), "01A", routing.EraseMessage, "", at(9)))
	must(t, db.DropMessage(t.Context(), "01A", routing.EraseMessage, "", at(9))) // twice is once
	if _, err := db.ChangeMessage(t.Context(), "01A", routing.ClaimMessage, "marie", at(9)); !errors.Is(err, routing.ErrNoMessage) {
		t.Errorf("claimed what is gone: %v", err)
	}
	changes, err := db.MessageChanges(t.Context(), "01A")
	must(t, err)
	if len(changes) != 2 || changes[1].What != routing.EraseMessage {
		t.Errorf("changes %+v", changes)
	}
}
