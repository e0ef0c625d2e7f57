/**
 * Which intervals a filter is about. What depends on the goroutine, the reason, the stack or the proc is decided once per
 * goroutine, reason, stack and proc; then one pass over the columns looks bits up.
 */

import { GoState } from '../../reader/index.ts';
import { reasonWord, stateWord } from '../dialect.ts';
import { intervalProc, intervalReason } from '../interval-links.ts';
import type { Dialect, TraceModel } from '../model.ts';
import { type Names, nameForms } from '../names.ts';
import { DISPLAY_STATES, type DisplayState } from '../states.ts';
import { contains, FilterError, type FilterTerm, parseDuration, parseFilter } from './parse.ts';

/** What a filter holds of. */
export interface Matches {
  readonly query: string;
  /** Per interval row: 1 if it matches. */
  readonly rows: Uint8Array;
  /** Per goroutine and per task: 1 if it, or an interval of it, matches. */
  readonly goroutines: Uint8Array;
  readonly tasks: Uint8Array;
  /** Number of intervals that match, and of goroutines that have one. */
  readonly count: number;
  readonly strands: number;
}

/** Words by which a state can be called, besides those of the legend. */
const STATE_WORDS: ReadonlyMap<string, DisplayState> = new Map(
  Object.entries({
    run: 0,
    running: 0,
    sys: 1,
    syscall: 1,
    pool: 1,
    native: 1,
    gc: 2,
    assist: 2,
    ready: 3,
    runnable: 3,
    net: 4,
    network: 4,
    fs: 4,
    io: 4,
    sync: 5,
    await: 5,
    awaiting: 5,
    chan: 5,
    mutex: 5,
    select: 5,
    sleep: 6,
    timer: 6,
    unknown: 7,
    off: 7,
  } as const),
);

/** Finds what a query is about. @throws FilterError when it cannot be understood */
export function matchFilter(model: TraceModel, names: Names, query: string): Matches {
  const terms = parseFilter(query);
  const tests = new Tests(model, names, terms);
  const { intervals, goroutines, tasks } = model;
  const rows = new Uint8Array(intervals.count);
  const own = new Uint8Array(goroutines.count);
  const ofTasks = new Uint8Array(tasks.count);
  let count = 0;
  let strands = 0;
  for (let goroutine = 0; goroutine < goroutines.count; goroutine++) {
    if (tests.goroutine[goroutine] === 0) continue;
    const before = count;
    const last = goroutines.offset[goroutine + 1]!;
    for (let row = goroutines.offset[goroutine]!; row < last; row++) {
      if (!tests.holds(row)) continue;
      rows[row] = 1;
      count++;
    }
    if (count === before) continue;
    own[goroutine] = 1;
    strands++;
    const task = goroutines.task[goroutine]!;
    if (task >= 0) ofTasks[task] = 1;
  }
  return { query, rows, goroutines: own, tasks: ofTasks, count, strands };
}

/**
 * The next (1) or previous (−1) match in order of time.
 *
 * @param time start of where one is, ns; of intervals that begin at once those behind `row` come next
 * @returns interval row, or -1
 */
export function stepMatch(
  { intervals }: TraceModel,
  { rows }: Matches,
  time: number,
  row: number,
  step: 1 | -1,
): number {
  let best = -1;
  for (let at = 0; at < rows.length; at++) {
    if (rows[at] === 0 || !isBehind(intervals.start[at]!, at, time, row, step)) continue;
    if (best < 0 || isBehind(intervals.start[best]!, best, intervals.start[at]!, at, step)) best = at;
  }
  return best;
}

/** Is (time, row) behind (from, fromRow) in the direction of `step`? */
function isBehind(time: number, row: number, from: number, fromRow: number, step: 1 | -1): boolean {
  return time === from ? (row - fromRow) * step > 0 : (time - from) * step > 0;
}

type RowTest = (row: number) => boolean;

class Tests {
  /** Per goroutine: 1 if all terms about goroutines hold. */
  readonly goroutine: Uint8Array;
  readonly #rows: RowTest[] = [];

  constructor(model: TraceModel, names: Names, terms: readonly FilterTerm[]) {
    this.goroutine = new Uint8Array(model.goroutines.count).fill(1);
    for (const term of terms) {
      const test = rowTest(term, model, names);
      if (test !== undefined) this.#rows.push(test);
      else andGoroutines(this.goroutine, term, model, names);
    }
  }

