package e2e

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// An image is what a Dockerfile makes: a root file system, and how to start what is in it. There is no engine here, so the
// lines of the Dockerfile are carried out one by one in containers of systemd-nspawn.
type image struct {
	t    *testing.T
	root string
	from string // what it was made of

	dir        string // WORKDIR
	user       string
	entrypoint []string
	cmd        []string
	health     []string
}

// golang stands for the image of that name: Debian with these packages, and the Go of this machine.
const golang = "golang:1.26-bookworm"

// build makes the image of the last stage of a Dockerfile; context is the folder that COPY copies from.
func buildImage(t *testing.T, context, dockerfile string) *image {
	t.Helper()
	stages := map[string]*image{}
	var now *image
	steps := instructions(t, dockerfile)
	for i := 0; i < len(steps); i++ {
		word, rest := steps[i][0], steps[i][1]
		switch word {
		case "FROM":
			fields := strings.Fields(regexp.MustCompile(`--platform=\S+`).ReplaceAllString(rest, ""))
			now = &image{t: t, root: t.TempDir(), from: fields[0], dir: "/"}
			if len(fields) == 3 {
				stages[fields[2]] = now
			}
			i += now.base(steps[i+1:])
		case "ARG": // what buildx says when it builds for another machine: nothing here
		case "RUN":
			now.run(rest)
		case "WORKDIR":
			now.dir = rest
			now.folder(rest)
		case "COPY":
			now.copy(context, stages, strings.Fields(rest))
		case "USER":
			now.user = rest
		case "ENTRYPOINT":
			now.entrypoint = words(t, rest)
		case "CMD":
			now.cmd = words(t, rest)
		case "HEALTHCHECK":
			_, command, _ := strings.Cut(rest, "CMD ")
			now.health = words(t, command)
		default:
			t.Fatalf("%s: %s is not known here", dockerfile, word)
		}
	}
	return now
}

// instructions are the lines of a Dockerfile: the word, and what follows it.
func instructions(t *testing.T, dockerfile string) (all [][2]string) {
	t.Helper()
	data, err := os.ReadFile(dockerfile)
	if err != nil {
		t.Fatal(err)
	}
	text := regexp.MustCompile(`(?m)^\s*#.*\n`).ReplaceAllString(string(data), "")
	for line := range strings.Lines(strings.ReplaceAll(text, "\\\n", " ")) {
		if word, rest, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			all = append(all, [2]string{word, strings.TrimSpace(rest)})
		}
	}
	return all
}

func words(t *testing.T, list string) (all []string) {
	t.Helper()
	if err := json.Unmarshal([]byte(list), &all); err != nil {
		t.Fatalf("%s: %v", list, err)
	}
	return all
}

// base lays down the system that an image begins with, and the RUN lines right after FROM, which are kept for the next
// time, as an engine does. It returns how many lines that were.
func (m *image) base(steps [][2]string) int {
	m.t.Helper()
	suite, packages := strings.TrimSuffix(strings.TrimPrefix(m.from, "debian:"), "-slim"), ""
	if m.from == golang {
		suite, packages = "bookworm", "gcc,libc6-dev,git,ca-certificates,make"
	}
	archive := strings.TrimSpace(tool(m.t, "../deploy/debian/scratch-root.sh", suite, packages))
	first := 0
	for first < len(steps) && steps[first][0] == "RUN" {
		first++
	}
	layer := fmt.Sprintf("%s.%x", strings.TrimSuffix(archive, ".tar"), sha256.Sum256(fmt.Append(nil, steps[:first])))[:len(archive)+12]
	if _, err := os.Stat(layer); err == nil && first > 0 {
		tool(m.t, "tar", "--extract", "--file", layer, "--directory", m.root)
		return first
	}
	tool(m.t, "tar", "--extract", "--file", archive, "--directory", m.root)
	if first > 0 {
		for _, step := range steps[:first] {
			m.run(step[1])
		}
		tool(m.t, "tar", "--create", "--file", layer+".new", "--directory", m.root, ".")
		if err := os.Rename(layer+".new", layer); err != nil {
			m.t.Fatal(err)
		}
	}
	return first
}

// run carries out a RUN line.
func (m *image) run(line string) {
	m.t.Helper()
	args := []string{"--chdir=" + m.dir, "--setenv=DEBIAN_FRONTEND=noninteractive"}
	if m.from == golang { // what that image has and a Debian has not
		for _, name := range []string{"GOROOT", "GOMODCACHE", "GOCACHE"} {
			folder := strings.TrimSpace(tool(m.t, "go", "env", name))
			args = append(args, "--bind="+folder+":/go/"+name, "--setenv="+name+"=/go/"+name)
		}
		args = append(args, "--setenv=PATH=/go/GOROOT/bin:/usr/sbin:/usr/bin:/sbin:/bin", "--setenv=GOTOOLCHAIN=local")
	}
	cmd := (&scratch{t: m.t, root: m.root}).container(append(args, "--console=pipe", "/bin/sh", "-c", line)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		m.t.Fatalf("RUN %s: %v\n%s", line, err, out)
	}
}

func (m *image) folder(name string) {
	m.t.Helper()
	if err := os.MkdirAll(filepath.Join(m.root, name), 0o755); err != nil {
		m.t.Fatal(err)
	}
}

// copy carries out a COPY line. Of the folder only what is in the repository is copied.
func (m *image) copy(context string, stages map[string]*image, args []string) {
	m.t.Helper()
	target := args[len(args)-1]
	if !filepath.IsAbs(target) {
		target = filepath.Join(m.dir, target) + "/"
	}
	sources := args[:len(args)-1]
	if stage, ok := strings.CutPrefix(sources[0], "--from="); ok {
		m.folder(filepath.Dir(target))
		tool(m.t, "cp", "-a", filepath.Join(stages[stage].root, sources[1]), filepath.Join(m.root, target))
		return
	}
	m.folder(target)
	for _, source := range sources {
		if source == "." {
			tool(m.t, "sh", "-c", `cd "$1" && git ls-files -z | xargs -0 cp --parents -t "$2"`, "-", context, filepath.Join(m.root, target))
			continue
		}
		found, err := filepath.Glob(filepath.Join(context, source))
		if err != nil || found == nil {
			m.t.Fatalf("COPY %s: nothing there (%v)", source, err)
		}
		tool(m.t, "cp", append(found, filepath.Join(m.root, target))...)
	}
}
