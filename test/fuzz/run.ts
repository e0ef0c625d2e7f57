/**
 * Exercises inputs by number, and keeps those that break something: the loop of the short run of the tests and of the
 * long ones that `npm run fuzz` starts.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exercise } from './exercise.ts';
import { inputOf } from './inputs.ts';

/** Failures that are alike are told once; after so many different ones it is enough. */
const MOST_FAILURES = 20;
/** CPU time that an input may take, ms. */
const SLOW = 2000;
const REPORT_EVERY = 100_000;

export interface FuzzRun {
  readonly from: number;
  readonly inputs: number;
  /** Of so many inputs, one is analysed as well. */
  readonly analysed: number;
  /** Told every 100,000 inputs how many there were. */
  readonly progress?: (inputs: number) => void;
}

/** Returns what broke: file of the input and stack, one for each kind of failure. */
export async function fuzz({ from, inputs, analysed, progress }: FuzzRun): Promise<string[]> {
  // Most inputs are refused, and an error is dear for its stack.
  Error.stackTraceLimit = 3;
  const failures = new Map<string, string>();
  let folder: string | undefined;
  for (let number = from; number < from + inputs && failures.size < MOST_FAILURES; number++) {
    const input = inputOf(number);
    const begin = performance.now();
    try {
      await exercise(input, number % analysed === 0);
      if (performance.now() - begin > SLOW) await again(input, number % analysed === 0);
    } catch (error) {
      const { message, stack = '' } = error as Error;
      const key = `${message.replace(/\d+/g, 'N')} ${stack.split('\n')[1]?.trim() ?? ''}`;
      if (failures.has(key)) continue;
      folder ??= mkdtempSync(join(tmpdir(), 'exectrace-fuzz-'));
      const file = join(folder, `${number}.trace`);
      writeFileSync(file, input);
      failures.set(key, `${file}: ${stack}`);
    }
    if ((number + 1 - from) % REPORT_EVERY === 0) progress?.(number + 1 - from);
  }
  return [...failures.values()];
}

/** An input took long: by its own fault, or because the machine had other work? CPU time tells, but is dear to ask for. */
async function again(input: Uint8Array, analyses: boolean): Promise<void> {
  const begin = process.cpuUsage();
  await exercise(input, analyses);
  const { user } = process.cpuUsage(begin);
  if (user / 1000 > SLOW) throw new Error(`input takes ${user / 1000} ms`);
}
