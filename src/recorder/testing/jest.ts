/**
 * Tests of jest, run by jest-circus, which tells a test environment what it is about to do. Environments are classes in
 * packages of a known name; they are given one more method, or one around theirs, when they are loaded.
 */
import { createRequire } from 'node:module';
import { endFile, fileTask, RunningTest } from './test-tasks.ts';

/** What jest-circus says, as far as it is listened to: https://jestjs.io/docs/configuration#testenvironment-string */
interface CircusEvent {
  readonly name: string;
  readonly runtimeGlobals?: { readonly expect?: { getState(): { readonly testPath?: string } } };
  readonly test?: CircusTest;
}

interface CircusBlock {
  readonly name: string;
  readonly parent?: CircusBlock;
}

interface CircusTest extends CircusBlock {
  fn: TestFunction;
}

type TestFunction = (this: unknown, ...args: unknown[]) => unknown;

interface Environment {
  readonly global?: object;
  handleTestEvent?(event: CircusEvent, state: unknown): unknown;
}

const ENVIRONMENT = /[\\/]?jest-environment-[\w-]+/;
const RECORDING = Symbol.for('exectrace.recording.1');

/** The environments that have been prepared, and the functions that run as tasks. */
const prepared = new WeakSet<object>();
const expects = new WeakMap<object, () => string | undefined>();

/** Makes tasks of the tests that this process runs. */
export function annotateJestTests(): void {
  const module = createRequire(import.meta.url)('node:module') as {
    _load(request: string, ...rest: unknown[]): unknown;
  };
  const { _load: load } = module;
  module._load = function (request, ...rest) {
    const loaded = Reflect.apply(load, this, [request, ...rest]);
    if (ENVIRONMENT.test(request)) prepare(loaded);
    return loaded;
  };
}

function prepare(loaded: unknown): void {
  const { TestEnvironment, default: byDefault } = Object(loaded);
  for (const environment of [TestEnvironment, byDefault, loaded]) {
    if (typeof environment === 'function' && !prepared.has(environment)) {
      prepared.add(environment);
      listen(environment.prototype);
    }
  }
}

function listen(prototype: Environment): void {
  const { handleTestEvent } = prototype;
  prototype.handleTestEvent = function (event, state) {
    hear(this, event);
    return handleTestEvent?.call(this, event, state);
  };
}

function hear(environment: Environment, { name, runtimeGlobals, test }: CircusEvent): void {
  const file = expects.get(environment);
  if (name === 'setup') {
    expects.set(environment, () => runtimeGlobals?.expect?.getState().testPath);
    // Code under test that annotates itself does so in a world of its own, and is to find the recording.
    if (environment.global !== undefined)
      Reflect.set(environment.global, RECORDING, Reflect.get(globalThis, RECORDING));
  } else if (name === 'run_start') fileTask(file?.() ?? 'jest');
  else if (name === 'run_finish') endFile(file?.() ?? 'jest');
  else if (name === 'test_fn_start' && test !== undefined && !prepared.has(test.fn)) {
    test.fn = inTask(test, file?.() ?? 'jest');
    prepared.add(test.fn);
  }
}

/** The function of a test, run as a task. It takes as many arguments as that one: jest looks. */
function inTask(block: CircusTest, file: string): TestFunction {
  const { fn } = block;
  const run: TestFunction = function (...args) {
    const test = new RunningTest(namesOf(block), fileTask(file));
    const [done] = args;
    if (fn.length === 0 || typeof done !== 'function') return test.run(() => Reflect.apply(fn, this, args));
    const told = (error: unknown): unknown => {
      test.end(error);
      return done(error);
    };
    return test.enter(() => Reflect.apply(fn, this, [Object.assign(told, done)]));
  };
  return Object.defineProperty(run, 'length', { value: fn.length });
}

/** Names from the outermost suite on; the root of all has a name that nobody gave it. */
function namesOf(test: CircusBlock): string[] {
  const names: string[] = [];
  for (let each: CircusBlock = test; each.parent !== undefined; each = each.parent) names.unshift(each.name);
  return names;
}
