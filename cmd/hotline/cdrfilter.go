package main

import (
	"github.com/spf13/cobra"

	"hotline/number"
	"hotline/store"
)

// A cdrFilter is which records a command is about, in its words.
type cdrFilter struct{ number, caller, from, to string }

func (f *cdrFilter) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.number, "number", "", "only calls to this number")
	cmd.Flags().StringVar(&f.from, "from", "", `only calls that began then or later, Paris time: 2026-11-24 or "2026-11-24 10:00"`)
	cmd.Flags().StringVar(&f.to, "to", "", "only calls that began before")
}

func (f *cdrFilter) filter(t tongue) (out store.Filter, err error) {
	for _, n := range []struct {
		text string
		into *number.Number
	}{{f.number, &out.Number}, {f.caller, &out.Caller}} {
		if n.text == "" {
			continue
		}
		if *n.into, err = number.Parse(n.text); err != nil {
			return out, err
		}
	}
	if f.from != "" {
		if out.From, err = parseMoment(f.from); err != nil {
			return out, err
		}
	}
	if f.to != "" {
		if out.To, err = parseMoment(f.to); err != nil {
			return out, err
		}
	}
	if !out.To.IsZero() && !out.From.Before(out.To) {
		return out, t.fault("--to %s n'est pas après --from %s ; ce jour-là n'est plus compris", "--to %s is not after --from %s; that day is not included any more", f.to, f.from)
	}
	return out, nil
}

// none reports whether all records are wanted.
func (f *cdrFilter) none() bool { return *f == cdrFilter{} }
