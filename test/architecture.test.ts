/**
 * Executes the import table of the architecture over the real import statements of src/.
 *
 * Checked: who imports whom (type imports count), that another layer is entered through its index.ts only, which
 * layers may use Node's modules or a package, that no import cycle exists, and that what the package depends on at run
 * time is used by the layers that may. `IMPORTS` is the table; a new edge is a decision and starts with a line there.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

interface LayerRule {
  /** Layers it may import. */
  readonly layers: readonly string[];
  /** May it use `node:*`? */
  readonly node: boolean;
  /** Packages it may import. */
  readonly packages: readonly string[];
}

const IMPORTS: Readonly<Record<string, LayerRule>> = {
  base: { layers: [], node: false, packages: [] },
  format: { layers: ['base'], node: false, packages: [] },
  recorder: { layers: ['format', 'base'], node: true, packages: [] },
  reader: { layers: ['format', 'base'], node: false, packages: ['fzstd'] },
  analysis: { layers: ['reader', 'base'], node: false, packages: [] },
  exporters: { layers: ['analysis', 'reader', 'format', 'base'], node: false, packages: [] },
  server: { layers: ['exporters', 'analysis', 'reader', 'base'], node: true, packages: [] },
  cli: {
    layers: ['server', 'exporters', 'analysis', 'reader', 'recorder', 'format', 'base'],
    node: true,
    packages: [],
  },
  viewer: {
    layers: ['exporters', 'analysis', 'reader', 'base'],
    node: false,
    packages: ['preact', '@preact/signals', 'vite'],
  },
};

/** What a unit test beside the source may use on top of its layer's rights. */
const TEST_PACKAGES = ['vitest', 'fast-check'];

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const SRC = join(ROOT, 'src');

/** The text without comments, so that an example in a comment is not an import. */
function withoutComments(source: string): string {
  const token = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;
  return source.replace(token, (text) => (text.startsWith('//') || text.startsWith('/*') ? ' ' : text));
}

