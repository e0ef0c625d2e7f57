/**
 * Files that were made to exhaust a reader: it ends, and its memory stays within a fixed multiple of the file. There is
 * no clock here: what does not end within the runner's limit fails.
 */
import { expect, test } from 'vitest';
import { loadTrace } from '../../src/analysis/index.ts';
import { EVENTS, encodeHeader, putUvarint, TraceFormatError } from '../../src/format/index.ts';
import { TraceReader } from '../../src/reader/index.ts';
import { V1Builder } from '../support/v1-builder.ts';

/** What a byte of the worst file may cost while it is read, and of a model: small events, each with an object. */
const MULTIPLE = 200;
const MB = 1 << 20;

class Bytes {
  #buf = new Uint8Array(64);
  length = 0;

  byte(value: number): this {
    this.#room(1);
    this.#buf[this.length++] = value;
    return this;
  }

  numbers(...values: readonly number[]): this {
    this.#room(10 * values.length);
    for (const value of values) this.length = putUvarint(this.#buf, this.length, value);
    return this;
  }

  add(bytes: Uint8Array): this {
    this.#room(bytes.length);
    this.#buf.set(bytes, this.length);
    this.length += bytes.length;
    return this;
  }

  get taken(): Uint8Array {
    return this.#buf.slice(0, this.length);
  }

  #room(size: number): void {
    if (this.length + size <= this.#buf.length) return;
    const longer = new Uint8Array(2 * (this.length + size));
    longer.set(this.#buf);
    this.#buf = longer;
  }
}

function batch(file: Bytes, thread: number, data: Uint8Array, generation = 1): void {
  file.byte(EVENTS.EventBatch.id).numbers(generation, thread, 1000, data.length).add(data);
}

function sync(file: Bytes, generation = 1): void {
  batch(file, 0, new Bytes().byte(EVENTS.Frequency.id).numbers(1e9).taken, generation);
}

/** A file of format 1.23 whose only generation has a frequency and what `fill` adds, until it has a quarter of a megabyte. */
function file(fill: (file: Bytes, step: number) => void): Uint8Array {
  const bytes = new Bytes().add(encodeHeader(23));
  sync(bytes);
  for (let step = 1; bytes.length < MB / 4; step++) fill(bytes, step);
  return bytes.taken;
}

const event = (
  name: 'GoStatus' | 'GoStart' | 'GoUnblock' | 'ProcStatus' | 'STWBegin' | 'GoCreate',
  ...args: number[]
) => new Bytes().byte(EVENTS[name].id).numbers(...args).taken;

/** One entry of a table in a batch of its own. */
function entry(table: number, type: number, ...numbers: readonly number[]): Bytes {
  return new Bytes()
    .byte(table)
    .byte(type)
    .numbers(...numbers);
}

const FILES: Readonly<Record<string, () => Uint8Array>> = {
  'a thread for every event': () => file((bytes, step) => batch(bytes, step, event('GoStatus', 1, step, step, 4))),
  'threads that all wait': () => file((bytes, step) => batch(bytes, step, event('GoStart', 1, 7, 1))),
  'threads that all wait while one goes on': () =>
    file((bytes, step) => {
      batch(bytes, step + 1, event('GoStart', 1, 7, 1));
      batch(bytes, 1, event('GoStatus', 100, step + 10, 1, 4));
    }),
  'many goroutines': () =>
    file((bytes, step) => {
      const data = new Bytes();
      for (let i = 0; i < 2000; i++) data.add(event('GoStatus', 1, step * 2000 + i, 0, 4));
      batch(bytes, 1, data.taken);
    }),
  'goroutines whose ids collide': () =>
    file((bytes, step) => {
      const data = new Bytes();
      for (let i = 0; i < 2000; i++) {
        data.add(event('GoStatus', 1, Math.imul(step * 2000 + i, 0x144cbc89) & 0x7fff_ffff, 0, 4));
      }
      batch(bytes, 1, data.taken);
    }),
  'a generation for every batch': () => file((bytes, step) => sync(bytes, step + 1)),
  'many strings': () =>
    file((bytes, step) =>
      batch(bytes, 0, entry(EVENTS.Strings.id, EVENTS.String.id, step, 1).byte(65 + (step % 26)).taken),
    ),
  'stacks that differ in their file only': () =>
    file((bytes, step) => {
      batch(
        bytes,
        0,
        entry(EVENTS.Strings.id, EVENTS.String.id, step, 4).add(Buffer.from(String(1000 + step).slice(-4))).taken,
      );
      batch(bytes, 0, entry(EVENTS.Stacks.id, EVENTS.Stack.id, step, 1, step, 1, step, 1).taken);
    }),
  'a stack and a string of any size': () =>
    file((bytes) => {
      batch(bytes, 0, entry(EVENTS.Strings.id, EVENTS.String.id, 1, 2 ** 52).taken);
      batch(bytes, 0, entry(EVENTS.Stacks.id, EVENTS.Stack.id, 1, 2 ** 52).taken);
    }),
  'a world that is stopped again and again': () =>
    file((bytes, step) => {
      if (step === 1) {
        batch(bytes, 1, new Bytes().add(event('ProcStatus', 1, 0, 1)).add(event('GoStatus', 1, 1, 1, 2)).taken);
      }
      batch(
        bytes,
        0,
        entry(EVENTS.Strings.id, EVENTS.String.id, step, 3).add(Buffer.from(step.toString(36).padStart(3))).taken,
      );
      batch(bytes, 1, event('STWBegin', 1, step, 0));
    }),
  'before 1.22: a proc for every event': () => {
    const builder = new V1Builder(21);
    for (let proc = 0; proc < 25_000; proc++) builder.batch(proc, 1).add('GoStart', 1, 7, proc);
    return builder.table('Frequency', 1000).bytes;
  },
  'before 1.22: procs that all wait while one goes on': () => {
    const builder = new V1Builder(21);
    for (let proc = 1; proc < 12_000; proc++) builder.batch(proc, 1).add('GoStart', 1, 7, 9_000_000);
    builder.batch(0, 1);
    for (let goroutine = 10; goroutine < 12_000; goroutine++) builder.add('GoCreate', 1, goroutine, 0, 0);
    return builder.table('Frequency', 1000).bytes;
  },
  'before 1.22: a string of any size': () =>
    Buffer.concat([new V1Builder(21).bytes, new Bytes().byte(37).numbers(1, 2 ** 52).taken]),
};

/** Bytes in use, outside of the heap too. */
function inUse(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

test.each(Object.entries(FILES))('%s', async (_, make) => {
  const bytes = make();
  const before = inUse();
  let most = 0;
  const reader = new TraceReader();
  for (let at = 0; at < bytes.length; at += 50_000) {
    reader.push(bytes.subarray(at, at + 50_000));
    reader.drain(() => {});
    most = Math.max(most, inUse() - before);
  }
  reader.end();
  let count = 0;
  reader.drain(() => {
    if (count++ % 10_000 === 0) most = Math.max(most, inUse() - before);
  });
  expect(reader.done).toBe(true);
  await loadTrace([bytes]).catch((error: unknown) => expect(error).toBeInstanceOf(TraceFormatError));
  expect(most / Math.max(bytes.length, MB / 4)).toBeLessThan(MULTIPLE);
});
