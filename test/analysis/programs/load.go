// A program with a little of everything that Go's analyses are about: network, locks, channels, select, timers, files,
// collector pressure with assists, tasks with subtasks, regions and logs, and CPU samples. It writes its execution
// trace to the file named by its argument.
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"runtime/pprof"
	"runtime/trace"
	"sync"
	"time"
)

var (
	mu   sync.Mutex
	sink [][]byte
)

// allocate keeps a live heap of a few megabytes and replaces it all the time, so that the collector needs assists.
func allocate(rounds int) {
	live := make([][]byte, 512)
	for i := range rounds {
		live[i%len(live)] = make([]byte, 16<<10)
	}
	mu.Lock()
	sink = append(sink[:0], live...)
	mu.Unlock()
}

func holdLock(group *sync.WaitGroup) {
	defer group.Done()
	for range 20 {
		mu.Lock()
		time.Sleep(200 * time.Microsecond)
		mu.Unlock()
	}
}

func readFiles(path string, group *sync.WaitGroup) {
	defer group.Done()
	for range 50 {
		_, err := os.ReadFile(path)
		check(err)
	}
}

func selector(in <-chan int, stop <-chan struct{}, group *sync.WaitGroup) {
	defer group.Done()
	for {
		select {
		case <-in:
		case <-stop:
			return
		}
	}
}

func handle(w http.ResponseWriter, r *http.Request) {
	ctx, task := trace.NewTask(r.Context(), "request")
	defer task.End()
	trace.Logf(ctx, "path", "%s", r.URL.Path)
	trace.WithRegion(ctx, "compute", func() { allocate(500) })
	sub, query := trace.NewTask(ctx, "query")
	trace.WithRegion(sub, "wait", func() { time.Sleep(time.Millisecond) })
	query.End()
	fmt.Fprint(w, "done")
}

func main() {
	debug.SetGCPercent(10)
	file, err := os.Create(os.Args[1])
	check(err)
	check(pprof.StartCPUProfile(io.Discard))
	check(trace.Start(file))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	go http.Serve(listener, http.HandlerFunc(handle))

	var group sync.WaitGroup
	for range 3 {
		group.Add(2)
		go holdLock(&group)
		go readFiles(os.Args[0], &group)
	}
	in, stop := make(chan int), make(chan struct{})
	group.Add(1)
	go selector(in, stop, &group)
	for i := range 60 {
		answer, err := http.Get("http://" + listener.Addr().String() + "/orders")
		check(err)
		_, err = io.Copy(io.Discard, answer.Body)
		check(err)
		check(answer.Body.Close())
		in <- i
	}
	for range 4 {
		group.Add(1)
		go func() {
			defer group.Done()
			trace.WithRegion(context.Background(), "allocate", func() { allocate(3000) })
		}()
	}
	close(stop)
	group.Wait()
	trace.Stop()
	pprof.StopCPUProfile()
	check(file.Close())
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
