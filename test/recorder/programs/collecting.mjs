// A known collection: a lot of garbage, then one that is forced. Run with --expose-gc. Prints the heap as it was, bytes.
import { getHeapStatistics } from 'node:v8';
import * as trace from 'exectrace';

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const used = () => getHeapStatistics().used_heap_size;

await sleep(20);
let garbage = Array.from({ length: 400_000 }, (_, i) => ({ i, text: `number ${i}` }));
await sleep(20);
const before = used();
garbage = garbage.length;
trace.log('line', 'collects');
globalThis.gc();
trace.log('line', 'has collected');
const after = used();
await sleep(300);
console.log(JSON.stringify({ before, after }));
