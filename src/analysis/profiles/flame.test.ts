/** Flame graphs: the sums of profiles, whichever way they are turned. */
import { beforeAll, describe, expect, it } from 'vitest';
import { syntheticTrace } from '../../../test/e2e/support/synthetic-trace.ts';
import { EventScript, NotExist, Runnable, Running, Undetermined, Waiting } from '../../../test/support/event-script.ts';
import { finish } from '../../base/index.ts';
import { allExtents } from '../extents.ts';
import { loadTrace } from '../load-trace.ts';
import type { TraceModel } from '../model.ts';
import { callChains } from './call-chains.ts';
import { type FlameGraph, type FlameTurn, flameGraphSteps, functionTotalsSteps } from './flame-graph.ts';
import { allWaitSamplesSteps, type FlameSamples, profileOf, waitSamplesSteps } from './flame-samples.ts';
import { waitProfile } from './wait-profile.ts';

let model: TraceModel;
let samples: FlameSamples;

beforeAll(async () => {
  model = await loadTrace([syntheticTrace({ seconds: 1, requestsPerSecond: 60 })]);
  samples = finish(waitSamplesSteps(model, ['net', 'sync', 'syscall'], allExtents(model), callChains(model)));
});

const graph = (turn: FlameTurn, focus?: number) => finish(flameGraphSteps(model, samples, turn, focus));

/** Every node has the time of its children and its own, and its children lie side by side in it, the largest first. */
function expectLaws({ count, value, self, start, childOffset, children, parent, depth }: FlameGraph): void {
  for (let node = 0; node < count; node++) {
    const own = children.subarray(childOffset[node]!, childOffset[node + 1]!);
    const sum = own.reduce((all, child) => all + value[child]!, 0);
    expect(Math.abs(value[node]! - self[node]! - sum)).toBeLessThan(1);
    let at = start[node]!;
    let before = Number.POSITIVE_INFINITY;
    for (const child of own) {
      expect(parent[child]).toBe(node);
      expect(depth[child]).toBe(depth[node]! + 1);
      expect(start[child]).toBeCloseTo(at, 3);
      expect(value[child]).toBeLessThanOrEqual(before);
      before = value[child]!;
      at += value[child]!;
    }
  }
}

describe('samples', () => {
  it('are the profile of their kind, to the nanosecond', () => {
    for (const type of ['net', 'sync', 'syscall', 'sched'] as const) {
      const found = profileOf(model, type, finish(waitSamplesSteps(model, [type], allExtents(model))));
      const wanted = waitProfile(model, type, allExtents(model));
      expect(found.stack).toEqual(wanted.stack);
      expect(found.count).toEqual(wanted.count);
      for (const [row, value] of found.value.entries()) expect(Math.abs(value - wanted.value[row]!)).toBeLessThan(1);
    }
  });
});

describe('samples of all goroutines', () => {
  const sorted = ({ stack, chain, leaf, leaves, count, value }: FlameSamples) =>
    [...stack.keys()]
      .map((row) => [stack[row], chain[row], leaves[leaf[row]!], count[row], Math.round(value[row]!)] as const)
      .sort((a, b) => JSON.stringify(a.slice(0, 3)).localeCompare(JSON.stringify(b.slice(0, 3))));

  it('are those of all lives in any range, whoever caused them', () => {
    const { start, end } = model.info;
    for (const [from, to] of [
      [0, 1],
      [0.2, 0.7],
      [0.5, 0.501],
      [0.3, 0.3],
    ] as const) {
      const range = { start: start + (end - start) * from, end: start + (end - start) * to };
      for (const types of [['net'], ['syscall'], ['net', 'sync', 'syscall'], ['sched']] as const)
        for (const chains of [undefined, callChains(model)]) {
          const lives = finish(waitSamplesSteps(model, types, allExtents(model, range), chains));
          expect(sorted(finish(allWaitSamplesSteps(model, types, range, chains)))).toEqual(sorted(lives));
        }
    }
  });
});

describe('a flame graph', () => {
  it('adds up, whichever way it is turned', () => {
    const total = samples.value.reduce((a, b) => a + b, 0);
    for (const turn of ['plain', 'inverted'] as const) {
      const found = graph(turn);
      expect(Math.abs(found.value[0]! - total)).toBeLessThan(1);
      expectLaws(found);
    }
  });

  it('begins with what was waited for when it is inverted, and ends with it when it is not', () => {
    const inverted = graph('inverted');
    for (let node = 1; node < inverted.count; node++)
      expect(inverted.leaf[node]! >= 0).toBe(inverted.depth[node] === 1);
    const plain = graph('plain');
    for (let node = 1; node < plain.count; node++)
      if (plain.leaf[node]! >= 0) expect(plain.childOffset[node]).toBe(plain.childOffset[node + 1]);
  });

  it('has both halves of a sandwich for every function, each with its total', () => {
    const totals = finish(functionTotalsSteps(model, samples));
    expect(totals.length).toBeGreaterThan(3);
    for (const { func, total } of totals) {
      if (func < 0) continue;
      for (const turn of ['callers', 'callees'] as const) {
        const half = graph(turn, func);
        expect(Math.abs(half.value[0]! - total)).toBeLessThan(1);
        expect(half.childOffset[1]! - half.childOffset[0]!).toBe(1);
        expectLaws(half);
      }
    }
  });

  it('begins a strand where it was caused', () => {
    const plain = graph('plain');
    const name = (node: number) => model.strings[plain.func[node]!];
    const query = Array.from({ length: plain.count }, (_, node) => node).find((node) => name(node) === 'loadOrder')!;
    expect(name(plain.parent[query]!)).toBe('GET /orders/17');
  });

  it('of a function that calls itself counts once', () => {
    const recursive = new EventScript()
      .sync(0)
      .go(1, 1, Undetermined, Running, { proc: 0 })
      .go(10, 1, Running, Waiting, { by: 1, reason: 'network', stack: ['main.walk', 'main.walk', 'main.main'] })
      .go(30, 1, Waiting, Runnable)
      .go(31, 1, Runnable, Running, { proc: 0 })
      .go(40, 1, Running, NotExist, { by: 1 })
      .sync(41)
      .model();
    const own = finish(waitSamplesSteps(recursive, ['net'], allExtents(recursive)));
    const totals = finish(functionTotalsSteps(recursive, own));
    expect(totals.map(({ func, total, self }) => [recursive.strings[func], total, self])).toEqual([
      ['main.walk', 20, 20],
      ['main.main', 20, 0],
    ]);
  });
});

describe('chains', () => {
  it('are shared by strands with the same functions all the way up, and end', () => {
    const chains = callChains(model);
    expect(chains.func.length).toBeLessThan(40);
    expect(chains.of.length).toBe(model.goroutines.count);
    for (const [chain, parent] of chains.parent.entries()) expect(parent).toBeLessThan(chain);
  });
});
