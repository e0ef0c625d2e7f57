import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PromiseTable, UNKNOWN } from './promise-table.ts';

/** Promises of a page; the table has 96 pages. */
const PAGE = 4096;
const PAGES = 96;
const NO_LIMIT = 1e6;

/** The table as a Map would do it. */
class Model {
  readonly pending = new Map<number, { strand: number; reason: number; waiters: number[] }>();
  readonly settled = new Set<number>();
}

/** What happens to a table; numbers pick a promise among those there are. */
type Action =
  | { readonly kind: 'add'; readonly gap: number }
  | { readonly kind: 'settle' | 'explain'; readonly pick: number }
  | { readonly kind: 'wait'; readonly pick: number; readonly on: number };

const anyAction: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('add' as const), gap: fc.nat(3) }) },
  // Whole pages ahead, as a program does that makes many promises which settle at once.
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('add' as const), gap: fc.nat(3 * PAGE) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('settle' as const, 'explain' as const), pick: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), pick: fc.nat(), on: fc.nat() }) },
);

/** Performs `actions` on a table and a model, from promise `first` on. */
function perform(table: PromiseTable, model: Model, first: number, actions: readonly Action[]): void {
  let newest = first;
  let strands = 0;
  const picked = (pick: number): number | undefined => [...model.pending.keys()][pick % model.pending.size];
  for (const action of actions) {
    if (action.kind === 'add') {
      newest = (newest + 1 + action.gap) | 0;
      const entry = table.add(newest);
      table.setStrand(entry, ++strands);
      model.pending.set(newest, { strand: strands, reason: 0, waiters: [] });
      continue;
    }
    const id = picked(action.pick);
    if (id === undefined) continue;
    const entry = table.find(id);
    const known = model.pending.get(id)!;
    if (action.kind === 'settle') {
      table.settle(id, entry);
      model.pending.delete(id);
      model.settled.add(id);
    } else if (action.kind === 'explain') {
      table.setReason(entry, (action.pick % 1000) + 1);
      // The first reason stays.
      known.reason ||= (action.pick % 1000) + 1;
    } else if ('on' in action) {
      const on = picked(action.on)!;
      const waits = [...model.pending.values()].some(({ waiters }) => waiters.includes(id));
      if (on === id || waits) continue;
      table.addWaiter(table.find(on), id, entry);
      model.pending.get(on)!.waiters.unshift(id);
    }
  }
}

function waitersOf(table: PromiseTable, entry: number): number[] {
  const waiters: number[] = [];
  for (let id = table.takeWaiters(entry); id !== 0; id = table.takeNextWaiter(table.find(id))) waiters.push(id);
  return waiters;
}

function expectSame(table: PromiseTable, model: Model): void {
  for (const id of model.settled) expect(table.isPending(table.find(id))).toBe(false);
  for (const [id, { strand, reason, waiters }] of model.pending) {
    const entry = table.find(id);
    expect(table.isPending(entry)).toBe(true);
    expect([id, table.strand(entry), table.reason(entry)]).toEqual([id, strand, reason]);
    const alive = waiters.filter((waiter) => model.pending.has(waiter));
    // A waiter cannot settle before what it waits for; those that did here would end the list.
    if (alive.length === waiters.length) expect(waitersOf(table, entry)).toEqual(waiters);
  }
}

describe('a table of promises', () => {
  it('knows of each pending promise what a Map would know, over any number of pages', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0, 100_000, 0x7fffffff - 2 * PAGE, -3 * PAGE),
        fc.array(anyAction, { maxLength: 150, size: 'max' }),
        (first, actions) => {
          const table = new PromiseTable(NO_LIMIT, () => {});
          const model = new Model();
          perform(table, model, first, actions);
          expectSame(table, model);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps promises that outlive their page', () => {
    const table = new PromiseTable(NO_LIMIT, () => {});
    const ids = Array.from({ length: 3 * PAGES }, (_, page) => page * PAGE + 7);
    for (const id of ids) table.setStrand(table.add(id), id + 1);
    table.addWaiter(table.find(ids[0]!), ids[1]!, table.find(ids[1]!));
    for (const id of ids) expect(table.strand(table.find(id))).toBe(id + 1);
    expect(waitersOf(table, table.find(ids[0]!))).toEqual([ids[1]]);
    for (const id of ids) table.settle(id, table.find(id));
    for (const id of ids) expect(table.isPending(table.find(id))).toBe(false);
  });

  it('uses a page again when all its promises have settled', () => {
    const table = new PromiseTable(0, () => expect.unreachable('a promise was given up'));
    for (let id = 1; id < 4 * PAGES * PAGE; id += PAGE / 4) table.settle(id, table.add(id));
  });

  it('gives up the oldest beyond the limit, and says whose they were', () => {
    const limit = 20;
    const evicted: number[] = [];
    const table = new PromiseTable(limit, (strand) => evicted.push(strand));
    const count = PAGES + 3 * limit;
    const id = (n: number) => n * PAGE + 1;
    for (let n = 1; n <= count; n++) {
      table.setStrand(table.add(id(n)), n);
      // One that settles in between is nobody's loss.
      if (n === PAGES + 2) table.settle(id(2), table.find(id(2)));
    }
    expect(evicted[0]).toBe(1);
    expect(evicted).toEqual([...evicted].sort((a, b) => a - b));
    expect(evicted).not.toContain(2);
    for (let n = 1; n <= count; n++) {
      expect([n, table.find(id(n)) === UNKNOWN]).toEqual([n, evicted.includes(n) || n === 2]);
    }
    expect(count - 1 - evicted.length).toBeLessThanOrEqual(limit + PAGES);
  });

  it('does not take longer to give one up the more it has given up', () => {
    const table = new PromiseTable(50_000, () => {});
    // Quadratic, this would be some 10^10 steps.
    for (let id = 1; id < 600_000; id++) table.add(id);
    expect(table.find(1)).toBe(UNKNOWN);
    expect(table.isPending(table.find(599_999))).toBe(true);
  });

  it('takes a promise that was never entered for settled', () => {
    const table = new PromiseTable(NO_LIMIT, () => {});
    expect(table.find(5)).toBe(UNKNOWN);
    expect(table.isPending(UNKNOWN)).toBe(false);
    table.add(5);
    expect(table.isPending(table.find(6))).toBe(false);
  });
});
