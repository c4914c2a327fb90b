// How long Porcupine takes for a history that Faultline recorded, and how much memory: the yardstick of
// `npm run bench:check`, which builds and runs this program and reads the lines that it prints.
//
//	porcupine [-rounds N] [-seconds S] HISTORY
//
// To build it by hand: go mod edit -replace github.com/anishathalye/porcupine=CHECKOUT, go build.
//
// Only the check is timed, with everything it needs in memory; loading is reported apart. The first round
// is the one of a fresh process.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"runtime/debug"
	"strconv"
	"syscall"
	"time"

	"github.com/anishathalye/porcupine"
)

// A check that takes longer is not repeated.
const repeatBelowMs = 5000

func main() {
	rounds := flag.Int("rounds", 1, "how often to check after the first time")
	seconds := flag.Float64("seconds", 0, "how long a check may take; 0: for ever")
	flag.Parse()

	start := time.Now()
	events, operations, err := load(flag.Arg(0))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	print(map[string]interface{}{"event": "loaded", "operations": operations, "ms": since(start)})

	limit := time.Duration(*seconds * float64(time.Second))
	for round := 0; round <= *rounds; round++ {
		runtime.GC()
		debug.FreeOSMemory()
		base := startOfPeak()
		cpu, start := cpuTime(), time.Now()
		result := porcupine.CheckEventsTimeout(model, events, limit)
		elapsed, used := since(start), cpuTime()-cpu
		phase := "cold"
		if round > 0 {
			phase = "warm"
		}
		print(map[string]interface{}{
			"event": "checked", "phase": phase, "verdict": verdicts[result], "ms": elapsed, "cpuMs": used,
			"baseBytes": base, "peakBytes": statusBytes("VmHWM"),
		})
		if result == porcupine.Unknown || elapsed > repeatBelowMs {
			break
		}
	}
}

var verdicts = map[porcupine.CheckResult]string{
	porcupine.Ok: "valid", porcupine.Illegal: "invalid", porcupine.Unknown: "unknown",
}

func since(start time.Time) float64 { return float64(time.Since(start).Nanoseconds()) / 1e6 }

// cpuTime returns milliseconds of all threads.
func cpuTime() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e6
}

func print(line map[string]interface{}) {
	text, _ := json.Marshal(line)
	fmt.Println(string(text))
}

// startOfPeak forgets the largest size that this process had so far, and returns its size now.
func startOfPeak() int64 {
	// Where the kernel does not let us, the peak is that of the whole life: too high, never too low.
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0)
	return statusBytes("VmRSS")
}

func statusBytes(name string) int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	match := regexp.MustCompile(name + `:\s+(\d+) kB`).FindSubmatch(status)
	if match == nil {
		return 0
	}
	kilobytes, _ := strconv.ParseInt(string(match[1]), 10, 64)
	return kilobytes * 1024
}
