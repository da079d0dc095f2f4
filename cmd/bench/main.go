// Command bench reads what `go test -bench` printed and writes the numbers that matter as one page. `make bench` calls it.
//
// Its guarantee: every number on the page stands in what it has read; what was not measured is called that.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"
)

func main() {
	results, err := parse(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, "read the benchmarks:", err)
		os.Exit(1)
	}
	fmt.Print(page(results, os.Getenv("HOTLINE_BENCH_RECORDS"), commit(), time.Now()))
}

// commit is what was measured; `make bench` runs in its repository.
func commit() string {
	out, err := exec.Command("git", "describe", "--always", "--dirty").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}

// results are the numbers by switch, benchmark and unit: "asterisk/Invite/native-p50-ms". Those of no switch begin with "/".
type results struct {
	numbers  map[string]float64
	versions map[string]string // of the switches
	cpu      string
}

var (
	line    = regexp.MustCompile(`^Benchmark(\S+?)(?:-\d+)?\s+\d+\s+(.*)$`)
	version = regexp.MustCompile(`version: (\S+)`)
)

// parse reads the output of several runs. A line "switch: NAME" says beside what the ones that follow were measured.
func parse(in io.Reader) (results, error) {
	r := results{numbers: map[string]float64{}, versions: map[string]string{}}
	onSwitch := ""
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		text := lines.Text()
		if name, ok := strings.CutPrefix(text, "switch: "); ok {
			onSwitch = name
		}
		if name, ok := strings.CutPrefix(text, "cpu: "); ok {
			r.cpu = name
		}
		if found := version.FindStringSubmatch(text); found != nil {
			r.versions[onSwitch] = found[1]
		}
		found := line.FindStringSubmatch(text)
		if found == nil {
			continue
		}
		fields := strings.Fields(found[2])
		for i := 0; i+1 < len(fields); i += 2 {
			n, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				return r, fmt.Errorf("%q: %w", text, err)
			}
			r.numbers[onSwitch+"/"+found[1]+"/"+fields[i+1]] = n
		}
	}
	return r, lines.Err()
}

// number writes one number with its unit, or a sign that it was not measured.
func (r results) number(format, key string) string {
	n, ok := r.numbers[key]
	if !ok {
		return "-"
	}
	return fmt.Sprintf(format, n)
}

// ratio writes how many times b goes into a.
func (r results) ratio(a, b string) string {
	x, y := r.numbers[a], r.numbers[b]
	if x == 0 || y == 0 {
		return "-"
	}
	return fmt.Sprintf("x %.2f", x/y)
}

// page is 80 columns wide.
func page(r results, records, commit string, now time.Time) string {
	var b strings.Builder
	out := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	out("hotline %s, measured %s", commit, now.Format("2 Jan 2006 15:04 MST"))
	out("machine: %d cores (%s), %s/%s, %s\ncallers, switch and hotline share this machine", runtime.NumCPU(), r.cpu, runtime.GOOS, runtime.GOARCH, runtime.Version())
	out("")
	out("%-34s %10s %10s %10s %10s", "INVITE to 200, one at a time", "native p50", "hotline", "ratio", "p99")
	r.eachSwitch(out, func(s string) {
		k := s + "/Invite/"
		out("  %-32s %10s %10s %10s %10s", s+" "+r.versions[s], r.number("%.1f ms", k+"native-p50-ms"), r.number("%.1f ms", k+"hotline-p50-ms"),
			r.ratio(k+"hotline-p50-ms", k+"native-p50-ms"), r.number("%.1f ms", k+"hotline-p99-ms"))
	})
	out("%-34s %10s %10s %10s", "calls per second, sixteen at once", "native", "hotline", "ratio")
	r.eachSwitch(out, func(s string) {
		k := s + "/Calls/"
		out("  %-32s %10s %10s %10s", s, r.number("%.0f /s", k+"native/calls/s"), r.number("%.0f /s", k+"hotline/calls/s"),
			r.ratio(k+"hotline/calls/s", k+"native/calls/s"))
		if r.numbers[k+"native/refused-%"]+r.numbers[k+"hotline/refused-%"] > 0 {
			out("    refused by the switch's own limit %8s %10s", r.number("%.0f %%", k+"native/refused-%"), r.number("%.0f %%", k+"hotline/refused-%"))
		}
	})
	out("%-34s %10s %10s", "agent hangs up, next phone rings", "p50", "p99")
	r.eachSwitch(out, func(s string) {
		out("  %-32s %10s %10s", s, r.number("%.1f ms", s+"/FreeToRing/p50-ms"), r.number("%.1f ms", s+"/FreeToRing/p99-ms"))
	})
	out("")
	r.tables(out, records)
	return b.String()
}

// eachSwitch calls do for each switch that was measured, and says which was not.
func (r results) eachSwitch(out func(string, ...any), do func(name string)) {
	for _, s := range [][2]string{{"asterisk", "Asterisk"}, {"freeswitch", "FreeSWITCH"}} {
		if r.versions[s[0]] == "" {
			out("  %-32s not measured: no %s here", s[0], s[1])
			continue
		}
		do(s[0])
	}
}

// tables are the numbers without calls.
func (r results) tables(out func(string, ...any), records string) {
	row := func(what, format string, args ...any) { out("%-35s %s", what, fmt.Sprintf(format, args...)) }
	row("durable records, many at once", "%s; this disk: %s (%s)", r.number("%.0f /s", "/CloseTogether/calls/s"),
		r.number("%.0f fsync/s", "/Fsync/fsync/s"), r.ratio("/CloseTogether/calls/s", "/Fsync/fsync/s"))
	row("  a call's end until on the disk", "p50 %s, p99 %s", r.number("%.1f ms", "/CloseTogether/p50-ms"), r.number("%.1f ms", "/CloseTogether/p99-ms"))
	k := "/WriteBesideCopy/"
	row("  a place, while a backup is made", "p99 %s, at most %s; alone %s, %s", r.number("%.1f ms", k+"beside-place-p99-ms"), r.number("%.1f ms", k+"beside-place-max-ms"),
		r.number("%.1f", k+"alone-place-p99-ms"), r.number("%.1f ms", k+"alone-place-max-ms"))
	row("  a record, while a backup is made", "p99 %s, at most %s; alone %s, %s", r.number("%.1f ms", k+"beside-close-p99-ms"), r.number("%.1f ms", k+"beside-close-max-ms"),
		r.number("%.1f", k+"alone-close-p99-ms"), r.number("%.1f ms", k+"alone-close-max-ms"))
	row("the charge of a call", "%s", r.number("%.0f ns", "/Rate/ns/op"))
	row("report of a month", "%s (of %s records)", r.number("%.1f ms", "/Report/MonthByNumber/ms/report"), records)
	k = "asterisk/Waiting/"
	row("memory of hotline", "%s resident", r.number("%.0f MB", k+"MB"))
	row("  with 100, 500 callers who wait", "%s, %s more on heap and stacks: %s each", r.number("%.1f MB", k+"MB-100"), r.number("%.1f MB", k+"MB-500"), r.number("%.0f kB", k+"kB/caller"))
}
