import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { syntheticTrace } from '../../../../test/e2e/support/synthetic-trace.ts';
import {
  allExtents,
  callChains,
  type FlameGraph,
  flameGraphSteps,
  loadTrace,
  waitSamplesSteps,
} from '../../../analysis/index.ts';
import { finish } from '../../../base/index.ts';
import { hitTime, neighbour, placeFrames } from './flame-layout.ts';

let graph: FlameGraph;

beforeAll(async () => {
  const model = await loadTrace([syntheticTrace({ seconds: 1, requestsPerSecond: 60 })]);
  const samples = finish(waitSamplesSteps(model, ['net', 'sync', 'syscall'], allExtents(model), callChains(model)));
  graph = finish(flameGraphSteps(model, samples));
});

describe('frames', () => {
  it('stay within the width and never overlap in a row, whatever is zoomed to', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 20, max: 2000 }), (at, width) => {
        const zoomed = at % graph.count;
        const rows = new Map<number, number>();
        for (const frame of placeFrames(graph, zoomed, width)) {
          expect(frame.x).toBeGreaterThanOrEqual(rows.get(frame.row) ?? 0);
          expect(frame.x + frame.width).toBeLessThanOrEqual(width + 1);
          rows.set(frame.row, frame.x + frame.width);
        }
        expect(rows.has(graph.depth[zoomed]!)).toBe(true);
      }),
    );
  });
});

describe('keys', () => {
  it('lead in and out again, and to the next and back', () => {
    const inner = neighbour(graph, 0, 'in');
    expect(neighbour(graph, inner, 'out')).toBe(0);
    const next = neighbour(graph, inner, 'next');
    expect(neighbour(graph, next, 'previous')).toBe(inner);
    expect(neighbour(graph, 0, 'out')).toBe(-1);
    expect(neighbour(graph, inner, 'previous')).toBe(-1);
  });
});

describe('the time of hits', () => {
  it('counts what lies within another hit once', () => {
    expect(hitTime(graph, new Uint8Array(graph.count).fill(1))).toBe(graph.value[0]);
    expect(hitTime(graph, new Uint8Array(graph.count))).toBe(0);
  });
});
