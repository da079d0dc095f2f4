package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hotline/config"
)

// misused is the mistake of who wrote a command wrongly, with where to read how it is written.
func misused(c *cobra.Command, fr, en string) error {
	return &mistake{fr + "\n  voir : " + c.CommandPath() + " --help", en + "\n  see: " + c.CommandPath() + " --help"}
}

func unknownCommand(c *cobra.Command, word string) error {
	c.SuggestionsMinimumDistance = 2
	fr := fmt.Sprintf("%s n'a pas de commande « %s »", c.CommandPath(), word)
	en := fmt.Sprintf("%s has no command %q", c.CommandPath(), word)
	if near := c.SuggestionsFor(word); len(near) > 0 {
		fr += "\n  Vouliez-vous dire " + strings.Join(near, " ou ") + " ?"
		en += "\n  Did you mean " + strings.Join(near, " or ") + "?"
	}
	return misused(c, fr, en)
}

// argumentsOf is a rule about arguments that says in both languages what it refuses.
func argumentsOf(rule cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		err := rule(c, args)
		switch {
		case err == nil:
			return oneOf(c)
		case errors.As(err, new(*mistake)):
			return err
		case c.HasSubCommands():
			return unknownCommand(c, args[0])
		}
		for fits := len(args) - 1; fits >= 0; fits-- {
			if rule(c, args[:fits]) == nil {
				return superfluous(c, args[fits])
			}
		}
		return misused(c, "il manque quelque chose\n  à écrire : "+writtenAs(c), "something is missing\n  write: "+writtenAs(c))
	}
}

// superfluous refuses a word that is too many. It often is the rest of a text with blanks.
func superfluous(c *cobra.Command, word string) error {
	fr := fmt.Sprintf("« %s » est de trop\n  à écrire : %s", word, writtenAs(c))
	en := fmt.Sprintf("%q is too much\n  write: %s", word, writtenAs(c))
	if c.Flags().NFlag()+c.Flags().NArg() > 1 {
		fr += "\n  Un texte avec des espaces se met entre guillemets."
		en += "\n  A text with blanks goes between quotes."
	}
	return misused(c, fr, en)
}

// oneOf refuses options that exclude each other, before cobra does it in English.
func oneOf(c *cobra.Command) error {
	if c.ValidateFlagGroups() == nil {
		return nil
	}
	var given []string
	c.Flags().Visit(func(f *pflag.Flag) {
		if _, ok := f.Annotations["cobra_annotation_mutually_exclusive"]; ok {
			given = append(given, "--"+f.Name)
		}
	})
	return misused(c, "une seule de ces options à la fois : "+strings.Join(given, ", "), "only one of these options at a time: "+strings.Join(given, ", "))
}

// flagMisused says in both languages what is wrong with the options of a command.
func flagMisused(c *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var empty *pflag.ValueRequiredError
	var unfit *pflag.InvalidValueError
	var odd *pflag.InvalidSyntaxError
	switch {
	case c.HasSubCommands() && c.Flags().NArg() > 0:
		return unknownCommand(c, c.Flags().Arg(0)) // whose options are not known, either
	case errors.As(err, &unknown):
		return unknownFlag(c, unknown)
	case errors.As(err, &empty):
		f := empty.GetFlag()
		return misused(c, fmt.Sprintf("--%s veut une valeur : --%[1]s%s", f.Name, tongue("fr").valueOf(f)),
			fmt.Sprintf("--%s needs a value: --%[1]s%s", f.Name, tongue("en").valueOf(f)))
	case errors.As(err, &unfit):
		name, value := unfit.GetFlag().Name, unfit.GetValue()
		switch unfit.GetFlag().Value.Type() {
		case "bool":
			return misused(c, fmt.Sprintf("--%s se met seul, sans « %s »", name, value), fmt.Sprintf("--%s stands alone, without %q", name, value))
		case "int":
			return misused(c, fmt.Sprintf("--%s veut un nombre entier, pas « %s »", name, value), fmt.Sprintf("--%s needs a whole number, not %q", name, value))
		}
	case errors.As(err, &odd):
		return misused(c, fmt.Sprintf("« %s » n'est pas une option", odd.GetSpecifiedFlag()), fmt.Sprintf("%q is not an option", odd.GetSpecifiedFlag()))
	}
	return err
}

func unknownFlag(c *cobra.Command, unknown *pflag.NotExistError) error {
	name, near := "--"+unknown.GetSpecifiedName(), ""
	if unknown.GetSpecifiedShortnames() != "" {
		name = "-" + unknown.GetSpecifiedName()
	} else {
		var names []string
		c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		near = config.Nearest(unknown.GetSpecifiedName(), names)
	}
	fr, en := fmt.Sprintf("%s n'a pas d'option %s", c.CommandPath(), name), fmt.Sprintf("%s has no option %s", c.CommandPath(), name)
	if near != "" {
		fr, en = fr+"\n  Vouliez-vous dire --"+near+" ?", en+"\n  Did you mean --"+near+"?"
	}
	return misused(c, fr, en)
}
