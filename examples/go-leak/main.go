// Command go-leak leaks a goroutine with every job: look for it in the trace.
//
// Usage: go-leak TRACE
//
// Every job has a watcher that waits for its updates. The channel is never closed, so the watcher waits for good, long after
// the job is done: the number of goroutines only grows.
package main

import (
	"context"
	"os"
	"runtime"
	"runtime/trace"
	"sync"
	"time"
)

const (
	length  = 2 * time.Second
	workers = 6
)

func main() {
	runtime.GOMAXPROCS(2)
	file, err := os.Create(os.Args[1])
	must(err)
	must(trace.Start(file))
	ctx, cancel := context.WithTimeout(context.Background(), length)
	defer cancel()
	var group sync.WaitGroup
	for worker := range workers {
		group.Add(1)
		go func() {
			defer group.Done()
			for job := worker; ctx.Err() == nil; job += workers {
				do(job)
			}
		}()
	}
	group.Wait()
	trace.Stop()
	must(file.Close())
}

// do does a job. The fault: it does not close updates, so that its watcher never hears that there are no more.
func do(job int) {
	updates := make(chan int)
	go watch(updates)
	sum := 0
	for step := range 3 {
		time.Sleep(3 * time.Millisecond)
		for i := range 20_000 {
			sum += i ^ job
		}
		updates <- step
	}
}

// watch counts the updates of a job.
func watch(updates <-chan int) {
	seen := 0
	for range updates {
		seen++
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
