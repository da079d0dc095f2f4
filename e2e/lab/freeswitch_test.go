package lab_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"hotline/e2e/lab"
	"hotline/e2e/phone"
)

const patience = 20 * time.Second // for one wait, on a busy machine

// A room is a FreeSWITCH without hotline.
type room struct {
	*lab.FreeSWITCH
	t *testing.T
}

func open(t *testing.T) room {
	t.Parallel()
	return room{lab.RunFreeSWITCH(t, lab.Options{}), t}
}

// present is what hotline says while it is there; here it says it once, for an hour.
func (r room) present() {
	r.t.Helper()
	r.api("global_setvar hotline_until_%s=%d", r.App, time.Now().Add(time.Hour).Unix())
}

func (r room) ctx() context.Context {
	ctx, cancel := context.WithTimeout(r.t.Context(), patience)
	r.t.Cleanup(cancel)
	return ctx
}

// api runs one command, which must succeed.
func (r room) api(format string, args ...any) string {
	r.t.Helper()
	answer, err := r.API(r.t.Context(), fmt.Sprintf(format, args...))
	if err != nil || strings.HasPrefix(answer, "-ERR") {
		r.t.Fatalf("%s: %q (%v)", fmt.Sprintf(format, args...), answer, err)
	}
	return strings.TrimSpace(answer)
}

// variable is one of a channel's variables.
func (r room) variable(leg, name string) string {
	r.t.Helper()
	return r.api("uuid_getvar %s %s", leg, name)
}

// eventually waits for what nothing announces.
func (r room) eventually(what string, ok func() bool) {
	r.t.Helper()
	limit := time.After(patience)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-limit:
			r.t.Fatalf("%s: not within %s", what, patience)
		}
	}
}

// parked waits until one channel is parked, and returns its id.
func (r room) parked() (leg string) {
	r.t.Helper()
	r.eventually("a call is parked", func() bool {
		for line := range strings.Lines(r.api("show channels")) {
			if strings.Contains(line, ",park,") {
				leg, _, _ = strings.Cut(line, ",")
			}
		}
		return leg != ""
	})
	return leg
}

func (r room) call(o phone.Outside) *phone.Call {
	r.t.Helper()
	o.Via = r.Trunk()
	c, err := phone.Dial(r.ctx(), o)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { r.hangup(c) })
	return c
}

func (r room) hangup(c *phone.Call) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := c.Hangup(ctx); err != nil {
		r.t.Error(err)
	}
}

func (r room) phone(user string, does phone.Reaction) *phone.Phone {
	r.t.Helper()
	p, err := phone.Register(r.ctx(), phone.Config{User: user, Password: r.PhonePassword(user), Registrar: r.SIP(), Tone: 440})
	if err != nil {
		r.t.Fatal(err)
	}
	p.On(does)
	r.t.Cleanup(func() {
		if err := p.Close(); err != nil {
			r.t.Error(err)
		}
	})
	return p
}

// record waits for the line of a leg.
func (r room) record(leg string) []string {
	r.t.Helper()
	var fields []string
	r.eventually("the record of "+leg, func() bool {
		data, err := os.ReadFile(r.Records)
		if err != nil && !os.IsNotExist(err) {
			r.t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			if f := strings.Split(strings.TrimSuffix(line, "\n"), ","); len(f) > 1 && f[1] == leg {
				if fields != nil {
					r.t.Errorf("two lines for one leg: %q and %q", fields, f)
				}
				fields = f
			}
		}
		return fields != nil
	})
	if len(fields) != 10 || fields[0] != "LEG" {
		r.t.Fatalf("a record has fields %q", fields)
	}
	return fields
}

// near checks a time of a record, microseconds since 1970, against what a phone saw.
func (r room) near(what, field string, seen time.Time) {
	r.t.Helper()
	n, err := strconv.ParseInt(field, 10, 64)
	switch {
	case err != nil:
		r.t.Errorf("%s: %v", what, err)
	case seen.IsZero() != (n == 0):
		r.t.Errorf("%s: the record says %d, the phone %s", what, n, seen)
	case n != 0 && time.UnixMicro(n).Sub(seen).Abs() > time.Second:
		r.t.Errorf("%s: the record says %s, the phone %s", what, time.UnixMicro(n), seen)
	}
}

