package config

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// Switch is one telephone switch that hotline drives.
type Switch struct {
	Name          string
	Kind          string // Asterisk or FreeSWITCH
	URL           string // Asterisk: of ARI, such as http://127.0.0.1:8088/ari
	User          string // Asterisk: of ARI
	Address       string // FreeSWITCH: of the event socket, host:port
	Password      Secret
	PasswordFile  string  // the file that has the password; "" when it stands elsewhere
	Insecure      bool    // FreeSWITCH: the password that everybody knows is let through
	UnsafeTexts   bool    // FreeSWITCH: texts are on although an old one runs commands that come in them
	Phone         string  // how an extension is dialled: PJSIP/{phone}, user/{phone}
	Trunks        []Trunk // how numbers are dialled, best first; none = only phones of the office
	Records       string  // the file of ended calls that the switch writes; "" = none
	Music         string  // what plays to those who wait
	PromptsFolder string  // the folder of the prompts as this switch sees it
	Fetches       bool    // it fetches sounds by HTTP instead
	Recordings    string  // FreeSWITCH: the folder into which it records, which hotline sees under the same path
}

// The kinds of switch.
const (
	Asterisk   = "asterisk"
	FreeSWITCH = "freeswitch"
)

// Trunk is a way out to the telephone network.
type Trunk struct {
	Name string
	Dial string // how a number is dialled: PJSIP/{number}@operator

	ShowCaller bool `mapstructure:"show_caller"` // the operator passes on numbers that are not the company's
}

// switchSettings is a switch as it is written.
type switchSettings struct {
	Name, Kind, URL, User, Address, Password, Insecure, Texts, Phone, Records, Music, Prompts string

	PromptsFolder    string `mapstructure:"prompts_folder"`
	RecordingsFolder string `mapstructure:"recordings_folder"`
	Trunks           []Trunk
}

// The event socket's port, and the password that every FreeSWITCH comes with.
const (
	eventSocketPort = "8021"
	shippedPassword = "ClueCon"
)

// recordingsOfFreeSWITCH is where a FreeSWITCH from its packages records.
const recordingsOfFreeSWITCH = "/var/lib/freeswitch/recordings"

// complete makes the switch of what is written about it: defaults, paths, and the password if it is wanted.
func (w switchSettings) complete(folder string, prompts Prompts, secrets bool) (Switch, error) {
	kind := or(w.Kind, Asterisk)
	phone, music := "PJSIP/{phone}", "default"
	if kind == FreeSWITCH {
		phone, music = "user/{phone}", "moh"
	}
	s := Switch{
		Name: or(w.Name, kind), Kind: kind, URL: strings.TrimRight(w.URL, "/"), User: w.User,
		Insecure: w.Insecure == "true", UnsafeTexts: w.Texts != "", Phone: or(w.Phone, phone), Trunks: w.Trunks,
		Records: resolve(folder, w.Records), Music: or(w.Music, music), PromptsFolder: prompts.SwitchFolder,
	}
	var errs []error
	if kind == FreeSWITCH {
		s.Address, _ = socketAddress(w.Address) // checked with its place
		full, err := filepath.Abs(resolve(folder, or(w.RecordingsFolder, recordingsOfFreeSWITCH)))
		if err != nil {
			errs = append(errs, fmt.Errorf("recordings_folder of switch %s: %w", s.Name, err))
		}
		s.Recordings = full
	}
	if w.PromptsFolder != "" {
		full, err := filepath.Abs(resolve(folder, w.PromptsFolder))
		if err != nil {
			errs = append(errs, fmt.Errorf("prompts_folder of switch %s: %w", s.Name, err))
		}
		s.PromptsFolder = full
	}
	s.Fetches = w.Prompts == byHTTP || w.Prompts == "" && w.PromptsFolder == "" && prompts.HTTP != ""
	if s.Fetches && prompts.HTTP == "" {
		errs = append(errs, fmt.Errorf("prompts of switch %s: it cannot fetch what prompts.http does not offer", s.Name))
	}
	if path, ok := strings.CutPrefix(w.Password, "file:"); ok {
		s.PasswordFile = resolve(folder, path)
	}
	if secrets {
		var err error
		if s.Password, err = readSecret(w.Password, folder); err == nil {
			err = s.checkPassword()
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("password of switch %s: %w", s.Name, err))
		}
	}
	return s, errors.Join(errs...)
}

// checkPassword refuses the password that everybody knows: who has the event socket can run any program as FreeSWITCH.
func (s Switch) checkPassword() error {
	if s.Kind == FreeSWITCH && !s.Insecure && strings.EqualFold(s.Password.Reveal(), shippedPassword) {
		return errors.New("it is the one that FreeSWITCH comes with, and everybody knows it: " +
			"set another one in event_socket.conf.xml, or write insecure: true")
	}
	return nil
}
