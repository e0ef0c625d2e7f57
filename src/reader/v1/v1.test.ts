/** The formats before 1.22 against what the parser of Go 1.19, which knew them all, made of the same files. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { differenceButForTies } from '../../../test/support/same-events.ts';
import { sharedData } from '../../../test/support/shared-data.ts';
import { HEADER_SIZE, TraceFormatError, WideValues } from '../../format/index.ts';
import { readVersion } from '../header.ts';
import { StackTable } from '../stack-table.ts';
import { StringTable } from '../string-table.ts';
import { V1_BY_ID, V1_EVENTS } from './events.ts';
import { orderRows } from './order.ts';
import { replay } from './replay.ts';
import { V1Scanner } from './scanner.ts';

const folder = sharedData('traces of Go 1.5 to 1.19');

/** Go's parser has these on goroutine 0. */
const WITHOUT_GOROUTINE: ReadonlySet<number> = new Set(
  [V1_EVENTS.GCStart, V1_EVENTS.GCDone, V1_EVENTS.STWStart, V1_EVENTS.STWDone].map(({ id }) => id),
);

/** The replayed events of a file: time, name, proc, goroutine, depth of the stack and its innermost function. */
function linesOf(bytes: Uint8Array): string[] {
  const version = readVersion(bytes.subarray(0, HEADER_SIZE));
  if (version >= 22) throw new Error('not a v1 trace');
  const tables = { strings: new StringTable(), stacks: new StackTable(), wide: new WideValues() };
  const scanner = new V1Scanner(version as 5, HEADER_SIZE, tables);
  scanner.push(bytes.subarray(HEADER_SIZE));
  scanner.end();
  scanner.scan();
  const file = scanner.finish();
  const { events } = file;
  const rows = replay(file, orderRows(file));
  return Array.from(rows, (row) => {
    const type = events.type.at(row);
    const name = V1_BY_ID[type]!.name.replace('STW', 'GCSTW');
    const goroutine = WITHOUT_GOROUTINE.has(type) ? 0 : events.goroutine.at(row);
    const stack = events.stack.at(row);
    const from = tables.stacks.offset.at(stack);
    const depth = tables.stacks.offset.at(stack + 1) - from;
    const top = depth > 0 && version > 5 ? ` top=${tables.strings.strings[tables.stacks.func.at(from)]}` : '';
    return `${events.time.at(row)} ${name} P${events.proc.at(row)} G${goroutine} stk=${depth}${top}`;
  });
}

/** The same of a line of Go's. */
function comparable(line: string): string {
  const top = / top=.*$/.exec(line)?.[0] ?? '';
  return line.replace(/( stk=\d+).*$/, `$1${top}`);
}

describe.skipIf(folder === undefined)('formats before 1.22', () => {
  const files = folder === undefined ? [] : readdirSync(join(folder, 'go-v1-bin'));

  test('are all there', () => {
    expect(files).toHaveLength(21);
  });

  test.each(files)("%s replays as in Go's own parser", (name) => {
    const gold = gunzipSync(readFileSync(join(folder!, 'gold/v1-events', `${name}.txt.gz`))).toString();
    const lines = gold.split('\n').filter((line) => line !== '');
    const bytes = readFileSync(join(folder!, 'go-v1-bin', name));
    if (lines.at(-1)!.startsWith('ERROR')) {
      expect(() => linesOf(bytes)).toThrow(TraceFormatError);
      return;
    }
    expect(differenceButForTies(linesOf(bytes), lines, comparable)).toBeUndefined();
  });
});
