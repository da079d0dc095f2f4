package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"hotline/billing"
	"hotline/number"
	"hotline/routing"
	"hotline/store"
)

// cdrCommand is `hotline cdr`: the records of calls that have ended.
func cdrCommand(now func() time.Time) *cobra.Command {
	cmd := &cobra.Command{Use: "cdr", Short: "Records of calls, with what each cost", Args: cobra.NoArgs, RunE: helpOnly}
	cmd.AddCommand(cdrListCommand(), cdrShowCommand(), cdrExportCommand(), cdrRerateCommand(now), cdrRecountCommand())
	return cmd
}

func cdrListCommand() *cobra.Command {
	var limit int
	var asJSON bool
	var f cdrFilter
	cmd := &cobra.Command{
		Use:   "list",
		Short: "The latest calls, newest first",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if limit < 0 {
				return fmt.Errorf("--limit %d: write 0 for all", limit)
			}
			filter, err := f.filter(userTongue())
			if err != nil {
				return err
			}
			filter.Limit = limit
			db, err := openStore(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			records, err := db.Records(cmd.Context(), filter)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(cmd.OutOrStdout(), records)
			}
			if t := userTongue(); len(records) == 0 && !f.none() {
				fmt.Fprintln(cmd.OutOrStdout(), t.say("Aucun appel terminé ne correspond.", "No call that has ended is like that."))
				return nil
			}
			writeList(cmd.OutOrStdout(), userTongue(), records)
			return nil
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 20, "how many; 0 for all")
	f.flags(cmd)
	cmd.Flags().StringVar(&f.caller, "caller", "", "only calls from this number")
	cmd.Flags().BoolVar(&asJSON, "json", false, "for programs: amounts in micro-euro, null when not known")
	return cmd
}

func cdrShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show ID",
		Short: "All about one call, its charge explained line by line",
		Long:  "All about one call. ID is what cdr list shows in its last column, or the whole id.",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			db, err := openStore(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			record, err := db.Record(cmd.Context(), args[0])
			if errors.Is(err, store.ErrNotFound) {
				return mistaken("aucun appel n'a l'identifiant %s : hotline cdr list les montre", "no call has the id %s: hotline cdr list shows them", args[0])
			}
			if err != nil {
				return err
			}
			versions, err := db.Versions(cmd.Context(), record.ID)
			if err != nil {
				return err
			}
			writeRecord(cmd.OutOrStdout(), userTongue(), record)
			writeVersions(cmd.OutOrStdout(), userTongue(), versions)
			return nil
		},
	}
}

// A total is the sum of one side over all legs of a call; it is not known when any part of it is not.
type total struct {
	amount billing.Money
	known  bool
}

func sum(c store.Charged, side billing.Side) total {
	t := total{known: len(c.Ratings) > 0}
	for i := range c.Ratings {
		amount, complete := c.Ratings[i].Sum(side)
		t.amount += amount
		t.known = t.known && complete
	}
	return t
}

// short writes a total in a narrow column: "2,44", "-0,034", "?".
func (t total) short(lang tongue, decimals int) string {
	if !t.known {
		return "?"
	}
	return strings.TrimSuffix(strings.Replace(lang.money(t.amount, decimals), "EUR ", "", 1), " €")
}

// tableRow writes one row, 80 columns wide. Text that does not fit is cut with a sign that says so; amounts never are.
func tableRow(w io.Writer, cells [10]string) {
	widths := [10]int{11, 12, 10, 7, -5, -5, 6, -5, -6, 4}
	for i, cell := range cells {
		width := widths[i]
		right := width < 0
		width = max(width, -width)
		if n := utf8.RuneCountInString(cell); n > width && !right {
			cell = string([]rune(cell)[:width-1]) + "…"
		}
		gap := strings.Repeat(" ", max(width-utf8.RuneCountInString(cell), 0))
		if i > 0 {
			fmt.Fprint(w, " ")
		}
		switch {
		case right:
			fmt.Fprint(w, gap+cell)
		case i == len(cells)-1:
			fmt.Fprint(w, cell)
		default:
			fmt.Fprint(w, cell+gap)
		}
	}
	fmt.Fprintln(w)
}

// What a call costs us is often less than a cent.
const ourDecimals = 3

