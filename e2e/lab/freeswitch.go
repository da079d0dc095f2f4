package lab

import (
	"context"
	"embed"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"hotline/deploy/files"
	"hotline/deploy/freeswitch"
)

//go:embed freeswitch
var freeswitchFiles embed.FS

// A FreeSWITCH is a real FreeSWITCH under the control of a test.
type FreeSWITCH struct {
	machine
	ESL    string // address of its event socket, such as 127.0.0.1:12002
	Domain string // of its phones: user/101@hotline.lab
	Music  string // name of the stream for those who wait
	Home   string // of who uses the console; empty: of who runs the test

	prefix freeswitchPrefix
	stock  bool // its password is the shipped one until somebody changes it
}

// StartFreeSWITCH prepares a lab and starts its FreeSWITCH. It returns when phones can register and the event socket
// answers, or when ctx ends; afterwards ctx is of no importance. The lab belongs to the caller, who ends it with Close.
func StartFreeSWITCH(ctx context.Context, o Options) (*FreeSWITCH, error) {
	prefix, err := findFreeSWITCH()
	if err != nil {
		return nil, err
	}
	f := &FreeSWITCH{Domain: "hotline.lab", Music: "moh", prefix: prefix}
	if err := f.prepare(f, o, append(freeswitchFolders(), "moh")...); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	f.ESL = loopback(f.slot.base + offsetControl)
	f.Records = filepath.Join(f.Dir, "log", "cdr-csv", "hotline.csv")
	configure := func() error { return f.configure(o.Dialplan) }
	if o.Stock {
		f.stock, f.Domain, configure = true, "127.0.0.1", f.configureStock
	}
	if err := configure(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if err := f.Start(ctx); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// freeswitchFolders are those that FreeSWITCH would make for itself where it was installed, each also its option.
func freeswitchFolders() []string {
	return []string{"log", "run", "db", "temp", "storage", "cache", "recordings", "certs", "scripts", "htdocs", "grammar", "sounds"}
}

// configure writes the lab's configuration around the files of deploy/freeswitch.
func (f *FreeSWITCH) configure(dialplan string) error {
	base, etc := f.slot.base, filepath.Join(f.Dir, "etc")
	err := freeswitch.Render(etc, freeswitch.Values{
		"APP":          f.App,
		"NUMBERS":      `\+?[0-9]+`,
		"ESL_ADDRESS":  "127.0.0.1",
		"ESL_PORT":     strconv.Itoa(base + offsetControl),
		"ESL_PASSWORD": f.Password,
		"FALLBACK":     freeswitch.Busy,
		"LOG":          filepath.Join(f.Dir, "log"),
	})
	if err != nil {
		return err
	}
	set := files.Set{Files: freeswitchFiles, Escape: freeswitch.Escape, Values: files.Values{
		"STATE":      f.Dir,
		"DOMAIN":     f.Domain,
		"SIP_PORT":   strconv.Itoa(base + offsetSIP),
		"TRUNK_PORT": strconv.Itoa(base + offsetTrunk),
		"PEER":       f.Peer,
		"RTP_START":  strconv.Itoa(base + offsetRTP),
		"RTP_END":    strconv.Itoa(base + offsetRTP + slotRTP - 1),
	}}
	texts := map[string]string{"dialplan/lab.xml": "<include>\n" + dialplan + "\n</include>\n"}
	for _, name := range []string{"freeswitch.xml", "profile.xml", "talk.xml"} {
		if texts[name], err = set.Text("freeswitch/"+name, set.Values); err != nil {
			return err
		}
	}
	if err := set.Complete(); err != nil {
		return err
	}
	var users strings.Builder
	for _, p := range f.phones {
		text, err := set.Text("freeswitch/user.xml.in", files.Values{"PHONE": p.User, "PHONE_PASSWORD": p.Password})
		if err != nil {
			return err
		}
		users.WriteString(text)
	}
	texts["users.xml"] = "<include>\n" + users.String() + "</include>\n"
	// FreeSWITCH makes a key of 4096 bits for what is not there, which takes a second; this one is never used.
	if err := files.Put(f.Dir, "certs/wss.pem", ""); err != nil {
		return err
	}
	for name, text := range texts {
		if err := files.Put(etc, name, text); err != nil {
			return err
		}
	}
	return writeMusic(filepath.Join(f.Dir, "moh", "music.wav"))
}

// writeMusic writes eight seconds of a tone whose loudness swells and fades, so that it is told from the other tones.
func writeMusic(path string) error {
	const rate, length = 8000, 8 * 8000
	wav := append([]byte("RIFF\x00\x00\x00\x00WAVEfmt "), 16, 0, 0, 0, 1, 0, 1, 0, 0x40, 0x1f, 0, 0, 0x80, 0x3e, 0, 0, 2, 0, 16, 0, 'd', 'a', 't', 'a')
	wav = binary.LittleEndian.AppendUint32(wav, 2*length)
	for i := range length {
		t := float64(i) / rate
		loud := 4000 + 3000*math.Sin(2*math.Pi*t)
		wav = binary.LittleEndian.AppendUint16(wav, uint16(int16(loud*math.Sin(2*math.Pi*260*t))))
	}
	binary.LittleEndian.PutUint32(wav[4:], uint32(len(wav)-8))
	if err := os.WriteFile(path, wav, 0o644); err != nil {
		return fmt.Errorf("write the lab's music: %w", err)
	}
	return nil
}

// Console runs fs_cli with those words.
func (f *FreeSWITCH) Console(ctx context.Context, words ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(filepath.Dir(f.prefix.command), "fs_cli"), words...)
	cmd.Env = append(os.Environ(), "LD_LIBRARY_PATH="+f.prefix.libraries)
	if f.Home != "" {
		cmd.Env = append(cmd.Env, "HOME="+f.Home)
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("fs_cli %q: %w: %s", words, err, strings.TrimSpace(string(out)))
	}
	return string(out), nil
}

// Version is what FreeSWITCH says of itself.
func (f *FreeSWITCH) Version(ctx context.Context) (string, error) {
	cmd := exec.CommandContext(ctx, f.prefix.command, "-version")
	cmd.Env = append(os.Environ(), "LD_LIBRARY_PATH="+f.prefix.libraries)
	out, err := cmd.Output()
	return string(out), err
}

// Close ends the lab: FreeSWITCH, its ports, its temporary folders. Nobody looks at what an orderly end, of four seconds,
// would leave behind. Closing twice is no error.
func (f *FreeSWITCH) Close() error { return errors.Join(f.Kill(), f.machine.Close()) }

// Trunk is where callers from outside call: a port of their own, without a password.
func (f *FreeSWITCH) Trunk() string { return loopback(f.slot.base + offsetTrunk) }

// Phone is how a phone is dialled, with {phone} for its name.
func (f *FreeSWITCH) Phone() string { return "user/{phone}@" + f.Domain }

// CallPhone calls a phone, which hears nothing.
func (f *FreeSWITCH) CallPhone(ctx context.Context, user string) error {
	_, err := f.API(ctx, "bgapi originate user/"+user+"@"+f.Domain+" &park()")
	return err
}

// Config is this FreeSWITCH as an entry of hotline.yaml, with another password than its own if one is given.
func (f *FreeSWITCH) Config(name, password string) string {
	return fmt.Sprintf(`{name: %s, kind: freeswitch, address: "%s", password: "%s", phone: "%s", records: "%s", music: %s, recordings_folder: "%s"}`,
		name, f.ESL, orElse(password, f.Password), f.Phone(), f.Records, f.Music, f.Dir)
}

// Empty says whether no channel is left.
func (f *FreeSWITCH) Empty(ctx context.Context) (bool, error) {
	count, err := f.API(ctx, "show channels count")
	return strings.TrimSpace(count) == "0 total.", err
}

func (f *FreeSWITCH) name() string   { return "freeswitch" }
func (f *FreeSWITCH) logs() []string { return []string{"freeswitch.log"} }

func (f *FreeSWITCH) command() *exec.Cmd {
	args := []string{"-nf", "-nc", "-np", "-nonat", "-conf", filepath.Join(f.Dir, "etc"), "-mod", f.prefix.modules}
	for _, folder := range freeswitchFolders() {
		args = append(args, "-"+folder, filepath.Join(f.Dir, folder))
	}
	cmd := exec.Command(f.prefix.command, args...)
	cmd.Env = append(os.Environ(), "LD_LIBRARY_PATH="+f.prefix.libraries)
	return cmd
}

// answers asks once whether the event socket answers and both SIP ports are served.
func (f *FreeSWITCH) answers(ctx context.Context) error {
	status, err := f.API(ctx, "sofia status")
	if err != nil {
		return err
	}
	if n := strings.Count(status, "RUNNING"); n != 2 {
		return fmt.Errorf("%d sip ports are served:\n%s", n, status)
	}
	if status, err = f.API(ctx, "status"); err == nil && !strings.Contains(status, "is ready") {
		return fmt.Errorf("it is not ready:\n%s", status)
	}
	return err
}

// API runs one command over the event socket and returns the answer.
func (f *FreeSWITCH) API(ctx context.Context, command string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	answer, err := ask(ctx, f.ESL, f.Password, command)
	if err != nil && f.stock {
		answer, err = ask(ctx, f.ESL, "ClueCon", command)
	}
	if err != nil {
		return "", fmt.Errorf("freeswitch %q: %w", command, err)
	}
	return answer, nil
}
