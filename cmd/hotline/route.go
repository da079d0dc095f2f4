package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hotline/billing"
	"hotline/config"
	"hotline/number"
	"hotline/prompt"
	"hotline/routing"
)

// Exit codes of route and test: 0 as it should be, 1 not so, 2 it could not be tried.
const (
	exitUnexpected = 1
	exitNotTried   = 2
)

// routeCommand is `hotline route`: what becomes of a call, tried without a telephone by the code of the real ones.
func routeCommand(now func() time.Time) *cobra.Command {
	var r routeWish
	cmd := &cobra.Command{
		Use:   "route [NUMBER]",
		Short: "Try a call without a telephone, step by step",
		Long: `Route says what becomes of a call to one of your numbers: what the caller hears, who is asked to take it and when, what
it costs, and which line of the rules decides each step. It is the code that real calls run through, and it changes nothing.
NUMBER is written in any way, as it is dialled or as the operator delivers it.

Exit status: 0 it was tried, and is as --expect says; 1 it is not, or the number is not yours; 2 it could not be tried.`,
		Example: `  hotline route 0809400100 --at "2026-11-24 10:00" --press 1
  hotline route 0805400200 --agents none
  hotline route 0809400100 --press 1 --expect queue=sav,caller_pays=normal_call
  hotline route --tree`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cmd.SilenceUsage, cmd.SilenceErrors = true, true
			r.out, r.tongue = cmd.OutOrStdout(), userTongue()
			return notTried(cmd, r.run(cmd, args, now()))
		},
	}
	cmd.Flags().StringVar(&r.from, "from", "", "who calls (withheld)")
	cmd.Flags().BoolVar(&r.hidden, "hidden", false, "who calls does not show the number")
	cmd.Flags().StringVar(&r.at, "at", "", `when, Paris time: "2026-11-24 10:00" (now)`)
	cmd.Flags().StringVar(&r.press, "press", "", "the keys that the caller presses, one for each menu, and digits: 1,1234#; a comma is a pause")
	cmd.Flags().StringVar(&r.agents, "agents", config.AgentsFree, "who is there to answer: free, busy or none")
	cmd.Flags().StringVar(&r.known, "known", "", "what is known of the caller: vip (a group), or group=vip,calls=3,missed,talked=2h")
	cmd.Flags().StringVar(&r.transfers, "transfers", config.TransfersTaken, "what becomes of calls that are passed on: taken or missed")
	cmd.Flags().BoolVar(&r.spent, "spent", false, "the budget of the day is spent")
	cmd.Flags().StringVar(&r.expect, "expect", "", "what has to become of it: queue=sav,skill=panne,ends=queue...")
	cmd.Flags().StringVar(&r.rules, "rules", "", "the rules file, instead of the one that the daemon's file names")
	cmd.Flags().BoolVar(&r.json, "json", false, "for programs")
	cmd.Flags().BoolVar(&r.tree, "tree", false, "all ways of the rules, as a tree (* = not yet done by this version)")
	cmd.Flags().BoolVar(&r.mermaid, "mermaid", false, "all ways of the rules, as a flowchart for Mermaid (* = not yet done by this version)")
	cmd.MarkFlagsMutuallyExclusive("tree", "mermaid", "json")
	cmd.MarkFlagsMutuallyExclusive("from", "hidden")
	return cmd
}

// notTried tells an error and gives it the exit code of what could not be tried.
func notTried(cmd *cobra.Command, err error) error {
	if code := (*exitError)(nil); err == nil || errors.As(err, &code) {
		return err
	}
	fmt.Fprintln(cmd.ErrOrStderr(), userTongue().mistake(err))
	return &exitError{code: exitNotTried}
}

// A routeWish is a call to be tried, as it is asked for.
type routeWish struct {
	tongue
	out                                           io.Writer
	from, at, press, agents, known, expect, rules string
	transfers                                     string
	hidden, spent, json, tree, mermaid            bool
	number                                        int // of the version in force, if the rules are those
}

