/**
 * Fuzzing: a short run over inputs that are the same each time, and all that were ever found. `npm run fuzz` runs as
 * many as one likes.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { exercise } from './exercise.ts';
import { fuzz } from './run.ts';

const FOUND = fileURLToPath(new URL('found/', import.meta.url));

test('3000 inputs', async () => {
  expect(await fuzz({ from: 0, inputs: 3000, analysed: 2 })).toEqual([]);
}, 60_000);

test.each(readdirSync(FOUND))('found once: %s', async (name) => {
  await exercise(readFileSync(join(FOUND, name)));
});
