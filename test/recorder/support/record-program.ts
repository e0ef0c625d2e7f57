/** Records a program of test/recorder/programs in a process of its own, as a user would: with the preload. */

import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ChildProcess, spawn } from '../../support/child-process.ts';

export interface RecordOptions {
  /** Node binary; the current one by default. */
  readonly node?: string;
  readonly level?: 0 | 1 | 2;
  /** Sources beyond the level's, such as `sync`. */
  readonly sources?: readonly string[];
  readonly args?: readonly (string | number)[];
  /** Leave the recorder out altogether. */
  readonly unrecorded?: boolean;
  /** How the recorder is loaded; `--require` by default. */
  readonly preload?: 'require' | 'import' | 'NODE_OPTIONS';
  /** Flags for Node itself. */
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Called with the process, and its trace's path, once it has printed `ready`. */
  readonly whenReady?: (child: ChildProcess, file: string) => void;
  /** Where the trace goes; a temporary file by default. */
  readonly file?: string;
}

export interface Recorded {
  readonly file: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

const PRELOAD = fileURLToPath(new URL('../../../dist/recorder/preload.cjs', import.meta.url));
const PRELOADS = {
  require: ['--require', PRELOAD],
  import: ['--import', 'exectrace/register'],
  NODE_OPTIONS: [],
};
const PROGRAMS = fileURLToPath(new URL('../programs/', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'exectrace-test-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
let files = 0;

/** A path for a trace that no other test uses. */
export function traceFile(): string {
  return join(folder, `${++files}.trace`);
}

/** Runs programs/`program` to its end. */
export async function recordProgram(program: string, options: RecordOptions = {}): Promise<Recorded> {
  const file = options.file ?? traceFile();
  const { preload = 'require', flags = [], level = 2 } = options;
  const loading = options.unrecorded ? [] : PRELOADS[preload];
  const args = [...loading, ...flags, resolve(PROGRAMS, program), ...(options.args ?? []).map(String)];
  const nodeOptions = preload === 'NODE_OPTIONS' ? { NODE_OPTIONS: `--require ${JSON.stringify(PRELOAD)}` } : {};
  const sources = (options.sources ?? []).join(',');
  const recording = { EXECTRACE_OUT: file, EXECTRACE_LEVEL: String(level), EXECTRACE_SOURCES: sources };
  const env = { ...process.env, ...recording, ...nodeOptions, ...options.env };
  const child = spawn(options.node ?? process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  let told = false;
  child.stdout.on('data', (data) => {
    stdout += data;
    if (!told && stdout.includes('ready')) {
      told = true;
      options.whenReady?.(child, file);
    }
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  const [code, signal] = await once(child, 'close');
  return { file, code, signal, stdout, stderr };
}

/**
 * Calls `then` once all that was recorded so far must have been written: two writes are further apart than events are
 * held back, so at the second one everything is in.
 */
export function whenWritten(path: string, then: () => void, writes = 0, last = statSync(path).size): void {
  const { size } = statSync(path);
  const now = size > last ? writes + 1 : writes;
  if (now === 2) then();
  else setTimeout(() => whenWritten(path, then, now, size), 10);
}
