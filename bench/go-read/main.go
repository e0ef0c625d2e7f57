// Command read reads a trace to its end with golang.org/x/exp/trace, and prints nanoseconds of CPU time, events, the most memory
// that the process had, in bytes, and nanoseconds that passed.
//
// Usage: read FILE
//
// It is the other side of the reading bench: the bytes come from memory, so that no disk is measured, and nothing is
// done with an event.
package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/exp/trace"
)

func main() {
	// One thread for the program; the collector's helpers share it.
	runtime.GOMAXPROCS(1)
	data, err := os.ReadFile(os.Args[1])
	must(err)
	begin := used()
	start := time.Now()
	reader, err := trace.NewReader(bytes.NewReader(data))
	must(err)
	events := 0
	for {
		_, err := reader.ReadEvent()
		if err == io.EOF {
			break
		}
		must(err)
		events++
	}
	passed := time.Since(start)
	took := used() - begin
	fmt.Println(took.Nanoseconds(), events, usage().Maxrss*1024, passed.Nanoseconds())
}

func usage() (usage syscall.Rusage) {
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return usage
}

// used is the CPU time that the process has used.
func used() time.Duration {
	u := usage()
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
