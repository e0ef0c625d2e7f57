// Makes collections of both kinds happen, in the middle of a slice and between slices. Needs --expose-gc.
import * as trace from 'exectrace';

const kept = [];
for (let round = 0; round < 20; round++) {
  trace.log('line', `round ${round}`);
  for (let i = 0; i < 20_000; i++) kept[i] = { round, text: `${round} ${i}` };
  await new Promise((resolve) => setImmediate(resolve));
}
trace.log('line', 'collecting');
global.gc();
trace.log('line', 'collected');
// Collections are reported on a later turn, the heap is read with the report.
await new Promise((resolve) => setTimeout(resolve, 300));
console.log(process.memoryUsage().heapUsed, (await import('node:v8')).getHeapStatistics().heap_size_limit);
