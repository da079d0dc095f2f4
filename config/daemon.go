package config

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"
	"github.com/spf13/viper"
	"gopkg.in/yaml.v3"

	"hotline/prompt"
)

// Daemon is hotline.yaml: where things are on this machine, and which switches hotline drives. What happens to a call is
// in Rules.
type Daemon struct {
	Instance string // names this hotline on a switch that several share
	Switches []Switch
	Rules    string // path of rules.yaml
	Database string // path of the SQLite file
	Control  string // path of the Unix socket on which serve is asked what goes on
	Prompts  Prompts
	Log      Log
	Mail     *Mail        // nil: no mail is sent
	Webhooks []Webhook    // by name
	Texts    *TextGateway // nil: no texts are sent

	SecretFiles  []string // from which passwords and secrets come, each once, those of the switches first
	SecretEnv    []string // the variables of the environment from which others do, likewise
	ReloadOnSave bool     // put the rules in force whenever their files are saved
}

// Recordings is the folder in which hotline keeps what is recorded: beside the database.
func (d *Daemon) Recordings() string { return filepath.Join(filepath.Dir(d.Database), "recordings") }

// Prompts says where the sound files are.
type Prompts struct {
	Folder       string // as hotline sees it
	SwitchFolder string // the same folder as a switch sees it that says nothing else
	Speech       string // the command that speaks a text, a prompt.Speech
	HTTP         string // where switches fetch sounds, such as http://10.0.0.5:8090; "" = nowhere
	Listen       string // with HTTP: where hotline serves them, host:port
}

// Log says what is logged and how.
type Log struct {
	Level  string // debug, info, warn, error
	Format string // text, json
}

// LoadDaemon reads hotline.yaml, then HOTLINE_* of the environment (HOTLINE_LOG_LEVEL for log.level), then those of the
// flags that were given (log-level for log.level). Paths in the file and in the environment are relative to the file's
// folder, paths in flags to where the program runs. flags may be nil.
func LoadDaemon(path string, flags *pflag.FlagSet) (*Daemon, error) {
	return loadDaemon(path, flags, true)
}

// LoadDaemonWithoutSecrets is LoadDaemon for commands that talk to no switch: passwords are left empty, so that whoever
// may not read them can still check rules and read call records.
func LoadDaemonWithoutSecrets(path string, flags *pflag.FlagSet) (*Daemon, error) {
	return loadDaemon(path, flags, false)
}

func loadDaemon(path string, flags *pflag.FlagSet, secrets bool) (*Daemon, error) {
	data, problems := readFile(path)
	if problems.Errors() {
		return nil, problems.Err()
	}
	d := &daemonReader{reader: newReader(path)}
	top := d.parse(data)
	if top == nil {
		return nil, d.problems.Sorted().Err()
	}
	d.check(top)
	if d.problems.Errors() {
		return nil, d.problems.Sorted().Err()
	}
	settings, err := d.merge(data, flags)
	if err != nil {
		return nil, err
	}
	daemon, err := settings.daemon(filepath.Dir(path), flags, secrets)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return daemon, nil
}

// settings is hotline.yaml as it is written. Every value is text, since YAML reads a password 0123 as the number 83.
type settings struct {
	Instance string
	Rules    string
	Database string
	Control  string
	Switches []switchSettings
	Prompts  struct {
		Folder       string
		SwitchFolder string `mapstructure:"switch_folder"`
		Speech       string
		HTTP         string
		HTTPListen   string `mapstructure:"http_listen"`
	}
	Log          Log
	Mail         mailSettings
	Webhooks     map[string]hookSettings
	Texts        gatewaySettings
	ReloadOnSave string `mapstructure:"reload_on_save"`
}

// scalars are the keys that the environment and flags can set, with their defaults.
func scalars() map[string]string {
	return map[string]string{
		"instance": "hotline", "rules": "rules.yaml", "database": "hotline.db", "control": "", "prompts.folder": "prompts",
		"prompts.switch_folder": "", "prompts.speech": prompt.DefaultSpeech,
		"prompts.http": "", "prompts.http_listen": "", "log.level": "info", "log.format": "text",
		"reload_on_save": "false",
	}
}

// flagName is the flag that sets a key: log-level for log.level.
func flagName(key string) string { return strings.NewReplacer(".", "-", "_", "-").Replace(key) }

// merge lets viper lay the environment over the file, and the flags over both.
func (d *daemonReader) merge(data []byte, flags *pflag.FlagSet) (*settings, error) {
	v := viper.NewWithOptions(viper.WithDecoderRegistry(textYAML{}), viper.EnvKeyReplacer(strings.NewReplacer(".", "_")))
	v.SetEnvPrefix("HOTLINE")
	v.AutomaticEnv()
	v.SetConfigType("yaml")
	for key, value := range scalars() {
		v.SetDefault(key, value)
		if flags == nil || flags.Lookup(flagName(key)) == nil {
			continue
		}
		if err := v.BindPFlag(key, flags.Lookup(flagName(key))); err != nil {
			return nil, fmt.Errorf("bind flag %s: %w", flagName(key), err)
		}
	}
	if err := v.ReadConfig(bytes.NewReader(data)); err != nil {
		return nil, fmt.Errorf("read %s: %w", d.file, err)
	}
	var s settings
	if err := v.UnmarshalExact(&s); err != nil {
		return nil, fmt.Errorf("read %s: %w", d.file, err)
	}
	return &s, nil
}

// textYAML is viper's reader of YAML with every value kept as the text that stands in the file.
type textYAML struct{}

// Decoder returns the reader itself for any format: hotline.yaml is YAML whatever it is called.
func (textYAML) Decoder(string) (viper.Decoder, error) { return textYAML{}, nil }

// Decode fills the map with texts, maps and lists.
func (textYAML) Decode(data []byte, into map[string]any) error {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return err
	}
	if len(doc.Content) == 1 {
		if top, ok := texts(doc.Content[0]).(map[string]any); ok {
			for key, value := range top {
				into[key] = value
			}
		}
	}
	return nil
}

func texts(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		m := make(map[string]any, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			m[n.Content[i].Value] = texts(n.Content[i+1])
		}
		return m
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, item := range n.Content {
			list[i] = texts(item)
		}
		return list
	}
	return n.Value
}