func TestFreeSWITCHSideBySide(t *testing.T) {
	one := open(t)
	two := room{lab.RunFreeSWITCH(t, lab.Options{}), t}
	if one.SIP() == two.SIP() || one.Trunk() == two.Trunk() || one.ESL == two.ESL || one.Dir == two.Dir {
		t.Fatalf("two labs share something: %+v and %+v", one, two)
	}
	one.phone("101", phone.RingOnly())
	if got := one.api("sofia_contact 101@%s", one.Domain); !strings.Contains(got, "101@127.0.0.1") {
		t.Errorf("the phone is at %q", got)
	}
	if got := two.api("sofia_contact 101@%s", two.Domain); got != "error/user_not_registered" {
		t.Errorf("the phone of the other lab is at %q", got)
	}
}

// No module may be missing and no line of the configuration refused.
func TestFreeSWITCHConfigurationIsAccepted(t *testing.T) {
	r := open(t)
	r.present()
	data, err := os.ReadFile(r.Dir + "/log/freeswitch.log")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		for _, bad := range []string{"[WARNING]", "[ERR]", "[CRIT]", "[ALERT]"} {
			if strings.Contains(line, bad) && !strings.Contains(line, "MSG Thread 0 Started") {
				t.Error(strings.TrimSpace(line))
			}
		}
	}
	if got := r.api("show files"); !strings.Contains(got, "wav") {
		t.Errorf("wav files cannot be played: %s", got)
	}
	c := r.call(phone.Outside{From: "0612345678", To: "0809400100"})
	r.api("uuid_broadcast %s local_stream://%s", r.parked(), r.Music)
	if err := c.WaitAudio(r.ctx()); err != nil {
		t.Errorf("no music: %v", err)
	}
}

