/**
 * All tests run from one configuration: unit tests beside their source, and what crosses layers in test/. Forked
 * processes, because recorder tests set process-wide hooks; two at once, because many tests start children of their
 * own.
 */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Children that record, and four Node versions one after another, take their time on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['default', './scripts/summary-reporter.mjs', './scripts/stall-reporter.mjs'],
  },
});
