package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"gopkg.in/yaml.v3"
)

//go:embed help_fr.yaml
var frenchHelp []byte

// helpTexts are what the help says of each command, by its path.
type helpTexts map[string]struct {
	Arguments string
	Short     string
	Long      string
	Example   string
	Flags     map[string]string
}

// rootGroups are the commands in the order in which people come to need them.
var rootGroups = []struct {
	fr, en   string
	commands []string
}{
	{"Pour commencer :", "To begin:", []string{"init", "connect", "doctor"}},
	{"Les règles :", "The rules:", []string{"check", "route", "test", "apply", "rules", "prompts", "fmt", "schema"}},
	{"Chaque jour :", "Day to day:", []string{"serve", "status", "call", "agent", "close", "open", "missed", "block", "unblock", "voicemail", "survey", "contact", "mail", "outbox"}},
	{"Relevés et argent :", "Records and money:", []string{"cdr", "rate", "tariff", "report", "reconcile"}},
	{"Pour entretenir :", "To keep it well:", []string{"person", "backup", "restore", "upgrade-check", "version", "help", "completion"}},
}

// dress gives all commands their help and their errors in one language.
func (t tongue) dress(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	root.SetHelpFunc(func(c *cobra.Command, _ []string) { t.help(c.OutOrStdout(), c) })
	root.SetFlagErrorFunc(flagMisused)
	everyCommand(root, func(c *cobra.Command) {
		c.InitDefaultHelpFlag()
		c.Flags().Lookup("help").Usage = t.say("cette aide", "this help")
		switch {
		case c.Name() == "help":
			c.Use, c.Long, c.Run, c.RunE = "help [COMMAND...]", "", nil, helpAbout
		case c.HasSubCommands():
			c.Args = argumentsOf(cobra.NoArgs)
			if c.RunE == nil {
				c.RunE = helpOnly
			}
		case c.Args != nil:
			c.Args = argumentsOf(c.Args)
		}
	})
	if t == "fr" {
		french := readHelp(frenchHelp)
		everyCommand(root, french.lay)
	}
}

// readHelp reads a file that is part of the program.
func readHelp(file []byte) helpTexts {
	var texts helpTexts
	d := yaml.NewDecoder(bytes.NewReader(file))
	d.KnownFields(true)
	if err := d.Decode(&texts); err != nil {
		panic(fmt.Errorf("the help in the program: %w", err))
	}
	return texts
}

// lay puts the texts of a command in the place of those that it was made with.
func (h helpTexts) lay(c *cobra.Command) {
	text := h[c.CommandPath()]
	c.Use = strings.TrimSpace(c.Name() + " " + text.Arguments)
	c.Short, c.Long, c.Example = text.Short, text.Long, text.Example
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if f.Name != "help" {
			f.Usage = text.Flags[f.Name]
		}
	})
}

// everyCommand visits a command and all that are below it.
func everyCommand(c *cobra.Command, visit func(*cobra.Command)) {
	visit(c)
	for _, sub := range c.Commands() {
		everyCommand(sub, visit)
	}
}

// helpAbout says the help of the command that the arguments name.
func helpAbout(cmd *cobra.Command, args []string) error {
	about, rest, err := cmd.Root().Find(args)
	if err != nil {
		return err
	}
	if about.HasSubCommands() && len(rest) > 0 {
		return unknownCommand(about, rest[0])
	}
	return about.Help()
}

// writtenAs is how a command is written, without its options.
func writtenAs(c *cobra.Command) string {
	if c.HasParent() {
		return c.Parent().CommandPath() + " " + c.Use
	}
	return c.Use
}

func (t tongue) help(w io.Writer, c *cobra.Command) {
	if c.Long != "" {
		paragraphs(w, c.Long)
	} else {
		wrapped(w, "", c.Short)
	}
	fmt.Fprintf(w, "\n%s\n  %s", t.say("Utilisation :", "Usage:"), writtenAs(c))
	if c.HasSubCommands() && c.Name() == c.Use { // the others do something by themselves
		fmt.Fprint(w, t.say(" COMMANDE", " COMMAND"))
	}
	fmt.Fprintln(w, " [options]")
	if c.HasExample() {
		fmt.Fprintf(w, "\n%s\n%s\n", t.say("Exemples :", "Examples:"), strings.TrimRight(c.Example, "\n"))
	}
	t.helpCommands(w, c)
	t.helpFlags(w, "Options :", "Options:", c.LocalFlags())
	t.helpFlags(w, "Options de toutes les commandes :", "Options of every command:", c.InheritedFlags())
	if c.HasSubCommands() {
		fmt.Fprintf(w, t.say("\nPour en savoir plus sur une commande : %s COMMANDE --help\n", "\nMore about a command: %s COMMAND --help\n"), c.CommandPath())
	}
}

// paragraphs writes a text in lines of 80 columns; what is set in is to be typed, and stays as it is.
func paragraphs(w io.Writer, text string) {
	for i, p := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if i > 0 {
			fmt.Fprintln(w)
		}
		if strings.HasPrefix(p, " ") || strings.HasPrefix(p, "\t") {
			fmt.Fprintln(w, strings.ReplaceAll(p, "\t", "  "))
		} else {
			wrapped(w, "", strings.ReplaceAll(p, "\n", " "))
		}
	}
}

func (t tongue) helpCommands(w io.Writer, c *cobra.Command) {
	if !c.HasParent() {
		for _, group := range rootGroups {
			var rows [][2]string
			for _, name := range group.commands {
				for _, sub := range c.Commands() {
					if sub.Name() == name {
						rows = append(rows, [2]string{name, sub.Short})
					}
				}
			}
			listed(w, t.say(group.fr, group.en), rows)
		}
		return
	}
	var rows [][2]string
	for _, sub := range c.Commands() {
		rows = append(rows, [2]string{sub.Name(), sub.Short})
	}
	listed(w, t.say("Commandes :", "Commands:"), rows)
}

func (t tongue) helpFlags(w io.Writer, fr, en string, flags *pflag.FlagSet) {
	var rows [][2]string
	flags.VisitAll(func(f *pflag.Flag) {
		name, text := "    --"+f.Name, f.Usage
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", --" + f.Name
		}
		if d := f.DefValue; d != "" && d != "false" && d != "0" && d != "[]" {
			text += fmt.Sprintf(t.say(" (par défaut : %s)", " (default: %s)"), d)
		}
		rows = append(rows, [2]string{name + t.valueOf(f), text})
	})
	listed(w, t.say(fr, en), rows)
}

// valueOf is what is to be written after an option.
func (t tongue) valueOf(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "bool":
		return ""
	case "int":
		return " N"
	}
	return t.say(" VALEUR", " VALUE")
}

// listed writes names with what is said of each beside them, under a title, when there are any.
func listed(w io.Writer, title string, rows [][2]string) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", title)
	width := 0
	for _, row := range rows {
		width = max(width, utf8.RuneCountInString(row[0]))
	}
	before := strings.Repeat(" ", 2+width+2)
	for _, row := range rows {
		var text strings.Builder
		wrapped(&text, before, row[1])
		fmt.Fprintf(w, "  %-*s  %s", width, row[0], strings.TrimPrefix(text.String(), before))
	}
}
