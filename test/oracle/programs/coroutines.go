//go:build go1.23

package main

import "iter"

func init() { programs["coroutines"] = coroutines }

func coroutines() {
	count := func(yield func(int) bool) {
		for i := 0; yield(i); i++ {
		}
	}
	parallel(3, func(int) {
		next, stop := iter.Pull(iter.Seq[int](count))
		for i := 0; i < 20; i++ {
			next()
		}
		stop()
	})
}
