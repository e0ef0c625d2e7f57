/**
 * What a row of the timeline is, how high it is, and where rows are: the pinned ones on top, which do not scroll, and
 * the others below. Which rows there are is decided in `build-rows.ts`, what is drawn in them only for those on screen.
 */
export type RowKind =
  | 'head'
  | 'proc'
  | 'procs'
  | 'pool'
  | 'thread'
  | 'samples'
  | 'task'
  | 'strand'
  | 'regions'
  | 'logs'
  | 'type'
  | 'group'
  | 'counter'
  | 'more';

export interface Row {
  /** Stable over rebuilds, and what is stored as "expanded": `g:12`, `section:groups`. */
  readonly key: string;
  /** What is in it, wherever it stands: `s:4711`. Pinned and hidden rows are known by it; '' if it can be neither. */
  readonly id: string;
  readonly kind: RowKind;
  /** Index of the proc, thread, task, goroutine, task type, group or counter. */
  readonly ref: number;
  /** CSS pixels: whole row, full bar, and from the top of the row to the top of the bar. */
  readonly height: number;
  readonly bar: number;
  readonly top: number;
  /** Steps of indent. */
  readonly level: number;
  readonly name: string;
  /** Muted text behind the name; in a head the sentence. */
  readonly detail: string;
  /** Muted text at the right. */
  readonly value: string;
  readonly strong: boolean;
  /** Whether it is expanded; undefined: it cannot be. */
  readonly open: boolean | undefined;
  /** Nesting depth of a regions row. */
  readonly depth: number;
  /** 1 px rule below. */
  readonly rule: boolean;
  /** It belongs to the task in focus: the critical path leads through it, and what is off the path is pale. */
  readonly onPath: boolean;
  /** It stands among the pinned rows. */
  readonly pinned: boolean;
}

const ANATOMY: Readonly<Record<RowKind, { height: number; bar: number; top: number }>> = {
  head: { height: 26, bar: 0, top: 0 },
  proc: { height: 24, bar: 18, top: 2 },
  procs: { height: 22, bar: 18, top: 2 },
  pool: { height: 24, bar: 18, top: 2 },
  thread: { height: 16, bar: 14, top: 1 },
  samples: { height: 18, bar: 14, top: 2 },
  task: { height: 24, bar: 18, top: 2 },
  strand: { height: 24, bar: 18, top: 2 },
  regions: { height: 18, bar: 14, top: 2 },
  logs: { height: 18, bar: 14, top: 2 },
  type: { height: 22, bar: 18, top: 2 },
  group: { height: 22, bar: 18, top: 2 },
  counter: { height: 24, bar: 18, top: 3 },
  more: { height: 22, bar: 0, top: 0 },
};

/** A row whose lane for wake-up labels, 9 px, lies above its bar. */
export const EXPANDED = { height: 32, top: 10 } as const;

export type RowFields = Pick<Row, 'key' | 'kind' | 'ref' | 'name'> & Partial<Row>;

export function makeRow(fields: RowFields): Row {
  return {
    ...ANATOMY[fields.kind],
    id: '',
    level: 0,
    detail: '',
    value: '',
    strong: false,
    open: undefined,
    depth: 0,
    rule: true,
    onPath: false,
    pinned: false,
    ...fields,
  };
}

/** Design pixels for a name above its bar. */
export const NAME_ABOVE = 18;

/** A row of a page without a gutter: its name has a line of its own above the bar. */
export function narrowRow(row: Row): Row {
  if (row.kind === 'head' || row.kind === 'more') return row;
  return { ...row, height: row.height + NAME_ABOVE, top: row.top + NAME_ABOVE };
}

/** A row of 12 px without text in its bar. */
export function compactRow(row: Row): Row {
  if (row.kind === 'head' || row.kind === 'more' || row.kind === 'counter') return row;
  return { ...row, height: 12, bar: 10, top: 1 };
}

/** Where the rows are. */
export interface RowLayout {
  /** Top of each row, CSS pixels: of a pinned one from the top of the rows' area, of any other from the first of those. */
  readonly tops: Int32Array;
  /** Height of all rows that scroll. */
  readonly height: number;
  /** The first so many rows are pinned, and take so many pixels. */
  readonly pinned: number;
  readonly pinnedHeight: number;
}

export function layoutRows(rows: readonly Row[]): RowLayout {
  const tops = new Int32Array(rows.length);
  let pinned = 0;
  while (pinned < rows.length && rows[pinned]!.pinned) pinned++;
  let y = 0;
  let pinnedHeight = 0;
  rows.forEach((row, i) => {
    if (i === pinned) {
      pinnedHeight = y;
      y = 0;
    }
    tops[i] = y;
    y += row.height;
  });
  if (pinned === rows.length) return { tops, height: 0, pinned, pinnedHeight: y };
  return { tops, height: y, pinned, pinnedHeight };
}

/** Index of the row at a height below the first row that scrolls, or -1. */
export function rowAtHeight(layout: RowLayout, y: number): number {
  if (y < 0 || y >= layout.height) return -1;
  return lastAbove(layout, y, layout.pinned, layout.tops.length - 1);
}

/** Index of the pinned row at a height, or -1. */
export function pinnedRowAt(layout: RowLayout, y: number): number {
  return y < 0 || y >= layout.pinnedHeight ? -1 : lastAbove(layout, y, 0, layout.pinned - 1);
}

function lastAbove({ tops }: RowLayout, y: number, first: number, last: number): number {
  let low = first;
  let high = last;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (tops[middle]! <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * Of the rows that scroll, those that a viewport shows: first, and one behind the last.
 * @param height of the viewport, without the pinned rows
 */
export function rowsInView(layout: RowLayout, scroll: number, height: number): [first: number, last: number] {
  const at = rowAtHeight(layout, Math.max(0, scroll));
  const first = at < 0 ? layout.tops.length : at;
  let last = first;
  while (last < layout.tops.length && layout.tops[last]! < scroll + height) last++;
  return [first, last];
}