func TestFreeSWITCHAfterTheEnd(t *testing.T) {
	r := open(t)
	for name, end := range map[string]func() error{"stop": r.Stop, "kill": r.Kill} {
		sip := r.SIP()
		if err := end(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, err := r.API(t.Context(), "status"); err == nil {
			t.Errorf("%s: the event socket still answers", name)
		}
		if err := r.Start(t.Context()); err != nil {
			t.Fatalf("start after %s: %v", name, err)
		}
		if r.SIP() != sip {
			t.Errorf("after %s sip moved from %s to %s", name, sip, r.SIP())
		}
		r.phone("101", phone.RingOnly())
	}
}

func TestFreeSWITCHPause(t *testing.T) {
	r := open(t)
	if err := r.Pause(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if got, err := r.API(ctx, "status"); err == nil {
		t.Errorf("a frozen freeswitch answers %s", got)
	}
	if err := r.Resume(); err != nil {
		t.Fatal(err)
	}
	r.api("status")
}

func TestFindFreeSWITCHSaysWhatToDo(t *testing.T) {
	t.Setenv("FREESWITCH_PREFIX", t.TempDir())
	if _, err := lab.StartFreeSWITCH(t.Context(), lab.Options{}); err == nil || !strings.Contains(err.Error(), "FREESWITCH_PREFIX") {
		t.Errorf("an empty folder as prefix gives %v, want the advice to set FREESWITCH_PREFIX", err)
	}
}

// What the dialplan promises hotline of a call from outside.
func TestOutsideCallParks(t *testing.T) {
	r := open(t)
	r.present()
	began := time.Now()
	c := r.call(phone.Outside{From: "0612345678", To: "0809400100"})
	leg := r.parked()
	for name, want := range map[string]string{
		"hotline_app": "hotline", "hotline_kind": "inbound", "hotline_number": "0809400100", "hotline_left": "_undef_",
		"accountcode": "hotline", "force_transfer_context": "hotline-transfer",
	} {
		if got := r.variable(leg, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if got := r.api("sched_del %s", leg); got != "+OK Deleted: 1" {
		t.Errorf("the guard is not there: %s", got)
	}
	r.hangup(c)
	f := r.record(leg)
	r.near("start", f[2], began)
	r.near("answer", f[3], time.Time{})
	r.near("end", f[4], c.Story().Ended)
	if got := strings.Join(f[5:], ","); got != "16,ORIGINATOR_CANCEL,487,,hotline" {
		t.Errorf("the rest of the record is %s", got)
	}
	r.eventually("the switch is empty", func() bool {
		empty, err := r.Empty(t.Context())
		return empty && err == nil
	})
}

// Without hotline the caller hears at once, and unpaid, that nobody is there.
func TestFallbackAtOnce(t *testing.T) {
	r := open(t)
	c := r.call(phone.Outside{From: "0612345678", To: "0809400100"})
	if err := c.WaitAudio(r.ctx()); err != nil {
		t.Error(err)
	}
	if s := c.Story(); time.Since(s.Began) > 9*time.Second || !s.Answered.IsZero() {
		t.Errorf("the caller saw %+v", s)
	}
}

// With a hotline that does nothing the caller hears it after ten seconds.
func TestFallback(t *testing.T) {
	r := open(t)
	r.present()
	c := r.call(phone.Outside{From: "0612345678", To: "0809400100"})
	leg := r.parked()
	if err := c.WaitAudio(r.ctx()); err != nil {
		t.Error(err)
	}
	if waited := time.Since(c.Story().Began); waited < 9*time.Second || waited > 13*time.Second {
		t.Errorf("the fallback came after %s", waited)
	}
	if got := r.variable(leg, "hotline_left"); got != "true" {
		t.Errorf("hotline_left is %q", got)
	}
	select {
	case <-c.Ended():
	case <-time.After(patience):
		t.Fatal("the fallback does not end")
	}
	if s := c.Story(); !s.Answered.IsZero() || s.Code != 503 {
		t.Errorf("the caller saw %+v", s)
	}
	if f := r.record(leg); f[3] != "0" || f[5] != "34" || f[6] != "NORMAL_CIRCUIT_CONGESTION" {
		t.Errorf("the record is %q", f)
	}
}

// What the dialplan promises hotline of a call that a phone sends elsewhere, and of one that wants to stay hidden.
func TestTransferParks(t *testing.T) {
	r := open(t)
	r.present()
	r.call(phone.Outside{From: "0612345678", To: "0809400100", Hidden: true})
	leg := r.parked()
	for name, want := range map[string]string{"sip_Privacy": "id", "privacy_hide_number": "true"} {
		if got := r.variable(leg, name); got != want {
			t.Errorf("of a hidden caller %s is %q, want %q", name, got, want)
		}
	}
	for to, want := range map[string]string{"103": "103", "*21#": "*21#", "bob": "invalid"} {
		r.api("sched_del %s", leg)
		r.api("uuid_setvar %s hotline_transfer", leg)
		r.api("uuid_transfer %s %s XML hotline-transfer", leg, to)
		r.eventually("the call to "+to+" is parked", func() bool { return r.variable(leg, "hotline_transfer") == want })
		r.eventually("the guard of the call to "+to, func() bool {
			got, err := r.API(t.Context(), "sched_del "+leg)
			return err == nil && strings.HasPrefix(got, "+OK")
		})
	}
}

// originate rings a phone as hotline does, and returns what the job says.
func (r room) originate(leg, user string) string {
	r.t.Helper()
	answer, err := r.API(r.t.Context(), fmt.Sprintf("originate {origination_uuid=%s,originate_timeout=3,accountcode=hotline,hotline_call=c1,hotline_app=hotline}user/%s@%s &park()", leg, user, r.Domain))
	if err != nil {
		r.t.Fatal(err)
	}
	return strings.TrimSpace(answer)
}

func TestPhonesAreRung(t *testing.T) {
	r := open(t)
	p := r.phone("101", phone.Answer(200*time.Millisecond))
	r.phone("102", phone.Busy())
	if got := r.originate("leg-101", "101"); got != "+OK leg-101" {
		t.Errorf("a phone that answers: %s", got)
	}
	c, err := p.Wait(r.ctx())
	if err != nil {
		t.Fatal(err)
	}
	r.api("uuid_kill leg-101")
	f := r.record("leg-101")
	r.near("start", f[2], c.Story().Began)
	r.near("answer", f[3], c.Story().Answered)
	r.near("end", f[4], c.Story().Ended)
	if got := strings.Join(f[5:], ","); got != "16,NORMAL_CLEARING,,c1,hotline" {
		t.Errorf("the rest of the record is %s", got)
	}

	if got := r.originate("leg-102", "102"); got != "-ERR USER_BUSY" {
		t.Errorf("a busy phone: %s", got)
	}
	if f := r.record("leg-102"); strings.Join(f[5:], ",") != "17,USER_BUSY,486,c1,hotline" {
		t.Errorf("the record is %q", f)
	}
	if got := r.originate("leg-103", "103"); got != "-ERR USER_NOT_REGISTERED" {
		t.Errorf("a phone that is not there: %s", got)
	}
}
