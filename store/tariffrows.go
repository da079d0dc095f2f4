package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"

	"hotline/billing"
	"hotline/number"
)

// A priceRow is the columns of a price.
type priceRow struct {
	PerCall   int64 `db:"per_call"`
	PerMinute int64 `db:"per_minute"`
	Free      int32 `db:"free_s"`
	First     int32 `db:"first_s"`
	Next      int32 `db:"next_s"`
	Least     int64 `db:"least"`
	Most      int64 `db:"most"`
}

func newPriceRow(p billing.Price) priceRow {
	return priceRow{int64(p.PerCall), int64(p.PerMinute), p.Free, p.First, p.Next, int64(p.Least), int64(p.Most)}
}

func (r priceRow) price() billing.Price {
	return billing.Price{PerCall: billing.Money(r.PerCall), PerMinute: billing.Money(r.PerMinute), Free: r.Free, First: r.First,
		Next: r.Next, Least: billing.Money(r.Least), Most: billing.Money(r.Most)}
}

// A spanRow is the columns that say when a row holds.
type spanRow struct {
	From  int64  `db:"valid_from"`
	Until *int64 `db:"valid_to"`
}

func newSpanRow(s billing.Span) spanRow { return spanRow{s.From.UnixMilli(), ms(s.Until)} }

func (r spanRow) span() billing.Span {
	return billing.Span{From: moment(&r.From), Until: moment(r.Until)}
}

type rangeRow struct {
	Prefix       string `db:"prefix"`
	Length       int    `db:"length"`
	Category     string `db:"category"`
	CapPerMinute *int64 `db:"cap_per_minute"`
	CapPerCall   *int64 `db:"cap_per_call"`
	Description  string `db:"description"`
	Source       string `db:"source"`
	Confidence   string `db:"confidence"`
	Shipped      bool   `db:"shipped"`
	spanRow
}

func newRangeRow(r billing.RangeRow) rangeRow {
	row := rangeRow{Prefix: r.Prefix, Length: r.Length, Category: r.Category.String(), Description: r.Description, Source: r.Source,
		Confidence: r.Confidence, Shipped: r.Shipped, spanRow: newSpanRow(r.Span)}
	if r.Capped {
		perMinute, perCall := int64(r.PerMinute), int64(r.PerCall)
		row.CapPerMinute, row.CapPerCall = &perMinute, &perCall
	}
	return row
}

func (r rangeRow) value() billing.RangeRow {
	v := billing.RangeRow{Range: billing.Range{Prefix: r.Prefix, Length: r.Length, Category: billing.ParseCategory(r.Category)},
		Description: r.Description, Source: r.Source, Confidence: r.Confidence, Shipped: r.Shipped, Span: r.span()}
	if r.CapPerMinute != nil && r.CapPerCall != nil {
		v.Capped, v.PerMinute, v.PerCall = true, billing.Money(*r.CapPerMinute), billing.Money(*r.CapPerCall)
	}
	return v
}

type stepRow struct {
	Code     string `db:"code"`
	Unit     string `db:"unit"`
	Price    int64  `db:"price"`
	Blocks   string `db:"blocks"`
	Evidence string `db:"evidence"`
	Verified bool   `db:"verified"`
	Shipped  bool   `db:"shipped"`
	spanRow
}

func newStepRow(s billing.StepRow) stepRow {
	row := stepRow{Code: s.Code, Unit: "call", Price: int64(s.Price.PerCall), Blocks: s.Blocks, Evidence: s.Evidence, Verified: s.Verified,
		Shipped: s.Shipped, spanRow: newSpanRow(s.Span)}
	if s.Price.PerMinute != 0 {
		row.Unit, row.Price = "minute", int64(s.Price.PerMinute)
	}
	return row
}

func (r stepRow) value() billing.StepRow {
	v := billing.StepRow{Code: r.Code, Blocks: r.Blocks, Evidence: r.Evidence, Verified: r.Verified, Shipped: r.Shipped, Span: r.span()}
	if r.Unit == "minute" {
		v.Price.PerMinute = billing.Money(r.Price)
	} else {
		v.Price.PerCall = billing.Money(r.Price)
	}
	return v
}

type serviceRow struct {
	Number       string `db:"number"`
	Step         string `db:"step"`
	Contract     string `db:"contract"`
	Announcement string `db:"announcement"`
	Purpose      string `db:"purpose"`
	Adult        bool   `db:"adult"`
	FromRules    bool   `db:"from_rules"`
	Source       string `db:"source"`
	priceRow
	spanRow
}

