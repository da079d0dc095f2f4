package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"

	"hotline/e2e/lab"
	"hotline/e2e/phone"
	"hotline/pbx/pbxtest"
)

// compose reads docker-compose.yml as docker compose does, with these profiles.
func compose(t *testing.T, env []string, profiles ...string) *types.Project {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{"../docker-compose.yml"}, cli.WithEnv(env), cli.WithProfiles(profiles))
	if err != nil {
		t.Fatal(err)
	}
	project, err := options.LoadProject(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return project
}

// TestComposeFile checks what every service has to be.
func TestComposeFile(t *testing.T) {
	if names := compose(t, nil).ServiceNames(); !slices.Equal(names, []string{"hotline"}) {
		t.Errorf("without a profile there are %v", names)
	}
	all := compose(t, nil, "asterisk", "freeswitch", "init").Services
	if len(all) != 4 {
		t.Errorf("%d services, want 4", len(all))
	}
	for name, s := range all {
		if !s.ReadOnly || s.User != "10001:10001" || !slices.Equal(s.CapDrop, []string{"ALL"}) ||
			!slices.Contains(s.SecurityOpt, "no-new-privileges:true") || s.NetworkMode != "host" || s.Privileged {
			t.Errorf("%s has more rights than it needs: %+v", name, s)
		}
		if name != "init" && s.StopGracePeriod == nil {
			t.Errorf("%s has no time to stop", name)
		}
		if s.Build != nil {
			if _, err := os.Stat(filepath.Join(s.Build.Context, s.Build.Dockerfile)); err != nil {
				t.Error(err)
			}
		}
		if s.Build != nil && len(s.Build.Platforms) != 2 {
			t.Errorf("%s is built for %v", name, s.Build.Platforms)
		}
	}
	for name, s := range all {
		for _, folder := range ofRoot(s) {
			t.Errorf("%s: Docker makes %s for root, and the service cannot write there", name, folder)
		}
	}
	if lang := compose(t, []string{"LANG=C.UTF-8", "HOTLINE_LANG=fr_FR.UTF-8"}).Services["hotline"].Environment["LANG"]; lang == nil || *lang != "fr_FR.UTF-8" {
		t.Errorf("the language is not the one of .env but that of the shell")
	}
	example, err := os.ReadFile("../.env.example")
	if err != nil {
		t.Fatal(err)
	}
	if n := len(regexp.MustCompile(`(?m)^[A-Z_]+=`).FindAll(example, -1)); n > 5 {
		t.Errorf(".env.example has %d variables", n)
	}
}

// ofRoot are the folders that Docker has to make between a mount and another one below it: they belong to root, unless the
// image has them.
func ofRoot(s types.ServiceConfig) (folders []string) {
	var mounts []string
	for _, mount := range s.Tmpfs {
		folder, _, _ := strings.Cut(mount, ":")
		mounts = append(mounts, folder)
	}
	for _, v := range s.Volumes {
		mounts = append(mounts, v.Target)
	}
	var image []byte
	if s.Build != nil {
		image, _ = os.ReadFile(filepath.Join(s.Build.Context, s.Build.Dockerfile)) // TestComposeFile says that it is not there
	}
	for _, v := range s.Volumes {
		folder := filepath.Dir(v.Target)
		below := slices.ContainsFunc(mounts, func(m string) bool { return strings.HasPrefix(folder, m+"/") })
		if below && !slices.Contains(mounts, folder) && !bytes.Contains(image, []byte(" "+folder+" ")) {
			folders = append(folders, folder)
		}
	}
	return folders
}

// A service is one of the compose file, its folders on the host moved below a folder of the test.
type service struct {
	t    *testing.T
	box  *scratch
	img  *image
	def  types.ServiceConfig
	host string
	env  []string

	cmd  *exec.Cmd
	log  bytes.Buffer
	done chan struct{}
}

// start starts the service as the compose file says: its user, its folders, its environment, and no rights.
func (s *service) start() {
	s.t.Helper()
	args := []string{"--read-only", "--console=pipe", "--chdir=" + s.img.dir}
	for _, mount := range s.def.Tmpfs {
		folder, _, _ := strings.Cut(mount, ":")
		s.img.folder(folder)
		args = append(args, "--tmpfs="+mount)
	}
	for _, v := range s.def.Volumes {
		s.img.folder(v.Target)
		bind := "--bind="
		if v.ReadOnly {
			bind = "--bind-ro="
		}
		args = append(args, bind+filepath.Join(s.host, v.Source)+":"+v.Target)
	}
	for name, value := range s.def.Environment {
		if value != nil {
			args = append(args, "--setenv="+name+"="+*value)
		}
	}
	for _, e := range s.env {
		args = append(args, "--setenv="+e)
	}
	entrypoint, command := s.img.entrypoint, s.img.cmd
	if s.def.Entrypoint != nil {
		entrypoint = s.def.Entrypoint
	}
	if s.def.Command != nil {
		command = s.def.Command
	}
	s.cmd = s.box.container(append(append(args, s.privileges()...), slices.Concat(entrypoint, command)...)...)
	s.cmd.Env = append(s.cmd.Env, "SYSTEMD_NSPAWN_TMPFS_TMP=0") // a /tmp that the compose file does not ask for
	s.cmd.Stdout, s.cmd.Stderr = &s.log, &s.log
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.done = make(chan struct{})
	go func(cmd *exec.Cmd, done chan struct{}) {
		_ = cmd.Wait() // the test looks at what it said
		close(done)
	}(s.cmd, s.done)
}

