// Jobs for the thread pool whose truth is known: four of one length on two threads, then files, a look-up, zlib, and
// crypto that runs on the spot. Run with UV_THREADPOOL_SIZE=2. Prints readings of its own clock, ms: before each of the four is
// handed over, when all are, and in their callbacks, in order.
import { pbkdf2, pbkdf2Sync, randomBytes } from 'node:crypto';
import { lookup } from 'node:dns';
import { readFile, stat } from 'node:fs';
import { promisify } from 'node:util';
import { createGzip, gzip } from 'node:zlib';
import * as trace from 'exectrace';
import { tellClock } from './clock.mjs';

const now = () => performance.now();
const before = [];
const done = [];
const hash = () => {
  before.push(now());
  return new Promise((resolve) => {
    pbkdf2('secret', 'salt', 60_000, 32, 'sha512', () => {
      done.push(now());
      resolve();
    });
  });
};

tellClock();

await hash();
await new Promise((resolve) => setTimeout(resolve, 20));
before.length = 0;
done.length = 0;
trace.log('line', 'four jobs');
const jobs = [hash(), hash(), hash(), hash()];
before.push(now());
await Promise.all(jobs);
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
console.log(JSON.stringify({ before: before.slice(0, 5), done: done.slice(0, 4) }));