func newServiceRow(s billing.ServiceRow) serviceRow {
	return serviceRow{string(s.Number), s.Step, s.Contract, s.Announcement, s.Purpose, s.Adult, s.FromRules, s.Source, newPriceRow(s.Price), newSpanRow(s.Span)}
}

func (r serviceRow) value() billing.ServiceRow {
	return billing.ServiceRow{Number: number.Number(r.Number), Step: r.Step, Price: r.price(), Contract: r.Contract, Announcement: r.Announcement,
		Purpose: r.Purpose, Adult: r.Adult, Source: r.Source, FromRules: r.FromRules, Span: r.span()}
}

type ownerRow struct {
	Number    string `db:"number"`
	Step      string `db:"step"`
	Kind      string `db:"kind"`
	Origin    string `db:"origin"`
	Tax       string `db:"tax"`
	Contract  string `db:"contract"`
	FromRules bool   `db:"from_rules"`
	Source    string `db:"source"`
	priceRow
	spanRow
}

func newOwnerRow(o billing.OwnerRow) ownerRow {
	return ownerRow{string(o.Number), o.Step, string(o.Kind), o.Origin.String(), o.Tax.String(), o.Contract, o.FromRules, o.Source,
		newPriceRow(o.Price), newSpanRow(o.Span)}
}

func (r ownerRow) value() billing.OwnerRow {
	origin, _ := billing.ParseOrigin(r.Origin)
	return billing.OwnerRow{Number: number.Number(r.Number), Step: r.Step, Kind: billing.Kind(r.Kind), Origin: origin, Price: r.price(),
		Tax: billing.ParseTax(r.Tax), Contract: r.Contract, FromRules: r.FromRules, Source: r.Source, Span: r.span()}
}

type trunkRow struct {
	Trunk    string `db:"trunk"`
	Prefix   string `db:"prefix"`
	Contract string `db:"contract"`
	Source   string `db:"source"`
	priceRow
	spanRow
}

func newTrunkRow(t billing.TrunkRow) trunkRow {
	return trunkRow{t.Trunk, t.Prefix, t.Contract, t.Source, newPriceRow(t.Price), newSpanRow(t.Span)}
}

func (r trunkRow) value() billing.TrunkRow {
	return billing.TrunkRow{Trunk: r.Trunk, Prefix: r.Prefix, Price: r.price(), Source: r.Source, Span: r.span(), Contract: r.Contract}
}

type contractRuleRow struct {
	Name string `db:"name"`
	Rule string `db:"rule"`
}

func newContractRow(c billing.ContractRow) contractRuleRow {
	return contractRuleRow{c.Name, c.Rule.String()}
}

func (r contractRuleRow) value() billing.ContractRow {
	rule, _ := billing.ParseRule(r.Rule) // it was written by String
	return billing.ContractRow{Name: r.Name, Rule: rule}
}

type vatRow struct {
	Rate    int64  `db:"basis_points"`
	Source  string `db:"source"`
	Shipped bool   `db:"shipped"`
	spanRow
}

func newVATRow(v billing.VATRow) vatRow {
	return vatRow{int64(v.Rate), v.Source, v.Shipped, newSpanRow(v.Span)}
}

func (r vatRow) value() billing.VATRow {
	return billing.VATRow{Rate: billing.BasisPoints(r.Rate), Source: r.Source, Shipped: r.Shipped, Span: r.span()}
}

// loadData reads all tariff tables.
func loadData(ctx context.Context, q sqlx.QueryerContext) (d billing.Data, err error) {
	for _, read := range []func() error{
		func() error { return load(ctx, q, "contract ORDER BY name", contractRuleRow.value, &d.Contracts) },
		func() error { return load(ctx, q, "vat_rate ORDER BY valid_from", vatRow.value, &d.VAT) },
		func() error {
			return load(ctx, q, "number_plan ORDER BY prefix, valid_from", rangeRow.value, &d.Ranges)
		},
		func() error { return load(ctx, q, "tariff_step ORDER BY code, valid_from", stepRow.value, &d.Steps) },
		func() error {
			return load(ctx, q, "service_number ORDER BY number, valid_from", serviceRow.value, &d.Services)
		},
		func() error {
			return load(ctx, q, "owner_rate ORDER BY number, step, kind, origin, valid_from", ownerRow.value, &d.Owner)
		},
		func() error {
			return load(ctx, q, "trunk_rate ORDER BY trunk, prefix, valid_from", trunkRow.value, &d.Trunks)
		},
	} {
		if err := read(); err != nil {
			return d, err
		}
	}
	return d, nil
}

