/** Loading with snapshots: models of what was read so far. */
import { describe, expect, it } from 'vitest';
import { syntheticTrace } from '../../test/e2e/support/synthetic-trace.ts';
import { brokenLaws } from '../../test/support/model-laws.ts';
import { loadTrace } from './load-trace.ts';
import type { TraceModel } from './model.ts';

const trace = syntheticTrace({ seconds: 20, requestsPerSecond: 100 });

/** The whole model, and those that were taken on the way, whenever that was possible. */
async function withSnapshots(): Promise<{ whole: TraceModel; parts: TraceModel[] }> {
  const parts: TraceModel[] = [];
  const whole = await loadTrace([trace], { snapshots: { due: () => true, take: (part) => parts.push(part) } });
  return { whole, parts };
}

describe('reading that is stopped', () => {
  it('ends within a generation, with a model of what came before', async () => {
    const whole = await loadTrace([trace]);
    let asked = 0;
    const part = await loadTrace([trace], { goOn: async () => ++asked < 3 });
    expect(asked).toBe(3);
    expect(brokenLaws(part)).toEqual([]);
    expect(part.info.problem).toBeUndefined();
    expect(part.intervals.count).toBeGreaterThan(0);
    expect(part.intervals.count).toBeLessThan(whole.intervals.count);
    expect(part.goroutines.id).toEqual(whole.goroutines.id.subarray(0, part.goroutines.count));
  });
});

describe('a snapshot', () => {
  it('keeps the laws of every model, and is a prefix of the whole', async () => {
    const { whole, parts } = await withSnapshots();
    expect(parts.length).toBeGreaterThan(3);
    let before = 0;
    for (const part of parts) {
      expect(brokenLaws(part)).toEqual([]);
      expect(part.intervals.count).toBeGreaterThan(before);
      before = part.intervals.count;
      expect(part.goroutines.id).toEqual(whole.goroutines.id.subarray(0, part.goroutines.count));
      expect(part.tasks.id).toEqual(whole.tasks.id.subarray(0, part.tasks.count));
    }
    expect(before).toBeLessThan(whole.intervals.count);
  });

  it('changes nothing of the whole', async () => {
    const { whole } = await withSnapshots();
    expect(whole).toEqual(await loadTrace([trace]));
  });
});
