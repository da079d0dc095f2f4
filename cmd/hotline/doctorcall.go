package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"

	"hotline/config"
	"hotline/pbx"
	"hotline/prompt"
)

// How long each part of a trial of a phone may take.
const (
	reachWait  = 8 * time.Second
	ringFor    = 30 * time.Second
	keyWait    = 3 * time.Second // after each time the beeps were played
	beepRounds = 5
	listenFor  = 4 * time.Second
)

// A phoneTrial is what a phone did that was rung to try it.
type phoneTrial struct {
	err      error // it could not be rung
	rang     bool
	cause    pbx.Cause     // why it ended before it was answered
	waited   time.Duration // until it was answered; 0: it was not
	left     bool          // the phone hung up before everything was tried
	playErr  error
	key      byte // that was pressed after the beeps; 0: none
	traffic  pbx.Traffic
	countErr error
	heard    pbx.Loudness
	hearErr  error
}

// tryPhone rings a phone through a driver of its own, plays the sound to it, and measures what goes over the line.
func tryPhone(ctx context.Context, sw pbx.Switch, name, phone, sound string, say func(config.Words)) phoneTrial {
	x := pbx.NewExchange(name, sw, slog.New(slog.DiscardHandler))
	ready := newReadiness()
	running, stop := context.WithCancel(context.WithoutCancel(ctx)) // it outlives ctx to hang up
	var refused error
	var exchange sync.WaitGroup
	exchange.Go(func() {
		refused = x.Run(running, ready)
		ready.done()
	})
	reached := ready.wait(ctx)
	var trial phoneTrial
	if reached && x.Up() {
		trial = ringPhone(ctx, x, phone, sound, say)
	}
	stop()
	exchange.Wait()
	switch {
	case refused != nil:
		return phoneTrial{err: refused}
	case !reached && ctx.Err() == nil:
		return phoneTrial{err: pbx.ErrDown}
	case ctx.Err() != nil: // what was measured until then says nothing
		return phoneTrial{err: context.Canceled}
	}
	return trial
}

// readiness waits for the switch; nothing else that it tells is of interest to a trial.
type readiness struct {
	once  sync.Once
	ready chan struct{}
}

func newReadiness() *readiness { return &readiness{ready: make(chan struct{})} }

func (r *readiness) done()                          { r.once.Do(func() { close(r.ready) }) }
func (r *readiness) Offered(*pbx.Call, pbx.Offered) {}
func (r *readiness) Ready(pbx.Ready, []*pbx.Call)   { r.done() }
func (r *readiness) Found([]*pbx.Call)              {}
func (r *readiness) PhoneState(pbx.PhoneState)      {}
func (r *readiness) wait(ctx context.Context) bool {
	limit := time.NewTimer(reachWait)
	defer limit.Stop()
	select {
	case <-r.ready:
		return true
	case <-limit.C:
	case <-ctx.Done():
	}
	return false
}

func ringPhone(ctx context.Context, x *pbx.Exchange, phone, sound string, say func(config.Words)) (trial phoneTrial) {
	id := "hotline-doctor-" + strings.ToLower(ulid.Make().String())
	began := time.Now()
	say(both("Appel du poste %s. Décrochez ; quand vous entendez des bips, tapez 1, puis parlez.",
		"Calling phone %s. Pick it up; when you hear beeps, press 1, then speak.", phone))
	c, err := x.Dial(ctx, nil, pbx.Dial{
		Leg: pbx.LegID(id), Call: id, To: pbx.Target{Phone: phone}, CallerNumber: "hotline", CallerName: "hotline", Ring: ringFor,
	})
	if err != nil {
		return phoneTrial{err: err}
	}
	defer func() {
		_ = c.Hangup(pbx.Normal) // its own end, or the guard's, is as good
		gone, cancel := context.WithTimeout(x.Context(), reachWait)
		defer cancel()
		_ = c.Gone(gone)
	}()
	if err := answered(ctx, c); err != nil {
		facts := c.Facts()
		trial.rang, trial.cause = !facts.Ringing.IsZero(), facts.Cause
		return trial
	}
	trial.rang, trial.waited = true, max(time.Since(began), time.Millisecond)
	if err := c.Guard(ctx, pbx.Guard{After: 2 * time.Minute}); err != nil { // the switch ends it, whatever becomes of us
		trial.playErr = err
		return trial
	}
	say(both("Décroché. Des bips : les entendez-vous ? Tapez 1.", "Picked up. Beeps: do you hear them? Press 1."))
	for range beepRounds {
		if trial.playErr = c.Play(ctx, sound, pbx.UntilKey); trial.playErr != nil {
			break
		}
		if key, err := c.Key(ctx, keyWait); err == nil {
			trial.key = key
			break
		}
	}
	say(both("Parlez maintenant, %d secondes.", "Speak now, for %d seconds.", int(listenFor/time.Second)))
	trial.heard, trial.hearErr = c.Listen(ctx, listenFor)
	trial.traffic, trial.countErr = c.Traffic(ctx)
	trial.left = c.Context().Err() != nil
	return trial
}

