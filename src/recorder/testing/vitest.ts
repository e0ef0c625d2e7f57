/**
 * Tests of vitest: its workers are given a runner that has each test run as a task (vitest-runner.ts).
 *
 * A runner is an option that vitest reads from its configuration only, which is the project's. But a worker hangs all
 * that it was told, configuration included, on one global property before it looks for its runner; there the name of ours
 * is added, unless the project has a runner of its own.
 */
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';

/** Where a worker keeps its state. */
const STATE = '__vitest_worker__';
const RUNNER = fileURLToPath(new URL('./vitest-runner.js', import.meta.url));

interface WorkerState {
  readonly config?: { runner?: string; readonly mode?: string };
}

/** Makes tasks of the tests that this thread runs, if it is one of vitest; `script` is that of the process. */
export function annotateVitestTests(script: string): void {
  if (isMainThread && basename(script) === 'vitest.mjs') {
    // Its workers find their vitest by this, and know by it that they are its workers.
    process.env.EXECTRACE_VITEST = dirname(script);
    return;
  }
  if (process.env.EXECTRACE_VITEST === undefined) return;
  Object.defineProperty = new Proxy(Object.defineProperty, {
    apply(defineProperty, self, [target, key, descriptor]: Parameters<typeof Object.defineProperty>) {
      if (key === STATE) addRunner(descriptor.value);
      return Reflect.apply(defineProperty, self, [target, key, descriptor]);
    },
  });
}

function addRunner(state: WorkerState | undefined): void {
  if (state?.config?.mode === 'test') state.config.runner ??= RUNNER;
}
