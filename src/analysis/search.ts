/**
 * Search over names: of goroutines, tasks, regions and log messages.
 *
 * The idea: names are interned, so the text is matched against the string table once and rows are picked by id.
 */
import type { TraceModel } from './model.ts';

export interface SearchResult {
  /** Group indices whose name matches. */
  readonly groups: readonly number[];
  /** Goroutine indices by id (a number was asked for) or by name. */
  readonly goroutines: readonly number[];
  readonly tasks: readonly number[];
  readonly regions: readonly number[];
  /** Log rows whose category or message matches. */
  readonly logs: readonly number[];
}

/**
 * Rows whose name contains the text, without regard to case, in table order; a number also finds the goroutine and
 * the task of that id. The empty text finds nothing.
 *
 * @param limit most rows per table
 */
export function search(model: TraceModel, text: string, limit = 100): SearchResult {
  const wanted = text.trim().toLowerCase();
  const matches = Uint8Array.from(model.strings, (string) => Number(string.toLowerCase().includes(wanted)));
  matches[0] = 0;
  const id = /^\d+$/.test(wanted) ? Number(wanted) : Number.NaN;
  const pick = (count: number, accept: (row: number) => boolean): number[] => {
    const rows: number[] = [];
    for (let row = 0; wanted !== '' && row < count && rows.length < limit; row++) if (accept(row)) rows.push(row);
    return rows;
  };
  const { groups, goroutines, tasks, regions, logs } = model;
  return {
    groups: pick(groups.count, (row) => matches[groups.name[row]!] === 1),
    goroutines: pick(goroutines.count, (row) => goroutines.id[row] === id || matches[goroutines.name[row]!] === 1),
    tasks: pick(
      tasks.count,
      (row) => tasks.id[row] === id || matches[tasks.name[row]!] === 1 || matches[tasks.kind[row]!] === 1,
    ),
    regions: pick(regions.count, (row) => matches[regions.type[row]!] === 1),
    logs: pick(logs.count, (row) => matches[logs.category[row]!] === 1 || matches[logs.message[row]!] === 1),
  };
}
