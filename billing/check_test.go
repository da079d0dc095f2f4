package billing

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// withPlan is the shipped tables and some rows more.
func withPlan(t *testing.T, more Data) Data {
	t.Helper()
	d, _, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return d.Merge(more)
}

// texts are problems in one language; warnings begin with a question mark.
func texts(problems []Problem, lang string) (out []string) {
	for _, p := range problems {
		text := p.Text(lang)
		if p.Warning {
			text = "? " + text
		}
		out = append(out, text)
	}
	return out
}

// Each thing that is refused, or warned of, with its message in both languages.
func TestCheckRefuses(t *testing.T) {
	since := Span{From: Reform()}
	at := func(s ServiceRow, line int) ServiceRow { s.Line = line; return s }
	per := func(perMinute Money) Price { return Price{PerMinute: perMinute} }
	twice := []ServiceRow{
		at(service(t, "+33892400300", "0.80 EUR/min", "2026-01-01", "2026-07-01"), 2),
		at(service(t, "+33892400300", "0.35 EUR/min", "2026-06-30", ""), 3),
	}
	for _, c := range []struct {
		name   string
		data   Data
		fr, en string
	}{
		{"above the ceiling", Data{Services: []ServiceRow{at(service(t, "+33810123456", "0.09 EUR/min", "2026-01-01", ""), 2)}},
			"ligne 2, 0810123456 : 0,09 €/min dépasse le plafond des 081, 0,06 €/min",
			"row 2, 0810123456: 0.09 EUR/min is above the ceiling of 081, 0.06 EUR/min"},
		{"a price on a free number", Data{Services: []ServiceRow{at(service(t, "+33800123456", "0.05 EUR/call", "2026-01-01", ""), 17)}},
			"ligne 17, 0800123456 : un 0800 est gratuit pour qui appelle, 0,05 €/appel est refusé",
			"row 17, 0800123456: a 0800 is free to the caller, 0.05 EUR/call is refused"},
		{"two prices at once", Data{Services: twice},
			"ligne 3, 0892400300 : la période 2026-06-30.. chevauche la période 2026-01-01..2026-07-01 (l. 2)",
			"row 3, 0892400300: the period 2026-06-30.. overlaps the period 2026-01-01..2026-07-01 (l. 2)"},
		{"the end before the start", Data{Services: []ServiceRow{at(service(t, "+33892400300", "0.80 EUR/min", "2026-07-01", "2026-06-01"), 2)}},
			"ligne 2, 0892400300 : la fin (2026-06-01) n'est pas après le début (2026-07-01)",
			"row 2, 0892400300: its end (2026-06-01) is not after its start (2026-07-01)"},
		{"a number of no range", Data{Services: []ServiceRow{at(service(t, "+33700123456", "0.80 EUR/min", "2026-01-01", ""), 2)}},
			"ligne 2, 0700123456 : ce numéro n'est pas dans le plan de numérotation (2026-01-01..)",
			"row 2, 0700123456: this number is not in the number plan (2026-01-01..)"},
		{"a ceiling that comes later", Data{Services: []ServiceRow{at(service(t, "118218", "2.99 EUR/call + 2.99 EUR/min", "2020-01-01", ""), 2)}},
			"ligne 2, 118218 : 2,99 €/appel + 2,99 €/min : depuis le 01/10/2015 un service se paie à l'appel ou à la seconde dès la première seconde, rien d'autre",
			"row 2, 118218: 2.99 EUR/call + 2.99 EUR/min: since 1 Oct 2015 a service is paid by the call or by the second from the first second, and no other way"},
		{"after-sales", Data{Services: []ServiceRow{{Number: "+33892400300", Price: per(800_000), Purpose: "after_sales", Span: since, Line: 2}}},
			"ligne 2, 0892400300 : une ligne « after_sales » ne peut pas être surtaxée : Code de la consommation, art. L121-16",
			`row 2, 0892400300: a line for "after_sales" may not be surcharged: Code de la consommation, art. L121-16`},
		{"adults outside 0895", Data{Services: []ServiceRow{{Number: "+33892400300", Price: per(800_000), Adult: true, Span: since, Line: 2}}},
			"ligne 2, 0892400300 : un service réservé aux adultes doit être dans les 0895",
			"row 2, 0892400300: a service for adults only has to be in 0895"},
		{"a step that is not there", Data{Services: []ServiceRow{{Number: "+33892400300", Price: per(800_000), Step: "D99", Span: since, Line: 2}}},
			"ligne 2, 0892400300 : le palier « D99 » n'existe pas", `row 2, 0892400300: there is no step "D99"`},
		{"a step of another price", Data{Services: []ServiceRow{{Number: "+33892400300", Price: per(350_000), Step: "D080", Span: since, Line: 2}}},
			"ligne 2, 0892400300 : le palier D080 est de 0,80 €/min, pas de 0,35 €/min",
			"row 2, 0892400300: step D080 is 0.80 EUR/min, not 0.35 EUR/min"},
		{"a step without evidence", Data{Services: []ServiceRow{{Number: "+33892400300", Price: per(450_000), Span: since, Line: 2}}},
			"? ligne 2, 0892400300 : le palier D045 n'est confirmé par aucune source", "? row 2, 0892400300: step D045 is not confirmed by any source"},
		{"none of the steps", Data{Services: []ServiceRow{{Number: "+33892400300", Price: per(470_000), Span: since, Line: 2}}},
			"? ligne 2, 0892400300 : 0,47 €/min n'est aucun des paliers de la grille", "? row 2, 0892400300: 0.47 EUR/min is none of the listed steps"},
		{"a contract that is not there", Data{Services: []ServiceRow{{Number: "+33892400300", Price: per(800_000), Contract: "x", Span: since, Line: 2}}},
			"ligne 2, 0892400300 : le contrat « x » n'existe pas", `row 2, 0892400300: there is no contract "x"`},
		{"a contract twice", Data{Contracts: []ContractRow{{Name: "x", Line: 2}, {Name: "x", Line: 3}}},
			"ligne 3, x : ce contrat est déjà là (l. 2)", "row 3, x: this contract is there already (l. 2)"},
		{"a range that is not of digits", Data{Ranges: []RangeRow{{Range: Range{Prefix: "08x", Length: 10, Category: Free}, Span: since, Line: 2}}},
			"ligne 2, 08x : un préfixe est fait de chiffres", "row 2, 08x: a prefix is made of digits"},
		{"a length that is none", Data{Ranges: []RangeRow{{Range: Range{Prefix: "0899", Length: 3, Category: Surcharged}, Span: since, Line: 2}}},
			"ligne 2, 0899 : longueur 3 impossible", "row 2, 0899: length 3 is impossible"},
		{"a free range with a price", Data{Ranges: []RangeRow{{Range: Range{Prefix: "0800", Length: 10, Category: Free, Capped: true, PerCall: 1}, Span: since, Line: 2}}},
			"ligne 2, 0800 : une tranche gratuite n'a pas de plafond au-dessus de 0", "row 2, 0800: a free range has no ceiling above 0"},
		{"a step without a code", Data{Steps: []StepRow{{Price: per(1), Span: since, Line: 2}}},
			"ligne 2 : palier sans code", "row 2: a step without a code"},
		{"FREE with a price", Data{Steps: []StepRow{{Code: StepFree, Price: per(1), Span: since, Line: 2}}},
			"ligne 2, FREE : ce palier ne coûte rien au-delà de l'appel", "row 2, FREE: this step costs nothing beyond the call"},
		{"a rate of a number and of a step", Data{Owner: []OwnerRow{{Number: "+33892400300", Step: "A300", Kind: Cost, Span: since, Line: 2}}},
			"ligne 2, 0892400300A300 cost : un numéro ou un palier, pas les deux", "row 2, 0892400300A300 cost: a number or a step, not both"},
		{"a rate of a step that is not there", Data{Owner: []OwnerRow{{Step: "A999", Kind: Payout, Span: since, Line: 2}}},
			"ligne 2, A999 payout : le palier « A999 » n'existe pas", `row 2, A999 payout: there is no step "A999"`},
		{"a rate of an emergency number", Data{Owner: []OwnerRow{{Number: "112", Kind: Cost, Origin: FromFixed, Span: since, Line: 2}}},
			"ligne 2, 112 cost fixed : un numéro d'urgence ne coûte rien", "row 2, 112 cost fixed: an emergency number costs nothing"},
		{"paid more than is paid", Data{Services: []ServiceRow{{Number: "+33892400300", Price: per(800_000), Span: since, Line: 2}},
			Owner: []OwnerRow{{Number: "+33892400300", Kind: Payout, Price: per(900_000), Span: since, Line: 3}}},
			"? ligne 3, 0892400300 payout : reversement de 0,90 €/min HT, plus que le prix payé, 0,80 €/min TTC",
			"? row 3, 0892400300 payout: a payout of 0.90 EUR/min HT, more than the price that is paid, 0.80 EUR/min TTC"},
		{"a trunk's prefix", Data{Trunks: []TrunkRow{{Trunk: "sip", Prefix: "06x", Span: since, Line: 2}}},
			"ligne 2, sip 06x : un préfixe est fait de chiffres", "row 2, sip 06x: a prefix is made of digits"},
		{"a trunk's prefix abroad", Data{Trunks: []TrunkRow{{Trunk: "sip", Prefix: "+336", Span: since, Line: 2}}},
			"ligne 2, sip +336 : aucun numéro ne commence ainsi : écrivez 06, 0590, ou +44 pour l'étranger", "row 2, sip +336: no number begins like this: write 06, 0590, or +44 for abroad"},
		{"a trunk without a name", Data{Trunks: []TrunkRow{{Prefix: "06", Span: since, Line: 2}}},
			"ligne 2, 06 : la ligne sortante n'a pas de nom", "row 2, 06: the trunk has no name"},
		{"a contract without a name", Data{Contracts: []ContractRow{{Line: 2}}}, "ligne 2 : le contrat n'a pas de nom", "row 2: the contract has no name"},
		{"a payout of another kind", Data{Owner: []OwnerRow{{Step: "D080", Kind: Payout, Price: Price{PerCall: 460_000}, Span: since, Line: 2}}},
			"ligne 2, D080 payout : le palier est de 0,80 €/min, le reversement de 0,46 €/appel : l'un par minute, l'autre par appel",
			"row 2, D080 payout: the step is 0.80 EUR/min, the payout 0.46 EUR/call: one per minute, the other per call"},
		{"a grid whose columns have slipped", Data{Grid: []GridRow{{Step: "A299", Price: Price{PerCall: 1_990_000}, Span: since, Line: 2}, {Step: "A300", Price: Price{PerCall: 3_000_000}, Span: since, Line: 3},
			{Step: "D080", Price: Price{PerCall: 800_000}, Span: since, Line: 4}}}, "ligne 2, A299 : la grille dit 1,99 €/appel, le palier est de 2,99 €/appel", "row 2, A299: the grid says 1.99 EUR/call, the step is 2.99 EUR/call"},
		{"more than all", Data{VAT: []VATRow{{Rate: 10_001, Span: since, Line: 2}}},
			"ligne 2, vat : un taux va de 0 à 100 %", "row 2, vat: a rate goes from 0 to 100 %"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := withPlan(t, c.data)
			problems := d.Check()
			if diff := cmp.Diff([]string{c.fr}, texts(problems, "fr")); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if diff := cmp.Diff([]string{c.en}, texts(problems, "en")); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if err := Errors(problems); (err == nil) != (c.en[0] == '?') {
				t.Errorf("as an error: %v", err)
			}
		})
	}
}

