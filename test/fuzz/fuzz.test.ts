/**
 * Fuzzing: a short run over inputs that are the same each time, and all that were ever found. `npm run fuzz` runs as
 * many as one likes: FUZZ_FROM is the first number, FUZZ_INPUTS how many.
 */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { exercise } from './exercise.ts';
import { inputOf } from './inputs.ts';

const FOUND = fileURLToPath(new URL('found/', import.meta.url));
const from = Number(process.env.FUZZ_FROM ?? 0);
const inputs = Number(process.env.FUZZ_INPUTS ?? 3000);
/** A run that is asked for may take long; failures that are alike are told once. */
const LONGEST = process.env.FUZZ_INPUTS === undefined ? 60_000 : 2 ** 31 - 1;
const MOST_FAILURES = 20;
/** Of so many inputs, one is analysed as well. */
const ANALYSED = inputs > 100_000 ? 16 : 2;
const SLOW = 2000;

// Most inputs are refused, and an error is dear for its stack.
Error.stackTraceLimit = 3;

test(
  `inputs ${from} to ${from + inputs}`,
  async () => {
    const failures = new Map<string, string>();
    let folder: string | undefined;
    for (let number = from; number < from + inputs && failures.size < MOST_FAILURES; number++) {
      const input = inputOf(number);
      const begin = process.cpuUsage();
      try {
        await exercise(input, number % ANALYSED === 0);
        const { user } = process.cpuUsage(begin);
        if (user / 1000 > SLOW) throw new Error(`input takes ${user / 1000} ms`);
      } catch (error) {
        const { message, stack = '' } = error as Error;
        const key = `${message.replace(/\d+/g, 'N')} ${stack.split('\n')[1]?.trim() ?? ''}`;
        if (failures.has(key)) continue;
        folder ??= mkdtempSync(join(tmpdir(), 'exectrace-fuzz-'));
        const file = join(folder, `${number}.trace`);
        writeFileSync(file, input);
        failures.set(key, `${file}: ${stack}`);
      }
      if (inputs > 100_000 && (number - from) % 100_000 === 99_999) console.log(`${number + 1 - from} inputs`);
    }
    expect([...failures.values()]).toEqual([]);
  },
  LONGEST,
);

test.each(readdirSync(FOUND))('found once: %s', async (name) => {
  await exercise(readFileSync(join(FOUND, name)));
});
