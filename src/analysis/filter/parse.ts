/**
 * The language in which rows and slices of the timeline are filtered: terms that must all hold.
 *
 *     state=runnable dur>1ms func=~http -wait=select
 *
 *     query = { term }
 *     term  = [ "-" ] ( key op value | text )      "-" turns it round; text alone is func=~text
 *     key   = state | dur | func | task | kind | proc | wait
 *     op    = "=" | "!=" | "=~" | "!~" | "<" | "<=" | ">" | ">="
 *     value = word | "\"" anything "\""             alternatives are parted by commas
 *
 * `=` is equality, `=~` means "contains", without regard to case, where `*` stands for any text. Not regular
 * expressions: a query may come in a link, and none can hang the page.
 */

export type FilterKey = 'state' | 'dur' | 'func' | 'task' | 'kind' | 'proc' | 'wait';
export type FilterOp = '=' | '=~' | '<' | '<=' | '>' | '>=';

export interface FilterTerm {
  readonly key: FilterKey;
  readonly op: FilterOp;
  /** Alternatives. */
  readonly values: readonly string[];
  /** True: what this does not hold of. */
  readonly not: boolean;
  /** Place in the query, for messages. */
  readonly at: number;
  readonly length: number;
}

/** What each key is about, for the help and for messages. */
export const FILTER_KEYS: Readonly<Record<FilterKey, { readonly about: string; readonly example: string }>> = {
  state: { about: 'state of a slice', example: 'state=ready,run' },
  dur: { about: 'length of a slice', example: 'dur>1ms' },
  func: { about: 'function of a strand or goroutine', example: 'func=~http' },
  task: { about: 'request or task it works for', example: 'task=~orders' },
  kind: { about: 'kind of that task', example: 'kind=~orders' },
  proc: { about: 'event loop or P it runs on', example: 'proc=0' },
  wait: { about: 'what a slice waits for', example: 'wait=~mutex' },
};

/** A query that cannot be understood: what is wrong, and where. */
export class FilterError extends Error {
  override readonly name = 'FilterError';
  /** Characters of the query that are meant. */
  readonly at: number;
  readonly length: number;

  constructor(message: string, at: number, length: number) {
    super(message);
    this.at = at;
    this.length = length;
  }
}

/** Longest query that is read. */
const LONGEST = 1000;
const TERM = /(-?)(?:([A-Za-z]+)(!=|!~|=~|<=|>=|=|<|>))?((?:"[^"]*"?|[^\s"])*)/y;

/** Parts of a query. @throws FilterError */
export function parseFilter(query: string): FilterTerm[] {
  if (query.length > LONGEST) throw new FilterError(`The filter is longer than ${LONGEST} characters`, 0, query.length);
  const terms: FilterTerm[] = [];
  let at = 0;
  for (;;) {
    while (query[at] === ' ' || query[at] === '\t') at++;
    if (at >= query.length) return terms;
    TERM.lastIndex = at;
    const match = TERM.exec(query)!;
    terms.push(termOf(match, at));
    at += match[0].length;
  }
}

function termOf(match: RegExpExecArray, at: number): FilterTerm {
  const [text, minus, key, op, rest] = match;
  const { length } = text;
  const fail = (message: string): never => {
    throw new FilterError(message, at, length);
  };
  if ((rest!.match(/"/g)?.length ?? 0) % 2 === 1) fail('A quotation mark is not closed');
  const values = splitValues(rest!);
  if (values.length === 0) fail(key === undefined ? 'There is nothing behind the minus' : `${key}${op} needs a value`);
  if (key === undefined) return { key: 'func', op: '=~', values, not: minus === '-', at, length };
  const known = key.toLowerCase();
  if (!isKey(known)) {
    return fail(`There is no “${key}”: filter by ${Object.keys(FILTER_KEYS).join(', ')}`);
  }
  const negated = op!.startsWith('!');
  const plainOp = (op === '!=' ? '=' : op === '!~' ? '=~' : op) as FilterOp;
  const isOrder = plainOp !== '=' && plainOp !== '=~';
  if (isOrder && known !== 'dur') fail(`${known} has no order: use = or =~`);
  if (known === 'dur' && plainOp === '=~') fail('dur is compared with <, <=, >, >= or =');
  return { key: known, op: plainOp, values, not: (minus === '-') !== negated, at, length };
}

function isKey(key: string): key is FilterKey {
  return Object.hasOwn(FILTER_KEYS, key);
}

/** Alternatives, without their quotation marks. */
function splitValues(text: string): string[] {
  const parts = text.match(/(?:"[^"]*"|[^,"])+/g) ?? [];
  return parts.map((part) => part.replace(/"/g, '')).filter((part) => part !== '');
}

const UNITS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, μs: 1e3, ms: 1e6, s: 1e9, min: 60e9 };

/** A duration as people write it, `1.5ms`, in ns; undefined if it is none. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d*)?|\.\d+)\s*([a-zµμ]+)$/i.exec(text.trim());
  if (match === null) return undefined;
  const unit = UNITS[match[2]!.toLowerCase()];
  return unit === undefined ? undefined : Number(match[1]) * unit;
}

/** Does a text hold a pattern in which `*` stands for any text? Without regard to case; linear in the text. */
export function contains(text: string, pattern: string): boolean {
  const low = text.toLowerCase();
  let from = 0;
  for (const piece of pattern.toLowerCase().split('*')) {
    const found = low.indexOf(piece, from);
    if (found < 0) return false;
    from = found + piece.length;
  }
  return true;
}
