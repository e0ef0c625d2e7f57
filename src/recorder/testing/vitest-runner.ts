/**
 * Tests of vitest: a runner (https://vitest.dev/config/#runner) that is vitest's own, and runs each test as a task. The
 * preload names it to vitest, and leaves in the environment where vitest is.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { endFile, fileTask, RunningTest } from './test-tasks.ts';

/** What vitest runs, as far as it is looked at. */
interface Task {
  readonly name: string;
  readonly suite?: Task;
  readonly file: { readonly filepath: string };
  readonly filepath?: string;
}

interface Runner {
  importFile(path: string, source: string): unknown;
  onAfterRunSuite(suite: Task): Promise<void>;
}

type TestFunction = () => unknown;

const folder = process.env.EXECTRACE_VITEST!;
const { Base, functionOf } = await loadVitest();

export default class AnnotatedRunner extends Base {
  override importFile(path: string, source: string): unknown {
    if (source === 'collect') fileTask(path);
    return super.importFile(path, source);
  }

  /** Called in the place of the test's function. */
  async runTask(test: Task): Promise<void> {
    await new RunningTest(namesOf(test), fileTask(test.file.filepath)).run(functionOf(test));
  }

  override async onAfterRunSuite(suite: Task): Promise<void> {
    await super.onAfterRunSuite(suite);
    endFile(suite.filepath);
  }
}

/** The runner's class, and what finds the function of a test: in one place since vitest 4.1, in two before. */
async function loadVitest(): Promise<{ Base: new (...args: never[]) => Runner; functionOf(test: Task): TestFunction }> {
  const load = (name: string) => import(/* @vite-ignore */ pathToFileURL(join(folder, 'dist', name)).href);
  const { version }: { version: string } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const [major, minor] = version.split('.').map(Number) as [number, number];
  if (major > 4 || (major === 4 && minor >= 1)) {
    const { TestRunner } = await load('index.js');
    return { Base: TestRunner, functionOf: TestRunner.getTestFn };
  }
  const [{ VitestTestRunner }, { getFn }] = await Promise.all([load('runners.js'), load('suite.js')]);
  return { Base: VitestTestRunner, functionOf: getFn };
}

/** Names from the outermost suite on, without the file, which is the outermost of all. */
function namesOf(test: Task): string[] {
  const names: string[] = [];
  for (let each: Task | undefined = test; each !== undefined && each.filepath === undefined; each = each.suite) {
    names.unshift(each.name);
  }
  return names;
}
