// Jobs for the thread pool whose truth is known: four of one length on two threads, then files, a look-up, zlib, and
// crypto that runs on the spot. Run with UV_THREADPOOL_SIZE=2. Prints when each of the four began and ended, ms since
// the line "four jobs".
import { pbkdf2, pbkdf2Sync, randomBytes } from 'node:crypto';
import { lookup } from 'node:dns';
import { readFile, stat } from 'node:fs';
import { promisify } from 'node:util';
import { createGzip, gzip } from 'node:zlib';
import * as trace from 'exectrace';

const measured = [];
let origin = 0;
const hash = () => {
  const from = performance.now() - origin;
  return new Promise((resolve) => {
    pbkdf2('secret', 'salt', 60_000, 32, 'sha512', () => {
      measured.push({ from, to: performance.now() - origin });
      resolve();
    });
  });
};

await hash();
await new Promise((resolve) => setTimeout(resolve, 20));
measured.length = 0;
origin = performance.now();
trace.log('line', 'four jobs');
await Promise.all([hash(), hash(), hash(), hash()]);
trace.log('line', 'four jobs done');

pbkdf2Sync('secret', 'salt', 1000, 32, 'sha512');
randomBytes(16);
await promisify(readFile)(new URL(import.meta.url));
await promisify(stat)(new URL(import.meta.url));
await promisify(lookup)('localhost');
await promisify(gzip)('text');
const stream = createGzip();
stream.resume();
for (let i = 0; i < 3; i++) await new Promise((resolve) => stream.write(Buffer.alloc(100_000, i), resolve));
stream.end();
await new Promise((resolve) => stream.on('end', resolve));
trace.log('line', 'end');
console.log(JSON.stringify(measured));