func writeList(w io.Writer, t tongue, records []store.Charged) {
	if len(records) == 0 {
		fmt.Fprintln(w, t.say("Aucun appel terminé.", "No call has ended yet."))
		return
	}
	tableRow(w, [10]string{t.say("appel", "call"), t.say("client", "caller"), t.say("numéro", "number"), "service",
		t.say("attnt", "wait"), t.say("parlé", "talk"), "agent", t.say("paie€", "pays"), t.say("nous€", "we"), "id"})
	var pays, we total
	paysUnknown, weUnknown, estimated := 0, 0, false
	for _, r := range records {
		caller, owner := sum(r, billing.Caller), sum(r, billing.Owner)
		tableRow(w, [10]string{r.Opened.In(paris()).Format("02/01 15:04"), person(t, r.Contact), called(r.Contact),
			number.CleanName(r.Service), clock(r.Waited), clock(r.Talked), number.CleanName(r.Agent), guess(r, caller.short(t, 2)), owner.short(t, ourDecimals),
			r.ID[max(len(r.ID)-4, 0):]})
		estimated = estimated || isGuess(r)
		paysUnknown += add(&pays, caller)
		weUnknown += add(&we, owner)
	}
	fmt.Fprintln(w)
	if estimated {
		fmt.Fprintln(w, t.say("~ : la fin de l'appel est estimée (hotline cdr show)", "~ : the end of the call is estimated (hotline cdr show)"))
	}
	fmt.Fprintf(w, t.say("%s. Les clients paient %s TTC, plus l'appel%s.\nNous : %s HT%s.\n",
		"%s. The callers pay %s incl. VAT, call apart%s.\nWe: %s excl. VAT%s.\n"),
		t.many(len(records), "appel", "call"), t.money(pays.amount, 2), unknown(t, paysUnknown), t.money(we.amount, ourDecimals), unknown(t, weUnknown))
	if paysUnknown+weUnknown > 0 {
		fmt.Fprintln(w, t.say("? n'est pas 0 : hotline cdr show ID dit ce qui manque, et quoi faire.", "? is not 0: hotline cdr show ID says what is missing, and what to do."))
	}
}

// guess marks what was counted to an end that nobody saw.
func guess(r store.Charged, amount string) string {
	if isGuess(r) {
		return "~" + amount
	}
	return amount
}

func isGuess(r store.Charged) bool { return slices.Contains(r.Flags, routing.EndEstimated) }

func unknown(t tongue, n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return t.say(", et 1 inconnu (?)", ", and 1 not known (?)")
	}
	return fmt.Sprintf(t.say(", et %d inconnus (?)", ", and %d not known (?)"), n)
}

// add adds what is known, and returns 1 for what is not.
func add(to *total, part total) int {
	if !part.known {
		return 1
	}
	to.amount += part.amount
	return 0
}

func person(t tongue, c routing.Contact) string {
	switch {
	case c.Caller != "":
		return c.Caller.National()
	case c.Hidden:
		return t.say("masqué", "withheld")
	}
	return t.say("inconnu", "unknown")
}

// called is the number as dialled, or what arrived when it is none of ours.
func called(c routing.Contact) string {
	if c.Number == "" {
		return number.CleanName(c.Arrived)
	}
	return c.Number.National()
}

func clock(d time.Duration) string {
	seconds := int64(d.Round(time.Second) / time.Second)
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}

