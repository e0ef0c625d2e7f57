/**
 * Strands are called by their functions, and never by another one's name: each says itself, in a region, which function
 * it is. Lines are those of the source, also of TypeScript, whichever way its source map is found.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeBinary, testedMajors } from '../../scripts/node-versions.mjs';
import type { TraceModel } from '../../src/analysis/index.ts';
import { decodeTrace, EVENTS } from '../../src/format/index.ts';
import { judge } from '../oracle/judge.ts';
import { execFileSync, LONG } from '../support/child-process.ts';
import { recordProgram } from './support/record-program.ts';
import { modelOf } from './support/recorded-trace.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TYPED = fileURLToPath(new URL('programs/typed.mts', import.meta.url));

/** Strands that say which function they are: its name, and theirs. */
function sayings({ regions, goroutines, strings }: TraceModel): { readonly says: string; readonly name: string }[] {
  return Array.from({ length: regions.count }, (_, region) => ({
    says: strings[regions.type[region]!]!,
    name: strings[goroutines.name[regions.goroutine[region]!]!]!,
  })).filter(({ says }) => says.startsWith('in '));
}

describe.each(testedMajors())('on Node %i', (major) => {
  const node = nodeBinary(major);

  it.skipIf(node === undefined)('strands have the name of their function, not of another', async () => {
    for (const seed of [1, 2]) {
      const { file, code, stderr } = await recordProgram('named.mjs', { node: node!, args: [seed] });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const said = sayings(await modelOf(file));
      expect(said.length).toBeGreaterThan(500);
      expect(said.filter(({ says, name }) => says !== `in ${name}` && name !== 'async function')).toEqual([]);
      const unnamed = said.filter(({ name }) => name === 'async function');
      expect(unnamed.length).toBeLessThan(said.length * 0.1);
      for (const { error } of (await judge([file])) ?? []) expect(error).toBeUndefined();
    }
  });

  it.skipIf(node === undefined)(
    'almost every strand has the name of a function, or says which one made it',
    async () => {
      const { file } = await recordProgram('named.mjs', { node: node! });
      const model = await modelOf(file);
      const { goroutines, strings } = model;
      const names = Array.from(goroutines.name, (name) => strings[name]!);
      // Reading a file is another request on Node 26.
      const some = names.map((name) => name.replace(/file request \(promise\)|queueMicrotask/, 'file request'));
      for (const made of ['anonymous in sleep: timer', 'forwards: promise resolve job']) expect(some).toContain(made);
      if (major < 26) expect(some).toContain('Shop.read: file request');
      const typed = names.filter((name) => /^(timer|file request.*|async function)$/.test(name));
      expect(typed.length).toBeLessThan(names.length * 0.05);
    },
  );
});

it('marks the names that were learned by an odd pc', async () => {
  const { file } = await recordProgram('named.mjs');
  const { events } = decodeTrace(readFileSync(file));
  const pcs = events.filter(({ id }) => id === EVENTS.Stack.id).flatMap(({ frames }) => frames!.slice(0, 1));
  const learned = new Set(pcs.filter((pc) => pc % 2n === 1n));
  const seen = new Set(pcs.filter((pc) => pc % 2n === 0n));
  expect(learned.size).toBeGreaterThan(10);
  // A place is looked at before it is learned; what Node makes by itself never is.
  expect([...learned].filter((pc) => seen.has(pc - 1n)).length).toBeGreaterThan(learned.size / 2);
});

describe('TypeScript', () => {
  // Inside the package, so that the program finds it by its name.
  const cache = join(ROOT, '.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'typed-'));
  const source = readFileSync(TYPED, 'utf8').split('\n');

  function compile(out: string, ...options: string[]): void {
    const tsc = join(ROOT, 'node_modules', '.bin', 'tsc');
    const common = [
      '--target',
      'es2022',
      '--module',
      'nodenext',
      '--skipLibCheck',
      '--ignoreConfig',
      '--rootDir',
      ROOT,
    ];
    execFileSync(tsc, [...common, '--outDir', join(folder, out), ...options, TYPED], {
      cwd: ROOT,
      stdio: 'pipe',
      timeout: LONG,
    });
  }

  beforeAll(() => {
    compile('beside', '--sourceMap');
    compile('inline', '--inlineSourceMap', '--inlineSources');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  describe.each(testedMajors())('on Node %i', (major) => {
    const node = nodeBinary(major);

    it.skipIf(node === undefined).each([
      ['a map beside the file', 'beside', []],
      ['a map in the file', 'inline', []],
      ['a map beside the file, and the program asks for maps', 'beside', ['--enable-source-maps']],
      ['a map in the file, and the program asks for maps', 'inline', ['--enable-source-maps']],
    ] as const)('has its own lines, by %s', async (_, build, flags) => {
      const program = join(folder, build, 'test', 'recorder', 'programs', 'typed.mjs');
      const { file, code, stderr } = await recordProgram(program, { node: node!, flags });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const model = await modelOf(file);
      for (const { says, name } of sayings(model)) {
        if (says === 'in anonymous') expect(name).toBe('anonymous in many');
        else expect(says).toBe(`in ${name}`);
      }
      const { goroutines, stacks, strings } = model;
      let checked = 0;
      for (let strand = 0; strand < goroutines.count; strand++) {
        const frame = stacks.offset[goroutines.entryStack[strand]!]!;
        const place = strings[stacks.file[frame]!]!;
        expect(place).not.toMatch(/typed\.mjs$/);
        if (basename(place) !== 'typed.mts') continue;
        expect(source[stacks.line[frame]! - 1]).toMatch(/await|new Promise|setTimeout/);
        checked++;
      }
      expect(checked).toBeGreaterThan(50);
    });
  });
});
