import { beforeAll, describe, expect, it } from 'vitest';
import { openSynthetic } from '../../../test/e2e/support/open-trace.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import { buildRows, layoutRows, NAME_ABOVE, type RowOptions, rowAtHeight, rowsInView } from './rows.ts';

let trace: OpenTrace;

beforeAll(async () => {
  trace = await openSynthetic({ seconds: 3, requestsPerSecond: 60 });
});

function rows(options: Partial<RowOptions> = {}) {
  const defaults = {
    toggled: new Set<string>(),
    focus: trace.summary.slowest[0]!,
    chosen: false,
    compact: false,
    narrow: false,
  };
  return buildRows(trace, { ...defaults, window: trace.bounds, ...options });
}

const keys = (options?: Partial<RowOptions>) => rows(options).map((row) => row.key);

describe('rows', () => {
  it('are loops, the slowest request with its strands, requests, groups, counters', () => {
    const slowest = trace.summary.slowest[0]!;
    const kinds = rows().map((row) => row.kind);
    expect(kinds[0]).toBe('proc');
    expect(keys().slice(0, 3)).toEqual(['p:0', 'section:focus', `f:${slowest}`]);
    expect(kinds.filter((kind) => kind === 'group')).toHaveLength(4);
    expect(kinds.at(-1)).toBe('counter');
    expect(rows()[1]!.name).toBe('Slowest request');
  });

  it('have unique keys, also when everything is open', () => {
    const toggled = new Set(['section:requests', 'y:0', 'y:1', 'more:groups', 'g:0', 'g:1', 'g:2']);
    const all = keys({ toggled });
    expect(new Set(all).size).toBe(all.length);
    expect(all.length).toBeGreaterThan(60);
  });

  it('have the heights of the design', () => {
    const height = (kind: string) => rows().find((row) => row.kind === kind)!.height;
    expect([
      height('proc'),
      height('head'),
      height('task'),
      height('strand'),
      height('group'),
      height('counter'),
    ]).toEqual([26, 26, 24, 24, 22, 24]);
    const [strand] = rows({ compact: true }).filter((row) => row.kind === 'strand');
    expect([strand!.height, strand!.bar]).toEqual([12, 10]);
    const [above] = rows({ narrow: true }).filter((row) => row.kind === 'strand');
    expect([above!.height, above!.top]).toEqual([24 + NAME_ABOVE, 2 + NAME_ABOVE]);
  });

  it('fold away', () => {
    const slowest = trace.summary.slowest[0]!;
    expect(keys({ toggled: new Set([`f:${slowest}`]) }).filter((key) => key.startsWith(`f:${slowest}`))).toHaveLength(
      1,
    );
    expect(keys({ toggled: new Set(['section:focus']) })).not.toContain(`f:${slowest}`);
  });

  it('show the most active strands of the slowest request, in order of their first run', () => {
    const strands = rows().filter((row) => row.kind === 'strand');
    expect(strands.length).toBeLessThanOrEqual(5);
    const first = (strand: number) => trace.model.intervals.start[trace.model.goroutines.offset[strand]!]!;
    const starts = strands.map((row) => first(row.ref));
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    const more = rows().find((row) => row.key === `more:f:${trace.summary.slowest[0]}`);
    expect(more?.name).toMatch(/more strands$/);
  });

  it('show the members of an open group that live in the window', () => {
    const group = trace.summary.groupOrder[0]!;
    const window = { start: 1e9, end: 1.1e9 };
    const members = rows({ toggled: new Set([`g:${group}`]), window }).filter((row) =>
      row.key.startsWith(`g:${group}/`),
    );
    expect(members.length).toBeGreaterThan(0);
    for (const { ref } of members) expect(trace.isAliveIn(ref, window)).toBe(true);
  });
});

describe('the layout', () => {
  it('finds rows by height, and those in view', () => {
    const all = rows();
    const layout = layoutRows(all);
    expect(layout.height).toBe(all.reduce((sum, row) => sum + row.height, 0));
    all.forEach((row, i) => {
      expect(rowAtHeight(layout, layout.tops[i]!)).toBe(i);
      expect(rowAtHeight(layout, layout.tops[i]! + row.height - 1)).toBe(i);
    });
    expect([rowAtHeight(layout, -1), rowAtHeight(layout, layout.height)]).toEqual([-1, -1]);
    expect(rowsInView(layout, 0, layout.tops[3]!)).toEqual([0, 3]);
    expect(rowsInView(layout, layout.tops[2]! + 1, 10)[0]).toBe(2);
  });
});
