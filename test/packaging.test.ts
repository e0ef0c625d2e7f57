/**
 * The package as a stranger gets it: packed, installed into an empty folder from the tarball, every entry imported
 * from ESM and required from CommonJS, its types compiled, its command run. Links into this tree would hide exactly
 * what is tested here.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { execFileSync, LONG } from './support/child-process.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const ENTRIES = ['exectrace', 'exectrace/register', 'exectrace/format', 'exectrace/reader', 'exectrace/analysis'];
const API = ['isEnabled', 'log', 'newTask', 'start', 'startRegion', 'stop', 'withRegion', 'withTask'];
// The viewer is in it twice: as files, and as the one page that an export puts a trace into.
const PACKED_BUDGET = 1_400_000;
const UNPACKED_BUDGET = 4_000_000;

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

interface Manifest {
  readonly version: string;
  readonly exports: Record<string, string | Record<string, string>>;
  readonly dependencies: Record<string, string>;
}

const manifest: Manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
let consumer: string;
let packed: Packed;

function run(command: string, args: readonly string[], cwd = consumer): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: LONG });
}

/** Packs a package into the consumer's folder. */
function pack(folder: string): Packed {
  const flags = ['--json', '--ignore-scripts', '--pack-destination', consumer];
  return JSON.parse(run('npm', ['pack', ...flags], folder))[0];
}

/** Runs a script in the consumer's folder and returns what it prints. */
function runScript(name: string, source: string): string {
  writeFileSync(join(consumer, name), source);
  return run(process.execPath, [name]);
}

beforeAll(() => {
  consumer = mkdtempSync(join(tmpdir(), 'exectrace-consumer-'));
  packed = pack(ROOT);
  writeFileSync(join(consumer, 'package.json'), '{ "private": true }');
  // What it depends on comes as a file as well, so that no registry has to answer.
  const dependencies = Object.keys(manifest.dependencies).map((name) => pack(join(ROOT, 'node_modules', name)));
  const files = [...dependencies, packed].map(({ filename }) => `./${filename}`);
  run('npm', ['install', '--offline', '--no-audit', '--no-fund', ...files]);
});

afterAll(() => rmSync(consumer, { recursive: true, force: true }));

describe('the packed package', () => {
  test('keeps its size budget', () => {
    expect(packed.size).toBeLessThan(PACKED_BUDGET);
    expect(packed.unpackedSize).toBeLessThan(UNPACKED_BUDGET);
  });

  test('holds every file that its exports name, the texts, the viewer, and nothing of the workshop', () => {
    const paths = packed.files.map((file) => file.path);
    const named = Object.values(manifest.exports).flatMap((target) =>
      typeof target === 'string' ? [target] : Object.values(target),
    );
    for (const path of named) expect(paths).toContain(path.replace('./', ''));
    for (const path of ['README.md', 'LICENSE', 'CHANGELOG.md', 'bin/exectrace.js', 'dist/viewer/index.html']) {
      expect(paths).toContain(path);
    }
    expect(paths.filter((path) => /\.test\.|tsbuildinfo|\.map$|^(src|test|bench)\//.test(path))).toEqual([]);
  });
});

describe('the installed package', () => {
  test('offers its API to an ESM program', () => {
    const output = runScript('api.mjs', "console.log(JSON.stringify(Object.keys(await import('exectrace'))));");
    expect(JSON.parse(output)).toEqual(expect.arrayContaining(API));
  });

  test.each(ENTRIES)('%s loads from ESM and from CommonJS, with the same exports', (entry) => {
    const print = (names: string) => `console.log(JSON.stringify(Object.keys(${names}).sort()));`;
    const esm = runScript('entry.mjs', print(`await import('${entry}')`));
    const cjs = runScript('entry.cjs', print(`require('${entry}')`));
    const withoutInterop = (text: string) => JSON.parse(text).filter((name: string) => name !== '__esModule');
    expect(withoutInterop(cjs)).toEqual(withoutInterop(esm));
    if (entry !== 'exectrace/register') expect(withoutInterop(esm)).not.toEqual([]);
  });

  test('one recorder serves ESM and CommonJS in one process', () => {
    const output = runScript(
      'both.mjs',
      `import { createRequire } from 'node:module';
      import { log } from 'exectrace';
      console.log(createRequire(import.meta.url)('exectrace').log === log);`,
    );
    expect(output.trim()).toBe('true');
  });

  test('opens no file and no port, and prints nothing, when it is imported', () => {
    const resources = 'process.getActiveResourcesInfo().filter((name) => /TCP|FS|Worker|MessagePort/.test(name))';
    const imports = ENTRIES.map((entry) => `await import('${entry}');`).join('\n');
    expect(runScript('quiet.mjs', `${imports}\nif (${resources}.length > 0) console.log(${resources});`)).toBe('');
  });

  test('has types that a strict program compiles with', () => {
    const source = `import { start, stop, withTask, withRegion, log, isEnabled } from 'exectrace';
      import * as format from 'exectrace/format';
      import * as reader from 'exectrace/reader';
      import * as analysis from 'exectrace/analysis';
      export const layers: object[] = [format, reader, analysis];
      export const enabled: boolean = isEnabled();
      export async function main(): Promise<void> {
        await start('out.trace');
        const seven: number = await withTask('task', async () => withRegion('region', () => 7));
        log('category', String(seven));
        await stop();
      }\n`;
    writeFileSync(join(consumer, 'consumer.mts'), source);
    const tsc = join(ROOT, 'node_modules', '.bin', 'tsc');
    const typeRoots = join(ROOT, 'node_modules', '@types');
    const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--typeRoots', typeRoots];
    expect(run(tsc, [...flags, '--types', 'node', 'consumer.mts'])).toBe('');
  });

  test('brings a command that knows its version, records a program and reads the trace', () => {
    const command = join(consumer, 'node_modules', '.bin', 'exectrace');
    expect(run(command, ['--version'])).toContain(manifest.version);
    expect(run(command, ['--help'])).toContain('Usage: exectrace');
    run(command, [
      'run',
      '-o',
      'out.trace',
      '--',
      process.execPath,
      '-e',
      "require('exectrace').log('greeting', 'hello')",
    ]);
    expect(JSON.parse(run(command, ['stat', '--json', 'out.trace']))).toMatchObject({
      dialect: 'node',
      logs: 1,
      lost: 0,
    });
  });
});
