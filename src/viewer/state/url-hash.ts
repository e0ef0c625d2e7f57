/**
 * What of the page's state is in its address, as a table: a row per piece of state with its key, how it is written, and
 * how it is read. A link shows what its sender saw; Back and undo bring back what was; all three work from this table.
 *
 *   #w=4200000000,4760000000&sel=task:812,g:4711,at:4268000000
 *
 * To add state: give it a signal, and a row here. Times are ns since the start of the trace; things are named by the
 * trace's own ids or names, so that a link does not depend on how the viewer numbers them. An address may have been
 * written by anybody: `decode` returns undefined for what is malformed or not in this trace, and the page says so.
 */
import type { Signal } from '@preact/signals';
import type { DisplayState } from '../../analysis/index.ts';
import { STATE_NAMES, type ThemeName } from '../theme/tokens.ts';
import { parseRowId } from '../timeline/row-id.ts';
import { type RowSort, SORTS } from '../timeline/row-sort.ts';
import { clampWindow, type TimeWindow } from '../timeline/scale.ts';
import type { AppState, LegendKey } from './app-state.ts';
import type { OpenTrace } from './open-trace.ts';
import { PAGES, type Page, type PageView } from './pages.ts';
import { NOTHING, type Selection } from './selection.ts';
import { decodeSelection, encodeSelection } from './selection-text.ts';
import type { ThemeChoice } from './theme-choice.ts';

/** The parts of the page whose state the address may hold. */
export interface Stated {
  readonly app: AppState;
  readonly theme: ThemeChoice;
}

export interface HashField<T> {
  readonly key: string;
  /** What it is, for the message about a value that is of no use: `the time window`. */
  readonly what: string;
  readonly signal: (of: Stated) => Signal<T>;
  /** The value of an address without the key. */
  readonly initial: (trace: OpenTrace) => T;
  /** '' stands for the initial value: the key is left out. */
  readonly encode: (value: T, trace: OpenTrace) => string;
  readonly decode: (text: string, trace: OpenTrace) => T | undefined;
  /**
   * `step`: navigation; a change is a step of Back and of undo. `drag`: the same, but changes that follow one another
   * are one step. `setting`: in links, but not undone.
   */
  readonly kind: 'step' | 'drag' | 'setting';
}

/** Longest value that is looked at, and most members of a list: an address is not data. */
const LONGEST = 4000;
const MOST_KEYS = 200;
const KEY = /^[\w:/.-]{1,64}$/;

const window: HashField<TimeWindow> = {
  key: 'w',
  what: 'the time window',
  signal: ({ app }) => app.window,
  initial: (trace) => trace.firstWindow,
  encode: encodeTimes,
  decode: (text, trace) => {
    const times = decodeTimes(text, trace);
    return times && clampWindow(times, trace.bounds);
  },
  kind: 'drag',
};

const range: HashField<TimeWindow | undefined> = {
  key: 'range',
  what: 'the chosen range',
  signal: ({ app }) => app.range,
  initial: () => undefined,
  encode: (value) => (value === undefined ? '' : encodeTimes(value)),
  decode: decodeTimes,
  kind: 'drag',
};

const selection: HashField<Selection> = {
  key: 'sel',
  what: 'the selection',
  signal: ({ app }) => app.selection,
  initial: () => NOTHING,
  encode: encodeSelection,
  decode: decodeSelection,
  kind: 'step',
};

const page: HashField<Page> = {
  key: 'page',
  what: 'the page',
  signal: ({ app }) => app.page,
  initial: () => PAGES[0],
  encode: (value) => (value === PAGES[0] ? '' : value),
  decode: (text) => PAGES.find((name) => name === text),
  kind: 'step',
};

const view: HashField<PageView> = {
  key: 'v',
  what: 'what the page shows',
  signal: ({ app }) => app.pageView,
  initial: () => ({}),
  encode: (value) => new URLSearchParams(value).toString(),
  decode: (text) => Object.fromEntries(new URLSearchParams(text)),
  kind: 'step',
};

const lengths: HashField<TimeWindow | undefined> = {
  key: 'len',
  what: 'the lengths of requests',
  signal: ({ app }) => app.lengths,
  initial: () => undefined,
  encode: (value) => (value === undefined ? '' : encodeTimes(value)),
  decode: (text) => timesOf(text),
  kind: 'drag',
};

/** Names of the legend's entries. */
const LEGEND_NAMES = new Map<string, LegendKey>([
  ...STATE_NAMES.map((name, state): [string, LegendKey] => [name, state as DisplayState]),
  ['stw', 'stw'],
  ['user', 'user'],
]);

const hidden: HashField<ReadonlySet<LegendKey>> = {
  key: 'hide',
  what: 'what the legend hides',
  signal: ({ app }) => app.hidden,
  initial: () => new Set(),
  encode: (value) => [...LEGEND_NAMES].flatMap(([name, key]) => (value.has(key) ? [name] : [])).join(','),
  decode: (text) => {
    const keys = text.split(',').map((name) => LEGEND_NAMES.get(name));
    return keys.includes(undefined) ? undefined : new Set(keys as LegendKey[]);
  },
  kind: 'setting',
};

const rows: HashField<ReadonlySet<string>> = {
  key: 'rows',
  what: 'the rows that are open or folded',
  signal: ({ app }) => app.toggled,
  initial: () => new Set(),
  encode: (value) => [...value].slice(0, MOST_KEYS).join(','),
  decode: (text) => {
    const keys = text.split(',');
    return keys.length <= MOST_KEYS && keys.every((key) => KEY.test(key)) ? new Set(keys) : undefined;
  },
  kind: 'setting',
};

