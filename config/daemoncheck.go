package config

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/pflag"
	"gopkg.in/yaml.v3"
)

// A daemonReader checks the form of hotline.yaml, with places, before viper reads it: viper knows no places, and takes a
// misspelt key for one that is not there.
type daemonReader struct{ reader }

func (d *daemonReader) check(top *yaml.Node) {
	text := func(name string) field {
		return field{name: name, read: func(_, v *yaml.Node) { d.text(name, v) }}
	}
	d.fields(top, top, words("hotline.yaml", "hotline.yaml"), []string{"web", "control", "texts", "mail", "languages", "tts"},
		text("instance"), text("rules"), text("database"),
		field{"switches", true, d.checkSwitches},
		field{"prompts", false, func(k, v *yaml.Node) {
			d.fields(k, v, words("prompts", "prompts"), []string{"http"}, text("folder"), text("switch_folder"))
		}},
		field{"log", false, func(k, v *yaml.Node) {
			d.fields(k, v, words("log", "log"), nil,
				field{"level", false, func(_, v *yaml.Node) { d.oneOf("log.level", v, levels()...) }},
				field{"format", false, func(_, v *yaml.Node) { d.oneOf("log.format", v, formats()...) }})
		}},
	)
}

func levels() []string  { return []string{"debug", "info", "warn", "error"} }
func formats() []string { return []string{"text", "json"} }

func (d *daemonReader) checkSwitches(key, value *yaml.Node) {
	if value.Kind != yaml.SequenceNode {
		d.fail(key, "E104", words("switches est une liste", "switches is a list"), Words{},
			words("commencez chaque élément par « - ».", `start each item with "- ".`))
		return
	}
	names := make(map[string]*yaml.Node)
	d.list(key, value, func(item *yaml.Node) { d.checkSwitch(item, names) })
	if len(value.Content) > 1 {
		d.fail(value.Content[1], "E103", words("un seul commutateur dans cette version", "this version drives one switch"), Words{},
			words("gardez-en un.", "keep one."))
	}
}

func (d *daemonReader) checkSwitch(item *yaml.Node, names map[string]*yaml.Node) {
	text := func(name string) field {
		return field{name: name, read: func(_, v *yaml.Node) { d.text(name, v) }}
	}
	d.fields(item, item, words("un commutateur", "a switch"), []string{"insecure", "tls"},
		field{"name", false, func(_, v *yaml.Node) {
			if d.isName(v) && !d.isTwice(v, names[v.Value], words("switches", "switches")) {
				names[v.Value] = v
			}
		}},
		field{"kind", false, func(_, v *yaml.Node) {
			if kind, ok := d.oneOf("kind", v, "asterisk", "freeswitch"); ok && kind == "freeswitch" {
				d.fail(v, "E103", words("cette version ne pilote qu'Asterisk", "this version drives asterisk only"),
					words("FreeSWITCH viendra avec une version suivante.", "FreeSWITCH comes with a later version."),
					words("écrivez kind: asterisk.", "write kind: asterisk."))
			}
		}},
		field{"url", true, d.checkURL},
		field{"user", true, func(_, v *yaml.Node) { d.text("user", v) }},
		field{"password", true, func(_, v *yaml.Node) { d.text("password", v) }},
		field{"phone", false, func(_, v *yaml.Node) { d.template("phone", v, "{phone}") }},
		field{"trunks", false, func(k, v *yaml.Node) {
			trunks := make(map[string]*yaml.Node)
			d.list(k, v, func(item *yaml.Node) {
				d.fields(item, item, words("un trunk", "a trunk"), nil,
					field{"name", true, func(_, v *yaml.Node) {
						if d.isName(v) && !d.isTwice(v, trunks[v.Value], words("trunks", "trunks")) {
							trunks[v.Value] = v
						}
					}},
					field{"dial", true, func(_, v *yaml.Node) { d.template("dial", v, "{number}") }})
			})
		}},
		text("records"), text("music"),
	)
}

func (d *daemonReader) checkURL(_, v *yaml.Node) {
	s, ok := d.text("url", v)
	if !ok {
		return
	}
	u, err := url.Parse(s)
	if err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil {
		return
	}
	d.fail(v, "E107", words("« %s » n'est pas l'adresse d'ARI", `"%s" is not the address of ARI`, clip(s)), Words{},
		words("écrivez par exemple http://127.0.0.1:8088/ari.", "write for example http://127.0.0.1:8088/ari."))
}

var placeholderForm = regexp.MustCompile(`\{[^}]*\}`)

// template checks that a dial template has its one placeholder and no other.
func (d *daemonReader) template(key string, v *yaml.Node, placeholder string) {
	s, ok := d.text(key, v)
	if !ok || slices.Equal(placeholderForm.FindAllString(s, -1), []string{placeholder}) {
		return
	}
	d.fail(v, "E107", words("%s doit contenir %s une fois", "%s has to contain %s once", key, placeholder), Words{},
		words("écrivez par exemple PJSIP/%s.", "write for example PJSIP/%s.", placeholder))
}

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
	if !slices.Contains(formats(), s.Log.Format) {
		errs = append(errs, fmt.Errorf("log.format %q: choose among %s", s.Log.Format, strings.Join(formats(), ", ")))
	}
	path := func(key, value string) string {
		if flags != nil && flags.Changed(flagName(key)) {
			return filepath.Clean(value)
		}
		return resolve(folder, value)
	}
	d := &Daemon{
		Instance: s.Instance, Rules: path("rules", s.Rules), Database: path("database", s.Database), Log: s.Log,
		Prompts: Prompts{Folder: path("prompts.folder", s.Prompts.Folder), SwitchFolder: s.Prompts.SwitchFolder},
	}
	if err := d.Prompts.complete(folder); err != nil {
		errs = append(errs, err)
	}
	for _, w := range s.Switches {
		sw := Switch{Name: or(w.Name, "asterisk"), Kind: or(w.Kind, "asterisk"), URL: strings.TrimRight(w.URL, "/"), User: w.User,
			Phone: or(w.Phone, "PJSIP/{phone}"), Trunks: w.Trunks, Records: resolve(folder, w.Records), Music: or(w.Music, "default")}
		if secrets {
			secret, err := readSecret(w.Password, folder)
			if err != nil {
				errs = append(errs, fmt.Errorf("password of switch %s: %w", sw.Name, err))
			}
			sw.Password = secret
		}
		d.Switches = append(d.Switches, sw)
	}
	return d, errors.Join(errs...)
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
	return nil
}

func or(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}
