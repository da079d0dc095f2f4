package main

import (
	"os"

	"github.com/spf13/cobra"

	"hotline/config"
)

func schemaCommand() *cobra.Command {
	var part bool
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the rules, for editors",
		Long: `Schema prints a JSON Schema of rules.yaml. With it an editor offers the words, says what each is for,
and marks mistakes while you type. In VS Code: install the extension YAML (of Red Hat), keep the schema beside the
rules as rules.schema.json, and begin rules.yaml with the line

    # yaml-language-server: $schema=./rules.schema.json

hotline init writes both. After an upgrade of hotline write the schema anew. It is made from what hotline check reads by;
what only the whole file tells (names that do not exist, the law, prices) is for hotline check.`,
		Example: `  hotline schema > rules.schema.json
  hotline schema --part > rules.d/part.schema.json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			data, err := config.Schema(language(os.Getenv), part)
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(data)
			return err
		},
	}
	cmd.Flags().BoolVar(&part, "part", false, "of a file of rules.d, which need not be complete")
	return cmd
}
