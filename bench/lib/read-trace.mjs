/**
 * The measured side of the reading bench that is ours: a process of its own that does one thing with one trace and
 * prints nanoseconds of CPU time, events, the most memory that it had, in bytes, and nanoseconds that passed.
 *
 *   node read-trace.mjs read|events|page|two FILE
 *
 * `read` passes every block of events to a function that does nothing, `events` every event as an object; `page` builds
 * the model and what a first page shows, on one thread, and `two` does so on two.
 */
import { readFileSync } from 'node:fs';

const [kind, file] = process.argv.slice(2);
const dist = new URL('../../dist/', import.meta.url);

const used = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
};

/** Call what it returns for the CPU time and the time since, ns. */
function started() {
  const cpu = used();
  const wall = performance.now();
  return () => ({ cpu: used() - cpu, wall: (performance.now() - wall) * 1e6 });
}

async function read(drain) {
  const { TraceReader } = await import(new URL('reader/index.js', dist));
  const data = readFileSync(file);
  const begin = started();
  const reader = new TraceReader();
  let events = 0;
  const take = {
    drainBlocks: (block) => {
      events += block.count - block.first;
    },
    drain: () => {
      events++;
    },
  }[drain];
  for (let at = 0; at < data.length; at += 1 << 20) {
    reader.push(data.subarray(at, at + (1 << 20)));
    reader[drain](take);
  }
  reader.end();
  reader[drain](take);
  if (reader.problem !== undefined) throw reader.problem;
  return { ...begin(), events };
}

async function page(threads) {
  const { groupBuckets, regionTypes, taskTypes } = await import(new URL('analysis/index.js', dist));
  const { loadWithOne, loadWithTwo } = await import(new URL('cli/load-model.js', dist));
  const begin = started();
  const model = await (threads === 2 ? loadWithTwo : loadWithOne)(file);
  groupBuckets(model);
  taskTypes(model);
  regionTypes(model);
  return { ...begin(), events: model.info.events.reduce((a, b) => a + b, 0) };
}

const run = { read: () => read('drainBlocks'), events: () => read('drain'), page: () => page(1), two: () => page(2) };
const { cpu, wall, events } = await run[kind]();
console.log(cpu, events, process.resourceUsage().maxRSS * 1024, wall);
