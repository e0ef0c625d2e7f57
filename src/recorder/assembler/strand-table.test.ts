import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StrandFlag, StrandState, StrandTable } from './strand-table.ts';

describe('a table of strands', () => {
  it('gives each strand a row of its own and a goroutine id that is never given again', () => {
    const anyAction = fc.record({ add: fc.boolean(), n: fc.nat(1000), thread: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(anyAction, { maxLength: 200 }), (actions) => {
        const table = new StrandTable();
        const alive = new Map<number, { thread: number; stack: number; id: number }>();
        const ids = new Set<number>();
        for (const { add, n, thread } of actions) {
          if (add) {
            const slot = table.add(thread, n, StrandFlag.OneShot, n + 1);
            expect(slot).toBeGreaterThan(0);
            expect(alive.has(slot)).toBe(false);
            const id = table.id[slot]!;
            expect(ids.has(id)).toBe(false);
            ids.add(id);
            alive.set(slot, { thread, stack: n, id });
            table.reason[slot] = table.goState[slot] = table.goSequence[slot] = table.contextRegion[slot] = 7;
          } else if (alive.size > 0) {
            const slot = [...alive.keys()][n % alive.size]!;
            alive.delete(slot);
            table.release(slot);
          }
        }
        for (const [slot, { thread, stack, id }] of alive) {
          expect([table.thread[slot], table.stack[slot], table.id[slot]]).toEqual([thread, stack, id]);
          expect(table.state[slot]).toBe(StrandState.Waiting);
        }
        expect([table.alive, table.made]).toEqual([alive.size, ids.size]);
      }),
    );
  });

  it('grows and keeps what it holds', () => {
    const table = new StrandTable();
    const slots = Array.from({ length: 20_000 }, (_, n) => table.add(1, n, 0, 2 * n));
    slots.forEach((slot, n) => void expect([table.stack[slot], table.context[slot]]).toEqual([n, 2 * n]));
    expect(table.slots).toBe(20_001);
  });

  it('hands out a slot as if it were new', () => {
    const table = new StrandTable();
    const slot = table.add(1, 2, StrandFlag.MultiShot, 3);
    table.flags[slot] = 255;
    for (const column of [table.contextRegion, table.reason, table.goState, table.goSequence, table.goGeneration]) {
      column[slot] = 9;
    }
    table.release(slot);
    expect(table.add(4, 5, StrandFlag.OneShot, 6)).toBe(slot);
    expect([table.thread[slot], table.stack[slot], table.flags[slot], table.context[slot]]).toEqual([4, 5, 1, 6]);
    for (const column of [table.contextRegion, table.reason, table.goState, table.goSequence, table.goGeneration]) {
      expect(column[slot]).toBe(0);
    }
  });

  it('lets go of all strands of a thread, and of no other', () => {
    const table = new StrandTable();
    const slots = Array.from({ length: 30 }, (_, n) => table.add(n % 3, 0, 0, 0));
    table.release(slots[1]!);
    table.releaseThread(1);
    expect(table.alive).toBe(20);
    const freed = Array.from({ length: 10 }, () => table.add(5, 0, 0, 0));
    expect(new Set(freed)).toEqual(new Set(slots.filter((_, n) => n % 3 === 1)));
    expect(table.slots).toBe(31);
  });
});
