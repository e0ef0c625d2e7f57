// A random asynchronous program, the same for the same seed: everything that strands, regions and tasks can do to each
// other. Usage: random.mjs SEED STEPS
import { AsyncResource } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { readFile } from 'node:fs';
import { readFile as readFileAsync } from 'node:fs/promises';
import * as trace from 'exectrace';

const [, , seedText = '1', stepsText = '300'] = process.argv;
let seed = Number(seedText);
let budget = Number(stepsText);

function random(limit) {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed % limit;
}
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const emitter = new EventEmitter();
emitter.on('nested', () => new AsyncResource('Nested').runInAsyncScope(() => random(2) && act(3)));
const openRegions = [];
const openTasks = [];

async function* numbers(count) {
  for (let i = 0; i < count; i++) {
    if (random(2)) await sleep(random(2));
    yield i;
  }
}

const actions = [
  () => sleep(random(3)),
  () => Promise.resolve(1),
  () => act(random(4)),
  async () => Promise.all([act(2), sleep(1), act(1), 5]),
  async () => Promise.race([sleep(1), sleep(2), act(1)]),
  // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested
  async () => await { then: (resolve) => (random(2) ? resolve(1) : setImmediate(resolve, 2)) },
  () => new Promise((resolve) => process.nextTick(() => process.nextTick(resolve))),
  () => new Promise((resolve) => setImmediate(() => queueMicrotask(resolve))),
  () => new Promise((resolve) => readFile(process.execPath.slice(0, 1), () => resolve())),
  () => readFileAsync(new URL(import.meta.url)),
  () => sleep(1).then(() => act(2)),
  () =>
    act(1)
      .then(
        () => Promise.reject(new Error('expected')),
        () => 0,
      )
      .catch(() => act(1)),
  async () => {
    for await (const _ of numbers(random(4))) await act(1);
  },
  () => void emitter.emit('nested'),
  () => void act(2),
  () => void new Promise(() => {}).then(() => {}),
  () => trace.withTask(`task ${random(5)}`, () => act(2)),
  () => trace.withRegion(`region ${random(5)}`, () => act(2)),
  () => trace.withRegion(`sync region ${random(3)}`, () => trace.withRegion('inner', () => random(9))),
  async () => {
    const region = trace.startRegion('across');
    await act(1);
    region.end();
  },
  () => void openRegions.push(trace.startRegion('left open')),
  () => void openRegions.splice(random(openRegions.length || 1), 1)[0]?.end(),
  () => void openTasks.push(trace.newTask('by hand')),
  () => void openTasks.splice(random(openTasks.length || 1), 1)[0]?.end(),
  () => trace.log('note', `budget ${budget}`),
  () =>
    new Promise((resolve) => {
      let left = 3;
      const interval = setInterval(() => {
        act(1);
        if (--left === 0) resolve(clearInterval(interval));
      }, 1);
    }),
];

async function act(depth) {
  if (depth <= 0 || budget <= 0) return;
  for (let i = random(4); i >= 0 && budget > 0; i--) {
    budget--;
    const result = actions[random(actions.length)]();
    if (random(4)) await result;
    else Promise.resolve(result).catch(() => {});
  }
}

while (budget > 0) await Promise.all([act(5), act(5), sleep(1)]);
