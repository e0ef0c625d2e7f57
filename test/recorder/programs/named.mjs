// Functions of many kinds, called in an order that is never the same. Every strand says in a region which it is. No two
// begin alike, as nothing but a look tells such apart.
import { readFile } from 'node:fs/promises';
import * as trace from 'exectrace';

let state = Number(process.argv[2] ?? 1);
const random = (below) => {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return (state >>> 8) % below;
};
const here = (name) => trace.startRegion(`in ${name}`).end();

function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function settled() {
  await null;
  here('settled');
}

async function twice() {
  await sleep(1);
  here('twice');
  await settled();
  here('twice');
}

const arrow = async () => {
  await Promise.all([settled(), sleep(1)]);
  here('arrow');
};

class Shop {
  async open() {
    await twice();
    here('Shop.open');
  }

  async read() {
    await readFile(new URL(import.meta.url));
    here('Shop.read');
  }
}

async function loops() {
  for (let i = random(4); i >= 0; i--) {
    await arrow();
    here('loops');
  }
}

async function forwards() {
  await Promise.all([]);
  here('forwards');
  // The promise of this function is resolved with another one, which takes a job.
  return settled();
}

async function branches() {
  if (random(2) === 0) await Promise.race([settled()]);
  else await Promise.all([sleep(1)]);
  here('branches');
}

const shop = new Shop();
function call() {
  const kind = kinds[random(kinds.length)];
  return kind();
}
const kinds = [settled, twice, arrow, () => shop.open(), () => shop.read(), loops, forwards, branches];
for (let turn = 0; turn < 150; turn++) {
  await Promise.all(Array.from({ length: 1 + random(4) }, call));
}
