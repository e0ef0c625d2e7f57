// Command go-web-server is a small order service with one fault, and its own load: look for it in the trace.
//
// Usage: go-web-server TRACE
//
// Every order is looked up in a cache that one mutex guards. Twice a second refresh rebuilds the cache and holds the mutex
// while it does, so that every request that comes meanwhile waits for it: the slowest request of the trace is as slow as
// a refresh, and its processor time says nothing of it.
package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"runtime/trace"
	"sort"
	"sync"
	"time"
)

const (
	length       = 2 * time.Second
	clients      = 12
	pause        = 60 * time.Millisecond
	refreshEvery = 500 * time.Millisecond
	orders       = 150_000
)

// Cache holds the orders by number.
type Cache struct {
	mu     sync.Mutex
	orders []string
}

func main() {
	runtime.GOMAXPROCS(2)
	database := listen()
	cache := &Cache{}
	cache.refresh()
	server := httptest.NewServer(&service{cache: cache, database: database})
	file, err := os.Create(os.Args[1])
	must(err)
	must(trace.Start(file))
	ctx, cancel := context.WithTimeout(context.Background(), length)
	defer cancel()
	go cache.refreshLoop(ctx)
	var group sync.WaitGroup
	for i := range clients {
		group.Add(1)
		go func() {
			defer group.Done()
			visit(ctx, server, i)
		}()
	}
	group.Wait()
	trace.Stop()
	must(file.Close())
}

// refreshLoop keeps the cache fresh.
func (c *Cache) refreshLoop(ctx context.Context) {
	for ctx.Err() == nil {
		time.Sleep(refreshEvery)
		c.refresh()
	}
}

// refresh rebuilds the cache. The fault: it holds the mutex for all of that.
func (c *Cache) refresh() {
	c.mu.Lock()
	defer c.mu.Unlock()
	fresh := make([]string, orders)
	for i := range fresh {
		fresh[i] = fmt.Sprintf("order %d", (i*7919)%orders)
	}
	sort.Strings(fresh)
	c.orders = fresh
}

func (c *Cache) find(order string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := sort.SearchStrings(c.orders, order)
	return i < len(c.orders) && c.orders[i] == order
}

type service struct {
	cache    *Cache
	database string
}

// ServeHTTP answers GET /orders/N: a look into the cache, and a question to the database.
func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, task := trace.NewTask(r.Context(), "GET /orders/:id")
	defer task.End()
	known := false
	trace.WithRegion(ctx, "cache", func() { known = s.cache.find("order " + r.URL.Query().Get("id")) })
	trace.WithRegion(ctx, "database", func() { s.ask(r.URL.Path) })
	trace.Logf(ctx, "order", "known: %v", known)
	fmt.Fprintln(w, known)
}

// ask sends a question to the database and waits for its answer.
func (s *service) ask(question string) {
	connection, err := net.Dial("tcp", s.database)
	must(err)
	defer connection.Close()
	fmt.Fprintln(connection, question)
	_, err = bufio.NewReader(connection).ReadString('\n')
	must(err)
}

// listen starts a stand-in database that takes a few milliseconds per question; its address.
func listen() string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	go func() {
		for {
			connection, err := listener.Accept()
			must(err)
			go func() {
				defer connection.Close()
				if _, err := bufio.NewReader(connection).ReadString('\n'); err != nil {
					return
				}
				time.Sleep(4 * time.Millisecond)
				fmt.Fprintln(connection, "ok")
			}()
		}
	}()
	return listener.Addr().String()
}

// visit asks for orders until the time is up.
func visit(ctx context.Context, server *httptest.Server, client int) {
	for i := 0; ctx.Err() == nil; i++ {
		answer, err := server.Client().Get(fmt.Sprintf("%s/orders?id=%d", server.URL, client*1000+i))
		must(err)
		must(answer.Body.Close())
		time.Sleep(pause)
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
