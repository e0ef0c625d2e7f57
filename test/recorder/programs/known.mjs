// A program whose truth is known: who waits for what, how long, and who wakes whom. Prints readings of its own clock, ms,
// each taken as close as can be before or after what it is named for.
import * as trace from 'exectrace';
import { tellClock } from './clock.mjs';

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const now = () => performance.now();
const read = {};

function block(ms) {
  const until = now() + ms;
  while (now() < until);
}

let release;
const gate = new Promise((resolve) => {
  release = resolve;
});

async function waiter() {
  await trace.withRegion('waits for the gate', () => gate);
}

async function opener() {
  await sleep(40);
  trace.log('known', 'opens the gate');
  release();
  read.beforeGateBlock = now();
  block(20);
  read.afterGateBlock = now();
  trace.log('known', 'has blocked');
}

async function sleeper() {
  read.beforeSleep = now();
  await trace.withRegion('sleeps 60', () => {
    const slept = sleep(60);
    read.armed = now();
    return slept;
  });
  read.afterSleep = now();
}

tellClock();
await sleep(10);
const { idle } = performance.eventLoopUtilization();
read.beforeGate = now();
await trace.withTask('gate', async () => {
  read.inGate = now();
  const waiting = waiter();
  await Promise.all([opener(), waiting]);
  read.gateDone = now();
});
read.afterGate = now();

await trace.withTask('block', async () => {
  // The timer is due while the loop is blocked: late by what is left of the block.
  const due = sleeper();
  await sleep(50);
  trace.log('known', 'blocks');
  read.beforeBlock = now();
  block(50);
  read.afterBlock = now();
  await due;
  read.idle = performance.eventLoopUtilization().idle - idle;
});
tellClock();
console.log(JSON.stringify(read));
