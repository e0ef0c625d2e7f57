// Blocking calls of every kind, each measured by the program itself; in a worker too. Prints what it measured, ms.
import { execFileSync } from 'node:child_process';
import { pbkdf2Sync } from 'node:crypto';
import fs, { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMainThread, Worker } from 'node:worker_threads';
import { deflateSync } from 'node:zlib';
import * as trace from 'exectrace';

const measured = [];

/** Runs `call` and notes how long it took as that of `name`. */
function measure(name, call) {
  const from = performance.now();
  const result = call();
  measured.push({ name, length: performance.now() - from });
  return result;
}

const cell = new Int32Array(new SharedArrayBuffer(4));
const wait = (ms) => Atomics.wait(cell, 0, 0, ms);

if (isMainThread) {
  const folder = mkdtempSync(join(tmpdir(), 'exectrace-blocking-'));
  await trace.withTask('blocks', async () => {
    measure('Atomics.wait', () => wait(50));
    await null;
    measure('child_process.execFileSync', () => execFileSync(process.execPath, ['-e', '0'], { env: {} }));
    measure('crypto.pbkdf2Sync', () => pbkdf2Sync('secret', 'salt', 40_000, 32, 'sha512'));
    const letters = Buffer.alloc(4_000_000, 'abc');
    measure('zlib.deflateSync', () => deflateSync(letters));
    measure('fs.writeFileSync', () => writeFileSync(join(folder, 'a'), 'content'));
    const text = measure('fs.readFileSync', () => readFileSync(join(folder, 'a'), 'utf8'));
    if (text !== 'content') throw new Error(text);
    // The program's own code runs inside the call, and says so in the trace.
    measure('fs.cpSync', () =>
      cpSync(join(folder, 'a'), join(folder, 'b'), {
        filter() {
          trace.log('line', 'inside');
          trace.withRegion('copies', () => {});
          return true;
        },
      }),
    );
    try {
      fs.readFileSync(join(folder, 'missing'));
    } catch ({ code }) {
      if (code !== 'ENOENT') throw new Error(code);
    }
  });
  rmSync(folder, { recursive: true });
  const worker = new Worker(new URL(import.meta.url));
  worker.on('message', (more) => measured.push(...more));
  worker.on('exit', () => console.log(JSON.stringify(measured)));
} else {
  const { parentPort } = await import('node:worker_threads');
  measure('Atomics.wait', () => wait(20));
  parentPort.postMessage(measured);
}
