/**
 * What must hold of every frame, whatever the window, zoom, scroll and selection: no two texts overlap, bars stand on
 * their baselines inside of the time area, the critical path is unbroken, equal times are equal pixels. Drawn for many
 * windows of a Node and of a Go trace.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { openModel, openSynthetic } from '../../../test/e2e/support/open-trace.ts';
import { goService } from '../../../test/support/go-service.ts';
import { matchFilter } from '../../analysis/index.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import { NOTHING, type Selection } from '../state/selection.ts';
import { ActiveFilter } from './active-filter.ts';
import { buildRows } from './build-rows.ts';
import { composeFrame } from './compose.ts';
import { Frame, type Label, type Layer, timelineGeometry } from './frame.ts';
import { barBox, type FrameInput, type Hover, NO_HOVER, rowTop, scrollTop } from './frame-input.ts';
import { TextMeasure } from './labels.ts';
import { layoutRows } from './rows.ts';
import { TimeScale, type TimeWindow } from './scale.ts';
import { ShareCache } from './share-cache.ts';
import { Style } from './styles.ts';

const measure = new TextMeasure((text) => (text === 'i' || text === 'l' || text === '.' ? 3 : 6));
const cache = new ShareCache();

interface Case {
  readonly name: string;
  readonly input: FrameInput;
  readonly frame: Frame;
}

/** A generator of the same numbers every time. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

function draw(trace: OpenTrace, name: string, random: () => number): Case {
  const { bounds, model } = trace;
  const whole = bounds.end - bounds.start;
  const length = Math.max(50, whole * 10 ** (-6 * random()));
  const start = bounds.start + random() * (whole - length);
  const near = random() < 0.5 ? trace.windowOfTask(Math.floor(random() * model.tasks.count)) : undefined;
  const window: TimeWindow = near ?? { start, end: start + length };
  const interval = Math.floor(random() * model.intervals.count);
  const strand = model.intervals.goroutine[interval]!;
  const task = random() < 0.5 ? Math.floor(random() * model.tasks.count) : -1;
  const selection: Selection = random() < 0.6 ? { task, strand, interval } : { ...NOTHING, task };
  const group = model.goroutines.group[strand]!;
  const filter = random() < 0.2 ? new ActiveFilter(matchFilter(model, trace.names, 'dur>100us')) : undefined;
  const focus = task >= 0 ? task : (trace.summary.slowest[0] ?? -1);
  const rows = buildRows(trace, {
    toggled: new Set([
      `g:${group}`,
      'section:requests',
      'y:0',
      'section:threads',
      ...(random() < 0.5 ? ['procs'] : []),
    ]),
    focus,
    chosen: task >= 0,
    window,
    compact: random() < 0.2,
    narrow: false,
    pinned: random() < 0.5 ? [] : ['p:0', `s:${strand}`, `g:${group}`],
    hiddenRows: new Set(),
    sort: 'active',
    matches: filter?.matches,
    tasks: undefined,
    selected: selection.strand,
  });
  const ratio = [1, 1.25, 2][Math.floor(random() * 3)]!;
  const layout = layoutRows(rows);
  const width = 500 + Math.floor(random() * 1200);
  const hovered = Math.floor(random() * model.intervals.count);
  const hover: Hover = random() < 0.5 ? NO_HOVER : { row: 2, interval: hovered, time: window.start, gap: undefined };
  const input: FrameInput = {
    trace,
    rows,
    layout,
    geometry: timelineGeometry(ratio, Math.round(width * ratio), Math.round(600 * ratio), 148, 16),
    window,
    scroll: random() < 0.5 ? 0 : Math.floor(random() * Math.max(0, layout.height - 300)),
    cache,
    measures: { normal: measure, bold: measure },
    hover,
    selection,
    wakes: selection.interval >= 0 ? [interval] : [],
    range:
      random() < 0.3
        ? {
            start: window.start + (window.end - window.start) * 0.3,
            end: window.start + (window.end - window.start) * (0.31 + 0.5 * random()),
          }
        : undefined,
    hidden: { stw: false, gc: false },
    filter,
    focus,
    chosen: task >= 0,
  };
  const frame = new Frame();
  composeFrame(input, frame);
  return { name: `${name}, ${Math.round(window.start)} to ${Math.round(window.end)}, × ${ratio}`, input, frame };
}

const cases: Case[] = [];

beforeAll(async () => {
  const node = await openSynthetic({ seconds: 3, requestsPerSecond: 60 });
  const go = openModel(goService());
  const stream = numbers(7);
  const random = () => stream.next().value;
  for (let i = 0; i < 100; i++) cases.push(draw(node, 'node', random), draw(go, 'go', random));
});

interface Box {
  readonly text: string;
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
}

/** The ink of a text of 11 px: 8 px above its baseline, 2 below. */
function boxOf(text: string, x: number, y: number, ratio: number): Box {
  return { text, x0: x, x1: x + measure.width(text) * ratio, y0: y - 8 * ratio, y1: y + 2 * ratio };
}

