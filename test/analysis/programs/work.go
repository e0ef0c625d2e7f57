// A program of known shape: who starts whom, who waits for what and who wakes him. It writes its execution trace to
// the file named by its argument. The test in go-program.test.ts holds the truth.
package main

import (
	"context"
	"net"
	"os"
	"runtime"
	"runtime/trace"
	"sync"
	"time"
)

const nap = 50 * time.Millisecond

func sleeper(ctx context.Context, done chan<- int) {
	trace.WithRegion(ctx, "nap", func() { time.Sleep(nap) })
	done <- 1
}

func locker(mu *sync.Mutex, started chan<- int, done chan<- int) {
	started <- 1
	mu.Lock()
	mu.Unlock()
	done <- 1
}

func server(listener net.Listener) {
	conn, err := listener.Accept()
	check(err)
	time.Sleep(nap)
	_, err = conn.Write([]byte("hello"))
	check(err)
	check(conn.Close())
}

func client(address string, done chan<- int) {
	conn, err := net.Dial("tcp", address)
	check(err)
	_, err = conn.Read(make([]byte, 16))
	check(err)
	check(conn.Close())
	done <- 1
}

func worker(done chan<- int) {
	sum := 0
	for i := 0; i < 1_000_000; i++ {
		sum += i ^ sum
	}
	runtime.KeepAlive(sum)
	done <- 1
}

func main() {
	file, err := os.Create(os.Args[1])
	check(err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	check(trace.Start(file))
	ctx, request := trace.NewTask(context.Background(), "request")
	trace.Log(ctx, "user", "42")

	done := make(chan int)
	go sleeper(ctx, done)
	trace.WithRegion(ctx, "wait for the sleeper", func() { <-done })
	_, query := trace.NewTask(ctx, "query")
	query.End()
	request.End()

	mu := new(sync.Mutex)
	started := make(chan int)
	mu.Lock()
	go locker(mu, started, done)
	<-started
	time.Sleep(nap)
	mu.Unlock()
	<-done

	go server(listener)
	go client(listener.Addr().String(), done)
	<-done

	for range 10 {
		go worker(done)
	}
	for range 10 {
		<-done
	}
	runtime.GC()
	trace.Stop()
	check(file.Close())
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
