// More promises and ticks than the tables of the recorder hold, while an interval that is older than they are goes on.
import * as trace from 'exectrace';

const PROMISES = 1_100_000;
const TICKS = 70_000;
let calls = 0;
await new Promise((resolve) => {
  const timer = setInterval(() => {
    trace.log('line', `interval ${++calls}`);
    if (calls === 1) for (let i = 0; i < PROMISES; i++) Promise.resolve(i);
    if (calls < 3) return;
    clearInterval(timer);
    resolve();
  }, 1);
});
for (let i = 0; i < TICKS; i++) process.nextTick(() => {});
await new Promise((resolve) => setImmediate(resolve));
process.nextTick(() => trace.log('line', 'tick'));
await new Promise((resolve) => setImmediate(resolve));
