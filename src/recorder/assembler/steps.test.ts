import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StepOp, StepRing } from './steps.ts';

/** An array, as the ring would be if memory had no end. */
type Model = { time: number; op: number; strand: number }[];

/** The steps that wait in the ring. */
function waiting(ring: StepRing): Model {
  return Array.from({ length: ring.size }, (_, n) => {
    const i = ring.at(ring.tail + n);
    return { time: ring.time[i]!, op: ring.op[i]!, strand: ring.strand[i]! };
  });
}

const anyAction = fc.record({ kind: fc.constantFrom('add', 'add', 'take', 'retime', 'cancel'), n: fc.nat(20) });

describe('a ring of steps', () => {
  it('is a queue whose waiting steps can be given another time or be cancelled, wherever it wraps', () => {
    fc.assert(
      fc.property(fc.constantFrom(0, 65_530, 1_000_000), fc.array(anyAction), (start, actions) => {
        const ring = new StepRing();
        ring.head = ring.tail = start;
        const all: Model = [];
        let taken = 0;
        for (const [time, { kind, n }] of actions.entries()) {
          if (kind === 'add') {
            ring.now = time;
            expect(ring.add(StepOp.Start, n, 0, 0)).toBe(start + all.length);
            all.push({ time, op: StepOp.Start, strand: n });
          } else if (kind === 'take' && ring.size > 0) {
            ring.tail++;
            taken++;
          } else if (kind === 'retime') {
            ring.now = 1500 + time;
            ring.retime(start + n, 500);
            for (let i = Math.max(n, taken); i < all.length; i++) all[i]!.time = 1000 + time;
          } else if (kind === 'cancel' && n < all.length) {
            expect(ring.cancel(start + n)).toBe(n >= taken);
            if (n >= taken) all[n]!.op = StepOp.None;
          }
        }
        expect(waiting(ring)).toEqual(all.slice(taken));
      }),
    );
  });

  it('says that it is full while there is still room', () => {
    const ring = new StepRing();
    let count = 0;
    while (!ring.full) ring.add(StepOp.Stop, ++count, 0, 0);
    ring.add(StepOp.Stop, ++count, 0, 0);
    expect(waiting(ring).map(({ strand }) => strand)).toEqual(Array.from({ length: count }, (_, i) => i + 1));
    ring.tail += 2;
    expect(ring.full).toBe(false);
  });

  it('passes on the strings of the program that are yet to be written', () => {
    const ring = new StepRing();
    ring.add(StepOp.RegionBegin, 0, 1, 10);
    ring.tail = 1;
    ring.add(StepOp.RegionBegin, 0, 1, 12);
    ring.add(StepOp.Log, 5, 14, 0);
    ring.add(StepOp.TaskBegin, 5, 6, 16);
    ring.add(StepOp.RegionEnd, 0, 1, 18);
    ring.add(StepOp.Unblock, 2, 20, 22);
    const held: number[] = [];
    ring.holdStrings((id) => held.push(id));
    expect(held).toEqual([12, 14, 16, 18]);
  });
});
