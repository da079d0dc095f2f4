package routing

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"hotline/config"
	"hotline/pbx"
	"hotline/prompt"
)

// A Recordist knows what a person may record, and keeps what was recorded. Its files are in the folder of the prompts.
type Recordist interface {
	// Wanted is everything that callers may hear by the rules in force, in the order of hotline prompts list.
	Wanted() []Wanted
	// Beep is what tells somebody to speak.
	Beep() (file string, err error)
	// Raw is where a recording of that id is put.
	Raw(id string) (path string)
	// Take makes it fit to be heard, and says how good it is.
	Take(id string, w Wanted) (file string, m prompt.Measure, faults []prompt.Fault, err error)
	// Keep lets callers hear a take.
	Keep(ctx context.Context, take string, w Wanted) error
	// Drop removes what is left of a recording.
	Drop(id string)
}

// Wanted is something that callers hear and a person may record.
type Wanted struct {
	Name  string
	Lang  string
	Words string // empty: the rules do not have them
	File  string // where the recording goes
	Price bool   // it tells a price, and so has to be as long as the law says
}

// A PhoneResult says what came of ringing a phone of the house for somebody who asked for it.
type PhoneResult string

// What may come of it.
const (
	RecordKept       PhoneResult = "kept"
	RecordCancelled  PhoneResult = "cancelled"
	RecordFailed     PhoneResult = "failed" // the switch could not record, or the disk not write
	MessageHeard     PhoneResult = "heard"
	PhoneHungUp      PhoneResult = "hung_up" // before anything was kept, or heard
	PhoneNoAnswer    PhoneResult = "no_answer"
	PhoneBusy        PhoneResult = "busy"
	PhoneUnreachable PhoneResult = "unreachable"
)

// A Recorded prompt is what became of it.
type Recorded struct {
	Result  PhoneResult
	Measure prompt.Measure // of what was kept
	Faults  []prompt.Fault // likewise
}

const (
	houseRing    = 30 * time.Second
	recordMax    = 2 * time.Minute
	recordQuiet  = 5 * time.Second // nothing said for so long ends a recording
	recordWait   = 6 * time.Second // for a key
	recordRounds = 3               // of asking for one
	recordTakes  = 10              // of the same prompt
	houseLongest = 30 * time.Minute
)

// A sitting is somebody of the house who records on a phone, or hears messages.
type sitting struct {
	call     *pbx.Call
	speech   Speaker
	sounds   Sounds
	keeper   Recordist
	messages Mailroom
	folder   Recordings
	lang     string // in which the person is spoken to
	log      *slog.Logger
}

// RecordAt rings a phone of the house and has whoever picks it up record a prompt.
func (s *Switchboard) RecordAt(ctx context.Context, phone string, w Wanted) (Recorded, error) {
	sit, why, err := s.ringHouse(ctx, phone)
	if sit == nil {
		return Recorded{Result: why}, err
	}
	defer s.ended(sit.call)
	sit.log = sit.log.With("prompt", w.Name, "lang", w.Lang)
	got, err := sit.record(ctx, w)
	if sit.call.Context().Err() != nil && got.Result == "" {
		return Recorded{Result: PhoneHungUp}, nil
	}
	return got, err
}

// ringHouse rings a phone of the house for somebody who asked for it. Without a sitting nobody has picked up, and why says it.
func (s *Switchboard) ringHouse(ctx context.Context, phone string) (sit *sitting, why PhoneResult, err error) {
	version := s.Rules.Now()
	to := pbx.Target{Phone: phone}
	if err := GateTrial(version.Rules, to); err != nil {
		return nil, "", err
	}
	id := "hotline-house-" + strings.ToLower(ulid.Make().String())
	call, err := s.Exchange.Dial(ctx, nil, pbx.Dial{Leg: pbx.LegID(id), Call: id, To: to, CallerNumber: "hotline", CallerName: "hotline", Ring: houseRing})
	if err != nil {
		return nil, PhoneUnreachable, nil
	}
	if err := call.PickedUp(ctx); err != nil {
		s.ended(call)
		return nil, unanswered(call), ctx.Err()
	}
	log := s.Log.With("phone", phone)
	if err := call.Guard(ctx, pbx.Guard{After: houseLongest}); err != nil { // the switch ends it, whatever becomes of us
		log.Warn("a call that we made to a phone of the house has no limit on the switch", "err", err)
	}
	return s.sitting(call, version.Sounds.In(s.Prompts, s.Shelf), version.Rules.Languages[0], log), "", nil
}

