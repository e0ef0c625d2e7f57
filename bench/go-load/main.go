// Command load writes an execution trace of a busy program, of about the size that is asked for.
//
// Usage: load FILE BYTES
//
// The load is a mixture of what services do: an HTTP server with clients on the loopback interface, workers that pass
// messages and share locks, crowds of short goroutines, timers, garbage, files, and tasks with regions and logs.
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"runtime/trace"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// output writes the trace and knows how long it is.
type output struct {
	file *os.File
	size atomic.Int64
}

func (o *output) Write(data []byte) (int, error) {
	n, err := o.file.Write(data)
	o.size.Add(int64(n))
	return n, err
}

func main() {
	file, err := os.Create(os.Args[1])
	must(err)
	wanted, err := strconv.ParseInt(os.Args[2], 10, 64)
	must(err)
	// As many procs as a small server has, whatever the machine.
	runtime.GOMAXPROCS(8)
	out := &output{file: file}
	must(trace.Start(out))
	server := httptest.NewServer(http.HandlerFunc(answer))
	var quit atomic.Bool
	var group sync.WaitGroup
	work := func(n int, f func()) {
		for i := 0; i < n; i++ {
			group.Add(1)
			go func() {
				defer group.Done()
				for !quit.Load() {
					f()
				}
			}()
		}
	}
	work(16, func() { request(server) })
	work(4, pipeline)
	work(2, crowd)
	work(2, locks)
	work(8, func() { time.Sleep(100 * time.Microsecond) })
	work(1, garbage)
	for out.size.Load() < wanted {
		time.Sleep(time.Millisecond)
	}
	quit.Store(true)
	group.Wait()
	server.Close()
	trace.Stop()
	must(file.Close())
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func answer(w http.ResponseWriter, r *http.Request) {
	ctx, task := trace.NewTask(r.Context(), "GET "+r.URL.Path)
	defer task.End()
	var text []byte
	trace.WithRegion(ctx, "read", func() { text, _ = os.ReadFile("/proc/self/stat") })
	trace.WithRegion(ctx, "work", func() { sum(context.WithoutCancel(ctx), text) })
	trace.Log(ctx, "bytes", strconv.Itoa(len(text)))
	w.Write(text)
}

// sum is work that is split among goroutines.
func sum(ctx context.Context, text []byte) {
	parts := make(chan int)
	for i := 0; i < 4; i++ {
		go func() {
			defer trace.StartRegion(ctx, "part").End()
			total := 0
			for _, b := range text {
				total += int(b)
			}
			parts <- total
		}()
	}
	for i := 0; i < 4; i++ {
		<-parts
	}
}

func request(server *httptest.Server) {
	response, err := server.Client().Get(server.URL + "/orders")
	if err != nil {
		return
	}
	io.Copy(io.Discard, response.Body)
	response.Body.Close()
}

func pipeline() {
	stages := make([]chan int, 5)
	for i := range stages {
		stages[i] = make(chan int, i)
	}
	for i := 1; i < len(stages); i++ {
		go func() {
			for n := range stages[i-1] {
				stages[i] <- n + 1
			}
			close(stages[i])
		}()
	}
	go func() {
		for n := 0; n < 200; n++ {
			stages[0] <- n
		}
		close(stages[0])
	}()
	for range stages[len(stages)-1] {
	}
}

func crowd() {
	var group sync.WaitGroup
	for i := 0; i < 300; i++ {
		group.Add(1)
		go group.Done()
	}
	group.Wait()
}

func locks() {
	var lock sync.Mutex
	var group sync.WaitGroup
	for i := 0; i < 8; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			for j := 0; j < 20; j++ {
				lock.Lock()
				runtime.Gosched()
				lock.Unlock()
			}
		}()
	}
	group.Wait()
}

func garbage() {
	kept := make([][]byte, 300)
	for i := range kept {
		kept[i] = make([]byte, 4096)
	}
	time.Sleep(time.Millisecond)
	runtime.KeepAlive(kept)
}