func writeRecord(w io.Writer, t tongue, c store.Charged) {
	state := t.say("en cours", "not ended")
	if !c.Closed.IsZero() {
		state = t.say("terminé", "ended")
	}
	sides(w, t.say("Appel ", "Call ")+c.ID, state)
	fmt.Fprintln(w)
	who := c.Caller.Pretty()
	if who == "" && c.Hidden {
		who = t.say("un numéro masqué", "a withheld number")
	} else if who == "" {
		who = t.say("un numéro inconnu", "an unknown number")
	}
	dialled := c.Number.Pretty()
	if dialled == "" {
		dialled = called(c.Contact)
	}
	fmt.Fprintf(w, "  %s  %s %s %s\n", c.Opened.In(paris()).Format("02/01/2006 15:04:05"), who, t.say("appelle le", "calls"), dialled)
	for _, line := range [][2]string{
		{t.say("Nom", "Name"), number.CleanName(c.CallerName)}, {t.say("Arrivé", "Arrived"), number.CleanName(c.Arrived)},
		{"Service", c.Service}, {t.say("Chemin", "Path"), t.path(c)}, {t.say("File", "Queue"), c.Queue}, {"Agent", c.Agent},
		{t.say("Attendu", "Waited"), clock(c.Waited)}, {t.say("Parlé", "Talked"), clock(c.Talked)},
		{t.say("Langue", "Language"), c.Lang}, {t.say("Fin", "End"), c.Cause}, {t.say("Règles", "Rules"), c.RulesVersion},
		{t.say("Noté", "Noted"), strings.Join(c.Flags, ", ")},
	} {
		if line[1] != "" {
			var text strings.Builder
			wrapped(&text, strings.Repeat(" ", 11), line[1])
			fmt.Fprintf(w, "  %-8s %s", line[0], strings.TrimLeft(text.String(), " "))
		}
	}
	writeLegs(w, t, c.Legs)
	writeRatings(w, t, c)
}

func writeLegs(w io.Writer, t tongue, legs []routing.Leg) {
	fmt.Fprintf(w, "\n  %s\n", t.say("Heures du standard", "The switch's times"))
	for _, l := range legs {
		name := t.say("client", "caller")
		switch {
		case l.Role == routing.Third && l.Agent == "":
			name = prettyNumber(l.Target)
		case l.Role != routing.Customer:
			name = l.Agent
		}
		if l.Trunk != "" { // too long for the column
			fmt.Fprintf(w, "    %s\n", fmt.Sprintf(t.say("%s, par %s", "%s, over %s"), name, number.CleanName(l.Trunk)))
			name = ""
		}
		fmt.Fprintf(w, "    %-10s", name)
		for _, part := range []struct {
			name string
			at   time.Time
		}{
			{t.say("début", "start"), l.Created}, {t.say("décroché", "answer"), l.Answered}, {t.say("fin", "end"), l.Ended},
		} {
			when := "-"
			if !part.at.IsZero() {
				when = part.at.In(paris()).Format("15:04:05.000")
			}
			fmt.Fprintf(w, " %s %-12s", part.name, when)
		}
		if l.Estimated {
			fmt.Fprint(w, " "+t.say("(estimée)", "(estimated)"))
		}
		fmt.Fprintln(w, " "+l.Cause)
	}
}

func writeRatings(w io.Writer, t tongue, c store.Charged) {
	for _, r := range c.Ratings {
		fmt.Fprintln(w)
		leg := outsideLeg(c, r)
		if leg != nil {
			fmt.Fprintf(w, t.say("  Vers le %s, par %s\n", "  To %s, over %s\n"), prettyNumber(leg.Target), number.CleanName(leg.Trunk))
		}
		switch {
		case r.Unrated != billing.Rated:
			fmt.Fprintf(w, "  %s%s.\n  %s\n", t.say("NON TARIFÉ : ", "NOT RATED: "), unratedWords(t, r.Unrated),
				t.say("Rien n'est compté, et ce n'est pas 0.", "Nothing is counted, and that is not 0."))
			if r.Unrated == billing.TrunkUnknown && leg != nil {
				fmt.Fprintf(w, t.say("  À faire : hotline tariff set --trunk %s PRIX --from DATE, puis\n    hotline cdr rerate -m POURQUOI\n",
					"  To do: hotline tariff set --trunk %s PRICE --from DATE, then\n    hotline cdr rerate -m WHY\n"), number.CleanName(leg.Trunk))
			}
			if r.Unrated == billing.PriceUnknown {
				fmt.Fprintf(w, t.say("  À faire : hotline tariff set %s PRIX --from DATE, puis\n    hotline cdr rerate -m POURQUOI\n",
					"  To do: hotline tariff set %s PRICE --from DATE, then\n    hotline cdr rerate -m WHY\n"), called(c.Contact))
			}
		case len(r.Lines()) == 0:
			fmt.Fprintf(w, "  %s\n", t.say("Jamais décroché : rien n'est facturé.", "Never answered: nothing is charged."))
		default:
			writeLines(w, t, &r.Charge, true)
			fmt.Fprintf(w, "  %s\n", t.say("Estimation ; la facture de l'opérateur fait foi.", "An estimate; the operator's invoice decides."))
			version := fmt.Sprintf(t.say("  Données  %s, version %d de ce tarif", "  Data     %s, version %d of this charge"), r.Charge.Version, r.Version)
			fmt.Fprintln(w, strings.TrimRight(version+"  "+number.CleanName(r.Why), " "))
		}
		for _, f := range r.Charge.Flags.Words() {
			fmt.Fprintf(w, "  %-8s %s\n", t.say("Noté", "Noted"), flagWords(t, f))
		}
	}
}

