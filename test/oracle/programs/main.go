// Command programs runs a small program under the execution tracer, for tests of readers.
//
// Usage: programs NAME FILE
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"runtime/pprof"
	"runtime/trace"
	"sync"
	"syscall"
	"time"
)

var programs = map[string]func(){
	"channels": channels,
	"mutex":    mutexes,
	"net":      network,
	"syscalls": syscalls,
	"tasks":    tasks,
	"gc":       garbage,
	"profile":  profile,
	"timers":   timers,
	"short":    short,
	"mixed":    mixed,
}

// special programs write their trace in a way of their own.
var special = map[string]func(file *os.File){}

func main() {
	run, write := programs[os.Args[1]], special[os.Args[1]]
	if run == nil && write == nil {
		fmt.Fprintf(os.Stderr, "no program %s\n", os.Args[1])
		os.Exit(2)
	}
	file, err := os.Create(os.Args[2])
	must(err)
	if write != nil {
		write(file)
		must(file.Close())
		return
	}
	// What exists before the trace begins: goroutines that wait, and an open region.
	ctx, task := trace.NewTask(context.Background(), "before")
	waiting := make(chan int)
	go func() { <-waiting }()
	region := trace.StartRegion(ctx, "open")
	must(trace.Start(file))
	run()
	region.End()
	task.End()
	close(waiting)
	trace.Stop()
	must(file.Close())
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// parallel runs f n times at once.
func parallel(n int, f func(i int)) {
	var group sync.WaitGroup
	for i := 0; i < n; i++ {
		group.Add(1)
		go func(i int) {
			defer group.Done()
			f(i)
		}(i)
	}
	group.Wait()
}

func channels() {
	numbers, squares := make(chan int), make(chan int, 2)
	go func() {
		for i := 0; i < 300; i++ {
			numbers <- i
		}
		close(numbers)
	}()
	go func() {
		parallel(4, func(int) {
			for n := range numbers {
				squares <- n * n
			}
		})
		close(squares)
	}()
	quit := time.After(20 * time.Millisecond)
	for done := false; !done; {
		select {
		case _, more := <-squares:
			if !more {
				squares = nil
			}
		case <-quit:
			done = true
		}
	}
}

func mutexes() {
	var lock sync.Mutex
	var shared sync.RWMutex
	var once sync.Once
	ready := sync.NewCond(&lock)
	go func() {
		time.Sleep(5 * time.Millisecond)
		lock.Lock()
		ready.Broadcast()
		lock.Unlock()
	}()
	parallel(3, func(int) {
		lock.Lock()
		ready.Wait()
		lock.Unlock()
	})
	parallel(6, func(i int) {
		once.Do(func() { time.Sleep(time.Millisecond) })
		for j := 0; j < 100; j++ {
			lock.Lock()
			runtime.Gosched()
			lock.Unlock()
			shared.RLock()
			shared.RUnlock()
		}
	})
}

func network() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				io.Copy(conn, conn)
			}()
		}
	}()
	parallel(4, func(int) {
		conn, err := net.Dial("tcp", listener.Addr().String())
		must(err)
		defer conn.Close()
		buffer := make([]byte, 1000)
		for i := 0; i < 50; i++ {
			_, err := conn.Write(buffer)
			must(err)
			_, err = io.ReadFull(conn, buffer)
			must(err)
		}
	})
	listener.Close()
}

func syscalls() {
	reader, writer, err := os.Pipe()
	must(err)
	go func() {
		time.Sleep(30 * time.Millisecond)
		writer.Write([]byte("x"))
		writer.Close()
	}()
	// Its bare descriptor makes the pipe blocking: reading keeps a thread in the syscall, and its proc is stolen.
	reader.Fd()
	parallel(4, func(i int) {
		for j := 0; j < 50; j++ {
			_, err := os.ReadFile("/proc/self/stat")
			must(err)
		}
	})
	io.ReadAll(reader)
}

// timers fire, are stopped and reset.
func timers() {
	ticker := time.NewTicker(200 * time.Microsecond)
	for i := 0; i < 20; i++ {
		<-ticker.C
	}
	ticker.Stop()
	parallel(5, func(i int) {
		for j := 0; j < 10; j++ {
			timer := time.NewTimer(time.Hour)
			timer.Reset(time.Duration(i) * 50 * time.Microsecond)
			<-timer.C
			time.AfterFunc(time.Hour, func() {}).Stop()
		}
	})
	fired := make(chan bool)
	time.AfterFunc(time.Millisecond, func() { close(fired) })
	<-fired
}

// short is many goroutines that live for no time.
func short() {
	for i := 0; i < 20; i++ {
		parallel(200, func(int) {})
		runtime.Gosched()
	}
}

func tasks() {
	parallel(4, func(i int) {
		ctx, task := trace.NewTask(context.Background(), "request")
		defer task.End()
		trace.WithRegion(ctx, "outer", func() {
			trace.Logf(ctx, "number", "i=%d \"quoted\"", i)
			trace.WithRegion(ctx, "inner", func() { time.Sleep(time.Millisecond) })
			ctx, child := trace.NewTask(ctx, "child \u00e9\u200b")
			trace.Log(ctx, "", "no category")
			child.End()
		})
	})
}

func garbage() {
	for i := 0; i < 3; i++ {
		parallel(4, func(int) {
			kept := make([][]byte, 2000)
			for j := range kept {
				kept[j] = make([]byte, 4096)
			}
			runtime.KeepAlive(kept)
		})
		runtime.GC()
	}
	runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1)
}

func profile() {
	must(pprof.StartCPUProfile(io.Discard))
	defer pprof.StopCPUProfile()
	// So much of CPU rather than of the clock: a busy machine must not leave the profiler without a sample.
	end := cpuTime() + 300*time.Millisecond
	parallel(2, func(int) {
		for cpuTime() < end {
			for i := 0; i < 1000; i++ {
				fmt.Fprint(io.Discard, i)
			}
		}
	})
}

// cpuTime is what the process has used so far, user and system.
func cpuTime() time.Duration {
	var used syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func mixed() {
	parallel(6, func(i int) {
		[]func(){channels, mutexes, network, syscalls, tasks, garbage}[i]()
	})
}
