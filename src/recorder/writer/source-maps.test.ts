import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { SourceMaps } from './source-maps.ts';

const folder = mkdtempSync(join(tmpdir(), 'exectrace-maps-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Line 3, column 1 of the file comes from line 12 of the source; nothing else has a source. */
const MAPPINGS = ';;AAWA';
const SOURCE = pathToFileURL(join(folder, 'src', 'orders.ts')).href;

function map(more: object = {}): string {
  return JSON.stringify({ version: 3, sources: ['../src/orders.ts'], names: [], mappings: MAPPINGS, ...more });
}

function inline(text: string): string {
  return `data:application/json;charset=utf-8;base64,${Buffer.from(text).toString('base64')}`;
}

function file(name: string, url: string, beside?: string): string {
  mkdirSync(join(folder, 'dist'), { recursive: true });
  if (beside !== undefined) writeFileSync(join(folder, 'dist', url), beside);
  const path = join(folder, 'dist', name);
  writeFileSync(path, `'use strict';\n\norders();\n//# sourceMappingURL=old.map\n//# sourceMappingURL=${url}\n`);
  return path;
}

describe('the source of a compiled file', () => {
  it.each([
    ['in a file beside it', () => file('a.js', 'a.js.map', map())],
    ['in itself', () => file('b.js', inline(map()))],
    ['with a root', () => file('c.js', inline(map({ sources: ['orders.ts'], sourceRoot: '../src' })))],
    ['with a whole address', () => file('d.js', inline(map({ sources: [SOURCE] })))],
  ])('is found through a map %s', (_, make) => {
    const path = make();
    const maps = new SourceMaps();
    expect(maps.find(path, 3, 4)).toEqual({ file: SOURCE, line: 12 });
    expect(maps.find(pathToFileURL(path).href, 3, 1)).toEqual({ file: SOURCE, line: 12 });
  });

  it('may be no file at all', () => {
    const path = file('e.js', inline(map({ sources: ['webpack://shop/src/orders.ts'] })));
    expect(new SourceMaps().find(path, 3, 1)).toEqual({ file: 'webpack://shop/src/orders.ts', line: 12 });
  });

  it.each([
    ['has no map', () => file('f.js', 'missing.map')],
    ['has a map that is none', () => file('g.js', inline('not JSON'))],
    ['has a map from elsewhere', () => file('h.js', 'https://example.org/h.js.map')],
    ['is not there', () => join(folder, 'gone.js')],
    ['is no file', () => 'evalmachine.<anonymous>'],
  ])('is not known if the file %s', (_, make) => {
    expect(new SourceMaps().find(make(), 3, 1)).toBeUndefined();
  });

  it('is not known for what has no source', () => {
    expect(new SourceMaps().find(file('i.js', inline(map())), 1, 1)).toBeUndefined();
  });

  it('is found in more files than maps are kept', () => {
    const maps = new SourceMaps();
    const paths = Array.from({ length: 40 }, (_, n) => file(`many${n}.js`, inline(map())));
    for (const path of [...paths, ...paths]) expect(maps.find(path, 3, 1)?.line).toBe(12);
  });
});
