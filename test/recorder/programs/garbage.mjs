// Makes collections of both kinds happen, in the middle of a slice and between slices. Needs --expose-gc. Prints the heap
// that is used, its limit, and how long after its beginning the collection that it asked for had been reported, ms.
import { PerformanceObserver } from 'node:perf_hooks';
import * as trace from 'exectrace';

const kept = [];
for (let round = 0; round < 20; round++) {
  trace.log('line', `round ${round}`);
  for (let i = 0; i < 20_000; i++) kept[i] = { round, text: `${round} ${i}` };
  await new Promise((resolve) => setImmediate(resolve));
}
const asked = performance.now();
const start = new Promise((resolve) => {
  new PerformanceObserver((list, observer) => {
    const entry = list.getEntries().find(({ startTime }) => startTime >= asked);
    if (entry === undefined) return;
    observer.disconnect();
    resolve(entry.startTime);
  }).observe({ type: 'gc' });
});
trace.log('line', 'collecting');
global.gc();
trace.log('line', 'collected');
// Collections are reported to all who observe on one later turn, the heap is read with the report.
const alive = new Promise((resolve) => setTimeout(resolve, 300));
const startTime = await start;
const reported = performance.now() - startTime;
await alive;
const limit = (await import('node:v8')).getHeapStatistics().heap_size_limit;
console.log(process.memoryUsage().heapUsed, limit, reported);