  /** Do all terms about intervals hold? */
  holds(row: number): boolean {
    for (const test of this.#rows) if (!test(row)) return false;
    return true;
  }
}

/** What a term says about intervals; undefined for one about goroutines. */
function rowTest(term: FilterTerm, model: TraceModel, names: Names): RowTest | undefined {
  switch (term.key) {
    case 'state':
      return stateTest(term, model);
    case 'dur':
      return lengthTest(term, model);
    case 'proc':
      return procTest(term, model, names);
    case 'wait':
      return waitTest(term, model, names);
    default:
      return undefined;
  }
}

function stateTest(term: FilterTerm, { info, intervals }: TraceModel): RowTest {
  const wanted = new Uint8Array(DISPLAY_STATES).fill(term.not ? 1 : 0);
  for (const value of term.values) {
    const states = statesOf(value, term.op, info.dialect);
    if (states.length === 0) {
      const words = Array.from({ length: DISPLAY_STATES }, (_, state) =>
        stateWord(info.dialect, state as DisplayState),
      );
      throw new FilterError(`There is no state “${value}”: ${words.join(', ')}`, term.at, term.length);
    }
    for (const state of states) wanted[state] = term.not ? 0 : 1;
  }
  const { display } = intervals;
  return (row) => wanted[display[row]!] === 1;
}

/** States that a word means: of the legend, or one of the short ones that hold for Go and Node alike. */
function statesOf(word: string, op: string, dialect: Dialect): number[] {
  const found: number[] = [];
  for (let state = 0; state < DISPLAY_STATES; state++) {
    const own = stateWord(dialect, state as DisplayState);
    if (op === '=~' ? contains(own, word) : own.toLowerCase() === word.toLowerCase()) found.push(state);
  }
  const short = STATE_WORDS.get(word.toLowerCase());
  if (found.length === 0 && short !== undefined) found.push(short);
  return found;
}

function lengthTest(term: FilterTerm, { intervals }: TraceModel): RowTest {
  const limits = term.values.map((value) => {
    const limit = parseDuration(value);
    if (limit !== undefined) return limit;
    throw new FilterError(`“${value}” is no duration: write 1ms, 250us, 1.5s`, term.at, term.length);
  });
  const { start, end } = intervals;
  const compare = COMPARE[term.op]!;
  return (row) => limits.some((limit) => compare(end[row]! - start[row]!, limit)) !== term.not;
}

const COMPARE: Readonly<Record<string, (length: number, limit: number) => boolean>> = {
  '=': (length, limit) => length === limit,
  '<': (length, limit) => length < limit,
  '<=': (length, limit) => length <= limit,
  '>': (length, limit) => length > limit,
  '>=': (length, limit) => length >= limit,
};

function procTest(term: FilterTerm, { procs, intervals }: TraceModel, names: Names): RowTest {
  const wanted = Uint8Array.from({ length: procs.count }, (_, proc) => {
    const name = names.proc(proc);
    const forms = [String(procs.id[proc]), name, name.replace(' ', '')];
    return valueIn(term, forms) ? 1 : 0;
  });
  if (!wanted.includes(1)) {
    const known = Array.from({ length: Math.min(4, procs.count) }, (_, proc) => names.proc(proc));
    throw new FilterError(`There is no “${term.values.join(',')}”: ${known.join(', ')} …`, term.at, term.length);
  }
  return (row) => {
    const proc = intervalProc(intervals, row);
    return (proc >= 0 && wanted[proc] === 1) !== term.not;
  };
}

/** A wait for something: by its reason; for Go's `sync`, which says nothing of the lock, also by the function of it. */
function waitTest(term: FilterTerm, { info, intervals, strings, stacks }: TraceModel, names: Names): RowTest {
  const { state, stack } = intervals;
  const byReason = lazily(strings.length, (id) => {
    const text = names.text(id);
    return text !== '' && valueIn(term, [text, reasonWord(info.dialect, text)]);
  });
  const sync = strings.indexOf('sync');
  const byStack = lazily(stacks.count, (id) => {
    for (let frame = stacks.offset[id]!; frame < stacks.offset[id + 1]!; frame++) {
      const name = names.text(stacks.func[frame]!);
      if (!LOCKS.test(name)) return false;
      if (valueIn(term, nameForms(name))) return true;
    }
    return false;
  });
  return (row) => {
    if (state[row] !== GoState.Waiting) return term.not;
    const reason = intervalReason(intervals, row);
    return (byReason(reason) || (reason === sync && byStack(stack[row]!))) !== term.not;
  };
}

const LOCKS = /^(?:internal\/)?(?:sync|runtime)\./;

/** A predicate over ids that is worked out once per id. */
function lazily(count: number, test: (id: number) => boolean): (id: number) => boolean {
  const known = new Int8Array(count);
  return (id) => {
    if (known[id] === 0) known[id] = test(id) ? 1 : -1;
    return known[id] === 1;
  };
}

/** Puts out the goroutines of which a term about functions, tasks or kinds does not hold. */
function andGoroutines(out: Uint8Array, term: FilterTerm, model: TraceModel, names: Names): void {
  const { goroutines, tasks } = model;
  const byName = lazily(model.strings.length, (id) => valueIn(term, nameForms(names.text(id))));
  const byTask = lazily(tasks.count, (task) =>
    term.key === 'kind'
      ? valueIn(term, [names.text(tasks.kind[task]!)])
      : valueIn(term, [names.task(task), names.text(tasks.name[task]!), `#${tasks.id[task]}`]),
  );
  for (let goroutine = 0; goroutine < goroutines.count; goroutine++) {
    const task = goroutines.task[goroutine]!;
    const holds = term.key === 'func' ? byName(goroutines.name[goroutine]!) : task >= 0 && byTask(task);
    if (holds === term.not) out[goroutine] = 0;
  }
}

/** Is one of the term's values one of the forms of a name, or contained in one? */
function valueIn({ op, values }: FilterTerm, forms: readonly string[]): boolean {
  return values.some((value) =>
    forms.some((form) => (op === '=~' ? contains(form, value) : form.toLowerCase() === value.toLowerCase())),
  );
}
