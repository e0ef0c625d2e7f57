/**
 * Tests as tasks: a file is a task, a test is a child of its file, named by its suites and itself. What a test does and
 * starts works for it, across awaits and callbacks, so that the trace answers what a slow test waited for.
 *
 * Each test runner has a file of its own here that finds out what runs; all of them end in this one.
 */
import { types } from 'node:util';
import { type Annotations, NO_TASK, type Task } from '../annotations.ts';
import { current } from '../recording.ts';
import { shownPath } from '../sources/shown-path.ts';

/** Between the names of suites and tests. */
const SEPARATOR = ' > ';
/** Category of the log line that says how a test ended. */
const RESULT = 'test';

const files = new Map<string, Task>();

/** The task of a test file; begun when it is first asked for, wherever that is: it has no parent. */
export function fileTask(file: string): Task | undefined {
  const known = files.get(file);
  if (known !== undefined || current.annotations === undefined) return known;
  const task = current.annotations.newTask(`file ${shownPath(file)}`, NO_TASK);
  files.set(file, task);
  return task;
}

/** All tests of a file have run. */
export function endFile(file: string | undefined): void {
  if (file === undefined) return;
  files.get(file)?.end();
  files.delete(file);
}

/** Ends all files that have begun. */
export function endFiles(): void {
  for (const file of [...files.keys()]) endFile(file);
}

/** A test that is about to run. */
export class RunningTest {
  readonly #annotations: Annotations | undefined;
  readonly #task: Task | undefined;
  #ended = false;

  /** `names` are those of the suites, outermost first, and of the test; `parent` is its file, or the test around it. */
  constructor(names: readonly string[], parent: Task | undefined) {
    this.#annotations = current.annotations;
    this.#task = this.#annotations?.newTask(names.join(SEPARATOR), parent);
  }

  /** Runs the function of the test; the test ends when it returns or its promise settles. */
  run<T>(fn: () => T): T {
    let result: T;
    try {
      result = this.enter(fn);
    } catch (error) {
      this.end(error);
      throw error;
    }
    // The runner looks at the promise as well: it does not count as handled because of this.
    if (types.isPromise(result))
      result.then(
        () => this.end(),
        (error) => this.end(error ?? true),
      );
    else this.end();
    return result;
  }

  /** Runs a function that tells its end to a callback, which calls `end`. */
  enter<T>(fn: () => T): T {
    return this.#annotations === undefined || this.#task === undefined ? fn() : this.#annotations.run(this.#task, fn);
  }

  /** Ends the test, with what it failed with, if it did. */
  end(error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#annotations?.log(RESULT, error === undefined || error === null ? 'passed' : 'failed', this.#task);
    this.#task?.end();
  }
}
