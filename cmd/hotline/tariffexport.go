package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hotline/billing"
)

func tariffExportCommand() *cobra.Command {
	var at string
	var out csvOut
	cmd := &cobra.Command{
		Use:   "export [TABLE]",
		Short: "Write a table, or all of them, as CSV that import reads back",
		Long: `Write a table as CSV that hotline tariff import reads back to the same rows. Tables: ` + tableNames() + `.
Without TABLE, all that have rows are written into the folder that -o names.`,
		Example: "  hotline tariff export service_number -o numbers.csv\n  hotline tariff export -o folder",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			t := userTongue()
			comma, err := out.comma(t)
			if err != nil {
				return err
			}
			if len(args) == 1 && !slices.Contains(billing.Tables(), billing.Table(args[0])) {
				return t.fault("pas de table « %s » ; il y a %s", `no table "%s"; there are %s`, args[0], tableNames())
			}
			if len(args) == 0 && out.file == "" {
				return t.fault("quelle table ? %s ; ou toutes dans un dossier : -o DOSSIER", "which table? %s; or all into a folder: -o FOLDER", tableNames())
			}
			tariffs, err := readTariffs(cmd)
			if err != nil {
				return err
			}
			data := tariffs.Data
			if at != "" {
				moment, err := parseMoment(at)
				if err != nil {
					return err
				}
				data = dataAt(data, moment)
			}
			if len(args) == 0 {
				return exportAll(cmd.OutOrStdout(), t, data, out.file, comma)
			}
			return out.write(cmd, func(w io.Writer) error { return exportTable(w, data, billing.Table(args[0]), comma) })
		},
	}
	cmd.Flags().StringVar(&at, "at", "", `only what is in force then, Paris time: "2026-11-24 10:00" (the whole history)`)
	out.flags(cmd)
	return cmd
}

func tableNames() string {
	var names []string
	for _, t := range billing.Tables() {
		names = append(names, string(t))
	}
	return strings.Join(names, ", ")
}

func exportTable(w io.Writer, data billing.Data, table billing.Table, comma rune) error {
	if err := mark(w, comma); err != nil {
		return err
	}
	return data.Write(w, table, comma)
}

func exportAll(w io.Writer, t tongue, data billing.Data, folder string, comma rune) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for _, table := range billing.Tables() {
		rows := data.Count(table)
		if rows == 0 {
			continue
		}
		path := filepath.Join(folder, string(table)+".csv")
		if err := writeFile(path, func(w io.Writer) error { return exportTable(w, data, table, comma) }); err != nil {
			return err
		}
		fmt.Fprintf(w, "%s%s%s\n", path, t.say(" : ", ": "), t.many(rows, "ligne", "row"))
	}
	return nil
}

// dataAt is what was in force at a moment.
func dataAt(d billing.Data, at time.Time) billing.Data {
	d.Ranges = holding(d.Ranges, at, func(r billing.RangeRow) billing.Span { return r.Span })
	d.Steps = holding(d.Steps, at, func(r billing.StepRow) billing.Span { return r.Span })
	d.Services = holding(d.Services, at, func(r billing.ServiceRow) billing.Span { return r.Span })
	d.Owner = holding(d.Owner, at, func(r billing.OwnerRow) billing.Span { return r.Span })
	d.Trunks = holding(d.Trunks, at, func(r billing.TrunkRow) billing.Span { return r.Span })
	d.VAT = holding(d.VAT, at, func(r billing.VATRow) billing.Span { return r.Span })
	return d
}
