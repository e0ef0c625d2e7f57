/**
 * What Go's own reader makes of a trace: the newest golang.org/x/exp/trace, in a small program that is built once.
 *
 * Without a Go toolchain there is no verdict. In CI that is a failure; elsewhere callers skip, and say so.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execFile, LONG, spawnSync } from '../support/child-process.ts';

export interface Verdict {
  readonly file: string;
  /** Whether the reader reached the end without an error. */
  readonly ok: boolean;
  readonly error?: string;
  /** Events delivered, all in all and by kind. */
  readonly events: number;
  readonly kinds: Readonly<Record<string, number>>;
  /** With `judgeText`: the events as lines. */
  readonly lines: readonly string[];
}

const folder = fileURLToPath(new URL('.', import.meta.url));
const cache = fileURLToPath(new URL('../../node_modules/.cache/exectrace-judge', import.meta.url));

/** Go's verdict on each file; undefined, with the reason printed, when there is no Go toolchain. */
export function judge(files: readonly string[]): Promise<Verdict[] | undefined> {
  return ask([], files);
}

/** As `judge`, with the text of the events, as `eventText` gives it. */
export function judgeText(files: readonly string[]): Promise<Verdict[] | undefined> {
  return ask(['-text'], files);
}

/** Whether there is a Go toolchain. Throws in CI when there is none. */
export function hasGo(): boolean {
  if (spawnSync('go', ['version']).status === 0) return true;
  if (process.env.CI) throw new Error('Go is not installed; in CI its verdict on our traces is mandatory');
  console.log("skipped: Go's verdict, as Go is not installed");
  return false;
}

let program: Promise<string> | undefined;

async function ask(flags: readonly string[], files: readonly string[]): Promise<Verdict[] | undefined> {
  if (files.length === 0) return [];
  if (program === undefined) {
    if (!hasGo()) return undefined;
    program = build();
  }
  const { stdout } = await execFile(await program, [...flags, ...files], { maxBuffer: 2 ** 30 });
  const verdicts: Verdict[] = [];
  let lines: string[] = [];
  for (const line of stdout.split('\n')) {
    if (line.startsWith('\t')) lines.push(line.slice(1));
    else if (line.startsWith('{"file":')) {
      verdicts.push({ ...JSON.parse(line), lines });
      lines = [];
    } else if (lines.length > 0) {
      // The name of a function may hold a line break.
      lines.push(`${lines.pop()}\n${line}`);
    }
  }
  return verdicts;
}

/** Builds the program unless a build of the same sources is there. Several test processes may do so at once. */
async function build(): Promise<string> {
  const hash = createHash('sha256');
  for (const name of ['go.mod', 'go.sum', 'main.go']) hash.update(readFileSync(join(folder, name)));
  const file = join(cache, `judge-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(file)) return file;
  mkdirSync(cache, { recursive: true });
  const own = `${file}-${process.pid}`;
  await execFile('go', ['build', '-o', own, '.'], { cwd: folder, timeout: LONG });
  renameSync(own, file);
  return file;
}
