package main

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

const printed = `goos: linux
cpu: AMD EPYC
BenchmarkFsync-2         	    1000	   1000000 ns/op	       400.0 fsync/s
BenchmarkCloseTogether-2   	    1000	   1000000 ns/op	      8000 calls/s	         3.1 p50-ms	         9.4 p99-ms
BenchmarkReport/MonthByNumber-2         	     100	    600000 ns/op	         0.6 ms/report
BenchmarkRate-2   	 1000000	       850.4 ns/op	     100 B/op	       2 allocs/op
switch: asterisk
BenchmarkInvite-2       	     176	  21536590 ns/op	         9.771 hotline-p50-ms	        70.13 hotline-p99-ms	         4.550 native-p50-ms	        17.61 native-p99-ms
--- BENCH: BenchmarkInvite-2
    bench_test.go:72: version: 22.10.1
BenchmarkCalls/native-2 	    1224	   4376599 ns/op	       228.5 calls/s
BenchmarkCalls/hotline-2         	     420	  22583277 ns/op	        44.28 calls/s
switch: freeswitch
ok  	hotline/e2e	0.056s
`

func TestPage(t *testing.T) {
	r, err := parse(strings.NewReader(printed))
	if err != nil {
		t.Fatal(err)
	}
	text := page(r, "500000", "abc", time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC))
	for _, want := range []string{"hotline abc, measured 28 Nov 2026 12:00 UTC", "AMD EPYC",
		"asterisk 22.10.1                     4.5 ms     9.8 ms     x 2.15    70.1 ms", "asterisk                             228 /s      44 /s     x 0.19",
		"not measured: no FreeSWITCH here", "8000 /s; this disk: 400 fsync/s (x 20.00)", "850 ns", "0.6 ms (of 500000 records)",
		"memory of hotline                   - resident"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	for at := range strings.SplitSeq(text, "\n") {
		if n := utf8.RuneCountInString(at); n > 80 {
			t.Errorf("%d columns: %s", n, at)
		}
	}
}
