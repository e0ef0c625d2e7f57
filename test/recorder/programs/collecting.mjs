// Known collections: a lot of garbage, part of which lives for a while, then one that is forced. Run with --expose-gc.
// Prints the heap as it was, bytes.
import { getHeapStatistics } from 'node:v8';
import * as trace from 'exectrace';

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const used = () => getHeapStatistics().used_heap_size;

await sleep(20);
let garbage = [];
for (let round = 0; round < 10; round++) {
  for (let i = 0; i < 40_000; i++) garbage.push({ i, text: `number ${i}` });
  await sleep(1);
}
await sleep(20);
const before = used();
garbage = garbage.length;
trace.log('line', 'collects');
globalThis.gc();
trace.log('line', 'has collected');
const after = used();
await sleep(100);
console.log(JSON.stringify({ before, after }));
