import { beforeAll, describe, expect, it } from 'vitest';
import { openSynthetic } from '../../../test/e2e/support/open-trace.ts';
import { intervalWaker, type LoopBlock } from '../../analysis/index.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import { NOTHING, type Selection } from '../state/selection.ts';
import { buildRows, type RowOptions } from './build-rows.ts';
import { composeFrame } from './compose.ts';
import { Frame, timelineGeometry } from './frame.ts';
import { barBox, type FrameInput, NO_HOVER } from './frame-input.ts';
import { TextMeasure } from './labels.ts';
import { layoutRows } from './rows.ts';
import { TimeScale, type TimeWindow, windowAround } from './scale.ts';
import { ShareCache } from './share-cache.ts';
import { Style } from './styles.ts';

const measure = new TextMeasure((text) => text.length * 6);
const WIDTH = 1440;
const HEIGHT = 600;

let trace: OpenTrace;
let block: LoopBlock;

beforeAll(async () => {
  trace = await openSynthetic({ seconds: 3, requestsPerSecond: 60 });
  block = trace.summary.blocks[0]!;
});

function rowOptions(window: TimeWindow): RowOptions {
  return {
    toggled: new Set(),
    focus: trace.summary.slowest[0]!,
    chosen: false,
    compact: false,
    narrow: false,
    window,
    pinned: [],
    hiddenRows: new Set(),
    sort: 'active',
    matches: undefined,
    tasks: undefined,
    selected: -1,
  };
}

function compose(window: TimeWindow, more: Partial<FrameInput> = {}, ratio = 1): { frame: Frame; input: FrameInput } {
  const rows = buildRows(trace, rowOptions(window));
  const input: FrameInput = {
    trace,
    rows,
    layout: layoutRows(rows),
    geometry: timelineGeometry(ratio, WIDTH * ratio, HEIGHT * ratio, 216, 16),
    window,
    scroll: 0,
    cache: new ShareCache(),
    measures: { normal: measure, bold: measure },
    hover: NO_HOVER,
    selection: NOTHING,
    wakes: [],
    range: undefined,
    hidden: { stw: false, gc: false },
    filter: undefined,
    focus: -1,
    chosen: false,
    ...more,
  };
  const frame = new Frame();
  composeFrame(input, frame);
  return { frame, input };
}

const around = (start: number, end: number) => windowAround(start, end, 0.2, 0.2, trace.bounds);

describe('a chosen range', () => {
  /** Places of its edges, for a window of the middle third. */
  const edges = (range: TimeWindow) => {
    const { start, end } = trace.bounds;
    const third = (end - start) / 3;
    const window = { start: start + third, end: start + 2 * third };
    const { over } = compose(window, { range }).frame;
    return Array.from({ length: over.count }, (_, i) => i)
      .filter((i) => over.style[i] === Style.Accent)
      .map((i) => over.x[i]);
  };

  it('shows the edges that are in view, and no others', () => {
    const { start, end } = trace.bounds;
    const at = (part: number) => start + part * (end - start);
    expect(edges({ start: at(0.4), end: at(0.6) })).toHaveLength(2);
    expect(edges({ start: at(0.1), end: at(0.5) })).toHaveLength(1);
    expect(edges({ start: at(0.5), end: at(0.9) })).toHaveLength(1);
    for (const [from, to] of [
      [0.1, 0.9],
      [0.1, 0.2],
      [0.8, 0.9],
    ] as const)
      expect(edges({ start: at(from), end: at(to) })).toEqual([]);
  });
});

