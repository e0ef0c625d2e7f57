/**
 * Writes the event tables of docs/wire-format.md from the event table of the code; the prose around them is written by
 * hand. Run after a build:
 *
 *     node scripts/gen-wire-docs.mjs           write the file
 *     node scripts/gen-wire-docs.mjs --check   exit with status 1 when it is out of date
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('../docs/wire-format.md', import.meta.url));

/** Which rows each table shows. */
const TABLES = {
  structural: (row) => row.class === 'structural',
  timed: (row) => row.class === 'timed' && row.experiment === undefined,
  experimental: (row) => row.experiment !== undefined,
};

/**
 * The document with its tables written anew.
 *
 * @param {string} document Markdown with a pair of markers per table: `<!-- table: NAME -->` and `<!-- end -->`.
 * @param {readonly object[]} rows `EVENT_ROWS` of the format layer.
 */
export function withTables(document, rows) {
  const names = new Set();
  const written = document.replace(/(<!-- table: (\w+) -->\n).*?(<!-- end -->)/gs, (_, begin, name, end) => {
    names.add(name);
    return `${begin}\n${tableOf(rows.filter(TABLES[name]), name !== 'structural')}\n${end}`;
  });
  for (const name of Object.keys(TABLES)) {
    if (!names.has(name)) throw new Error(`docs/wire-format.md has no place for the table "${name}"`);
  }
  return written;
}

function tableOf(rows, timed) {
  const head = timed
    ? ['#', 'Event', 'Since', 'Arguments after the time', 'Needs', 'Meaning']
    : ['#', 'Event', 'Since', 'Arguments', 'Meaning'];
  const lines = rows.map((row) => {
    const args = argumentsOf(row, timed);
    const meaning = row.closes === undefined ? row.doc : `${row.doc} Ends ${row.closes}.`;
    const cells = [row.id, `\`${row.name}\``, `1.${row.since}`, args];
    return timed ? [...cells, needsOf(row.needs), meaning] : [...cells, meaning];
  });
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

function argumentsOf(row, timed) {
  const args = timed ? row.args.slice(1) : row.args;
  const shown = args.map(([name, type, text = name]) => `\`${text}\` ${type === text ? '' : `(${type})`}`.trim());
  if (row.trailer === 'bytes') shown.push('length and bytes');
  if (row.trailer === 'frames') shown.push('frames');
  return shown.length === 0 ? '–' : shown.join(', ');
}

/** Thread, proc, goroutine: + must, 0 must not, ? may. */
function needsOf({ thread, proc, goroutine }) {
  const signs = { must: '+', mustNot: '0', may: '?' };
  return [thread, proc, goroutine].map((need) => signs[need]).join(' ');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { EVENT_ROWS } = await import('../dist/format/index.js');
  const before = readFileSync(file, 'utf8');
  const after = withTables(before, EVENT_ROWS);
  if (process.argv.includes('--check')) {
    if (after !== before) {
      console.error('docs/wire-format.md is out of date: run node scripts/gen-wire-docs.mjs');
      process.exitCode = 1;
    }
  } else {
    writeFileSync(file, after);
  }
}