function labelBoxes(labels: readonly Label[], ratio: number): Box[] {
  return labels.map(({ text, x, y }) => boxOf(text, x, y, ratio));
}

function overlaps(boxes: readonly Box[]): string[] {
  const found: string[] = [];
  const sorted = [...boxes].sort((a, b) => a.x0 - b.x0);
  sorted.forEach((a, i) => {
    for (let j = i + 1; j < sorted.length && sorted[j]!.x0 < a.x1 - 0.5; j++) {
      const b = sorted[j]!;
      if (b.y0 < a.y1 - 0.5 && a.y0 < b.y1 - 0.5) found.push(`“${a.text}” and “${b.text}” at ${b.x0}, ${b.y1}`);
    }
  });
  return found;
}

/** Labels of the rows whose pane shows them, wake-up texts included. */
function textsIn({ input, frame }: Case, layer: Layer): Box[] {
  const { ratio } = input.geometry;
  const pinned = layer === frame.pinned;
  const edge = scrollTop(input);
  const wakes = frame.wakes
    .filter(({ text, textY }) => text !== '' && textY < edge === pinned)
    .map(({ text, textX, textY }) => boxOf(text, textX, textY, ratio));
  return [...labelBoxes(layer.labels, ratio), ...wakes];
}

describe('of every frame it holds that', () => {
  it('no two texts in the rows overlap', () => {
    let texts = 0;
    for (const each of cases) {
      for (const layer of [each.frame.rows, each.frame.pinned]) {
        const boxes = textsIn(each, layer);
        texts += boxes.length;
        expect(overlaps(boxes), each.name).toEqual([]);
      }
    }
    expect(texts).toBeGreaterThan(2000);
  });

  it('no two texts in the lane and on the axis overlap', () => {
    for (const { name, input, frame } of cases) {
      const { ratio, axisBottom, right } = input.geometry;
      const brackets = frame.brackets
        .filter(({ text }) => text !== '')
        .map(({ text, textX, textWidth }): Box => {
          return { text, x0: textX, x1: textX + textWidth, y0: axisBottom + 5 * ratio, y1: axisBottom + 16 * ratio };
        });
      const ticks = frame.ticks
        .filter((tick) => tick.x + 4 * ratio + measure.width(tick.label) * ratio <= right + 8 * ratio)
        .map((tick) => boxOf(tick.label, tick.x + 4 * ratio, 14 * ratio, ratio));
      const { range } = frame;
      if (range !== undefined) {
        const x1 = range.textX + range.textWidth;
        brackets.push({ text: range.text, x0: range.textX, x1, y0: axisBottom + ratio, y1: axisBottom + 16 * ratio });
      }
      expect(overlaps([...labelBoxes(frame.lane, ratio), ...brackets, ...ticks]), name).toEqual([]);
    }
  });

  it('no text leaves the time area', () => {
    for (const { name, input, frame } of cases) {
      const { left, right, ratio } = input.geometry;
      for (const box of [...labelBoxes(frame.rows.labels, ratio), ...labelBoxes(frame.pinned.labels, ratio)]) {
        expect(box.x0, `${name}: ${box.text}`).toBeGreaterThanOrEqual(left);
        expect(box.x1, `${name}: ${box.text}`).toBeLessThanOrEqual(right + ratio);
      }
    }
  });

  it('no line of the path or of a wake-up crosses a label that could give way', () => {
    for (const { name, input, frame } of cases) {
      const { ratio } = input.geometry;
      const lines = pathSteps(frame).map(({ x, y0, y1 }) => ({ x0: x, x1: x, y0, y1 }));
      for (const { text, x, y, patch } of frame.rows.labels) {
        const box = boxOf(text, x, y, ratio);
        const crossed = lines.filter(
          (line) => line.x0 > box.x0 && line.x1 < box.x1 && line.y0 < box.y1 && line.y1 > box.y0,
        );
        expect(crossed, `${name}: ${text} ${patch}`).toEqual([]);
      }
    }
  });

  it('bars are whole pixels in the time area, and stand on the baseline of a row', () => {
    const wrong: string[] = [];
    for (const { name, input, frame } of cases) {
      const { left, right, ratio } = input.geometry;
      const bases = new Set(input.rows.map((_, i) => barBox(input, i).base));
      for (const { bars } of [frame.rows, frame.pinned]) {
        const tops = new Set<number>();
        for (let i = 0; i < bars.count; i++) {
          const [x, y, width, height] = [bars.x[i]!, bars.y[i]!, bars.width[i]!, bars.height[i]!];
          if (x < left || x + width > right) wrong.push(`${name}: x ${x} + ${width}`);
          // A bar stands on the baseline, or on another one of its column; what does not is a part of an outline.
          const stands = bases.has(y + height) || tops.has(y + height);
          if (stands) tops.add(y);
          else if (height > 20 * ratio) wrong.push(`${name}: y ${y} + ${height}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('the critical path is one line: each stretch begins where the one before ends', () => {
    let paths = 0;
    for (const { name, frame } of cases) {
      const parts = inkOf(frame);
      if (parts.length === 0) continue;
      paths++;
      for (let i = 1; i < parts.length; i++) {
        const [a, b] = [parts[i - 1]!, parts[i]!];
        const touchesX = b.x <= a.x + a.width && b.x + b.width >= a.x;
        const touchesY = b.y <= a.y + a.height && b.y + b.height >= a.y;
        expect(touchesX && touchesY, `${name}: ${JSON.stringify([a, b])}`).toBe(true);
      }
    }
    expect(paths).toBeGreaterThan(10);
  });

  it('equal times are equal pixels, in all rows and on the axis', () => {
    for (const { input, frame } of cases) {
      const scale = new TimeScale(input.window, input.geometry.left, input.geometry.right);
      for (const tick of frame.ticks) expect(tick.x).toBe(scale.edge(tick.time));
      for (const wake of frame.wakes) expect(Number.isInteger(wake.x)).toBe(true);
    }
  });

  it('rows do not overlap, and pinned ones come first', () => {
    for (const { input } of cases) {
      const { layout, rows, geometry } = input;
      expect(rows.slice(0, layout.pinned).every((row) => row.pinned)).toBe(true);
      for (let i = 1; i < layout.pinned; i++) expect(rowTop(input, i)).toBeGreaterThan(rowTop(input, i - 1));
      expect(scrollTop(input)).toBe(geometry.rowsTop + Math.round(layout.pinnedHeight * geometry.ratio));
    }
  });
});

interface Part {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The rectangles of the path itself, without its halo, in order. */
function inkOf({ path }: Frame): Part[] {
  return Array.from({ length: path.count }, (_, i) => i)
    .filter((i) => path.style[i] === Style.Ink)
    .map((i) => ({ x: path.x[i]!, y: path.y[i]!, width: path.width[i]!, height: path.height[i]! }));
}

function pathSteps(frame: Frame): { x: number; y0: number; y1: number }[] {
  return inkOf(frame)
    .filter((part) => part.height > part.width)
    .map(({ x, y, height }) => ({ x, y0: y, y1: y + height }));
}