describe('a frame', () => {
  it('keeps bars right of the gutter, left of the margin and below the lane', () => {
    for (const ratio of [1, 1.5, 2]) {
      const { frame, input } = compose(around(block.start, block.end), {}, ratio);
      const { left, right, rowsTop } = input.geometry;
      expect(frame.rows.bars.count).toBeGreaterThan(20);
      for (let i = 0; i < frame.rows.bars.count; i++) {
        expect(frame.rows.bars.x[i]).toBeGreaterThanOrEqual(left);
        expect(frame.rows.bars.x[i]! + frame.rows.bars.width[i]!).toBeLessThanOrEqual(right);
        expect(frame.rows.bars.y[i]).toBeGreaterThanOrEqual(rowsTop);
      }
    }
  });

  it('marks a blocked loop by a tint between its times, a bracket, and its length', () => {
    const { frame, input } = compose(around(block.start, block.end));
    const scale = new TimeScale(input.window, input.geometry.left, input.geometry.right);
    const [bracket] = frame.brackets.filter((candidate) => candidate.kind === 'stw');
    expect([bracket!.x0, bracket!.x1]).toEqual([scale.edge(block.start), scale.edge(block.end)]);
    expect(bracket!.text).toMatch(/^main loop blocked \d{3} ms$/);
    expect(bracket!.textX).toBeGreaterThanOrEqual(bracket!.x0);
    expect(bracket!.textX + bracket!.textWidth).toBeLessThanOrEqual(bracket!.x1);
    const tints = Array.from({ length: frame.under.count }, (_, i) => i).filter(
      (i) => frame.under.style[i] === Style.StwBand,
    );
    expect(tints.map((i) => [frame.under.x[i], frame.under.width[i]])).toContainEqual([
      bracket!.x0,
      bracket!.x1 - bracket!.x0,
    ]);
  });

  it('has no bands when they are filtered out', () => {
    const { frame } = compose(around(block.start, block.end), { hidden: { stw: true, gc: true } });
    expect(frame.brackets).toEqual([]);
    expect(frame.under.style.subarray(0, frame.under.count)).not.toContain(Style.StwBand);
  });

  it('never lets two labels of a row overlap', () => {
    const { frame } = compose(around(block.start - 2e8, block.end));
    const rows = new Map<number, [number, number][]>();
    for (const label of frame.rows.labels) {
      const row = rows.get(label.y) ?? [];
      row.push([label.x, label.x + measure.width(label.text)]);
      rows.set(label.y, row);
    }
    for (const boxes of rows.values()) {
      boxes.sort((a, b) => a[0] - b[0]);
      boxes.slice(1).forEach(([x], i) => {
        expect(x).toBeGreaterThanOrEqual(boxes[i]![1]);
      });
    }
  });

  it('says why a strand was ready: who held the loop', () => {
    const { frame } = compose(around(block.start, block.end));
    expect(frame.rows.labels.map((label) => label.text).join('\n')).toMatch(
      /ready \d+ ms: the loop is busy with refreshCatalog/,
    );
  });

  it('outlines the selected interval in its own row and in that of its loop', () => {
    const selection: Selection = { task: -1, strand: block.goroutine, interval: block.interval };
    const { frame, input } = compose(around(block.start, block.end), { selection });
    const loop = input.rows.findIndex((row) => row.kind === 'proc');
    const outlines = frame.rows.outlines.filter((outline) => outline.kind === 'selected');
    expect(outlines.map((outline) => outline.top + outline.height)).toContain(barBox(input, loop).base);
  });

  it('draws a wake-up as a vertical line at its instant, from the waker to the one that is woken', () => {
    const { intervals } = trace.model;
    const slowest = trace.summary.slowest[0]!;
    const { goroutineOffset, goroutines } = trace.model.tasks;
    const members = new Set(goroutines.subarray(goroutineOffset[slowest]!, goroutineOffset[slowest + 1]!));
    const woken = intervals.link.findIndex(
      (_, row) => members.has(intervalWaker(intervals, row)) && members.has(intervals.goroutine[row]!),
    );
    const strand = intervals.goroutine[woken]!;
    const window = around(intervals.start[woken]! - 1e6, intervals.start[woken]! + 1e6);
    const rows = { ...rowOptions(window), toggled: new Set([`more:f:${slowest}`]), chosen: true };
    const all = buildRows(trace, rows);
    const { frame, input } = compose(window, {
      rows: all,
      layout: layoutRows(all),
      selection: { task: slowest, strand, interval: woken },
      wakes: [woken],
    });
    const scale = new TimeScale(window, input.geometry.left, input.geometry.right);
    const [wake] = frame.wakes;
    expect(wake!.x).toBe(scale.edge(intervals.start[woken]!));
    expect(wake!.from).not.toBe(wake!.to);
    expect(wake!.text).toBe(`woken by ${trace.names.strand(intervalWaker(intervals, woken))}`);
  });

  it('is the same for the same input, however often it is made', () => {
    const { frame, input } = compose(around(block.start, block.end));
    const first = {
      bars: frame.rows.bars.count,
      labels: [...frame.rows.labels],
      x: frame.rows.bars.x.slice(0, frame.rows.bars.count),
    };
    composeFrame(input, frame);
    expect({
      bars: frame.rows.bars.count,
      labels: frame.rows.labels,
      x: frame.rows.bars.x.slice(0, frame.rows.bars.count),
    }).toEqual(first);
  });
});
