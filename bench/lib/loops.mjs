/**
 * The process of bench 2: runs one tight loop in batches and prints, as JSON, the time per turn of each batch.
 *
 *   node [--require …/preload.cjs] loops.mjs LOOP BATCHES
 *
 * The clock is the wall's: a batch takes a few milliseconds and never waits, so the best of many batches is one that
 * nothing interrupted, and holds the traced thread's work only, not the writer's.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isEnabled, log, newTask, startRegion, stop, withRegion, withTask } from 'exectrace';

/** Turns per batch, and the batch. What they add up keeps the compiler from dropping the calls. */
const LOOPS = {
  'await a value': {
    turns: 20_000,
    async run(turns) {
      let sum = 0;
      for (let i = 0; i < turns; i++) sum += await i;
      return sum;
    },
  },
  'await an async function that awaits': {
    turns: 10_000,
    async run(turns) {
      let sum = 0;
      for (let i = 0; i < turns; i++) sum += await leaf(i);
      return sum;
    },
  },
  setImmediate: {
    turns: 4000,
    run(turns) {
      return new Promise((resolve) => {
        let left = turns;
        setImmediate(function next() {
          if (--left === 0) resolve();
          else setImmediate(next);
        });
      });
    },
  },
  'process.nextTick': {
    turns: 20_000,
    run(turns) {
      return new Promise((resolve) => {
        let left = turns;
        process.nextTick(function next() {
          if (--left === 0) resolve();
          else process.nextTick(next);
        });
      });
    },
  },
  'empty loop': apiLoop((i) => i),
  'isEnabled()': apiLoop(() => (isEnabled() ? 1 : 0)),
  'log(category, message)': apiLoop((i) => {
    log('bench', 'message');
    return i;
  }),
  'startRegion(type), end()': apiLoop((i) => {
    startRegion('bench').end();
    return i;
  }),
  'withRegion(type, fn)': apiLoop((i) => withRegion('bench', identity) ?? i),
  'newTask(type), end()': apiLoop((i) => {
    newTask('bench').end();
    return i;
  }),
  'withTask(type, fn)': apiLoop((i) => withTask('bench', identity) ?? i),
};

/** Off, a call takes next to nothing, and the batch must be longer for the clock; on, it must fit into the ring. */
function apiLoop(call) {
  return {
    turns: isEnabled() ? 20_000 : 1_000_000,
    run(turns) {
      let sum = 0;
      for (let i = 0; i < turns; i++) sum += call(i);
      return sum;
    },
  };
}

function identity() {
  return undefined;
}

async function leaf(i) {
  return await i;
}

const { turns, run } = LOOPS[process.argv[2]];
const batches = Number(process.argv[3]);
const warmUp = Math.ceil(batches / 4);
const costs = [];
for (let batch = 0; batch < warmUp + batches; batch++) {
  const start = process.hrtime.bigint();
  await run(turns);
  if (batch >= warmUp) costs.push(Number(process.hrtime.bigint() - start) / turns);
  // Gives the writer time to drain, so that no batch meets a full ring and none is cut off at the end.
  await sleep(50);
}
// Not left to the exit, which waits half a second at most: on a busy machine the writer may be further behind.
if (isEnabled()) await stop();
console.log(JSON.stringify({ costs, turns: turns * (warmUp + batches) }));
