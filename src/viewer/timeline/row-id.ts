/**
 * What stands in a row, wherever the row is: `s:12` is strand 12, in its group, among those of a request, or pinned.
 * Pinned and hidden rows are kept by these.
 */
import type { OpenTrace } from '../state/open-trace.ts';
import type { RowKind } from './rows.ts';

const LETTERS: Readonly<Partial<Record<RowKind, string>>> = {
  proc: 'p',
  procs: 'P',
  pool: 'o',
  thread: 'm',
  samples: 'x',
  task: 't',
  strand: 's',
  type: 'y',
  group: 'g',
  counter: 'c',
};
const KINDS = new Map(Object.entries(LETTERS).map(([kind, letter]) => [letter, kind as RowKind]));

/** '' for rows that are no thing of their own: heads, regions, logs. */
export function rowId(kind: RowKind, ref: number): string {
  const letter = LETTERS[kind];
  return letter === undefined ? '' : `${letter}:${Math.max(0, ref)}`;
}

/** What an id means; undefined if the trace has no such thing. */
export function parseRowId(trace: OpenTrace, id: string): { readonly kind: RowKind; readonly ref: number } | undefined {
  const match = /^([a-zA-Z]):(\d{1,9})$/.exec(id);
  const kind = match === null ? undefined : KINDS.get(match[1]!);
  if (kind === undefined) return undefined;
  const ref = Number(match![2]);
  return ref < sizeOf(trace, kind) ? { kind, ref } : undefined;
}

/** How many there are of a kind. */
function sizeOf({ model, summary, tracks }: OpenTrace, kind: RowKind): number {
  switch (kind) {
    case 'proc':
      return model.procs.count;
    case 'thread':
      return tracks.threads.count;
    case 'task':
      return model.tasks.count;
    case 'strand':
      return model.goroutines.count;
    case 'type':
      return summary.taskTypes.length;
    case 'group':
      return model.groups.count;
    case 'counter':
      return tracks.counters.length;
    case 'samples':
      return model.samples.count > 0 ? 1 : 0;
    case 'pool':
      return tracks.pool === undefined ? 0 : 1;
    default:
      return 1;
  }
}
