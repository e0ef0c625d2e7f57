/** The tables of docs/wire-format.md are those of the code. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withTables } from '../scripts/gen-wire-docs.mjs';
import { EVENT_ROWS } from '../src/format/index.ts';

test('docs/wire-format.md is up to date: else run node scripts/gen-wire-docs.mjs', () => {
  const document = readFileSync(new URL('../docs/wire-format.md', import.meta.url), 'utf8');
  expect(document).toBe(withTables(document, EVENT_ROWS));
  for (const row of EVENT_ROWS) expect(document).toContain(`| ${row.id} | \`${row.name}\` | 1.${row.since} |`);
});