// sitting is somebody of the house at a phone.
func (s *Switchboard) sitting(call *pbx.Call, sounds Sounds, lang string, log *slog.Logger) *sitting {
	return &sitting{call: call, speech: s.Speech, sounds: sounds, keeper: s.Recordist, messages: s.Mailroom, folder: s.Recordings, lang: lang, log: log}
}

// ended hangs up a phone that we rang, and waits until it is.
func (s *Switchboard) ended(call *pbx.Call) {
	_ = call.Hangup(pbx.Normal) // its own end, or the guard's, is as good
	gone, cancel := context.WithTimeout(s.Exchange.Context(), recordWait)
	defer cancel()
	_ = call.Gone(gone)
}

// unanswered is why nobody picked up.
func unanswered(call *pbx.Call) PhoneResult {
	switch call.Facts().Cause {
	case pbx.Busy, pbx.Declined:
		return PhoneBusy
	case pbx.Unreachable, pbx.NotFound:
		return PhoneUnreachable
	}
	return PhoneNoAnswer
}

// recordPrompts: somebody of the house chooses a prompt by its number, records it, and may choose another.
func (v *visit) recordPrompts(ctx context.Context) error {
	if v.Recordist == nil || v.Speech == nil {
		return v.phrase(ctx, prompt.RecordFailed(v.kept.Lang), pbx.ToTheEnd)
	}
	sit := v.sitting(v.call, v.Sounds, v.kept.Lang, v.log)
	for round := 0; round < recordRounds; round++ {
		if err := sit.phrase(ctx, prompt.RecordWhich(sit.lang), pbx.UntilKey); err != nil {
			return err
		}
		digits, err := v.dialled(ctx)
		if err != nil {
			return err
		}
		n, err := strconv.Atoi(digits)
		all := sit.keeper.Wanted()
		switch {
		case digits == "":
			continue
		case err != nil || n < 1 || n > len(all):
			if err := sit.phrase(ctx, prompt.RecordNone(sit.lang), pbx.ToTheEnd); err != nil {
				return err
			}
			continue
		}
		if _, err := sit.record(ctx, all[n-1]); err != nil {
			return err
		}
		round = -1 // as long as somebody records, there may be more
	}
	return nil
}

// record lets a person record a prompt, hear it, and keep it. It says what is to be recorded first.
func (s *sitting) record(ctx context.Context, w Wanted) (Recorded, error) {
	if err := s.introduce(ctx, w); err != nil {
		return Recorded{}, err
	}
	for range recordTakes {
		got, again, err := s.take(ctx, w)
		if err != nil || !again {
			return got, err
		}
	}
	return Recorded{Result: RecordCancelled}, s.phrase(ctx, prompt.RecordDropped(s.lang), pbx.ToTheEnd)
}

func (s *sitting) introduce(ctx context.Context, w Wanted) error {
	what := prompt.RecordThis(s.lang)
	if w.Words == "" {
		what = prompt.RecordFree(s.lang)
	}
	if err := s.phrase(ctx, what, pbx.ToTheEnd); err != nil {
		return err
	}
	if w.Words != "" {
		if err := s.say(ctx, config.Text{Lang: w.Lang, Words: w.Words}); err != nil {
			return err
		}
	}
	return s.phrase(ctx, prompt.RecordHow(s.lang), pbx.UntilKey)
}

