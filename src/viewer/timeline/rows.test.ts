import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { openSynthetic } from '../../../test/e2e/support/open-trace.ts';
import { DISPLAY_STATES, DisplayState, groupRangeTotals, matchFilter } from '../../analysis/index.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import { buildRows, type RowOptions } from './build-rows.ts';
import { largest } from './row-sort.ts';
import { layoutRows, NAME_ABOVE, pinnedRowAt, rowAtHeight, rowsInView } from './rows.ts';

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
    pinned: [],
    hiddenRows: new Set<string>(),
    sort: 'active' as const,
    matches: undefined,
    tasks: undefined,
    selected: -1,
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
    expect(kinds.slice(-2)).toEqual(['counter', 'head']);
    expect(keys().at(-1)).toBe('section:threads');
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

  it('show the strands of the slowest request in the order of its critical path', () => {
    const strands = rows().filter((row) => row.kind === 'strand');
    expect(strands.length).toBeLessThanOrEqual(5);
    const path = trace.tracks.path(trace.summary.slowest[0]!).map(({ goroutine }) => goroutine);
    const places = strands.map((row) => path.indexOf(row.ref)).filter((place) => place >= 0);
    expect(places.length).toBeGreaterThan(1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
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

describe('what a person chooses', () => {
  it('pins rows on top, in order, and keeps them where they were', () => {
    const [strand] = rows().filter((row) => row.kind === 'strand');
    const group = trace.summary.groupOrder[1]!;
    const pinned = rows({ pinned: [`g:${group}`, strand!.id] });
    expect(pinned.slice(0, 3).map((row) => [row.key, row.pinned])).toEqual([
      [`pin/g:${group}`, true],
      [`pin/${strand!.id}`, true],
      ['p:0', false],
    ]);
    expect(pinned.map((row) => row.key)).toContain(strand!.key);
    expect(rows({ pinned: ['s:99999999', 'nonsense'] }).map((row) => row.key)).toEqual(keys());
  });

  it('hides rows, but not while they are pinned', () => {
    expect(keys({ hiddenRows: new Set(['p:0']) })).not.toContain('p:0');
    expect(keys({ hiddenRows: new Set(['p:0']), pinned: ['p:0'] })).toContain('pin/p:0');
  });

  it('sorts groups by what matters in the window', () => {
    const window = { start: 0.2e9, end: 0.6e9 };
    const order = (sort: RowOptions['sort']) =>
      rows({ sort, window, toggled: new Set(['more:groups']) })
        .filter((row) => row.kind === 'group')
        .map((row) => row.name);
    const totals = groupRangeTotals(trace.model, trace.summary.rangeIndex, window);
    const most = (state: DisplayState) => {
      const times = Array.from({ length: trace.model.groups.count }, (_, g) => totals[g * DISPLAY_STATES + state]!);
      return trace.names.group(times.indexOf(Math.max(...times)));
    };
    expect(order('run')[0]).toBe(most(DisplayState.Run));
    expect(order('net')[0]).toBe(most(DisplayState.Net));
    expect(order('sync')[0]).toBe(most(DisplayState.Sync));
    const active = order('name').slice(0, 3);
    expect(active).toEqual([...active].sort((a, b) => a.localeCompare(b)));
  });

  it('sorts the members of a group, without losing the selected one', () => {
    const { offset, members } = trace.model.groups;
    const size = (g: number) => offset[g + 1]! - offset[g]!;
    const group = [...trace.summary.groupOrder].find((g) => size(g) > 30)!;
    const of = (sort: RowOptions['sort'], selected = -1) =>
      rows({ sort, selected, toggled: new Set([`g:${group}`, 'more:groups']) })
        .filter((row) => row.key.startsWith(`g:${group}/`))
        .map((row) => row.ref);
    const { created, ended } = trace.model.goroutines;
    const lengths = of('length').map((strand) => ended[strand]! - created[strand]!);
    expect(lengths).toEqual([...lengths].sort((a, b) => b - a));
    const last = members[offset[group + 1]! - 1]!;
    expect(of('start')).not.toContain(last);
    expect(of('start', last)).toContain(last);
  });

  it('filters groups, their members and tasks', () => {
    const matches = matchFilter(trace.model, trace.names, 'func=loadOrder state=net');
    const found = rows({ matches, toggled: new Set(['section:requests', 'y:0', 'more:groups']) });
    const groups = found.filter((row) => row.kind === 'group');
    expect(groups.map((row) => row.name)).toEqual(['loadOrder']);
    expect(groups[0]!.detail).toMatch(/^\d+ of \d+$/);
    expect(found.find((row) => row.key === 'note:groups')?.name).toMatch(/groups do not match$/);
    for (const { kind, ref } of found) {
      if (kind === 'task' && ref !== trace.summary.slowest[0]) expect(matches.tasks[ref]).toBe(1);
    }
  });

  it('finds the largest as a sort would', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { maxLength: 200 }), fc.nat(30), (weights, most) => {
        const members = weights.map((_, i) => i);
        const sorted = [...members].sort((a, b) => weights[b]! - weights[a]! || a - b).slice(0, most);
        expect(largest(members, most, (member) => weights[member]!)).toEqual(sorted);
      }),
    );
  });
});

describe('the layout', () => {
  it('keeps pinned rows out of what scrolls', () => {
    const layout = layoutRows(rows({ pinned: ['p:0', 'g:0'] }));
    expect([layout.pinned, layout.pinnedHeight]).toEqual([2, 26 + 22]);
    expect([...layout.tops.subarray(0, 3)]).toEqual([0, 26, 0]);
    expect([pinnedRowAt(layout, 0), pinnedRowAt(layout, 30), pinnedRowAt(layout, 48)]).toEqual([0, 1, -1]);
    expect([rowAtHeight(layout, 0), rowsInView(layout, 0, 1)[0]]).toEqual([2, 2]);
    expect(layoutRows([]).height).toBe(0);
  });

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
