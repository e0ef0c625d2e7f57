/** What the first visit loads, and that nothing in it would break the content security policy. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';

const VIEWER = fileURLToPath(new URL('../../dist/viewer/', import.meta.url));
/** Budget of the first load: all that is needed to show a trace, the worker included. */
const BUDGET = 150_000;
const SCRIPT = /\.js$/;

/** What a file loads at once: of a page its scripts and styles, of a script its static imports and its workers. */
function loadedBy(name: string, text: string): string[] {
  if (!SCRIPT.test(name)) return [...text.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map((match) => match[1]!);
  const names = [
    ...text.matchAll(/\b(?:from|import)\s*["']\.\/([\w.-]+)["']/g),
    ...text.matchAll(/["'`][\w./]*?([\w-]*worker[\w-]*\.js)["'`]/g),
  ].map((match) => join('assets', match[1]!));
  return names;
}

/** The files of the first load. What is imported by `import()` comes later. */
function firstLoad(): string[] {
  const found = new Set(['index.html']);
  for (const name of found) {
    if (name.endsWith('.css') || name.endsWith('.svg')) continue;
    for (const next of loadedBy(name, readFileSync(join(VIEWER, name), 'utf8'))) found.add(next);
  }
  return [...found];
}

const everything = readdirSync(VIEWER, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());

it('is at most 150 kB, compressed', () => {
  const files = firstLoad();
  const size = files.reduce((sum, file) => sum + gzipSync(readFileSync(join(VIEWER, file))).length, 0);
  console.info(`first load: ${(size / 1000).toFixed(1)} kB compressed, ${files.length} of ${everything.length} files`);
  expect(files.some((file) => file.includes('worker'))).toBe(true);
  expect(files.filter((file) => SCRIPT.test(file)).length).toBeGreaterThan(1);
  expect(size).toBeLessThanOrEqual(BUDGET);
});

it('has no inline script or style, and asks no other host', () => {
  const html = readFileSync(join(VIEWER, 'index.html'), 'utf8');
  expect(html).not.toMatch(/<style|style=|<script(?![^>]*src=)/);
  for (const address of html.matchAll(/(?:src|href)="([^"]*)"/g)) expect(address[1]).toMatch(/^\.\//);
});
