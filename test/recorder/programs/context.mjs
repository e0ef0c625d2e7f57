// Says things for tasks that are never passed on: through awaits, timers, ticks, emitters, and not beyond them.
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { EventEmitter, once } from 'node:events';
import { readFile } from 'node:fs/promises';
import * as trace from 'exectrace';

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const say = (message) => trace.log('line', message);
const emitter = new EventEmitter();
emitter.on('event', (name) => say(`listener of ${name}`));
const bound = new AsyncLocalStorage();

async function branch(name) {
  say(`${name} before`);
  await sleep(1);
  say(`${name} after`);
}

await trace.withTask('awaits', async () => {
  say('at once');
  await null;
  say('after a value');
  await sleep(2);
  say('after a timer');
  await readFile(new URL(import.meta.url));
  say('after a file');
  await Promise.all([branch('left'), branch('right')]);
  say('after both');
  await new Promise((resolve) => setImmediate(resolve)).then(() => say('in then'));
  for await (const _ of [sleep(1), sleep(1)]) say('in a loop');
});
say('after all awaits');

// The task is over when its function returns; what it has started works for it all the same.
trace.withTask('callbacks', () => {
  setTimeout(() => say('timer'), 1);
  setImmediate(() => say('immediate'));
  process.nextTick(() => say('tick'));
  queueMicrotask(() => say('microtask'));
});
say('after starting callbacks');
await sleep(5);

trace.withTask('emits', () => emitter.emit('event', 'sync'));
emitter.emit('event', 'nobody');
await Promise.all([
  trace.withTask('waits', async () => {
    const [name] = await once(emitter, 'event');
    say(`waited for ${name}`);
  }),
  trace.withTask('wakes', async () => emitter.emit('event', 'another task')),
]);

const resource = trace.withTask('bound', () => new AsyncResource('Bound'));
resource.runInAsyncScope(() => say('bound resource'));
const snapshot = trace.withTask('snapshot', () => AsyncLocalStorage.snapshot());
snapshot(() => say('snapshot'));
bound.run(1, () => say('in another storage'));

await trace.withTask('outer', async (outer) => {
  await sleep(1);
  await trace.withTask('inner', () => sleep(1).then(() => say('inner')));
  say('outer again');
  const passed = trace.newTask('child of the running one');
  const adopted = trace.newTask('child of the one given', passed);
  trace.log('line', 'explicit', adopted);
  adopted.end();
  passed.end();
  trace.withTask(passed, () => say('entered'));
  trace.withTask(outer, () => say('entered again'));
});
try {
  await trace.withTask('fails', async () => {
    await sleep(1);
    throw new Error('expected');
  });
} catch {
  say('caught');
}
try {
  trace.withTask('fails at once', () => {
    throw new Error('expected');
  });
} catch {
  say('caught at once');
}

await trace.withTask('regions', async () => {
  await trace.withRegion('all', async () => {
    await trace.withRegion('first', () => sleep(2));
    await trace.withRegion('second', async () => {
      await sleep(1);
      trace.withRegion('inside', () => say('inside'));
      await sleep(1);
    });
  });
});
