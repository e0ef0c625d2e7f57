// A program whose truth is known: who waits for what, how long, and who wakes whom. Prints what it measured itself.
import * as trace from 'exectrace';

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const now = () => performance.now();
const measured = {};

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
  block(20);
  trace.log('known', 'has blocked');
}

async function sleeper() {
  const from = now();
  await trace.withRegion('sleeps 60', () => sleep(60));
  measured.sleep = now() - from;
}

await sleep(10);
const start = now();
await trace.withTask('gate', async () => {
  const waiting = waiter();
  await Promise.all([opener(), waiting]);
});
measured.gate = now() - start;

await trace.withTask('block', async () => {
  // The timer is due while the loop is blocked: late by what is left of the block.
  const due = sleeper();
  await sleep(50);
  const from = now();
  trace.log('known', 'blocks');
  block(50);
  measured.block = now() - from;
  await due;
});
console.log(JSON.stringify(measured));
