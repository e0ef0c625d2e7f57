import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RegionStack } from './region-stack.ts';
import { StepOp, StepRing } from './steps.ts';

const STRANDS = [1, 2, 3];
const TASK = 9;

/** A thread whose strands run in turn, and what its steps come to in the trace. */
class Thread {
  readonly steps = new StepRing();
  readonly regions: RegionStack;
  running = 1;
  /** The strand that ran at each step. */
  readonly #by: number[] = [];

  constructor() {
    this.regions = new RegionStack(this.steps, (op, a, b) => {
      this.#by.push(this.running);
      this.steps.now = this.#by.length;
      return this.steps.add(op, 0, a, b);
    });
  }

  begin(token: number): void {
    // Names are even: string ids.
    this.regions.begin(this.running, { token, task: TASK, name: 2 * token, text: `region ${token}`, since: token });
  }

  end(token: number): string | undefined {
    return this.regions.end(this.running, token)?.text;
  }

  run(strand: number): void {
    this.running = strand;
    this.regions.resume(strand);
  }

  /** `begin` and `end` of regions, with their strand, in the order of the trace. */
  get written(): string[] {
    return this.#by.flatMap((strand, index) => {
      const op = this.steps.op[this.steps.at(index)];
      const token = this.steps.b[this.steps.at(index)]! / 2;
      if (op === StepOp.None) return [];
      return [`${op === StepOp.RegionBegin ? 'begin' : 'end'} ${token} on ${strand}`];
    });
  }
}

/** The first thing that Go's reader would refuse: per strand, the last region begun must be the first to end. */
function misuse(written: readonly string[]): string | undefined {
  const open = new Map<string, string[]>();
  for (const line of written) {
    const [verb, token, , strand] = line.split(' ') as [string, string, string, string];
    const stack = open.get(strand) ?? [];
    open.set(strand, stack);
    if (verb === 'begin') stack.push(token);
    else if (stack.pop() !== token) return line;
  }
  return undefined;
}

const anyAction = fc.record({
  kind: fc.constantFrom('begin', 'begin', 'end', 'end', 'run', 'move', 'endAll', 'endMoved', 'encode', 'forget'),
  token: fc.integer({ min: 1, max: 12 }),
  strand: fc.constantFrom(...STRANDS),
});

describe('the regions of strands', () => {
  it('are last in, first out on each, whatever the program does', () => {
    fc.assert(
      fc.property(fc.array(anyAction, { maxLength: 80 }), (actions) => {
        const thread = new Thread();
        const begun = new Set<number>();
        for (const { kind, token, strand } of actions) {
          if (kind === 'begin' && !begun.has(token)) {
            begun.add(token);
            thread.begin(token);
          } else if (kind === 'end') thread.end(token);
          else if (kind === 'run') thread.run(strand);
          else if (kind === 'move' && strand !== thread.running) thread.regions.moveTo(thread.running, token, strand);
          else if (kind === 'endAll') thread.regions.endAll(thread.running);
          else if (kind === 'endMoved') thread.regions.endMoved(thread.running);
          else if (kind === 'encode') thread.steps.tail = thread.steps.head;
          // One that is given up never runs again.
          else if (kind === 'forget' && strand !== thread.running && !thread.regions.hasBegun(strand)) {
            thread.regions.forget(strand);
          }
        }
        expect(misuse(thread.written)).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  it('end with those inside them, which have nothing to end later', () => {
    const thread = new Thread();
    [1, 2, 3].forEach((token) => void thread.begin(token));
    expect(thread.end(1)).toBeUndefined();
    expect(thread.end(3)).toBeUndefined();
    expect(thread.end(2)).toBeUndefined();
    expect(thread.written).toEqual(
      ['begin 1', 'begin 2', 'begin 3', 'end 3', 'end 2', 'end 1'].map((s) => `${s} on 1`),
    );
  });

  it('that end on another strand end there in words only, and on their own with the slice', () => {
    const thread = new Thread();
    thread.begin(1);
    thread.begin(2);
    thread.run(2);
    expect(thread.end(2)).toBe('region 2');
    expect(thread.written).toHaveLength(2);
    thread.run(1);
    thread.regions.endMoved(1);
    expect(thread.written.slice(2)).toEqual(['end 2 on 1']);
    expect(thread.regions.has(1)).toBe(true);
    thread.end(1);
    expect(thread.regions.has(1)).toBe(false);
  });

  it('that outlive their strand are told of when they do end, once', () => {
    const thread = new Thread();
    thread.begin(1);
    thread.regions.endAll(1);
    expect(thread.written).toEqual(['begin 1 on 1', 'end 1 on 1']);
    expect(thread.end(1)).toBe('region 1');
    expect(thread.end(1)).toBeUndefined();
  });

  it('that outlive their strand and never end are given up, oldest first', () => {
    const thread = new Thread();
    for (let token = 1; token <= 30_000; token++) {
      thread.begin(token);
      thread.regions.endAll(1);
      thread.steps.tail = thread.steps.head;
    }
    expect(thread.end(1)).toBeUndefined();
    expect(thread.end(30_000)).toBe('region 30000');
  });

  it('move to the strand of the function they are around, as if they had never begun elsewhere', () => {
    const thread = new Thread();
    thread.begin(1);
    thread.begin(2);
    thread.regions.moveTo(1, 2, 2);
    thread.regions.moveTo(1, 1, 2);
    expect(thread.written).toEqual([]);
    expect([thread.regions.has(2), thread.regions.hasBegun(2)]).toEqual([true, false]);
    thread.run(2);
    expect(thread.regions.hasBegun(2)).toBe(true);
    thread.regions.endAll(2);
    expect(thread.written).toEqual(['begin 2 on 2', 'begin 1 on 2', 'end 1 on 2', 'end 2 on 2']);
  });

  it('end where they began when they move after their begin has been written', () => {
    const thread = new Thread();
    thread.begin(1);
    thread.steps.tail = thread.steps.head;
    thread.regions.moveTo(1, 1, 2);
    thread.run(2);
    thread.end(1);
    expect(thread.written).toEqual(['begin 1 on 1', 'end 1 on 1', 'begin 1 on 2', 'end 1 on 2']);
  });

  it('of a strand that is given up are none of the next one that has its slot', () => {
    const thread = new Thread();
    thread.run(2);
    thread.begin(1);
    thread.run(1);
    thread.regions.forget(2);
    thread.run(2);
    thread.regions.endAll(2);
    expect(thread.written).toEqual(['begin 1 on 2']);
    expect(thread.end(1)).toBeUndefined();
  });

  it('beyond a depth that nobody reads are left out', () => {
    const thread = new Thread();
    for (let token = 1; token <= 100; token++) thread.begin(token);
    for (let token = 100; token > 0; token--) thread.end(token);
    expect(thread.written).toHaveLength(2 * 64);
    expect(misuse(thread.written)).toBeUndefined();
  });

  it('hold on to their names, and to those of tasks', () => {
    const thread = new Thread();
    thread.begin(1);
    thread.begin(2);
    thread.regions.moveTo(1, 2, 2);
    thread.begin(3);
    thread.end(3);
    thread.regions.nameTask(5, 40);
    thread.regions.nameTask(6, 42);
    thread.regions.forgetTask(6);
    const held: number[] = [];
    thread.regions.holdStrings((id) => held.push(id));
    expect(held.sort((a, b) => a - b)).toEqual([2, 4, 40]);
    expect([thread.regions.taskName(5), thread.regions.taskName(6)]).toEqual([40, 0]);
  });
});