// What is merged is in force for its time, and what was there before and after it stays.
func TestMerge(t *testing.T) {
	old := service(t, "+33892400300", "0.35 EUR/min", "2020-01-01", "")
	other := service(t, "+33899823300", "3.00 EUR/call", "2020-01-01", "")
	d := withPlan(t, Data{Services: []ServiceRow{old, other}})
	d = d.Merge(Data{Services: []ServiceRow{service(t, "+33892400300", "0.80 EUR/min", "2026-01-01", "2026-03-01")}})
	d = d.Merge(Data{Services: []ServiceRow{{Number: "+33892400300", Step: "D040", Span: Span{From: paris(t, "2026-06-01")}}}})
	var got []string
	for _, s := range d.Services {
		got = append(got, s.Number.National()+" "+s.Price.String()+" "+s.Step+" "+s.Span.String())
	}
	slices.Sort(got)
	if diff := cmp.Diff([]string{
		"0892400300 0.35 EUR/min D035 2020-01-01..2026-01-01",
		"0892400300 0.35 EUR/min D035 2026-03-01..2026-06-01",
		"0892400300 0.40 EUR/min D040 2026-06-01..",
		"0892400300 0.80 EUR/min D080 2026-01-01..2026-03-01",
		"0899823300 3.00 EUR/call A300 2020-01-01..",
	}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if problems := d.Check(); len(problems) > 0 {
		t.Errorf("%v", texts(problems, "en"))
	}
	if at, ok := (Data{Services: []ServiceRow{other, old}, VAT: []VATRow{{Span: Span{From: Reform()}}}}).Earliest(); !ok || !at.Equal(Reform()) {
		t.Errorf("the earliest is %s", at)
	}
}

// The numbers of the rules file are its own; others may only correct what has been, and only on purpose.
func TestOwnNumbers(t *testing.T) {
	now := paris(t, "2026-11-28")
	d, problems := withPlan(t, Data{}).SetPrices([]Own{{Number: "+33892400300", Source: "rules.yaml l. 21",
		Price: []Dated[NumberPrice]{{Span{From: paris(t, "2026-01-01")}, NumberPrice{Price: Price{PerMinute: 800_000}}}}}}, now, false)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, c := range []struct {
		from, until string
		correct     bool
		fr, en      string
	}{
		{"2026-12-01", "", false, "0892400300 : c'est un de vos numéros : son prix est dans rules.yaml l. 21, changez-le là",
			"0892400300: it is one of your numbers: its price stands in rules.yaml l. 21, change it there"},
		{"2026-10-01", "", true, "0892400300 : --correct ne corrige que le passé : dites jusqu'à quand, --to (au plus tard maintenant)",
			"0892400300: --correct corrects only the past: say until when, --to (now at the latest)"},
		{"2026-10-01", "2026-11-01", false, "0892400300 : c'est un de vos numéros : corriger son passé se demande avec --correct",
			"0892400300: it is one of your numbers: correcting its past is asked for with --correct"},
		{"2026-10-01", "2026-11-01", true, "", ""},
	} {
		row := service(t, "+33892400300", "0.35 EUR/min", c.from, c.until)
		var want [2][]string
		if c.fr != "" {
			want = [2][]string{{c.fr}, {c.en}}
		}
		problems := d.OwnNumbers(Data{Services: []ServiceRow{row}}, now, c.correct)
		if diff := cmp.Diff(want, [2][]string{texts(problems, "fr"), texts(problems, "en")}); diff != "" {
			t.Errorf("from %s: -want +got:\n%s", c.from, diff)
		}
	}
	if problems := d.OwnNumbers(Data{Services: []ServiceRow{service(t, "+33899823300", "3.00 EUR/call", "2020-01-01", "")}}, now, false); problems != nil {
		t.Errorf("somebody else's number: %v", problems)
	}
	forgotten, _ := d.SetPrices(nil, now.Add(time.Hour), false)
	if s := forgotten.Services[0]; len(forgotten.Services) != 1 || !s.Until.Equal(now.Add(time.Hour)) {
		t.Errorf("a number that the rules no longer have: %+v", forgotten.Services)
	}
}

// The rules may name the contract whose way of counting holds for a number. To name another is a change of its price.
func TestOwnContract(t *testing.T) {
	now := paris(t, "2026-11-28")
	odd, err := ParseRule("second_up/per_second/half_up/6")
	if err != nil {
		t.Fatal(err)
	}
	own := Own{Number: "+33892400300", Contract: "odd", Price: []Dated[NumberPrice]{{Value: NumberPrice{Price: Price{PerMinute: 800_000}}}},
		Rates: []OwnRate{{Kind: Payout, Price: []Dated[NumberPrice]{{Value: NumberPrice{Price: Price{PerMinute: 500_000}}}}}}}
	_, problems := withPlan(t, Data{}).SetPrices([]Own{own}, now, false)
	if got := texts(problems, "fr"); !slices.Contains(got, "0892400300 : le contrat « odd » n'existe pas") {
		t.Errorf("a contract that is not there: %q", got)
	}
	d, problems := withPlan(t, Data{Contracts: []ContractRow{{Name: "odd", Rule: odd}}}).SetPrices([]Own{own}, now, false)
	if len(problems) > 0 {
		t.Fatal(texts(problems, "en"))
	}
	own.Contract = ""
	d, problems = d.SetPrices([]Own{own}, now.Add(24*time.Hour), false)
	b, err := NewBook(d, "x")
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	for _, c := range []struct {
		at              time.Time
		service, payout Money
	}{{now, 799_980, 499_980}, {now.Add(24 * time.Hour), 800_000, 500_000}} {
		charge := b.Rate(Call{Number: "+33892400300", Answered: c.at, Ended: c.at.Add(time.Minute)})
		service, _ := charge.Line(ServicePart)
		payout, _ := charge.Line(PayoutPart)
		if service.Amount != c.service || payout.Amount != c.payout {
			t.Errorf("at %s: %d and %d, want %d and %d", c.at, service.Amount, payout.Amount, c.service, c.payout)
		}
	}
}

// pricesOf are prices of a rules file, each with the day from which it holds, "" for already.
func pricesOf(t *testing.T, days ...string) (out []Dated[NumberPrice]) {
	t.Helper()
	for i := 0; i < len(days); i += 2 {
		p, step, err := ParseServicePrice(days[i+1], "")
		if err != nil {
			t.Fatal(err)
		}
		d := Dated[NumberPrice]{Value: NumberPrice{Price: p, Step: step}}
		if days[i] != "" {
			d.From = paris(t, days[i])
		}
		out = append(out, d)
	}
	return out
}

// table writes the prices of a number as they stand in the tables.
func table(d Data, n string) string {
	var out []string
	for _, s := range d.Services {
		if s.Number.National() == n {
			out = append(out, NumberPrice{s.Price, family(s.Step), s.Contract}.String()+" "+s.Span.String())
		}
	}
	for _, o := range d.Owner {
		if o.Number.National() == n {
			out = append(out, string(o.Kind)+" "+o.Price.String()+" "+o.Span.String())
		}
	}
	return strings.Join(out, "; ")
}

// What the rules make of the tables on 28 November 2026, one file after the other.
func TestSetPrices(t *testing.T) {
	now := paris(t, "2026-11-28")
	entered := Data{Owner: []OwnerRow{{Number: "+33805400200", Kind: Cost, Price: Price{PerMinute: 10_000}, Span: Span{From: paris(t, "2026-01-01")}}},
		Contracts: []ContractRow{{Name: "op", Rule: Rule{PerSecond: true}}}}
	for _, c := range []struct {
		name          string
		first, second Own
		late          bool
		want          string
		problem       string
	}{
		{"what others entered stays", Own{Number: "+33805400200"}, Own{Number: "+33805400200"}, false, "cost 0.01 EUR/min 2026-01-01..", ""},
		{"what the rules said ends", Own{Number: "3970", Price: pricesOf(t, "", "0.12 EUR/min")}, Own{Number: "3970"}, false, "0.12 EUR/min 2026-11-28..2026-11-29", ""},
		{"planned free is free", Own{Number: "3970", Price: pricesOf(t, "", "0.12 EUR/min", "2027-01-01", "normal")},
			Own{Number: "3970", Price: pricesOf(t, "", "0.12 EUR/min", "2027-01-01", "free")}, false, "0.12 EUR/min 2026-11-28..2027-01-01; free 2027-01-01..", ""},
		{"only later", Own{Number: "+33892400300"}, Own{Number: "+33892400300", Price: pricesOf(t, "2026-12-15", "0.80 EUR/min")}, false, "0.80 EUR/min 2026-12-15..",
			"0892400300: no price before 2026-12-15; until then its calls would be neither rated, nor limited, nor announced"},
		{"planned, and then at once", Own{Number: "+33892400300", Price: pricesOf(t, "2027-01-01", "0.80 EUR/min")}, Own{Number: "+33892400300", Price: pricesOf(t, "", "0.80 EUR/min")},
			true, "0.80 EUR/min 2026-11-29..", ""},
		{"a contract for a price whose day has come", Own{Number: "+33892400300", Price: pricesOf(t, "2026-11-20", "0.80 EUR/min")},
			Own{Number: "+33892400300", Contract: "op", Price: pricesOf(t, "2026-11-20", "0.80 EUR/min")}, false, "0.80 EUR/min 2026-11-20..2026-11-29; 0.80 EUR/min (op) 2026-11-29..", ""},
		{"the past", Own{Number: "+33892400300", Price: pricesOf(t, "2026-11-01", "0.35 EUR/min")}, Own{Number: "+33892400300", Price: pricesOf(t, "2026-11-20", "0.80 EUR/min")},
			false, "0.35 EUR/min 2026-11-01..", "0892400300: price: the past is not changed: it was 0.35 EUR/min from 2026-11-01 00:00 on"},
		{"too late", Own{Number: "+33892400300", Price: pricesOf(t, "2026-11-01", "0.35 EUR/min")}, Own{Number: "+33892400300", Price: pricesOf(t, "", "0.35 EUR/min", "2026-11-20", "0.80 EUR/min")},
			true, "0.35 EUR/min 2026-11-01..2026-11-29; 0.80 EUR/min 2026-11-29..", "? 0892400300: price: the past is not changed: it was 0.35 EUR/min from 2026-11-01 00:00 on"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, _ := withPlan(t, entered).SetPrices([]Own{c.first}, now, true)
			d, problems := d.SetPrices([]Own{c.second}, now.Add(24*time.Hour), c.late)
			if got := table(d, c.second.Number.National()); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			if got := strings.Join(texts(problems, "en"), "\n"); got != c.problem {
				t.Errorf("%q, want %q", got, c.problem)
			}
		})
	}
}

// A contract that counts something keeps its rule.
func TestRecounted(t *testing.T) {
	d := withPlan(t, Data{Contracts: []ContractRow{{Name: "a"}, {Name: "b"}}, Trunks: []TrunkRow{{Trunk: "sip", Contract: "a", Span: Span{From: Reform()}}}})
	other := Rule{PerSecond: true}
	got := texts(d.Recounted(Data{Contracts: []ContractRow{{Name: "a", Rule: other, Line: 2}, {Name: "b", Rule: other, Line: 3}, {Name: "c", Rule: other, Line: 4}}}), "en")
	if want := "row 2, a: prices are counted by this contract (second_up/half_up/6): give the new way another name"; len(got) != 1 || got[0] != want {
		t.Errorf("%q, want %q", got, want)
	}
}
