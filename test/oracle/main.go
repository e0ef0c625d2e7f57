// Command judge reads traces with Go's own reader and says what it makes of them.
//
// Usage: judge [-text] FILE...
//
// It prints a line of JSON per file: whether the reader accepted it, its error, and the events by kind. With -text it
// prints a line per event before that, each after a tab, in the form that src/reader/event-text.ts describes.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/exp/trace"
)

type verdict struct {
	File   string         `json:"file"`
	OK     bool           `json:"ok"`
	Error  string         `json:"error,omitempty"`
	Events int            `json:"events"`
	Kinds  map[string]int `json:"kinds"`
}

func main() {
	text := flag.Bool("text", false, "print the events too")
	flag.Parse()
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	defer func() {
		if err := out.Flush(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}()
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for _, file := range flag.Args() {
		v := verdict{File: file, Kinds: map[string]int{}}
		if err := judge(file, &v, out, *text); err != nil {
			v.Error = err.Error()
		}
		v.OK = v.Error == ""
		if err := encoder.Encode(v); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// judge reads one trace. The reader panics on some broken traces: that is a refusal too.
func judge(file string, v *verdict, out io.Writer, text bool) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	r, err := trace.NewReader(bufio.NewReaderSize(f, 1<<20))
	if err != nil {
		return err
	}
	for {
		event, err := r.ReadEvent()
		// Not errors.Is: an error that wraps io.EOF says that the trace is cut off.
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		v.Events++
		v.Kinds[event.Kind().String()]++
		if text {
			fmt.Fprintf(out, "\t%s\n", describe(event))
		}
	}
}

func describe(e trace.Event) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d M%d P%d G%d %s ", e.Time(), e.Thread(), e.Proc(), e.Goroutine(), e.Kind())
	details(&b, e)
	fmt.Fprintf(&b, "stk=%s", describeStack(e.Stack()))
	return b.String()
}

func details(b *strings.Builder, e trace.Event) {
	switch e.Kind() {
	case trace.EventSync:
		s := e.Sync()
		fmt.Fprintf(b, "N=%d ", s.N)
		if c := s.ClockSnapshot; c != nil {
			fmt.Fprintf(b, "trace=%d mono=%d wall=%d.%09d ", c.Trace, c.Mono, c.Wall.Unix(), c.Wall.Nanosecond())
		}
	case trace.EventMetric:
		m := e.Metric()
		fmt.Fprintf(b, "%s=%d ", m.Name, m.Value.Uint64())
	case trace.EventLabel:
		l := e.Label()
		fmt.Fprintf(b, "%q %s ", l.Label, l.Resource)
	case trace.EventRangeBegin, trace.EventRangeActive, trace.EventRangeEnd:
		r := e.Range()
		fmt.Fprintf(b, "%q %s ", r.Name, r.Scope)
		if e.Kind() == trace.EventRangeEnd {
			for _, a := range e.RangeAttributes() {
				fmt.Fprintf(b, "%q=%d ", a.Name, a.Value.Uint64())
			}
		}
	case trace.EventTaskBegin, trace.EventTaskEnd:
		t := e.Task()
		fmt.Fprintf(b, "id=%d parent=%d %q ", t.ID, int64(t.Parent), t.Type)
	case trace.EventRegionBegin, trace.EventRegionEnd:
		r := e.Region()
		fmt.Fprintf(b, "task=%d %q ", r.Task, r.Type)
	case trace.EventLog:
		l := e.Log()
		fmt.Fprintf(b, "task=%d %q %q ", l.Task, l.Category, l.Message)
	case trace.EventStateTransition:
		transition(b, e.StateTransition())
	case trace.EventExperimental:
		x := e.Experimental()
		fmt.Fprintf(b, "%s ", x.Name)
		for i, name := range x.Args {
			fmt.Fprintf(b, "%s=%d ", name, x.ArgValue(i).Uint64())
		}
	}
}

func transition(b *strings.Builder, s trace.StateTransition) {
	if s.Resource.Kind == trace.ResourceProc {
		from, to := s.Proc()
		fmt.Fprintf(b, "p%d %s->%s ", s.Resource.Proc(), from, to)
		return
	}
	from, to := s.Goroutine()
	fmt.Fprintf(b, "g%d %s->%s %q tstk=%s ", s.Resource.Goroutine(), from, to, s.Reason, describeStack(s.Stack))
}

// describeStack gives depth, innermost and outermost function.
func describeStack(stack trace.Stack) string {
	depth := 0
	var first, last string
	for frame := range stack.Frames() {
		if depth == 0 {
			first = frame.Func
		}
		last = frame.Func
		depth++
	}
	if depth == 0 {
		return "-"
	}
	return fmt.Sprintf("%d:%s..%s", depth, first, last)
}