func (r *routeWish) run(cmd *cobra.Command, args []string, now time.Time) error {
	if len(args) == 0 && !r.tree && !r.mermaid {
		return misused(cmd, "quel numéro appelle-t-on ?\n  à écrire : hotline route NUMÉRO, ou hotline route --tree",
			"which number is called?\n  write: hotline route NUMBER, or hotline route --tree")
	}
	at, rules, err := r.load(cmd)
	if err != nil {
		return err
	}
	router := routing.NewRouter(rules)
	switch {
	case r.tree:
		r.writeTree(rules, router)
		return nil
	case r.mermaid:
		r.writeMermaid(rules, router)
		return nil
	}
	expect, err := readExpect(rules, r.expect)
	if err != nil {
		return err
	}
	trial, err := r.trial(args[0], now)
	if err != nil {
		return err
	}
	if r.known != "" {
		known, problems := config.ReadKnown(rules, r.known)
		if len(problems) > 0 {
			return mistaken("--known « %s » : %s ; écrivez par exemple --known group=vip,calls=3", "--known %q: %s; write for example --known group=vip,calls=3",
				number.CleanName(r.known), r.in(problems[0].Title))
		}
		trial.Known = routing.Tried(known, trial.At)
	}
	if trial.Book, err = trialBook(cmd.Context(), at, rules); err != nil {
		return err
	}
	if r.at == "" { // as it is now
		trial.Closed = closedByHand(cmd.Context(), at, router, trial)
	}
	trial.Length = soundLengths(rules, at.prompts)
	if v, err := inForce(cmd.Context(), at); err == nil && v.Hash == rules.Hash {
		r.number = v.Number
	}
	path := router.Try(trial)
	if r.json {
		if err := r.writeJSON(rules, &path); err != nil {
			return err
		}
	} else {
		r.write(rules, &path)
	}
	return r.judge(expect, &path)
}

// load reads the rules, and tells what is wrong with them.
func (r *routeWish) load(cmd *cobra.Command) (at place, rules *config.Rules, err error) {
	daemonFile, err := cmd.Flags().GetString("config")
	if err != nil {
		return at, nil, err
	}
	var named []string
	if r.rules != "" {
		named = []string{r.rules}
	}
	if at, err = whereRules(daemonFile, cmd.Flags().Changed("config"), named); err != nil {
		return at, nil, err
	}
	if at.database, err = databaseOr(cmd, at.database); err != nil {
		return at, nil, err
	}
	rules, problems := config.LoadRules(at.rules)
	if rules != nil {
		return at, rules, nil
	}
	if err := problems.Print(cmd.ErrOrStderr(), string(r.tongue)); err != nil {
		return at, nil, err
	}
	fmt.Fprintln(cmd.ErrOrStderr(), "\n"+r.say("Rien n'a été essayé : hotline check dit tout sur ces règles.", "Nothing was tried: hotline check says all about these rules."))
	return at, nil, &exitError{code: exitNotTried}
}

// trial reads the words of the command line as a call.
func (r *routeWish) trial(to string, now time.Time) (t routing.Trial, err error) {
	t = routing.Trial{To: to, At: now, Press: strings.Join(strings.Fields(r.press), ""), Agents: r.agents, Spent: r.spent}
	if _, err := number.Parse(to); err != nil {
		return t, mistaken("« %s » n'est pas un numéro de téléphone ; écrivez par exemple \"08 09 40 01 00\"",
			"%q is not a telephone number; write for example \"08 09 40 01 00\"", number.CleanName(to))
	}
	if r.from != "" {
		if t.From, err = number.Parse(r.from); err != nil {
			return t, mistaken("--from « %s » n'est pas un numéro de téléphone ; écrivez par exemple 0612345678, ou --hidden pour un numéro masqué",
				"--from %q is not a telephone number; write for example 0612345678, or --hidden for a withheld one", number.CleanName(r.from))
		}
	}
	if r.at != "" {
		if t.At, err = parseMoment(r.at); err != nil {
			return t, err
		}
	}
	if strings.Trim(t.Press, "0123456789*#,") != "" {
		return t, mistaken("--press « %s » : un téléphone a les touches 0 à 9, * et # ; une virgule est une pause ; écrivez --press 1,1234#",
			"--press %q: a telephone has the keys 0 to 9, * and #; a comma is a pause; write --press 1,1234#", number.CleanName(r.press))
	}
	switch t.Unmet = r.transfers == config.TransfersMissed; r.transfers {
	case config.TransfersTaken, config.TransfersMissed:
	default:
		return t, mistaken("--transfers « %s » : écrivez taken (quelqu'un prend l'appel) ou missed (occupé, pas de réponse)",
			"--transfers %q: write taken (somebody takes the call) or missed (busy, no answer)", number.CleanName(r.transfers))
	}
	switch t.Agents {
	case config.AgentsFree, config.AgentsBusy, config.AgentsNone:
		return t, nil
	}
	return t, mistaken("--agents « %s » : écrivez free (tous libres), busy (tous en ligne) ou none (personne de connecté)",
		"--agents %q: write free (all are free), busy (all are on the phone) or none (nobody is logged in)", number.CleanName(t.Agents))
}

