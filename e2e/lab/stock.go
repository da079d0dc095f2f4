package lab

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"hotline/deploy/files"
)

// ErrNoStock says that the switch of this machine came without the configuration that it is shipped with.
var ErrNoStock = errors.New("no configuration as shipped beside this switch")

// A stock switch runs the configuration that it is shipped with, and in it what the company had before hotline: a trunk,
// phones, and an echo that answers every number. Only folders and ports are the lab's.

// copyStock copies the configuration that the switch is shipped with.
func copyStock(from, to string) error {
	if from == "" {
		return ErrNoStock
	}
	if err := os.CopyFS(to, os.DirFS(from)); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("copy the configuration as shipped: %w", err)
	}
	return nil
}

// A change puts something into a file in place of what the expression finds.
type change struct{ file, find, put string }

// adapt makes the changes, each of which has to find something.
func adapt(dir string, changes []change) error {
	for _, c := range changes {
		path := filepath.Join(dir, c.file)
		data, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("adapt the configuration as shipped: %w", err)
		}
		find := regexp.MustCompile(c.find)
		if !find.Match(data) {
			return fmt.Errorf("adapt the configuration as shipped: %s has no %s", c.file, c.find)
		}
		if err := os.WriteFile(path, find.ReplaceAllLiteral(data, []byte(c.put)), 0o600); err != nil {
			return fmt.Errorf("adapt the configuration as shipped: %w", err)
		}
	}
	return nil
}

// presentAnswer is how the company answers without hotline: the caller hears an echo.
const presentAnswer = `
[from-trunk]
exten => _[+0-9]!,1,Answer()
 same => n,Echo()
`

func (a *Asterisk) configureStock() error {
	base, etc := a.slot.base, filepath.Join(a.Dir, "etc")
	if err := copyStock(a.prefix.Etc, etc); err != nil {
		return err
	}
	ours := filepath.Join(a.Dir, "ours")
	if err := a.render(ours); err != nil {
		return err
	}
	phones, err := os.ReadFile(filepath.Join(ours, "pjsip.conf"))
	if err != nil {
		return err
	}
	desks, err := os.ReadFile(filepath.Join(ours, "pjsip_phones.conf"))
	if err != nil {
		return err
	}
	folders, err := os.ReadFile(filepath.Join(ours, "asterisk.conf"))
	if err != nil {
		return err
	}
	for name, text := range map[string]string{"asterisk.conf": string(folders), "pjsip_phones.conf": string(desks)} {
		if err := files.Put(etc, name, text); err != nil {
			return err
		}
	}
	return adapt(etc, []change{
		{"pjsip.conf", `\z`, "\n" + string(phones)},
		{"extensions.conf", `\z`, presentAnswer + "[from-phones]\ninclude => from-trunk\n"},
		{"rtp.conf", `(?m)^rtpstart=.*$`, "rtpstart=" + strconv.Itoa(base+offsetRTP)},
		{"rtp.conf", `(?m)^rtpend=.*$`, "rtpend=" + strconv.Itoa(base+offsetRTP+slotRTP-1)},
	})
}

// configureStock keeps the phones that FreeSWITCH is shipped with, 1000 to 1019, which share one password.
func (f *FreeSWITCH) configureStock() error {
	base, etc := f.slot.base, filepath.Join(f.Dir, "etc")
	if err := copyStock(f.prefix.conf, etc); err != nil {
		return err
	}
	for _, name := range []string{"internal-ipv6", "external-ipv6"} { // they would need addresses of their own
		if err := os.Remove(filepath.Join(etc, "sip_profiles", name+".xml")); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("adapt the configuration as shipped: %w", err)
		}
	}
	set := func(name, value string) string {
		return `<X-PRE-PROCESS cmd="set" data="` + name + "=" + value + `"/>`
	}
	password := f.passwords[f.phones[0].User]
	return errors.Join(adapt(etc, []change{
		{"vars.xml", `<include>`, "<include>\n" + set("local_ip_v4", "127.0.0.1")},
		{"vars.xml", `<X-PRE-PROCESS cmd="set" data="default_password=.*"/>`, set("default_password", password)},
		{"vars.xml", `<X-PRE-PROCESS cmd="stun-set" data="external_rtp_ip=.*"/>`, set("external_rtp_ip", "127.0.0.1")},
		{"vars.xml", `<X-PRE-PROCESS cmd="stun-set" data="external_sip_ip=.*"/>`, set("external_sip_ip", "127.0.0.1")},
		{"vars.xml", `<X-PRE-PROCESS cmd="set" data="internal_sip_port=.*"/>`, set("internal_sip_port", strconv.Itoa(base+offsetSIP))},
		{"vars.xml", `<X-PRE-PROCESS cmd="set" data="external_sip_port=.*"/>`, set("external_sip_port", strconv.Itoa(base+offsetTrunk))},
		{"vars.xml", `<X-PRE-PROCESS cmd="set" data="hold_music=.*"/>`, set("hold_music", "local_stream://moh")},
		{"autoload_configs/switch.conf.xml", `<settings>`, "<settings>\n" + fmt.Sprintf(
			`<param name="rtp-start-port" value="%d"/><param name="rtp-end-port" value="%d"/>`, base+offsetRTP, base+offsetRTP+slotRTP-1)},
		{"autoload_configs/event_socket.conf.xml", `value="8021"`, `value="` + strconv.Itoa(base+offsetControl) + `"`},
		{"dialplan/public/00_inbound_did.xml", `\^\(5551212\)\$`, `^(\+?[0-9]{9,})$`},
		{"dialplan/public/00_inbound_did.xml", `<action application="transfer" data="1000 XML default"/>`, `<action application="transfer" data="9196 XML default"/>`},
	}), writeMusic(filepath.Join(f.Dir, "moh", "music.wav")), os.MkdirAll(filepath.Join(f.Dir, "sounds", "music", "8000"), 0o755),
		writeMusic(filepath.Join(f.Dir, "sounds", "music", "8000", "music.wav")))
}

// stockConf finds the configuration that a FreeSWITCH is shipped with.
func stockConf(root string) string {
	for _, folder := range []string{"share/freeswitch/conf/vanilla", "conf/vanilla", "etc/freeswitch", "conf"} {
		text, err := os.ReadFile(filepath.Join(root, folder, "autoload_configs", "event_socket.conf.xml"))
		if err == nil && strings.Contains(string(text), `value="ClueCon"`) {
			return filepath.Join(root, folder)
		}
	}
	return ""
}