// answered waits until the phone has been picked up.
func answered(ctx context.Context, c *pbx.Call) error {
	for {
		changed := c.Changed()
		if c.Facts().Up {
			return nil
		}
		select {
		case <-changed:
		case <-c.Context().Done():
			return context.Cause(c.Context())
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// trialSound is what is played to a phone that is tried, as the switch sees it: beeps, else the first prompt there is.
func (p patient) trialSound(prompts config.Prompts) (string, error) {
	if p.Fetches { // beeps are not among what is offered
		if len(p.files) == 0 {
			return "", errors.New("no sound to play: the rules have none that can be fetched")
		}
		return p.files[0], nil
	}
	file, err := prompt.Studio{Folder: prompts.Folder}.Beeps(2)
	if err == nil {
		return filepath.Join(p.PromptsFolder, file), nil
	}
	if len(p.files) > 0 {
		return p.files[0], nil
	}
	return "", fmt.Errorf("no sound to play: %w", err)
}

// soundPlace is how hotline.yaml says where the switch has its sounds.
func (p patient) soundPlace() string {
	if p.Fetches {
		return "prompts: {http: " + p.offered + "}"
	}
	return "prompts_folder: " + p.PromptsFolder
}

// phoneFindings says in words what became of the trial of a phone.
func (p patient) phoneFindings(phone string, trial phoneTrial, rtp [2]int) []finding {
	if f, bad := p.notPickedUp(phone, trial); bad {
		return []finding{f}
	}
	found := []finding{{check: "call", level: fine, title: both("poste %s : décroché après %.1f s", "phone %s: picked up after %.1f s", phone, trial.waited.Seconds())}}
	var play *pbx.PlayError
	if errors.As(trial.playErr, &play) {
		return append(found, finding{
			check: "call_heard", level: wrong,
			title: both("le commutateur ne peut pas jouer %s", "the switch cannot play %s", play.Media),
			todo:  both("voyez prompts dans hotline doctor ; où le commutateur prend ses sons :", "see prompts in hotline doctor; where the switch takes its sounds from:"),
			lines: []string{p.soundPlace()},
		})
	}
	return append(found, p.towards(trial, rtp), p.fromPhone(trial, rtp))
}

// notPickedUp is a phone that did not come so far that it could be tried.
func (p patient) notPickedUp(phone string, trial phoneTrial) (finding, bool) {
	f := finding{check: "call", level: wrong}
	f.todo = both("allumez-le, et voyez s'il est enregistré ; il est appelé comme hotline.yaml le dit :",
		"switch it on, and see whether it is registered; it is rung as hotline.yaml says:")
	f.lines = p.contacts()
	switch {
	case trial.waited > 0:
		return f, false
	case errors.Is(trial.err, context.Canceled):
		f.title = both("poste %s : essai interrompu", "phone %s: the trial was broken off", phone)
		f.todo, f.lines = both("relancez :", "run it again:"), []string{"hotline doctor --call " + phone}
	case errors.Is(trial.err, pbx.ErrUnreachable), trial.cause == pbx.Unreachable, trial.cause == pbx.NotFound:
		f.title = both("poste %s : ce commutateur ne peut pas l'appeler", "phone %s: this switch cannot ring it", phone)
		f.why = both("Il n'est pas enregistré, ou ce numéro de poste n'existe pas.", "It has not registered, or there is no such extension.")
	case trial.err != nil:
		f.title = both("poste %s : il n'a pas pu être appelé", "phone %s: it could not be rung", phone)
		f.why = unexpected(trial.err)
		f.todo, f.lines = both("voyez d'abord ce que dit :", "first see what this says:"), []string{"hotline doctor"}
	case trial.cause == pbx.Busy:
		f.title = both("poste %s : occupé", "phone %s: busy", phone)
		f.todo, f.lines = both("raccrochez-le, ou enlevez « ne pas déranger », puis relancez :", "hang it up, or take off do-not-disturb, then run again:"), []string{"hotline doctor --call " + phone}
	case trial.cause == pbx.Declined:
		f.title = both("poste %s : l'appel a été refusé", "phone %s: the call was declined", phone)
		f.todo, f.lines = both("enlevez « ne pas déranger », puis relancez :", "take off do-not-disturb, then run again:"), []string{"hotline doctor --call " + phone}
	case trial.rang:
		f.title = both("poste %s : il a sonné %d s, personne n'a décroché", "phone %s: it rang for %d s, nobody picked up", phone, int(ringFor/time.Second))
		f.todo, f.lines = both("mettez quelqu'un devant, puis relancez :", "have somebody there, then run again:"), []string{"hotline doctor --call " + phone}
	default:
		f.title = both("poste %s : il n'a pas sonné (%s)", "phone %s: it did not ring (%s)", phone, string(trial.cause))
	}
	return f, true
}

func (p patient) contacts() []string {
	if p.Kind == config.FreeSWITCH {
		return []string{`phone: "` + p.Phone + `"`, "fs_cli -x 'show registrations'"}
	}
	return []string{`phone: "` + p.Phone + `"`, "asterisk -rx 'pjsip show contacts'"}
}

// towards says whether the person heard the beeps.
func (p patient) towards(trial phoneTrial, rtp [2]int) finding {
	count := both("%d paquets envoyés", "%d packets sent", trial.traffic.Sent)
	if trial.countErr != nil {
		count = both("paquets pas comptés", "packets not counted")
	}
	switch {
	case trial.key != 0:
		return finding{check: "call_heard", level: fine, title: both("vers le poste : entendu (touche %s), %s", "to the phone: heard (key %s), %s", string(trial.key), count)}
	case trial.left:
		return finding{check: "call_heard", level: warning, title: both("vers le poste : raccroché avant la touche 1 (%s)", "to the phone: hung up before key 1 (%s)", count),
			todo: both("relancez, et tapez 1 quand vous entendez les bips.", "run it again, and press 1 when you hear the beeps.")}
	}
	return finding{
		check: "call_heard", level: wrong,
		title: both("vers le poste : pas de touche 1 (%s)", "to the phone: no key 1 (%s)", count),
		why: both("Soit le poste n'entend rien : le son du commutateur ne lui arrive pas (NAT, pare-feu). Soit ses touches n'arrivent pas (DTMF).",
			"Either the phone hears nothing: the switch's sound does not get there (NAT, a firewall). Or its keys do not arrive (DTMF)."),
		todo:  both("si vous n'avez rien entendu, les premières lignes ; si vous avez entendu et tapé 1, la dernière :", "if you heard nothing, the first lines; if you heard it and pressed 1, the last:"),
		lines: append(p.soundLines(rtp), p.keyLine()),
	}
}

// fromPhone says whether the phone is heard.
func (p patient) fromPhone(trial phoneTrial, rtp [2]int) finding {
	count := both("%d paquets reçus", "%d packets received", trial.traffic.Received)
	if trial.traffic.Loss >= 1 {
		count = both("%s, %.0f %% perdus", "%s, %.0f%% lost", count, trial.traffic.Loss)
	}
	if trial.heard.Level < 0 {
		count = both("%s, niveau %.0f dB", "%s, level %.0f dB", count, trial.heard.Level)
	}
	f := finding{check: "call_voice", level: wrong}
	switch {
	case trial.heard.Heard && trial.traffic.Loss >= muchLoss:
		f.level = warning
		f.title = both("du poste : entendu, mais haché (%s)", "from the phone: heard, but in pieces (%s)", count)
		f.why = both("Le réseau entre le poste et le commutateur perd des paquets.", "The network between phone and switch loses packets.")
		f.todo = both("essayez par câble plutôt qu'en Wi-Fi, et donnez priorité à la voix (QoS) sur le routeur.", "try a cable instead of Wi-Fi, and give voice priority (QoS) on the router.")
	case trial.heard.Heard:
		return finding{check: "call_voice", level: fine, title: both("du poste : entendu (%s)", "from the phone: heard (%s)", count)}
	case trial.countErr == nil && trial.traffic.Received == 0:
		f.title = both("du poste : aucun son n'arrive au commutateur", "from the phone: no sound arrives at the switch")
		f.why = both("Ses paquets se perdent en route : NAT, pare-feu, ou ports RTP fermés.", "Its packets get lost on the way: NAT, a firewall, or closed RTP ports.")
		f.todo = both("laissez passer ces ports jusqu'au commutateur, et dites-lui son adresse publique si le poste est dehors :",
			"let these ports through to the switch, and tell it its public address if the phone is outside:")
		f.lines = p.soundLines(rtp)
	case trial.hearErr != nil && trial.left:
		f.level = warning
		f.title = both("du poste : raccroché avant la mesure", "from the phone: hung up before it was measured")
		f.todo = both("relancez, et parlez jusqu'à la fin.", "run it again, and speak until the end.")
	case trial.hearErr != nil:
		f.level = unseen
		f.title = both("du poste : le niveau n'est pas mesuré (%s)", "from the phone: the level is not measured (%s)", count)
		f.why = unexpected(trial.hearErr)
		if p.Kind == config.Asterisk {
			f.todo = both("faites le dossier des enregistrements d'Asterisk, que Debian oublie, et chargez ces modules :",
				"make the folder of Asterisk's recordings, which Debian forgets, and load these modules:")
			f.lines = []string{"sudo install -d -o asterisk -g asterisk -m 750 /var/spool/asterisk/recording", "asterisk -rx 'module load res_stasis_recording.so'", "asterisk -rx 'module load res_ari_recordings.so'", "asterisk -rx 'module load res_stasis_snoop.so'"}
		}
	default:
		f.title = both("du poste : silence (%s)", "from the phone: silence (%s)", count)
		f.why = both("Des paquets arrivent, mais sans voix : micro coupé, casque débranché, ou personne n'a parlé.",
			"Packets arrive, but without a voice: the microphone is muted, the headset is unplugged, or nobody spoke.")
		f.todo = both("regardez la touche « micro » du poste, puis relancez en parlant.", "look at the phone's mute key, then run it again and speak.")
	}
	return f
}

// muchLoss in percent is heard by everybody.
const muchLoss = 5

// soundLines are what usually mends sound that goes one way.
func (p patient) soundLines(rtp [2]int) []string {
	ports := "10000:20000"
	if rtp[0] > 0 && rtp[1] > 0 {
		ports = fmt.Sprintf("%d:%d", rtp[0], rtp[1])
	}
	lines := []string{"iptables -A INPUT -p udp --dport " + ports + " -j ACCEPT"}
	if p.Kind == config.FreeSWITCH {
		return append(lines, `<param name="ext-rtp-ip" value="192.0.2.7"/>`, `<param name="ext-sip-ip" value="192.0.2.7"/>`)
	}
	return append(lines, "direct_media = no", "rtp_symmetric = yes", "force_rport = yes", "external_media_address = 192.0.2.7")
}

func (p patient) keyLine() string {
	if p.Kind == config.FreeSWITCH {
		return `<param name="dtmf-type" value="rfc2833"/>`
	}
	return "dtmf_mode = rfc4733"
}