/** Module names of all import forms: static, type, re-export, side effect, dynamic, `typeof import`, worker URL. */
function importsOf(source: string): string[] {
  const text = withoutComments(source);
  const forms = [
    /\b(?:import|export)\s+(?:type\s+)?[\w*${}\s,]+?\s+from\s*['"]([^'"]+)['"]/g,
    /\bimport\s*['"]([^'"]+)['"]/g,
    /\bimport\s*\(\s*['"`]([^'"`]+)['"`]/g,
    /\bnew\s+URL\(\s*['"](\.[^'"]+\.tsx?)['"]\s*,\s*import\.meta\.url/g,
  ];
  return forms.flatMap((form) => [...text.matchAll(form)].map((match) => match[1]!));
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourceFiles(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

const layerOf = (path: string): string => relative(SRC, path).split(sep)[0]!;
const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path);
const packageOf = (name: string): string =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');

interface SourceFile {
  readonly path: string;
  readonly name: string;
  readonly imports: readonly string[];
}

const files: readonly SourceFile[] = sourceFiles(SRC).map((path) => ({
  path,
  name: relative(ROOT, path),
  imports: importsOf(readFileSync(path, 'utf8')),
}));

/** What is wrong with one import of one file, or undefined. */
function complaint(path: string, imported: string): string | undefined {
  const layer = layerOf(path);
  const rule = IMPORTS[layer];
  if (rule === undefined) return `layer ${layer} is not in the table`;
  if (imported.startsWith('node:')) return rule.node || isTest(path) ? undefined : `${layer} may not use ${imported}`;
  if (!imported.startsWith('.')) {
    const allowed = isTest(path) ? [...rule.packages, ...TEST_PACKAGES] : rule.packages;
    return allowed.includes(packageOf(imported)) ? undefined : `${layer} may not use the package ${imported}`;
  }
  const target = resolve(dirname(path), imported);
  if (!target.startsWith(SRC + sep)) return isTest(path) ? undefined : `${imported} is outside src`;
  const other = layerOf(target);
  if (other === layer) return undefined;
  if (!rule.layers.includes(other)) return `${layer} may not import ${other}`;
  return target === join(SRC, other, 'index.ts') ? undefined : `${imported} bypasses ${other}/index.ts`;
}

/** Every import cycle, as the list of files along it. */
function cycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const visit = (node: string, path: string[]): void => {
    const at = path.indexOf(node);
    if (at >= 0) found.push([...path.slice(at), node]);
    if (at >= 0 || done.has(node)) return;
    for (const next of graph.get(node) ?? []) visit(next, [...path, node]);
    done.add(node);
  };
  for (const node of graph.keys()) visit(node, []);
  return found;
}

describe('the import table', () => {
  it('has a row for every folder of src', () => {
    const folders = readdirSync(SRC, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map((entry) => entry.name).sort()).toEqual(Object.keys(IMPORTS).sort());
  });

  it.each(Object.keys(IMPORTS))('holds for %s', (layer) => {
    const complaints = files
      .filter((file) => layerOf(file.path) === layer)
      .flatMap((file) => file.imports.map((imported) => [file, complaint(file.path, imported)] as const))
      .flatMap(([file, text]) => (text === undefined ? [] : [`${file.name}: ${text}`]));
    expect(complaints).toEqual([]);
  });

  it('is itself free of cycles', () => {
    const graph = new Map(Object.entries(IMPORTS).map(([layer, rule]) => [layer, rule.layers]));
    expect(cycles(graph)).toEqual([]);
  });

  it('refuses what it should refuse', () => {
    const from = join(SRC, 'reader', 'example.ts');
    expect(complaint(from, '../format/index.ts')).toBeUndefined();
    expect(complaint(from, './event.ts')).toBeUndefined();
    expect(complaint(from, '../format/events.ts')).toContain('bypasses format/index.ts');
    expect(complaint(from, '../recorder/index.ts')).toContain('may not import recorder');
    expect(complaint(from, 'node:fs')).toContain('may not use node:fs');
    expect(complaint(from, 'preact/hooks')).toContain('may not use the package');
    expect(complaint(from, '../../test/fixture.ts')).toContain('outside src');
  });
});

describe('imports', () => {
  it('are found in every form', () => {
    const source = `
      import a from 'a'; import type { B } from "b"; import * as c from 'c';
      import { d,
        type D } from 'd'; // import { no } from 'comment'
      import 'e'; export * from 'f'; export type { G } from 'g';
      /* import no from 'comment' */ const h = await import('h'); type I = typeof import('i');
      const url = 'http://x'; new Worker(new URL('./j.ts', import.meta.url));
    `;
    expect(importsOf(source).sort()).toEqual(['./j.ts', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']);
  });

  it('name files that exist', () => {
    const missing = files.flatMap((file) =>
      file.imports
        .filter((imported) => /^\..*\.tsx?$/.test(imported) && !existsSync(resolve(dirname(file.path), imported)))
        .map((imported) => `${file.name}: ${imported}`),
    );
    expect(missing).toEqual([]);
  });

  it('form no cycle, not even inside a layer', () => {
    const graph = new Map(
      files.map((file) => [
        file.name,
        file.imports
          .filter((imported) => imported.startsWith('.'))
          .map((imported) => relative(ROOT, resolve(dirname(file.path), imported))),
      ]),
    );
    expect(cycles(graph)).toEqual([]);
  });

  it('that form a cycle are reported with the way around', () => {
    const graph = new Map([
      ['a', ['b']],
      ['b', ['c']],
      ['c', ['a']],
      ['d', ['a']],
    ]);
    expect(cycles(graph)).toEqual([['a', 'b', 'c', 'a']]);
  });
});

describe('tests', () => {
  it('start child processes with a limit', () => {
    const own = join(ROOT, 'test');
    const sources = readdirSync(own, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.ts') && !/node_modules|programs|runners/.test(name),
    );
    const starting = sources.filter((name) =>
      importsOf(readFileSync(join(own, name), 'utf8')).includes('node:child_process'),
    );
    expect(starting).toEqual([join('support', 'child-process.ts')]);
  });
});

describe('the package', () => {
  it('depends on nothing at run time but what its reader unpacks files with', () => {
    const manifest: Record<string, unknown> = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    for (const key of ['optionalDependencies', 'peerDependencies', 'bundleDependencies'])
      expect(manifest[key]).toBeUndefined();
    expect(Object.keys(manifest.dependencies ?? {})).toEqual(IMPORTS.reader!.packages);
    for (const layer of ['base', 'format', 'recorder']) expect(IMPORTS[layer]!.packages).toEqual([]);
  });
});
