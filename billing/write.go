package billing

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Write writes one of the tables as a file that Read reads back to the same rows, its cells parted by a comma or a
// semicolon. What Read cannot know is not in it:
// that a row came with the program, or that the rules file is its master.
func (d *Data) Write(w io.Writer, t Table, comma rune) error {
	out := csv.NewWriter(w)
	out.Comma = comma
	for _, row := range d.cells(t) {
		for i, cell := range row {
			row[i] = Defuse(cell)
		}
		if err := out.Write(row); err != nil {
			return fmt.Errorf("write table %s: %w", t, err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write table %s: %w", t, err)
	}
	return nil
}

// cells are the rows of a table's file, its head first. A table that nobody knows has none.
func (d *Data) cells(t Table) [][]string {
	switch t {
	case ContractTable:
		return rows("contract rule", d.Contracts, func(r ContractRow) []string { return []string{r.Name, r.Rule.String()} })
	case VATTable:
		return rows("rate valid_from valid_to source", d.VAT, func(r VATRow) []string {
			return []string{plain(Money(r.Rate) * 10_000), Day(r.From), Day(r.Until), r.Source}
		})
	case RangeTable:
		return rows("prefix length category s_cap_min_ttc s_cap_call_ttc description source confidence valid_from valid_to", d.Ranges,
			func(r RangeRow) []string {
				perMinute, perCall := "", ""
				if r.Capped {
					perMinute, perCall = plain(r.PerMinute), plain(r.PerCall)
				}
				return []string{r.Prefix, strconv.Itoa(r.Length), r.Category.String(), perMinute, perCall, r.Description, r.Source, r.Confidence,
					Day(r.From), Day(r.Until)}
			})
	case StepTable:
		return rows("code unit price_ttc_eur blocks evidence confidence valid_from valid_to", d.Steps, StepRow.cells)
	case ServiceTable:
		return rows("number price step announcement purpose adult valid_from valid_to source contract", d.Services, func(r ServiceRow) []string {
			return []string{r.Number.National(), NumberPrice{Price: r.Price, Step: family(r.Step)}.String(), r.Step, r.Announcement, r.Purpose,
				flag(r.Adult), Day(r.From), Day(r.Until), r.Source, r.Contract}
		})
	case OwnerTable:
		return rows("kind price number step origin tax valid_from valid_to source contract", d.Owner, func(r OwnerRow) []string {
			return []string{string(r.Kind), r.Price.String(), r.Number.National(), r.Step, r.Origin.String(), r.Tax.String(), Day(r.From), Day(r.Until),
				r.Source, r.Contract}
		})
	case TrunkTable:
		return rows("trunk prefix price valid_from valid_to source contract", d.Trunks, func(r TrunkRow) []string {
			return []string{r.Trunk, r.Prefix, r.Price.String(), Day(r.From), Day(r.Until), r.Source, r.Contract}
		})
	}
	return nil
}

func (r StepRow) cells() []string {
	unit, price, confidence := "call", r.Price.PerCall, "verified"
	if r.Price.PerMinute != 0 {
		unit, price = "minute", r.Price.PerMinute
	}
	if !r.Verified {
		confidence = "unverified"
	}
	return []string{r.Code, unit, plain(price), r.Blocks, r.Evidence, confidence, Day(r.From), Day(r.Until)}
}

func rows[R any](head string, of []R, cells func(R) []string) [][]string {
	out := [][]string{strings.Fields(head)}
	for _, r := range of {
		out = append(out, cells(r))
	}
	return out
}

// family is a step that says a family and no price.
func family(step string) string {
	if step == StepFree || step == StepNormal {
		return step
	}
	return ""
}

func flag(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

// plain writes an amount that is not negative as files have it: "0.80".
func plain(m Money) string {
	_, digits := m.digits(m.decimals())
	return digits
}

// armed are the characters with which a spreadsheet begins to compute, or with which it loses count of the cells.
const armed = "=+-@\t\r"

// Defuse makes a cell that a spreadsheet would run plain text, by a ' before it. Read takes it away again.
func Defuse(cell string) string {
	if cell != "" && strings.Contains(armed, cell[:1]) {
		return "'" + cell
	}
	return cell
}

// Fuse takes back what Defuse did.
func Fuse(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && Defuse(rest) != rest {
		return rest
	}
	return cell
}

// Count is how many rows a table has.
func (d *Data) Count(t Table) int { return max(len(d.cells(t))-1, 0) }

// Rows is how many rows there are.
func (d *Data) Rows() int {
	return len(d.Ranges) + len(d.Steps) + len(d.Services) + len(d.Owner) + len(d.Trunks) + len(d.Contracts) + len(d.VAT)
}

// Join puts the rows of more behind those of d, their lines counted on from so many, as if the files were one.
func (d Data) Join(more Data, lines int) Data {
	d.Ranges = behind(d.Ranges, more.Ranges, func(r *RangeRow) { r.Line += lines })
	d.Steps = behind(d.Steps, more.Steps, func(r *StepRow) { r.Line += lines })
	d.Services = behind(d.Services, more.Services, func(r *ServiceRow) { r.Line += lines })
	d.Owner = behind(d.Owner, more.Owner, func(r *OwnerRow) { r.Line += lines })
	d.Trunks = behind(d.Trunks, more.Trunks, func(r *TrunkRow) { r.Line += lines })
	d.Contracts = behind(d.Contracts, more.Contracts, func(r *ContractRow) { r.Line += lines })
	d.VAT = behind(d.VAT, more.VAT, func(r *VATRow) { r.Line += lines })
	d.Grid = behind(d.Grid, more.Grid, func(r *GridRow) { r.Line += lines })
	return d
}

func behind[R any](a, b []R, move func(*R)) []R {
	out := slices.Concat(a, b)
	for i := range b {
		move(&out[len(a)+i])
	}
	return out
}

// New returns the rows of more that say what d does not say already: the same file imported twice brings nothing, and a
// row that came with the program or from the rules file stays theirs when a copy of it comes back.
func (d Data) New(more Data) Data {
	more.Ranges = fresh(d.Ranges, more.Ranges, func(r RangeRow) RangeRow { r.Shipped, r.Line = false, 0; return r })
	more.Steps = fresh(d.Steps, more.Steps, func(r StepRow) StepRow { r.Shipped, r.Line = false, 0; return r })
	more.Services = fresh(d.Services, more.Services, func(r ServiceRow) ServiceRow {
		d.nameStep(&r)
		r.FromRules, r.Line = false, 0
		return r
	})
	more.Owner = fresh(d.Owner, more.Owner, func(r OwnerRow) OwnerRow { r.FromRules, r.Line = false, 0; return r })
	more.Trunks = fresh(d.Trunks, more.Trunks, func(r TrunkRow) TrunkRow { r.Line = 0; return r })
	more.Contracts = fresh(d.Contracts, more.Contracts, func(r ContractRow) ContractRow { r.Line = 0; return r })
	more.VAT = fresh(d.VAT, more.VAT, func(r VATRow) VATRow { r.Shipped, r.Line = false, 0; return r })
	return more
}

func fresh[R comparable](have, more []R, said func(R) R) []R {
	there := map[R]bool{}
	for _, r := range have {
		there[said(r)] = true
	}
	return slices.DeleteFunc(slices.Clone(more), func(r R) bool { return there[said(r)] })
}
