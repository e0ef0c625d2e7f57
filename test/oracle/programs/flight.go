//go:build go1.25

package main

import (
	"os"
	"runtime/trace"
	"time"
)

func init() { special["flight"] = flight }

// flight keeps the last part of what happens, and writes it.
func flight(file *os.File) {
	recorder := trace.NewFlightRecorder(trace.FlightRecorderConfig{MinAge: 20 * time.Millisecond})
	must(recorder.Start())
	mixed()
	_, err := recorder.WriteTo(file)
	must(err)
	recorder.Stop()
}