// privileges gives up what the compose file gives up.
func (s *service) privileges() []string {
	user, group, _ := strings.Cut(s.def.User, ":")
	return []string{"setpriv", "--reuid=" + user, "--regid=" + group, "--groups=" + strings.Join(append(slices.Clone(s.def.GroupAdd), group), ","),
		"--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"}
}

// pid is the first process of the service, once it is the program.
func (s *service) pid(name string) int {
	s.t.Helper()
	var pid int
	s.box.eventually(name+" runs", func() bool {
		select {
		case <-s.done:
			s.t.Fatalf("%s ended:\n%s", name, s.log.String())
		default:
		}
		pid = child(s.cmd.Process.Pid, name)
		return pid != 0
	})
	return pid
}

// exec runs a command in the service, as docker exec and the health check do.
func (s *service) exec(name string, args ...string) ([]byte, error) {
	command := append([]string{"--target", fmt.Sprint(s.pid(name)), "--all", "--wd=/", "--"}, s.privileges()...)
	cmd := exec.Command("nsenter", append(command, args...)...)
	cmd.Env = []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
	return cmd.CombinedOutput()
}

// stop sends the first process what an engine sends, and gives it the time that the compose file gives.
func (s *service) stop(name string) {
	s.t.Helper()
	if err := syscall.Kill(s.pid(name), syscall.SIGTERM); err != nil {
		s.t.Fatal(err)
	}
	select {
	case <-s.done:
	case <-time.After(time.Duration(*s.def.StopGracePeriod)):
		s.t.Errorf("%s has not stopped within %s", name, s.def.StopGracePeriod)
		s.kill()
	}
}

func (s *service) kill() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Kill()
	<-s.done
}

// A containedAsterisk is the Asterisk of the compose file. Phones and callers need no more of it than this.
type containedAsterisk struct {
	lab.Switch
	sip   string
	phone map[string]string
}

func (c *containedAsterisk) SIP() string                      { return c.sip }
func (c *containedAsterisk) Trunk() string                    { return c.sip }
func (c *containedAsterisk) PhonePassword(user string) string { return c.phone[user] }

// Ports that no lab takes.
const (
	imageSIP = "127.0.0.1:35060"
	imageARI = "35088"
	imageRTP = "36000-36200"
)

// TestImages builds the images of the compose file, starts its services as it says, calls through them, and stops hotline
// while two people talk.
func TestImages(t *testing.T) {
	box := newImages(t)
	project := compose(t, []string{"HOTLINE_LANG=en_GB.UTF-8"}, "asterisk", "init")
	host := box.root
	h := houseWith(t, &containedAsterisk{sip: imageSIP, phone: map[string]string{}})
	furnishHost(t, h, host)
	built := func(name string) *image {
		build := project.Services[name].Build
		return buildImage(t, build.Context, filepath.Join(build.Context, build.Dockerfile))
	}
	run := func(name string, img *image, env ...string) *service {
		def := project.Services[name]
		s := &service{t: t, def: def, img: img, host: host, env: env}
		if s.img.user != def.User {
			t.Errorf("the image of %s is for the user %s, the compose file says %s", name, s.img.user, def.User)
		}
		s.box = &scratch{t: t, root: s.img.root}
		t.Cleanup(func() {
			s.kill()
			if t.Failed() {
				t.Logf("%s says:\n%s", name, s.log.String())
			}
		})
		s.start()
		return s
	}
	asterisk := run("asterisk", built("asterisk"), "HOTLINE_SIP_BIND="+imageSIP, "HOTLINE_ARI_PORT="+imageARI, "HOTLINE_RTP="+imageRTP)
	asterisk.healthy("asterisk", asterisk.img.health)
	h.sw.(*containedAsterisk).phone["101"] = phonePassword(t, filepath.Join(host, "pbx", "etc", "pjsip_phones.conf"), "101")

	img := built("hotline")
	beginInContainer(t, img, project.Services["init"])
	hotline := run("hotline", img)
	hotline.confined("hotline")
	box.eventually("hotline drives Asterisk", func() bool { return strings.Contains(hotline.log.String(), open) })
	hotline.healthy("hotline", hotline.def.HealthCheck.Test[1:])
	h.desk("101", phone.Answer(0))
	talks := h.sav("0600000001")
	marie := h.rung("101", nil)
	h.talk(talks, marie)
	hotline.stop("hotline")
	h.talk(talks, marie)
	hotline.start()
	box.eventually("hotline has the call again", func() bool { return strings.Contains(hotline.log.String(), "calls taken over") })
	talks.Hangup()
	wait(t, marie)
	h.agrees(h.records(1)[0], talks)
	hotline.stop("hotline")
	h.phone(t, "101", pbxtest.Off, 0)
	asterisk.stop("asterisk")
}

