package billing

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// What the form of a file can be wrong in, with the message of each.
func TestReadRefuses(t *testing.T) {
	const service = "number,price,valid_from\n"
	for _, c := range []struct{ name, file, fr, en string }{
		{"empty", "", "le fichier est vide", "the file is empty"},
		{"of nothing we know", "a,b\n1,2\n", "ligne 1 : aucune table n'a ces colonnes", "row 1: no table has these columns"},
		{"a column missing", "prefix,length,category,s_cap_min_ttc\n", "ligne 1 : il manque la colonne « s_cap_call_ttc » de la table number_plan",
			`row 1: column "s_cap_call_ttc" of table number_plan is missing`},
		{"a column too many", "number,price,valid_from,colour\n", "ligne 1 : colonne « colour » inconnue de la table service_number",
			`row 1: column "colour" is not known in table service_number`},
		{"a column twice", "number,price,price\n", "ligne 1 : la colonne « price » est là deux fois", `row 1: column "price" is there twice`},
		{"a field too many", service + "0892400300,0.80 EUR/min,2026-11-01,x\n", "ligne 2 : 4 cases au lieu de 3", "row 2: 4 fields instead of 3"},
		{"quotes", service + "\"0892400300,0.80 EUR/min,2026-11-01\n", "ligne 2 : des guillemets sont mal ouverts ou mal fermés à partir d'ici",
			"row 2: quotes are opened or closed wrongly from here on"},
		{"no number", service + "089240030,0.80 EUR/min,2026-11-01\n", "ligne 2, 089240030 : « 089240030 » n'est pas un numéro de téléphone",
			`row 2, 089240030: "089240030" is not a telephone number`},
		{"no price", service + "0892400300,80 cents,2026-11-01\n", "ligne 2, 0892400300 : « 80 cents » n'est pas un prix, par exemple 0.80 EUR/min, free ou normal",
			`row 2, 0892400300: "80 cents" is not a price, for example 0.80 EUR/min, free or normal`},
		{"a price below nothing", service + "0892400300,-0.80 EUR/min,2026-11-01\n", "ligne 2, 0892400300 : « -0.80 EUR/min » n'est pas un prix, par exemple 0.80 EUR/min, free ou normal",
			`row 2, 0892400300: "-0.80 EUR/min" is not a price, for example 0.80 EUR/min, free or normal`},
		{"no date", service + "0892400300,0.80 EUR/min,demain\n", "ligne 2, 0892400300 : valid_from : « demain » n'est pas une date : écrivez 2026-11-24 ou \"2026-11-24 10:00\"",
			`row 2, 0892400300: valid_from: "demain" is no date: write 2026-11-24 or "2026-11-24 10:00"`},
		{"since when", service + "0892400300,0.80 EUR/min,\n", "ligne 2, 0892400300 : depuis quand ? remplissez valid_from, ou ajoutez --from",
			"row 2, 0892400300: since when? fill in valid_from, or add --from"},
		{"who tells it", "number,price,valid_from,announcement\n0892400300,0.80 EUR/min,2026-11-01,robot\n",
			"ligne 2, 0892400300 : announcement : « robot » au lieu de carrier, self, none", `row 2, 0892400300: announcement: "robot" instead of carrier, self, none`},
		{"a purpose", "number,price,valid_from,purpose\n0892400300,0.80 EUR/min,2026-11-01,aftersales\n",
			"ligne 2, 0892400300 : purpose : « aftersales » au lieu de after_sales, complaints, contract, withdrawal, public_service, pre_sales, paid_advice, reception, information, booking, other",
			`row 2, 0892400300: purpose: "aftersales" instead of after_sales, complaints, contract, withdrawal, public_service, pre_sales, paid_advice, reception, information, booking, other`},
		{"adults", "number,price,valid_from,adult\n0895400300,0.80 EUR/min,2026-11-01,maybe\n", "ligne 2, 0895400300 : adult : « maybe » au lieu de 0, 1, no, yes",
			`row 2, 0895400300: adult: "maybe" instead of 0, 1, no, yes`},
		{"a kind", "kind,price,valid_from,number\nrent,0.01 EUR/min,2026-11-01,0805400200\n", "ligne 2, 0805400200 : kind : « rent » au lieu de cost, payout, ordinary",
			`row 2, 0805400200: kind: "rent" instead of cost, payout, ordinary`},
		{"an origin", "kind,price,valid_from,origin\ncost,0.01 EUR/min,2026-11-01,moon\n", "ligne 2, * cost : origin : « moon » au lieu de fixed, mobile, intl, unknown",
			`row 2, * cost: origin: "moon" instead of fixed, mobile, intl, unknown`},
		{"a tax", "kind,price,valid_from,tax\ncost,0.01 EUR/min,2026-11-01,TVA\n", "ligne 2, * cost : tax : « TVA » au lieu de HT ou TTC",
			`row 2, * cost: tax: "TVA" instead of HT or TTC`},
		{"a price of a contract", "kind,price,valid_from\ncost,1 centime,2026-11-01\n", "ligne 2, * cost : « 1 centime » n'est pas un prix, par exemple 0.80 EUR/min",
			`row 2, * cost: "1 centime" is not a price, for example 0.80 EUR/min`},
		{"a rule", "contract,rule\nx,banker\n", "ligne 2, x : règle « banker » inconnue, par exemple second_up/half_up/6", `row 2, x: unknown rule "banker", for example second_up/half_up/6`},
		{"a rate of tax", "rate,valid_from\n120,2026-11-01\n", "ligne 2, vat : « 120 » n'est pas un taux, par exemple 20 ou 8.5", `row 2, vat: "120" is not a rate, for example 20 or 8.5`},
		{"a length", "prefix,length,category,s_cap_min_ttc,s_cap_call_ttc,valid_from\n0899,ten,surcharged,,,2026-01-01\n", "ligne 2, 0899 : longueur « ten » : un nombre de chiffres",
			`row 2, 0899: length "ten": a number of digits`},
		{"a category", "prefix,length,category,s_cap_min_ttc,s_cap_call_ttc,valid_from\n0899,10,dear,,,2026-01-01\n", "ligne 2, 0899 : catégorie « dear » inconnue", `row 2, 0899: unknown category "dear"`},
		{"one ceiling", "prefix,length,category,s_cap_min_ttc,s_cap_call_ttc,valid_from\n0899,10,surcharged,0.80,,2026-01-01\n", "ligne 2, 0899 : les deux plafonds, ou aucun", "row 2, 0899: both ceilings or none"},
		{"a ceiling", "prefix,length,category,s_cap_min_ttc,s_cap_call_ttc,valid_from\n0899,10,surcharged,high,3,2026-01-01\n", "ligne 2, 0899 : s_cap_min_ttc : « high » n'est pas un montant, par exemple 0.80",
			`row 2, 0899: s_cap_min_ttc: "high" is no amount, for example 0.80`},
		{"a unit", "code,unit,price_ttc_eur,valid_from\nD1,hour,1,2026-01-01\n", "ligne 2, D1 : unité « hour » : minute ou call", `row 2, D1: unit "hour": minute or call`},
		{"a step without a price", "code,unit,price_ttc_eur,valid_from\nD1,call,,2026-01-01\n", "ligne 2, D1 : price_ttc_eur est vide", "row 2, D1: price_ttc_eur is empty"},
		{"a payout", "code,price_ttc,payout,payout_tax,valid_from\nA300,3.00,much,TTC,2026-01-01\n", "ligne 2, A300 : payout : « much » n'est pas un montant, par exemple 2.00 ou 0.46/min",
			`row 2, A300: payout: "much" is no amount, for example 2.00 or 0.46/min`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, problems := Read(strings.NewReader(c.file), time.Time{}, "tarifs.csv")
			if diff := cmp.Diff([]string{c.fr}, texts(problems, "fr")); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if diff := cmp.Diff([]string{c.en}, texts(problems, "en")); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestReadSaysAllAtOnce(t *testing.T) {
	_, d, problems := Read(strings.NewReader("number,price\nx,0.80 EUR/min\n0892400300,0.80 EUR/min\n0892400301,y\n"), Reform(), "tarifs.csv")
	if len(problems) != 2 || problems[0].Line != 2 || problems[1].Line != 4 || len(d.Services) != 1 {
		t.Errorf("%v, %+v", problems, d.Services)
	}
}

// Spreadsheets in France write semicolons, decimal commas and a byte order mark.
func TestReadAsSpreadsheetsWrite(t *testing.T) {
	table, d, problems := Read(strings.NewReader("\ufeffnumber;\"price\";valid_from\r\n08 92 40 03 00;0,80 €/min;01/11/2026\r\n36 35;normal;2026-11-01\r\n"), time.Time{}, "tarifs.csv")
	if table != ServiceTable || len(problems) > 0 {
		t.Fatalf("%s, %v", table, problems)
	}
	want := []ServiceRow{
		{Number: "+33892400300", Price: Price{PerMinute: 800_000}, Source: "tarifs.csv l. 2", Span: Span{From: paris(t, "2026-11-01")}, Line: 2},
		{Number: "3635", Step: StepNormal, Source: "tarifs.csv l. 3", Span: Span{From: paris(t, "2026-11-01")}, Line: 3},
	}
	if diff := cmp.Diff(want, d.Services); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// An operator's grid of payouts, as one comes.
func TestReadPayouts(t *testing.T) {
	file, err := os.Open("testdata/payout.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	table, d, problems := Read(file, paris(t, "2026-01-01"), "payout.csv")
	if table != PayoutTable || len(problems) > 0 || len(d.Owner) != 3 {
		t.Fatalf("%s, %v, %+v", table, problems, d.Owner)
	}
	b := book(t, Data{Services: []ServiceRow{service(t, "+33899823300", "2.99 EUR/call", "2026-01-01", ""), service(t, "+33892400300", "0.80 EUR/min", "2026-01-01", "")}}, d)
	for _, c := range []struct {
		call Call
		want string
	}{
		{Call{Number: "+33899823300", Answered: answered(), Ended: answered().Add(time.Hour)}, "payout 2.00 EUR/call 2000000 TTC, net 1666667"},
		{Call{Number: "+33892400300", Answered: answered(), Ended: answered().Add(time.Minute)}, "payout 0.46 EUR/min 460000 HT, net 460000"},
	} {
		charge := b.Rate(c.call)
		l, _ := charge.Line(PayoutPart)
		if got := l.Part.String() + " " + l.Term.Price.String() + " " + itoa(l.Amount) + " " + l.Tax.String() + ", net " + itoa(l.Net()); got != c.want {
			t.Errorf("%s: %s, want %s", c.call.Number, got, c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"number,price\n0892400300,0.80 EUR/min\n", "kind,price\ncost,1 EUR/call\n", "prefix,length,category,s_cap_min_ttc,s_cap_call_ttc\n08,10,free,0,0\n", "a;b", "contract,rule\n,\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		_, d, problems := Read(strings.NewReader(s), Reform(), "x")
		for _, p := range problems {
			if p.FR == "" || p.EN == "" {
				t.Errorf("a problem without words: %+v", p)
			}
		}
		if Errors(append(problems, d.Check()...)) == nil {
			if _, err := NewBook(d, "x"); err != nil {
				t.Errorf("checked, and no book: %v", err)
			}
		}
	})
}