// outsideLeg is the leg that a charge is of, if we dialled it over a trunk.
func outsideLeg(c store.Charged, r store.Rating) *routing.Leg {
	for i, l := range c.Legs {
		if l.ID == r.Leg && l.Trunk != "" {
			return &c.Legs[i]
		}
	}
	return nil
}

// writeVersions tells the history of a charge that was made more than once: what each version said, and what it changed.
func writeVersions(w io.Writer, t tongue, versions []store.Version) {
	if !slices.ContainsFunc(versions, func(v store.Version) bool { return v.Version > 1 }) {
		return
	}
	fmt.Fprintf(w, "\n  %s\n", t.say("Ce qui a été compté, dans l'ordre", "What has been counted, in order"))
	for _, v := range versions {
		why := number.CleanName(v.Why)
		if v.Version == 1 {
			why = t.say("à la fin de l'appel", "at the end of the call")
		}
		fmt.Fprintf(w, "    %d  %s  %s\n", v.Version, v.At.In(paris()).Format("02/01/2006 15:04"), why)
		if v.Unrated != billing.Rated {
			fmt.Fprintf(w, "       %s%s\n", t.say("non tarifé : ", "not rated: "), unratedWords(t, v.Unrated))
		}
		for _, p := range v.Parts {
			amount := "?"
			switch {
			case p.Gone:
				amount = t.say("plus compté", "no longer counted")
			case p.Known:
				amount = t.money(p.Amount, 6)
			case p.Part == billing.CallPart:
				continue // priced by the caller's operator
			}
			if v.Version > 1 && p.Delta != 0 {
				amount += " (" + t.signed(p.Delta) + ")"
			}
			fmt.Fprintf(w, "       %-12s %s\n", partName(t, p.Part), amount)
		}
	}
}

// A cdrJSON is a record for programs. An amount that is not known is null.
type cdrJSON struct {
	ID         string         `json:"id"`
	Opened     time.Time      `json:"opened"`
	Closed     time.Time      `json:"closed"`
	Number     number.Number  `json:"number"`
	Arrived    string         `json:"arrived"`
	Caller     number.Number  `json:"caller"`
	CallerName string         `json:"caller_name"`
	Service    string         `json:"service"`
	Queue      string         `json:"queue"`
	Agent      string         `json:"agent"`
	WaitedMS   int64          `json:"waited_ms"`
	TalkedMS   int64          `json:"talked_ms"`
	Cause      string         `json:"cause"`
	Nodes      []string       `json:"nodes"`
	Flags      []string       `json:"flags"`
	CallerPays *billing.Money `json:"caller_pays_micro_euro"`
	We         *billing.Money `json:"we_micro_euro"`
	Unrated    string         `json:"unrated,omitempty"`
}

func writeJSON(w io.Writer, records []store.Charged) error {
	out := make([]cdrJSON, 0, len(records))
	for _, r := range records {
		row := cdrJSON{ID: r.ID, Opened: r.Opened, Closed: r.Closed, Number: r.Number, Arrived: r.Arrived, Caller: r.Caller,
			CallerName: r.CallerName, Service: r.Service, Queue: r.Queue, Agent: r.Agent, WaitedMS: r.Waited.Milliseconds(),
			TalkedMS: r.Talked.Milliseconds(), Cause: r.Cause, Nodes: r.Nodes, Flags: r.Flags}
		if s := sum(r, billing.Caller); s.known {
			row.CallerPays = &s.amount
		}
		if s := sum(r, billing.Owner); s.known {
			row.We = &s.amount
		}
		for _, rating := range r.Ratings {
			row.Unrated = rating.Unrated.String()
			row.Flags = append(row.Flags, rating.Flags.Words()...)
		}
		out = append(out, row)
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(out)
}
