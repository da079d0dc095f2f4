package config

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/pflag"
	"gopkg.in/yaml.v3"

	"hotline/prompt"
)

// A daemonReader checks the form of hotline.yaml, with places, before viper reads it: viper knows no places, and takes a
// misspelt key for one that is not there.
type daemonReader struct{ reader }

func (d *daemonReader) check(top *yaml.Node) {
	text := func(name string) field {
		return field{name: name, read: func(_, v *yaml.Node) { d.text(name, v) }}
	}
	d.fields(top, top, words("hotline.yaml", "hotline.yaml"), []string{"web", "languages", "tts"},
		text("instance"), text("rules"), text("database"), text("control"),
		field{name: "reload_on_save", read: func(_, v *yaml.Node) { d.oneOf("reload_on_save", v, switchWords()...) }},
		field{name: "switches", must: true, read: d.checkSwitches},
		field{name: "prompts", read: func(k, v *yaml.Node) {
			d.fields(k, v, words("prompts", "prompts"), nil, text("folder"), text("switch_folder"),
				field{name: "speech", read: func(_, v *yaml.Node) { d.checkSpeech(v) }},
				text("http"), text("http_listen"))
		}},
		field{name: "log", read: func(k, v *yaml.Node) {
			d.fields(k, v, words("log", "log"), nil,
				field{name: "level", read: func(_, v *yaml.Node) { d.oneOf("log.level", v, levels()...) }},
				field{name: "format", read: func(_, v *yaml.Node) { d.oneOf("log.format", v, formats()...) }})
		}},
		field{name: "mail", read: d.checkMail},
		field{name: "webhooks", read: d.checkWebhooks},
		field{name: "texts", read: d.checkTexts},
	)
	d.checkSoundServer(top)
}

// checkSpeech makes sure that the command says where the sound goes.
func (d *daemonReader) checkSpeech(v *yaml.Node) {
	s, ok := d.text("speech", v)
	if !ok {
		return
	}
	if _, err := prompt.ParseSpeech(s); err != nil {
		d.fail(v, "E109", words("speech : « %s » n'est pas une commande qui parle", `speech: "%s" is not a command that speaks`, clip(s)),
			words("Il faut un programme et {file}, où va le son ; {text} est le texte, sinon lu sur l'entrée standard.",
				"It takes a program and {file}, where the sound goes; {text} is the text, else read from the standard input."),
			words("écrivez par exemple %s.", "write for example %s.", prompt.DefaultSpeech))
	}
}

func switchWords() []string { return []string{"true", "false"} }
func levels() []string      { return []string{"debug", "info", "warn", "error"} }
func formats() []string     { return []string{"text", "json"} }

var instanceForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)

// daemon makes values of the settings: paths, defaults, secrets. What the environment and flags set is checked here,
// because it has no place in the file.
func (s *settings) daemon(folder string, flags *pflag.FlagSet, secrets bool) (*Daemon, error) {
	var errs []error
	if !instanceForm.MatchString(s.Instance) {
		errs = append(errs, fmt.Errorf("instance %q: at most 32 small letters, digits and hyphens", s.Instance))
	}
	if !slices.Contains(levels(), s.Log.Level) {
		errs = append(errs, fmt.Errorf("log.level %q: choose among %s", s.Log.Level, strings.Join(levels(), ", ")))
	}
	if !slices.Contains(switchWords(), s.ReloadOnSave) {
		errs = append(errs, fmt.Errorf("reload_on_save %q: choose among %s", s.ReloadOnSave, strings.Join(switchWords(), ", ")))
	}
	if !slices.Contains(formats(), s.Log.Format) {
		errs = append(errs, fmt.Errorf("log.format %q: choose among %s", s.Log.Format, strings.Join(formats(), ", ")))
	}
	if _, err := prompt.ParseSpeech(s.Prompts.Speech); err != nil {
		errs = append(errs, fmt.Errorf("prompts.speech: %w", err))
	}
	path := func(key, value string) string {
		if flags != nil && flags.Changed(flagName(key)) {
			return filepath.Clean(value)
		}
		return resolve(folder, value)
	}
	d := &Daemon{
		Instance: s.Instance, Rules: path("rules", s.Rules), Database: path("database", s.Database), Log: s.Log, ReloadOnSave: s.ReloadOnSave == "true",
		Control: resolve(folder, s.Control),
		Prompts: Prompts{Folder: path("prompts.folder", s.Prompts.Folder), SwitchFolder: s.Prompts.SwitchFolder, Speech: s.Prompts.Speech, HTTP: s.Prompts.HTTP, Listen: s.Prompts.HTTPListen},
	}
	if s.Control == "" {
		d.Control = filepath.Join(filepath.Dir(d.Database), "hotline.sock")
	}
	if err := d.Prompts.complete(folder); err != nil {
		errs = append(errs, err)
	}
	var err error
	d.Mail, err = s.Mail.complete(folder, secrets)
	errs = append(errs, err)
	d.Webhooks, err = s.webhooks(folder, secrets)
	errs = append(errs, err)
	d.Texts, err = s.Texts.complete(folder, secrets)
	errs = append(errs, err)
	for _, w := range s.Switches {
		sw, err := w.complete(folder, d.Prompts, secrets)
		if err != nil {
			errs = append(errs, err)
		}
		d.Switches = append(d.Switches, sw)
	}
	for _, text := range s.secrets() {
		if file, ok := strings.CutPrefix(text, "file:"); ok {
			d.SecretFiles = once(d.SecretFiles, resolve(folder, file))
		}
		if name, ok := strings.CutPrefix(text, "env:"); ok {
			d.SecretEnv = once(d.SecretEnv, name)
		}
	}
	return d, errors.Join(errs...)
}

// secrets are all passwords and secrets, as they are written. A backup counts their files in this order: what is new comes last.
func (s *settings) secrets() (texts []string) {
	for _, w := range s.Switches {
		texts = append(texts, w.Password)
	}
	texts = append(texts, s.Mail.Password)
	for _, name := range slices.Sorted(maps.Keys(s.Webhooks)) {
		texts = append(texts, s.Webhooks[name].Secret)
	}
	return append(texts, s.Texts.Secret)
}

func once(list []string, text string) []string {
	if slices.Contains(list, text) {
		return list
	}
	return append(list, text)
}

// complete gives the switch's view of the folder, which has to be absolute: the switch runs elsewhere.
func (p *Prompts) complete(folder string) error {
	if p.SwitchFolder != "" {
		p.SwitchFolder = resolve(folder, p.SwitchFolder)
	} else {
		p.SwitchFolder = p.Folder
	}
	full, err := filepath.Abs(p.SwitchFolder)
	if err != nil {
		return fmt.Errorf("prompts.switch_folder: %w", err)
	}
	p.SwitchFolder = full
	return p.completeHTTP()
}

func or(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}
