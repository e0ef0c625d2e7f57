/**
 * Tests of mocha: a plugin with root hooks (https://mochajs.org/#root-hook-plugins), which the preload adds to mocha's
 * options. Its first hook finds the class of all that runs, and has each test run as a task.
 */
import { endFile, endFiles, fileTask, RunningTest } from './test-tasks.ts';

/** What mocha runs, as far as it is looked at. */
interface Runnable {
  readonly type: string;
  readonly file?: string;
  titlePath(): string[];
  run(done: (error?: unknown) => void): void;
}

let prepared = false;
let lastFile: string | undefined;

export const mochaHooks = {
  beforeAll(this: { readonly test: object }): void {
    if (prepared) return;
    prepared = true;
    // The prototypes of a hook: those of all hooks, and of all that runs.
    annotate(Object.getPrototypeOf(Object.getPrototypeOf(this.test)));
  },
  afterAll: endFiles,
};

function annotate(prototype: Runnable): void {
  const { run } = prototype;
  prototype.run = function (done) {
    if (this.type !== 'test') return run.call(this, done);
    const file = this.file ?? 'mocha';
    // One after the other.
    if (file !== lastFile) endFile(lastFile);
    lastFile = file;
    const test = new RunningTest(this.titlePath(), fileTask(file));
    return test.enter(() =>
      run.call(this, (error) => {
        test.end(error);
        done(error);
      }),
    );
  };
}