/** Ids of rows, separated by commas. */
function rowIds(text: string, trace: OpenTrace): string[] | undefined {
  const ids = text.split(',');
  return ids.length <= MOST_KEYS && ids.every((id) => parseRowId(trace, id) !== undefined) ? ids : undefined;
}

const pinned: HashField<readonly string[]> = {
  key: 'pin',
  what: 'the pinned rows',
  signal: ({ app }) => app.pinned,
  initial: () => [],
  encode: (value) => value.slice(0, MOST_KEYS).join(','),
  decode: rowIds,
  kind: 'setting',
};

const hiddenRows: HashField<ReadonlySet<string>> = {
  key: 'norows',
  what: 'the hidden rows',
  signal: ({ app }) => app.hiddenRows,
  initial: () => new Set(),
  encode: (value) => [...value].slice(0, MOST_KEYS).join(','),
  decode: (text, trace) => {
    const ids = rowIds(text, trace);
    return ids && new Set(ids);
  },
  kind: 'setting',
};

/** What cannot be understood is shown in its field, which says why. */
const filter: HashField<string> = {
  key: 'q',
  what: 'the filter',
  signal: ({ app }) => app.filterText,
  initial: () => '',
  encode: (value) => value.slice(0, LONGEST),
  decode: (text) => text,
  kind: 'setting',
};

const sort: HashField<RowSort> = {
  key: 'sort',
  what: 'the order of rows',
  signal: ({ app }) => app.sort,
  initial: () => SORTS[0],
  encode: (value) => (value === SORTS[0] ? '' : value),
  decode: (text) => SORTS.find((name) => name === text),
  kind: 'setting',
};

const theme: HashField<ThemeName | undefined> = {
  key: 'theme',
  what: 'the theme',
  signal: (of) => of.theme.chosen,
  initial: () => undefined,
  encode: (value) => value ?? '',
  decode: (text) => (text === 'light' || text === 'dark' ? text : undefined),
  kind: 'setting',
};

/** A setting that is on or off. */
function flag(key: string, what: string, byDefault: boolean, signal: (app: AppState) => Signal<boolean>) {
  const field: HashField<boolean> = {
    key,
    what,
    signal: ({ app }) => signal(app),
    initial: () => byDefault,
    encode: (value) => (value === byDefault ? '' : value ? '1' : '0'),
    decode: (text) => (text === '1' ? true : text === '0' ? false : undefined),
    kind: 'setting',
  };
  return field;
}

/** A row of the table whose type of value is only known to the row itself. */
// biome-ignore lint/suspicious/noExplicitAny: each row reads what it has written itself; there is no common type.
export type AnyField = HashField<any>;

export const HASH_FIELDS: readonly AnyField[] = [
  page,
  view,
  window,
  range,
  selection,
  lengths,
  hidden,
  rows,
  pinned,
  hiddenRows,
  filter,
  sort,
  flag('compact', 'compact rows', false, (app) => app.compact),
  flag('bands', 'the bands of GC and blocks', true, (app) => app.showBands),
  flag('tips', 'the tooltips', true, (app) => app.tooltips),
  flag('details', 'the details', true, (app) => app.detailsOpen),
  theme,
];

/** The address of the present state; reads its signals. */
export function encodeHash(of: Stated, trace: OpenTrace, fields = HASH_FIELDS): string {
  const parts: string[] = [];
  for (const field of fields) {
    const text = field.encode(field.signal(of).value, trace);
    if (text !== '') parts.push(`${field.key}=${escapeValue(text)}`);
  }
  return `#${parts.join('&')}`;
}

export interface DecodedHash {
  /** A value per field: what the address says, else what is so without it. */
  readonly values: ReadonlyMap<AnyField, unknown>;
  /** Fields that the address names with a value of use. */
  readonly named: ReadonlySet<AnyField>;
  /** What was ignored, in words. */
  readonly ignored: readonly string[];
}

/** Reads an address, whatever it is. */
export function decodeHash(hash: string, trace: OpenTrace, fields = HASH_FIELDS): DecodedHash {
  const texts = new URLSearchParams(hash.replace(/^#/, ''));
  const values = new Map<AnyField, unknown>();
  const named = new Set<AnyField>();
  const ignored: string[] = [];
  for (const field of fields) {
    const text = texts.get(field.key);
    texts.delete(field.key);
    const value = text === null || text.length > LONGEST ? undefined : field.decode(text, trace);
    if (text !== null && value === undefined) ignored.push(field.what);
    if (value !== undefined) named.add(field);
    values.set(field, value ?? field.initial(trace));
  }
  const unknown = [...new Set(texts.keys())].filter((key) => key !== '').map((key) => `“${key.slice(0, 24)}”`);
  return { values, named, ignored: [...ignored, ...unknown.slice(0, 5)] };
}

/** Escapes what would end the value or the address; commas and colons stay legible. */
function escapeValue(text: string): string {
  return encodeURIComponent(text).replace(/%(2C|3A|2F|3E|3C|3D|7E)/g, (code) => decodeURIComponent(code));
}

function encodeTimes({ start, end }: TimeWindow): string {
  return `${Math.round(start)},${Math.round(end)}`;
}

function timesOf(text: string): TimeWindow | undefined {
  const [start, end, more] = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (more !== undefined || start === undefined || end === undefined) return undefined;
  return Number.isFinite(start) && Number.isFinite(end) && end > start ? { start, end } : undefined;
}

/** Two times that the trace has something between. */
function decodeTimes(text: string, { bounds }: OpenTrace): TimeWindow | undefined {
  const times = timesOf(text);
  if (times === undefined || times.start >= bounds.end || times.end <= bounds.start) return undefined;
  return { start: Math.max(times.start, bounds.start), end: Math.min(times.end, bounds.end) };
}
