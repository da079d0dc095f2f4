package main

import (
	"time"

	"github.com/spf13/cobra"

	"hotline/billing"
)

// tariffCommand is `hotline tariff`: the tables that decide what calls cost.
func tariffCommand(now func() time.Time) *cobra.Command {
	cmd := &cobra.Command{Use: "tariff", Short: "The tables that decide what calls cost", Args: cobra.NoArgs, RunE: helpOnly}
	cmd.AddCommand(tariffListCommand(now), tariffShowCommand(now), tariffSetCommand(now), tariffImportCommand(now), tariffExportCommand(), tariffCheckCommand(now))
	return cmd
}

// momentOr reads a moment that a flag gives, or takes another when it gives none.
func momentOr(text string, other time.Time) (time.Time, error) {
	if text == "" {
		return other, nil
	}
	return parseMoment(text)
}

// holding keeps the rows that hold at a moment; all of them with a zero moment.
func holding[R any](rows []R, at time.Time, span func(R) billing.Span) []R {
	var out []R
	for _, r := range rows {
		if at.IsZero() || span(r).Holds(at) {
			out = append(out, r)
		}
	}
	return out
}
