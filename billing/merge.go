package billing

import (
	"slices"
	"time"

	"hotline/number"
)

// Merge returns the data with the rows of more put in force: for the time each of them holds, nothing else does. What
// was said of the same number, step or prefix before and after that time stays. Prices of rows that name only a step are
// filled in, and steps of rows that give only a price. Check the result.
func (d Data) Merge(more Data) Data {
	d.Contracts = slices.Concat(slices.DeleteFunc(slices.Clone(d.Contracts), func(old ContractRow) bool {
		return slices.ContainsFunc(more.Contracts, func(r ContractRow) bool { return r.Name == old.Name })
	}), more.Contracts)
	d.VAT = merge(d.VAT, more.VAT, func(r VATRow) bool { return true }, func(r *VATRow) *Span { return &r.Span })
	d.Ranges = merge(d.Ranges, more.Ranges, func(r RangeRow) string { return r.Prefix }, func(r *RangeRow) *Span { return &r.Span })
	d.Steps = merge(d.Steps, more.Steps, func(r StepRow) string { return r.Code }, func(r *StepRow) *Span { return &r.Span })
	services := slices.Clone(more.Services)
	for i := range services {
		d.nameStep(&services[i])
	}
	d.Services = merge(d.Services, services, func(r ServiceRow) number.Number { return r.Number }, func(r *ServiceRow) *Span { return &r.Span })
	d.Owner = merge(d.Owner, more.Owner, OwnerRow.key, func(r *OwnerRow) *Span { return &r.Span })
	d.Grid = more.Grid
	d.Trunks = merge(d.Trunks, more.Trunks, func(r TrunkRow) trunkKey { return trunkKey{r.Trunk, r.Prefix} }, func(r *TrunkRow) *Span { return &r.Span })
	return d
}

// An ownerKey is what an owner's row is about.
type ownerKey struct {
	number number.Number
	step   string
	kind   Kind
	origin Origin
}

func (o OwnerRow) key() ownerKey { return ownerKey{o.Number, o.Step, o.Kind, o.Origin} }

// nameStep fills in the price of a step that is named, or the step of a price.
func (d *Data) nameStep(s *ServiceRow) {
	if s.Step == "" {
		if step, ok := d.StepOf(s.Price, s.From); ok {
			s.Step = step.Code
		}
		return
	}
	for _, step := range d.Steps {
		if s.Price.Zero() && step.Code == s.Step && step.Holds(s.From) {
			s.Price = step.Price
		}
	}
}

// merge cuts the time of each new row out of the old rows with its key. New rows do not cut each other: that two of them
// overlap is an error, which Check finds.
func merge[R any, K comparable](old, more []R, key func(R) K, span func(*R) *Span) []R {
	cuts := map[K][]Span{}
	for _, r := range more {
		cuts[key(r)] = append(cuts[key(r)], *span(&r))
	}
	var out []R
	for _, r := range old {
		left := []Dated[bool]{{Span: *span(&r)}}
		for _, cut := range cuts[key(r)] {
			left = Clear(left, cut)
		}
		for _, part := range left {
			row := r
			*span(&row) = part.Span
			out = append(out, row)
		}
	}
	return append(out, more...)
}

// Earliest is the first moment at which more says something; ok is false when it says nothing dated.
func (d Data) Earliest() (at time.Time, ok bool) {
	see := func(s Span) {
		if !ok || s.From.Before(at) {
			at, ok = s.From, true
		}
	}
	for _, r := range d.VAT {
		see(r.Span)
	}
	for _, r := range d.Ranges {
		see(r.Span)
	}
	for _, r := range d.Steps {
		see(r.Span)
	}
	for _, r := range d.Services {
		see(r.Span)
	}
	for _, r := range d.Owner {
		see(r.Span)
	}
	for _, r := range d.Trunks {
		see(r.Span)
	}
	return at, ok
}

// Recounted says which contracts would count what they have counted in another way. A contract that is in use keeps its rule:
// another way of counting is another contract, from a day on.
func (d Data) Recounted(more Data) (problems []Problem) {
	used := map[string]bool{}
	for _, s := range d.Services {
		used[s.Contract] = true
	}
	for _, o := range d.Owner {
		used[o.Contract] = true
	}
	for _, t := range d.Trunks {
		used[t.Contract] = true
	}
	for _, old := range d.Contracts {
		for _, r := range more.Contracts {
			if r.Name == old.Name && r.Rule != old.Rule && used[r.Name] {
				problems = append(problems, Problem{Line: r.Line, What: r.Name,
					FR: "des prix sont comptés par ce contrat (" + old.Rule.String() + ") : donnez un autre nom à la nouvelle façon",
					EN: "prices are counted by this contract (" + old.Rule.String() + "): give the new way another name"})
			}
		}
	}
	return problems
}
