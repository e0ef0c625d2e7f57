// Records again and again in one process, at changing levels, with things that outlive each recording: an interval, a
// task, a function that waits across the border. Prints the totals. Usage: repeated.mjs FILE LEVEL…
import * as trace from 'exectrace';

const [, , file, ...levels] = process.argv;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const interval = setInterval(() => trace.log('line', 'interval'), 1);
const listeners = () => process.eventNames().map((name) => `${String(name)} ${process.listenerCount(name)}`);
const before = listeners();
let former = trace.newTask('none');
let release;

/** Many functions that wait while others fill several chunks of records with promises. */
async function waiting(gate) {
  await null;
  await gate;
  await null;
}

async function busy(promises) {
  for (let i = 0; i < promises; i++) await null;
}

async function work(round) {
  trace.log('line', `round ${round}`);
  const gate = new Promise((resolve) => {
    release = resolve;
  });
  const waits = Array.from({ length: 50 }, () => waiting(gate));
  await busy(15_000);
  release();
  await Promise.all(waits);
  await sleep(3);
}

const totals = [];
for (const [round, level] of levels.entries()) {
  trace.start(`${file}.${round}`, { level: Number(level) });
  // A task of the recording before is none of this one.
  trace.log('line', 'former', former);
  trace.withTask(former, () => trace.log('line', 'in former'));
  former.end();
  former = trace.newTask(`task ${round}`);
  const across = trace.withRegion('across', () => sleep(2));
  await trace.withTask(former, () => work(round));
  await across;
  trace.startRegion('left open');
  const { recorded, lost } = await trace.stop();
  totals.push({ recorded: recorded > 0, lost });
  trace.log('line', 'between');
}
clearInterval(interval);
const after = listeners();
// Hooks that are left on put symbols on promises, before Node 24.
const symbols = Reflect.ownKeys(new Promise(() => {})).length;
console.log(JSON.stringify({ totals, symbols, listeners: after.join() === before.join() }));
