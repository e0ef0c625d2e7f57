/**
 * Source: calls that block the thread: the `…Sync` functions of `fs`, `child_process`, `crypto` and `zlib`, and
 * `Atomics.wait`.
 *
 * Each is replaced by a function of the same name, length and further properties that writes a record before and one
 * behind the call; named imports of ES modules see it too. What the program has taken hold of before the recording
 * began is not replaced. Calls that such a call makes itself are part of it.
 *
 * A record names the function and, where its first argument is a file, the file. A file is shown and written once, so
 * that a call costs two readings of the clock and a look-up; beyond `MAX_FILES` different ones the file is left out.
 */
import child_process from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import zlib from 'node:zlib';
import { FIRST_PASSING_TEXT } from '../record/record-kinds.ts';
import type { RecordWriter } from '../record/record-writer.ts';
import type { Texts } from '../record/texts.ts';
import type { LoopIdle } from './loop-idle.ts';
import { shownPath } from './shown-path.ts';

const MAX_FILES = 4096;

type Call = (...args: unknown[]) => unknown;
/** The text of what a call's first argument names, if anything. */
type Subject = (first: unknown) => string | undefined;

/** Replaces the functions; returns what puts everything back as it was. */
export function recordBlockingCalls(record: RecordWriter, texts: Texts, loop: LoopIdle): () => void {
  const calls = new BlockingCalls(record, texts, loop);
  calls.replaceSync(fs, 'fs', file);
  calls.replace(fs.realpathSync, 'native', 'fs.realpathSync', file);
  calls.replaceSync(child_process, 'child_process', program);
  calls.replaceSync(crypto, 'crypto', nothing);
  calls.replaceSync(zlib, 'zlib', nothing);
  calls.replace(Atomics, 'wait', 'Atomics', nothing);
  syncBuiltinESMExports();
  return () => {
    calls.putBack();
    syncBuiltinESMExports();
  };
}

class BlockingCalls {
  readonly #record: RecordWriter;
  readonly #texts: Texts;
  readonly #idle: () => number;
  /** Numbers of the texts of subjects. */
  readonly #subjects = new Map<string, number>();
  readonly #restores: (() => void)[] = [];
  #recording = true;
  /** A call is under way. */
  #inCall = false;

  constructor(record: RecordWriter, texts: Texts, loop: LoopIdle) {
    this.#record = record;
    this.#texts = texts;
    this.#idle = () => loop.take();
  }

  /** Replaces all functions of a module whose name ends with "Sync". */
  replaceSync(module: object, moduleName: string, subject: Subject): void {
    for (const name of Object.keys(module)) {
      if (name.endsWith('Sync')) this.replace(module, name, moduleName, subject);
    }
  }

  replace(owner: object, name: string, ownerName: string, subject: Subject): void {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name);
    if (typeof descriptor?.value !== 'function' || !descriptor.configurable) return;
    const replacement = this.#recorded(descriptor.value as Call, `${ownerName}.${name}`, subject);
    Object.defineProperties(replacement, Object.getOwnPropertyDescriptors(descriptor.value));
    Object.defineProperty(owner, name, { ...descriptor, value: replacement });
    this.#restores.push(() => {
      // Somebody else may have replaced it once more.
      const isOurs = Object.getOwnPropertyDescriptor(owner, name)?.value === replacement;
      if (isOurs) Object.defineProperty(owner, name, descriptor);
    });
  }

  putBack(): void {
    this.#recording = false;
    for (const restore of this.#restores) restore();
  }

  #recorded(original: Call, name: string, subject: Subject): Call {
    const calls = this;
    let number = 0;
    // A method: unlike a function it has no `prototype`, which is copied where the original has one.
    const replacement = {
      call(this: unknown, ...args: unknown[]): unknown {
        if (calls.#inCall || !calls.#recording) return Reflect.apply(original, this, args);
        if (number === 0 || number >= FIRST_PASSING_TEXT) number = calls.#texts.name(name);
        calls.#begin(number, calls.#subject(subject, args[0]));
        try {
          return Reflect.apply(original, this, args);
        } finally {
          calls.#inCall = false;
          if (calls.#recording) calls.#record.callEnds();
        }
      },
    };
    return replacement.call;
  }

  #begin(name: number, subject: number): void {
    this.#inCall = true;
    this.#record.callBegins(name, subject, this.#idle);
  }

  /** The number of the text of what the call is about; 0 = none. Never throws: the program may pass anything. */
  #subject(subject: Subject, first: unknown): number {
    if (typeof first === 'string') {
      const known = this.#subjects.get(first);
      if (known !== undefined) return known;
    }
    if (this.#subjects.size >= MAX_FILES) return 0;
    try {
      const text = subject(first);
      if (text === undefined) return 0;
      const number = this.#texts.name(text);
      // There are no numbers left: the texts would not last.
      if (number >= FIRST_PASSING_TEXT) return 0;
      if (typeof first === 'string') this.#subjects.set(first, number);
      return number;
    } catch {
      return 0;
    }
  }
}

function nothing(): undefined {
  return undefined;
}

/** The path that a function of `fs` is given; nothing for a file descriptor. */
function file(first: unknown): string | undefined {
  if (typeof first === 'string') return shownPath(first);
  if (first instanceof URL) return shownPath(first.href);
  return Buffer.isBuffer(first) ? shownPath(first.toString()) : undefined;
}

/** The program of a command, without its arguments, which may be secret. */
function program(first: unknown): string | undefined {
  return typeof first === 'string' ? shownPath(first.trim().split(/\s/, 1)[0]!) : undefined;
}
