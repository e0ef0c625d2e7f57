// What the program sees of the replaced functions: while it is recorded and after. Prints what is not as it was.
import child_process from 'node:child_process';
import crypto from 'node:crypto';
import fs, { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import zlib from 'node:zlib';
import * as trace from 'exectrace';

const owners = { fs, child_process, crypto, zlib, Atomics };
const describe = (owner) =>
  JSON.stringify(
    Object.entries(Object.getOwnPropertyDescriptors(owner)).map(([name, { value, get, set, ...flags }]) => {
      const own = typeof value === 'function' ? Object.getOwnPropertyNames(value) : [];
      return [name, typeof value, value?.name, value?.length, own, get === undefined, set === undefined, flags];
    }),
  );
const values = (owner) => Object.values(Object.getOwnPropertyDescriptors(owner)).map(({ value }) => value);

const before = Object.fromEntries(Object.entries(owners).map(([name, owner]) => [name, describe(owner)]));
const originals = Object.fromEntries(Object.entries(owners).map(([name, owner]) => [name, values(owner)]));
const { existsSync } = fs;
const problems = [];

trace.start(process.argv[2], { level: 0, sync: true });
for (const [name, owner] of Object.entries(owners)) {
  if (describe(owner) !== before[name]) problems.push(`${name} looks different while it is recorded`);
}
if (fs.existsSync === existsSync) problems.push('nothing was replaced');
if (createRequire(import.meta.url)('fs').statSync !== statSync) problems.push('a named import differs');
const replaced = fs.existsSync;
const own = () => 'own';
fs.lstatSync = own;
await trace.stop();

if (fs.lstatSync !== own) problems.push('what the program replaced was put back');
fs.lstatSync = originals.fs[Object.keys(Object.getOwnPropertyDescriptors(fs)).indexOf('lstatSync')];
for (const [name, owner] of Object.entries(owners)) {
  if (describe(owner) !== before[name]) problems.push(`${name} looks different afterwards`);
  if (values(owner).some((value, i) => value !== originals[name][i])) problems.push(`${name} is not as it was`);
}
if (fs.statSync !== statSync) problems.push('a named import differs afterwards');
if (!replaced(import.meta.filename ?? process.argv[1])) problems.push('what was taken meanwhile does not work');
console.log(JSON.stringify(problems));