func load[D, V any](ctx context.Context, q sqlx.QueryerContext, from string, value func(D) V, into *[]V) error {
	var rows []D
	if err := sqlx.SelectContext(ctx, q, &rows, "SELECT * FROM "+from); err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	for _, r := range rows {
		*into = append(*into, value(r))
	}
	return nil
}

// saveData writes what differs between two states of the tables, and returns it.
func saveData(ctx context.Context, tx *sqlx.Tx, before, after billing.Data) (gone, come []any, err error) {
	s := saver{ctx: ctx, tx: tx}
	const price, span = "per_call per_minute free_s first_s next_s least most ", "valid_from valid_to"
	save(&s, "contract", "name", "name rule", before.Contracts, after.Contracts,
		func(r billing.ContractRow) billing.ContractRow { r.Line = 0; return r }, newContractRow)
	save(&s, "vat_rate", "valid_from", "basis_points source shipped "+span, before.VAT, after.VAT,
		func(r billing.VATRow) billing.VATRow { r.Line = 0; return r }, newVATRow)
	save(&s, "number_plan", "prefix valid_from", "prefix length category cap_per_minute cap_per_call description source confidence shipped "+span,
		before.Ranges, after.Ranges, func(r billing.RangeRow) billing.RangeRow { r.Line = 0; return r }, newRangeRow)
	save(&s, "tariff_step", "code valid_from", "code unit price blocks evidence verified shipped "+span, before.Steps, after.Steps,
		func(r billing.StepRow) billing.StepRow { r.Line = 0; return r }, newStepRow)
	save(&s, "service_number", "number valid_from", "number step contract announcement purpose adult from_rules source "+price+span,
		before.Services, after.Services, func(r billing.ServiceRow) billing.ServiceRow { r.Line = 0; return r }, newServiceRow)
	save(&s, "owner_rate", "number step kind origin valid_from", "number step kind origin tax contract from_rules source "+price+span,
		before.Owner, after.Owner, func(r billing.OwnerRow) billing.OwnerRow { r.Line = 0; return r }, newOwnerRow)
	save(&s, "trunk_rate", "trunk prefix valid_from", "trunk prefix contract source "+price+span, before.Trunks, after.Trunks,
		func(r billing.TrunkRow) billing.TrunkRow { r.Line = 0; return r }, newTrunkRow)
	return s.gone, s.come, s.err
}

// A saver collects what was changed, and the first thing that went wrong.
type saver struct {
	ctx        context.Context
	tx         *sqlx.Tx
	gone, come []any
	err        error
}

// save writes the difference for one table: first what goes, so that what comes finds its key free.
func save[V comparable, D any](s *saver, table, key, columns string, before, after []V, plain func(V) V, row func(V) D) {
	was, is := map[V]bool{}, map[V]bool{}
	for _, v := range before {
		was[plain(v)] = true
	}
	for _, v := range after {
		is[plain(v)] = true
	}
	var where []string
	for _, k := range strings.Fields(key) {
		where = append(where, k+" = :"+k)
	}
	for _, v := range before {
		if v = plain(v); !is[v] {
			s.exec("DELETE FROM "+table+" WHERE "+strings.Join(where, " AND "), row(v))
			s.gone = append(s.gone, map[string]any{table: row(v)})
		}
	}
	names := strings.Fields(columns)
	insert := "INSERT INTO " + table + " (" + strings.Join(names, ", ") + ") VALUES (:" + strings.Join(names, ", :") + ")"
	var stmt *sqlx.NamedStmt
	for _, v := range after {
		if v = plain(v); was[v] || s.err != nil {
			continue
		}
		if stmt == nil {
			if stmt, s.err = s.tx.PrepareNamedContext(s.ctx, insert); s.err != nil {
				return
			}
			defer stmt.Close()
		}
		if _, err := stmt.ExecContext(s.ctx, row(v)); err != nil {
			s.err = fmt.Errorf("write %s: %w", table, err)
		}
		s.come = append(s.come, map[string]any{table: row(v)})
	}
}

func (s *saver) exec(query string, row any) {
	if s.err != nil {
		return
	}
	if _, err := s.tx.NamedExecContext(s.ctx, query, row); err != nil {
		s.err = fmt.Errorf("%s: %w", query, err)
	}
}
