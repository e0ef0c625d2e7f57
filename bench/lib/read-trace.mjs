/**
 * The measured side of the reading bench that is ours: a process of its own that does one thing with one trace and
 * prints nanoseconds of CPU time, events, and the most memory that it had, in bytes.
 *
 *   node read-trace.mjs read|page FILE
 *
 * `read` passes every event to a function that does nothing; `page` builds the model and what a first page shows.
 */
import { createReadStream, readFileSync } from 'node:fs';

const [kind, file] = process.argv.slice(2);
const dist = new URL('../../dist/', import.meta.url);

const used = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
};

async function read() {
  const { TraceReader } = await import(new URL('reader/index.js', dist));
  const data = readFileSync(file);
  const begin = used();
  const reader = new TraceReader();
  let events = 0;
  const sink = () => {
    events++;
  };
  for (let at = 0; at < data.length; at += 1 << 20) {
    reader.push(data.subarray(at, at + (1 << 20)));
    reader.drain(sink);
  }
  reader.end();
  reader.drain(sink);
  if (reader.problem !== undefined) throw reader.problem;
  return { time: used() - begin, events };
}

async function page() {
  const { groupBuckets, loadTrace, regionTypes, taskTypes } = await import(new URL('analysis/index.js', dist));
  const begin = used();
  const model = await loadTrace(createReadStream(file, { highWaterMark: 1 << 20 }));
  groupBuckets(model);
  taskTypes(model);
  regionTypes(model);
  return { time: used() - begin, events: model.info.events.reduce((a, b) => a + b, 0) };
}

const { time, events } = kind === 'read' ? await read() : await page();
console.log(time, events, process.resourceUsage().maxRSS * 1024);
