/**
 * Tests of node:test. Every test is an AsyncResource and runs its function by its own `runInAsyncScope`, on all supported
 * versions and however the program imported the module; that method is looked up on a public class. (The diagnostics
 * channel of Node 24 knows neither suites nor Node 20.) What is read of a test is its class, name and parent.
 */
import { AsyncResource } from 'node:async_hooks';
import { endFiles, fileTask, RunningTest } from './test-tasks.ts';

/** What a test of node:test is, as far as it is looked at. */
interface NodeTest {
  readonly name: string;
  /** Test or suite; `null` at the root, in Node's words. */
  readonly parent: NodeTest | null;
}

type Method = typeof AsyncResource.prototype.runInAsyncScope;

/** Makes tasks of the tests that this process runs. */
export function annotateNodeTests(): void {
  const original: Method = AsyncResource.prototype.runInAsyncScope;
  let found = false;
  const replacement = function (this: AsyncResource, fn: (...args: unknown[]) => unknown, ...rest: unknown[]): unknown {
    if (!isTest(this)) return Reflect.apply(original, this, [fn, ...rest]);
    if (!found) process.once('beforeExit', endFiles);
    found = true;
    return Reflect.apply(original, this, [inTask(this, fn), ...rest]);
  };
  // Generic in ways that a replacement cannot be.
  AsyncResource.prototype.runInAsyncScope = replacement as Method;
}

/** The function of a test, run as a task. */
function inTask(node: NodeTest, fn: (...args: unknown[]) => unknown): (...args: unknown[]) => unknown {
  return function (this: unknown, ...args) {
    const isNested = node.parent !== null && isTest(node.parent);
    // Inside of another test the task of that one is the parent, as the running code works for it.
    const test = new RunningTest(namesOf(node), isNested ? undefined : fileTask(process.argv[1] ?? 'node'));
    const done = args.at(-1);
    if (typeof done !== 'function' || args.length < 2) return test.run(() => Reflect.apply(fn, this, args));
    args[args.length - 1] = (error: unknown) => {
      test.end(error);
      return done(error);
    };
    return test.enter(() => Reflect.apply(fn, this, args));
  };
}

/** Whether it is a test that somebody wrote: not a hook, a suite, or the test that is the root of all. */
function isTest(resource: object): resource is NodeTest {
  return resource.constructor.name === 'Test' && 'parent' in resource && resource.parent !== null && 'name' in resource;
}

/** Names from the outermost suite on; the root of all has a name that nobody gave it. */
function namesOf(test: NodeTest): string[] {
  const names: string[] = [];
  for (let each: NodeTest | null = test; each !== null && each.parent !== null; each = each.parent)
    names.unshift(each.name);
  return names;
}
