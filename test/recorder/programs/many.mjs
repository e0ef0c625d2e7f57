// More promises and ticks than the tables of the recorder hold, while an interval that is older than they are goes on.
import { EventEmitter, once } from 'node:events';
import * as trace from 'exectrace';

const PROMISES = 1_100_000;
const TICKS = 70_000;
const calls = new EventEmitter();
let count = 0;
const timer = setInterval(() => {
  trace.log('line', `interval ${++count}`);
  calls.emit('call');
}, 1);
await once(calls, 'call');
for (let i = 0; i < PROMISES; i++) Promise.resolve(i);
while (count < 3) await once(calls, 'call');
clearInterval(timer);
for (let i = 0; i < TICKS; i++) process.nextTick(() => {});
await new Promise((resolve) => setImmediate(resolve));
process.nextTick(() => trace.log('line', 'tick'));
await new Promise((resolve) => setImmediate(resolve));
// Not left to the exit, which waits half a second at most: on a busy machine the writer may be further behind.
await trace.stop();
