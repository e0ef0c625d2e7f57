/**
 * Traces of today: small Go programs are traced with every Go release since 1.21, and what we read of them
 * must be what Go's own reader reads, event by event.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { traceToText } from '../../src/format/index.ts';
import { hasGo, judgeText, type Verdict } from '../oracle/judge.ts';
import { LONG, spawnSync } from '../support/child-process.ts';
import { readTrace } from '../support/read-trace.ts';
import { differenceButForTies } from '../support/same-events.ts';

const source = fileURLToPath(new URL('../oracle/programs/', import.meta.url));
const NAMES = ['channels', 'mutex', 'net', 'syscalls', 'tasks', 'gc', 'profile', 'timers', 'short', 'mixed'];
/** The installed release, which must be there, and older ones, which the toolchain downloads where it can. */
const TOOLCHAINS = [
  ['local', undefined],
  ['go1.25.5', 25],
  ['go1.24.11', 23],
  ['go1.23.12', 23],
  ['go1.22.12', 22],
  ['go1.21.13', 21],
] as const;

const go = hasGo();
const folder = mkdtempSync(join(tmpdir(), 'exectrace-programs-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The programs built by a toolchain; undefined, with the reason printed, when it cannot be had. */
function build(toolchain: string): string | undefined {
  const file = join(folder, `programs-${toolchain}`);
  const env = { ...process.env, GOTOOLCHAIN: toolchain };
  const options = { cwd: source, env, encoding: 'utf8', timeout: LONG } as const;
  try {
    const { status, stderr } = spawnSync('go', ['build', '-o', file, '.'], options);
    if (status !== 0) throw new Error(stderr.trim().split('\n').at(-1));
    return file;
  } catch (error) {
    if (toolchain === 'local') throw error;
    console.log(`skipped: traces of ${toolchain}, which cannot be had here: ${(error as Error).message}`);
    return undefined;
  }
}

/** Runs a program under the tracer, with generations of 20 ms. Returns the file of the trace. */
function record(program: string, name: string, debug = ''): string {
  const file = join(folder, `${name}${debug === '' ? '' : '-debug'}.trace`);
  const env = { ...process.env, GODEBUG: `traceadvanceperiod=20000000${debug}` };
  const { status, stderr } = spawnSync(program, [name, file], { env, encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return file;
}

describe.skipIf(!go).each(TOOLCHAINS)('traces of %s', (toolchain, version) => {
  let verdicts: readonly Verdict[] = [];

  beforeAll(async () => {
    const program = build(toolchain);
    if (program === undefined) return;
    const files = NAMES.map((name) => record(program, name));
    if (version === undefined || version >= 25) files.push(record(program, 'flight'));
    if (version === undefined || version >= 23) {
      files.push(record(program, 'coroutines'));
      // Every allocation is an event then.
      files.push(record(program, 'tasks', ',traceallocfree=1'));
    }
    verdicts = (await judgeText(files)) ?? [];
  }, 300_000);

  test('read as Go reads them', () => {
    for (const { file, ok, error, lines } of verdicts) {
      const ours = readTrace(readFileSync(file));
      expect(ours.problem).toBeUndefined();
      expect({ file, ok, error }).toEqual({ file, ok: true, error: undefined });
      if (version === 21) expect({ file, difference: differenceButForTies(ours.lines, lines) }).toEqual({ file });
      else expect({ file, lines: ours.lines }).toEqual({ file, lines });
      if (version !== undefined) expect(ours.reader.version).toBe(version);
      expect(ours.reader.idText(-1)).toBe('-1');
    }
  });

  test('hold events of every kind', () => {
    if (verdicts.length === 0) return;
    const kinds = new Set(verdicts.flatMap((verdict) => Object.keys(verdict.kinds)));
    for (const kind of [
      'StateTransition',
      'Metric',
      'Label',
      'StackSample',
      'RangeBegin',
      'RangeEnd',
      'TaskBegin',
      'Log',
    ]) {
      expect(kinds).toContain(kind);
    }
    expect(kinds.has('Experimental')).toBe(version === undefined || version >= 23);
  });

  test('have the text form that go tool trace prints', () => {
    // The tool reads its own format and older ones.
    const verdict = verdicts.find(({ file }) => file.endsWith('syscalls.trace'));
    if (verdict === undefined || version === 21) return;
    const { status, stdout } = spawnSync('go', ['tool', 'trace', '-d=wire', verdict.file], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    expect(status).toBe(0);
    // Ours has a first line that states the format.
    const [, ...lines] = traceToText(readFileSync(verdict.file)).split('\n');
    expect(lines.join('\n') === stdout).toBe(true);
  });
});