// soundLengths says how long prompts last: recordings, and texts that have been spoken already.
func soundLengths(rules *config.Rules, prompts config.Prompts) func(name, lang string) (time.Duration, bool) {
	sounds := routing.Sounds{Rules: rules, Texts: map[config.Text]string{}}.In(prompts.Folder, nil)
	if speech, err := prompt.ParseSpeech(prompts.Speech); err == nil {
		studio := prompt.Studio{Folder: prompts.Folder, Speech: speech}
		for _, text := range rules.Texts() {
			sounds.Texts[text] = studio.TextName(text.Lang, text.Words)
		}
	}
	return func(name, lang string) (time.Duration, bool) {
		path, ok := sounds.Path(name, lang)
		if !ok {
			return 0, false
		}
		length := soundLength("", path)
		return length, length > 0
	}
}

// version names the rules that a call was tried by: the number of the version in force when they are those.
func (r *routeWish) version(rules *config.Rules) string {
	if r.number > 0 {
		return fmt.Sprintf(r.say("règles v%d", "rules v%d"), r.number)
	}
	return r.say("règles ", "rules ") + rules.Hash
}

// file is the name of the rules file, for the head of the column of places.
func rulesName(rules *config.Rules) string { return filepath.Base(rules.Source[0].Name) }

// dayWords writes a day as people say it: "mardi 24 novembre 2026".
func (t tongue) dayWords(at time.Time) string { return t.periodName("day", at.In(paris())) }

// payWords says what an answered call costs the caller.
func (t tongue) payWords(p billing.Pays) string {
	switch {
	case !p.Known:
		return t.say("prix inconnu", "price not known")
	case p.Nothing():
		return t.say("rien", "nothing")
	case p.Service.Zero():
		return t.say("le prix d'un appel", "an ordinary call")
	}
	return t.price(p.Service) + t.say(", et le prix d'un appel", ", and an ordinary call")
}

// weWords says what an answered call costs or brings us.
func (t tongue) weWords(x billing.Tariffs) string {
	switch {
	case x.Payout != nil:
		return "+" + t.price(x.Payout.Price) + t.say(" HT", " excl. VAT")
	case x.Cost != nil && x.Guessed:
		return t.price(x.Cost.Price) + t.say(" HT (origine inconnue, compté comme mobile)", " excl. VAT (origin unknown, counted as mobile)")
	case x.Cost != nil:
		return t.price(x.Cost.Price) + t.say(" HT", " excl. VAT")
	}
	return t.say("contrat non renseigné", "contract not entered")
}

// kindOf says of what kind a number is, behind its first digits: "0809, gris".
func (t tongue) kindOf(n number.Number, x billing.Tariffs) string {
	begin := n.National()
	if len(begin) == 10 {
		begin = begin[:2]
		if begin == "08" {
			begin = n.National()[:4]
		}
	}
	kind := ""
	if x.Range != nil {
		switch x.Range.Category {
		case billing.Free, billing.OtherFree, billing.OperatorFunction:
			kind = t.say("vert", "free")
		case billing.Normal:
			kind = t.say("gris", "grey")
		case billing.Surcharged:
			kind = t.say("surtaxé", "surcharged")
		}
	}
	return strings.TrimSuffix(cmp.Or(begin, n.National())+", "+kind, ", ")
}