// take is one try: a beep, what is said, what is not good about it, and what is to be done with it.
func (s *sitting) take(ctx context.Context, w Wanted) (got Recorded, again bool, err error) {
	beep, err := s.keeper.Beep()
	if err != nil {
		return s.failed(ctx, err)
	}
	if err := s.hear(ctx, beep, pbx.ToTheEnd); err != nil {
		return got, false, err
	}
	id := strings.ToLower(ulid.Make().String())
	defer s.keeper.Drop(id)
	_, err = s.call.Record(ctx, pbx.Recording{ID: "take-" + id, File: s.keeper.Raw(id), Max: recordMax, Quiet: recordQuiet}, "#")
	switch {
	case ctx.Err() != nil, s.call.Context().Err() != nil:
		return got, false, err
	case errors.Is(err, pbx.ErrNoRecording):
		return got, true, s.phrase(ctx, prompt.RecordFault(s.lang, prompt.Silent), pbx.ToTheEnd)
	case err != nil:
		return s.failed(ctx, err)
	}
	take, m, faults, err := s.keeper.Take(id, w)
	if err != nil {
		return s.failed(ctx, err)
	}
	if len(faults) > 0 {
		if err := s.phrase(ctx, prompt.RecordFault(s.lang, faults[0]), pbx.ToTheEnd); err != nil {
			return got, false, err
		}
		if faults[0] == prompt.Silent {
			return got, true, nil
		}
	}
	key, err := s.judge(ctx, take)
	switch {
	case err != nil:
		return got, false, err
	case key == '2':
		return got, true, nil
	case key != '1':
		return Recorded{Result: RecordCancelled}, false, s.phrase(ctx, prompt.RecordDropped(s.lang), pbx.ToTheEnd)
	}
	if err := s.keeper.Keep(ctx, take, w); err != nil {
		return s.failed(ctx, err)
	}
	s.log.Info("prompt recorded", "file", w.File, "length", m.Length, "faults", faults)
	got = Recorded{RecordKept, m, faults}
	_ = s.phrase(ctx, prompt.RecordKept(s.lang), pbx.ToTheEnd) // kept it is, also when the phone is down
	return got, false, nil
}

// judge plays a take back until it is known what is to be done with it; whoever presses nothing keeps nothing.
func (s *sitting) judge(ctx context.Context, take string) (key byte, err error) {
	for range recordRounds {
		if err := s.hear(ctx, take, pbx.UntilKey); err != nil {
			return 0, err
		}
		if err := s.phrase(ctx, prompt.RecordChoice(s.lang), pbx.UntilKey); err != nil {
			return 0, err
		}
		key, err := s.call.Key(ctx, recordWait)
		switch {
		case errors.Is(err, pbx.ErrNoInput):
		case err != nil:
			return 0, err
		case key >= '1' && key <= '3':
			return key, nil
		default:
			s.call.ForgetKeys()
		}
	}
	return 0, nil
}

func (s *sitting) failed(ctx context.Context, why error) (Recorded, bool, error) {
	s.log.Error("a prompt could not be recorded", "err", why)
	return Recorded{Result: RecordFailed}, false, s.phrase(ctx, prompt.RecordFailed(s.lang), pbx.ToTheEnd)
}

func (s *sitting) phrase(ctx context.Context, p prompt.Phrase, mode pbx.PlayMode) error {
	file, err := s.speech.Phrase(ctx, p)
	if err != nil {
		s.log.Warn("a sentence is passed over: it cannot be spoken", "text", p.Words, "err", err)
		return nil
	}
	return s.hear(ctx, file, mode)
}

func (s *sitting) say(ctx context.Context, text config.Text) error {
	file, err := s.speech.Said(ctx, text.Lang, text.Words)
	if err != nil {
		s.log.Warn("what is to be recorded cannot be spoken", "text", text.Words, "err", err)
		return nil
	}
	return s.hear(ctx, file, pbx.UntilKey)
}

// hear plays a file of the folder. One that the switch cannot play is passed over.
func (s *sitting) hear(ctx context.Context, file string, mode pbx.PlayMode) error {
	return s.plays(ctx, s.sounds.at(file), mode)
}

func (s *sitting) plays(ctx context.Context, media string, mode pbx.PlayMode) error {
	err := s.call.Play(ctx, media, mode)
	if broken := (*pbx.PlayError)(nil); errors.As(err, &broken) {
		s.log.Error("not heard on the phone of the house", "err", err)
		return nil
	}
	return err
}
