/** What the first visit loads, and that nothing in it would break the content security policy. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';

const VIEWER = fileURLToPath(new URL('../../dist/viewer/', import.meta.url));
/** Budget of the first load: everything, the worker included. */
const BUDGET = 150_000;

const files = readdirSync(VIEWER, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));

it('is at most 150 kB, compressed', () => {
  const size = files.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0);
  console.info(`first load: ${(size / 1000).toFixed(1)} kB compressed, in ${files.length} files`);
  expect(size).toBeLessThanOrEqual(BUDGET);
});

it('has no inline script or style, and asks no other host', () => {
  const html = readFileSync(join(VIEWER, 'index.html'), 'utf8');
  expect(html).not.toMatch(/<style|style=|<script(?![^>]*src=)/);
  for (const address of html.matchAll(/(?:src|href)="([^"]*)"/g)) expect(address[1]).toMatch(/^\.\//);
});
