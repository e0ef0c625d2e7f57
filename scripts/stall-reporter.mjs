/**
 * A vitest reporter that ends a run in which nothing happens any more. A test that never yields, or waits in place for
 * something that never comes, is beyond the reach of its own time limit; without this the run would hang, and nobody
 * would learn where. Says which files were running, ends all processes of the run, and fails.
 */
import { execFileSync } from 'node:child_process';

/** Longer than any hook or test may take, ms. */
const STALLED = 330_000;

export default class StallReporter {
  #running = new Set();
  #timer;

  onTestModuleStart(module) {
    this.#running.add(module.relativeModuleId);
    this.#alive();
  }

  onTestCaseResult() {
    this.#alive();
  }

  onTestModuleEnd(module) {
    this.#running.delete(module.relativeModuleId);
    this.#alive();
  }

  onTestRunEnd() {
    clearTimeout(this.#timer);
  }

  #alive() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#stalled(), STALLED);
  }

  #stalled() {
    console.error(`\nNo test has ended for ${STALLED / 1000} s. These files were running:`);
    for (const name of this.#running) console.error(`  ${name}`);
    const all = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
    const rows = all.split('\n').map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []);
    const descendants = new Set([String(process.pid)]);
    // A child has a greater number than its parent, but for the rare case that numbers begin anew.
    for (const [, pid, parent, args] of rows) {
      if (!descendants.has(parent)) continue;
      descendants.add(pid);
      console.error(`  process ${pid} of ${parent}: ${args}`);
    }
    descendants.delete(String(process.pid));
    for (const pid of descendants) kill(Number(pid));
    console.log('0 passed, 1 failed, 0 skipped');
    process.exit(1);
  }
}

function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
