package main

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"hotline/billing"
	"hotline/config"
)

// tariffBook returns the tariffs that calls are rated by: those of the database or, before there is one, those that come
// with the program and the prices of the rules file.
func tariffBook(cmd *cobra.Command, rules *config.Rules) (*billing.Book, error) {
	if nothingYet(cmd) {
		return shippedBook(rules)
	}
	tariffs, err := readTariffs(cmd)
	if errors.Is(err, fs.ErrNotExist) {
		return shippedBook(rules)
	}
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(tariffs.Data.Services, func(r billing.ServiceRow) bool { return r.FromRules }) ||
		slices.ContainsFunc(tariffs.Data.Owner, func(r billing.OwnerRow) bool { return r.FromRules }) {
		return tariffs.Book, nil
	}
	return bookWith(tariffs.Data, rules, tariffs.Version()) // entered before the first start of serve
}

// trialBook returns the tariffs by which calls are tried: with the prices of the rules that are tried. A database that this
// program cannot read keeps nobody from trying.
func trialBook(ctx context.Context, at place, rules *config.Rules) (*billing.Book, error) {
	data, err := tariffData(ctx, at.database)
	if err != nil {
		return nil, err
	}
	return bookWith(data, rules, "")
}

// databaseOr is the database of the flag, else the one that is known.
func databaseOr(cmd *cobra.Command, known string) (string, error) {
	asked, err := cmd.Flags().GetString("database")
	return cmp.Or(asked, known), err
}

// nothingYet reports whether there is no daemon's file, and none and no database was asked for: somebody tries hotline out.
func nothingYet(cmd *cobra.Command) bool {
	file, err := cmd.Flags().GetString("config")
	if err != nil || cmd.Flags().Changed("config") || cmd.Flags().Changed("database") {
		return false
	}
	_, err = os.Stat(file)
	return errors.Is(err, fs.ErrNotExist)
}

func shippedBook(rules *config.Rules) (*billing.Book, error) {
	data, version, err := billing.Shipped()
	if err != nil {
		return nil, err
	}
	return bookWith(data, rules, version)
}

// bookWith is tables with the prices of the rules in force. What the rules say without a date has always been so.
func bookWith(data billing.Data, rules *config.Rules, version string) (*billing.Book, error) {
	own, err := ownPrices(rules)
	if err != nil {
		return nil, err
	}
	priced, problems := data.SetPrices(own, billing.Reform(), true)
	if billing.Errors(problems) == nil {
		data = priced
	}
	return billing.NewBook(data, version)
}

// rulesIfThere reads the rules file that the daemon's file names, for what it can add to an answer. Without it, or when it
// has errors, which other commands tell, there are no rules.
func rulesIfThere(cmd *cobra.Command) *config.Rules {
	file, err := cmd.Flags().GetString("config")
	if err != nil {
		return &config.Rules{}
	}
	at, err := whereRules(file, cmd.Flags().Changed("config"), nil)
	if err != nil {
		return &config.Rules{}
	}
	rules, problems := config.LoadRules(at.rules)
	if problems.Errors() {
		return &config.Rules{}
	}
	return rules
}