// beginInContainer does what docker compose run --rm init does, in empty folders of a host.
func beginInContainer(t *testing.T, img *image, def types.ServiceConfig) {
	t.Helper()
	host := t.TempDir()
	tool(t, "install", "-d", "-o", "10001", "-g", "10001", host+"/etc/hotline", host+"/var/lib/hotline")
	once := func(command ...string) string {
		s := &service{t: t, box: &scratch{t: t, root: img.root}, img: img, def: def, host: host}
		s.def.Command = command
		s.start()
		<-s.done
		if code := s.cmd.ProcessState.ExitCode(); code != 0 {
			t.Fatalf("%v: exit code %d\n%s", command, code, s.log.String())
		}
		return s.log.String()
	}
	once(append(slices.Clone(def.Command), "--yes", "--number", "08 09 40 01 00", "--phone", "101=Marie", "--phone", "102=Paul", "--switch", "asterisk")...)
	once("check")
}

// newImages is a place for the folders of the host. Without root and the tools the test is skipped.
func newImages(t *testing.T) *scratch {
	t.Helper()
	if os.Getenv("HOTLINE_SCRATCH_ROOT") == "" {
		t.Skip("HOTLINE_SCRATCH_ROOT is not set: `make deb-test` sets it, where it can (root, mmdebstrap, systemd-container)")
	}
	dir := t.TempDir()
	return &scratch{t: t, root: dir}
}

// furnishHost lays out the folders of the host that the compose file names, below one folder.
func furnishHost(t *testing.T, h *house, host string) {
	t.Helper()
	writeTone(t, filepath.Join(h.dir, "prompts", "absent.wav"), time.Second)
	h.write("hotline.secret", "a-password-with-&-and-|\n")
	h.write("hotline.yaml", `switches:
  - {name: pbx, kind: asterisk, url: "http://127.0.0.1:`+imageARI+`/ari", user: hotline, password: "file:hotline.secret", records: /var/log/asterisk/cel-custom/hotline.csv}
database: /var/lib/hotline/hotline.db
control: /run/hotline/hotline.sock
prompts: {folder: /var/lib/hotline/prompts}
`)
	tool(t, "sh", "-c", `cd "$2" && mkdir -p etc/hotline var/lib/hotline var/log/asterisk/cel-custom pbx &&
		cp "$1"/*.yaml "$1"/*.secret etc/hotline/ && cp -r "$1"/prompts var/lib/hotline/ && chown -R 10001:10001 . && chmod 0700 etc/hotline`, "-", h.dir, host)
	h.dir = filepath.Join(host, "var", "lib", "hotline")
}

func phonePassword(t *testing.T, file, user string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`username = ` + user + `\npassword = (\S+)`).FindSubmatch(data)
	if found == nil {
		t.Fatalf("%s has no phone %s:\n%s", file, user, data)
	}
	return string(found[1])
}

// healthy waits until the health check is content.
func (s *service) healthy(name string, check []string) {
	s.t.Helper()
	s.box.eventually(name+" is healthy", func() bool {
		_, err := s.exec(name, check...)
		return err == nil
	})
}

// confined checks from outside that the service has no more rights than the compose file says.
func (s *service) confined(name string) {
	s.t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.pid(name)))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, want := range []string{"Uid:\t10001\t10001\t10001\t10001\n", "CapEff:\t0000000000000000\n", "CapBnd:\t0000000000000000\n", "NoNewPrivs:\t1\n"} {
		if !strings.Contains(string(status), want) {
			s.t.Errorf("%s lacks %q:\n%s", name, want, status)
		}
	}
	for _, file := range []string{"/usr/bin/new", "/etc/hotline/new", "/var/lib/new"} {
		if out, err := s.exec(name, "touch", file); err == nil {
			s.t.Errorf("%s can write %s: %s", name, file, out)
		}
	}
	if out, err := s.exec(name, "touch", "/var/lib/hotline/new"); err != nil {
		s.t.Errorf("%s cannot write into its own folder: %v %s", name, err, out)
	}
}
