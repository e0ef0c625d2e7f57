/**
 * The overview strip as data: the whole trace as stacked shares, its heap, red ticks for what stands out, and the window
 * shown below. Pure geometry, in device pixels.
 */
import { DISPLAY_STATES, DisplayState, readPeaks } from '../../analysis/index.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import { axisTicks, type Tick } from './axis.ts';
import { RectList } from './rect-list.ts';
import { TimeScale, type TimeWindow } from './scale.ts';
import { columnLevel, ShareCache } from './share-cache.ts';
import { Style, stateStyle } from './styles.ts';

/** Design pixels: axis on top, height of the heap line and its distance from the foot. */
export const OVERVIEW_AXIS = 14;
const HEAP_HEIGHT = 12;
const HEAP_FOOT = 2;
const BUSY_GAP = 6;
const COLUMN = 2;
const READY_ROOM = 0.4;
const MARK_HEIGHT = 3;
const MARK_MIN_WIDTH = 3;
/** Least width of the window's frame, so that both handles can be grasped. */
const WINDOW_MIN = 12;
const TICK_DISTANCE = 110;
const TICK_DISTANCE_NARROW = 80;

/** What is stacked, from the bottom: work on the procs, then who waits for them. */
const STACK: readonly DisplayState[] = [DisplayState.Run, DisplayState.Gc, DisplayState.Ready];

export interface OverviewFrame {
  readonly rects: RectList;
  readonly ticks: readonly Tick[];
  /** The heap's line. */
  readonly heap: { readonly xs: Float64Array; readonly ys: Float64Array };
  /** Bottom of the busy columns. */
  readonly base: number;
}

export interface OverviewInput {
  readonly trace: OpenTrace;
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly ratio: number;
}

export function composeOverview(input: OverviewInput): OverviewFrame {
  const { trace, left, right, ratio, height } = input;
  const px = (design: number) => Math.round(design * ratio);
  const scale = new TimeScale(trace.bounds, left, right);
  const rects = new RectList();
  const base = height - px(HEAP_HEIGHT + HEAP_FOOT + 2);
  const distance = (right - left) / ratio < 700 ? TICK_DISTANCE_NARROW : TICK_DISTANCE;
  const ticks = axisTicks(scale, distance * ratio, trace.bounds, trace.clockUnit);
  for (const tick of ticks) rects.add(tick.x, px(6), Math.max(1, px(1)), height - px(6), Style.Grid);
  addBusy(input, scale, base, base - px(OVERVIEW_AXIS + BUSY_GAP), rects);
  rects.add(left, base, right - left, Math.max(1, px(1)), Style.Line2);
  for (const block of trace.summary.blocks) {
    if (block.proc !== 0 || trace.model.info.dialect !== 'node') continue;
    const x = scale.edge(block.start);
    rects.add(
      x,
      px(OVERVIEW_AXIS + 2),
      Math.max(px(MARK_MIN_WIDTH), scale.edge(block.end) - x),
      px(MARK_HEIGHT),
      Style.Stw,
    );
  }
  return { rects, ticks, heap: heapLine(input, scale), base };
}

/** Pixels of the window's frame: never narrower than its two handles. */
export function windowPixels(window: TimeWindow, scale: TimeScale, ratio: number): { x0: number; x1: number } {
  const least = Math.round(WINDOW_MIN * ratio);
  const x0 = Math.min(scale.edge(window.start), scale.right - least);
  return { x0, x1: Math.max(x0 + least, scale.edge(window.end)) };
}

/**
 * Columns of the share of procs that run and collect; on top, how many are ready and wait, on a scale of its own: the
 * most of the trace takes `READY_ROOM` of the height.
 */
function addBusy(input: OverviewInput, scale: TimeScale, base: number, room: number, rects: RectList): void {
  const { trace, ratio } = input;
  const { start, end } = trace.bounds;
  const cache = new ShareCache();
  const level = columnLevel(scale, COLUMN * ratio);
  const procs = cache.read('procs', trace.allProcs, level, start, end);
  const all = cache.read('all', trace.all, level, start, end);
  let mostReady = 1;
  for (let at: number = DisplayState.Ready; at < all.shares.length; at += DISPLAY_STATES)
    mostReady = Math.max(mostReady, all.shares[at]!);
  const readyScale = (READY_ROOM * 255) / mostReady;
  for (let bucket = 0; bucket * DISPLAY_STATES < procs.shares.length; bucket++) {
    const x0 = scale.edge((procs.first + bucket) * procs.bucketNs);
    const x1 = Math.min(scale.right, scale.edge((procs.first + bucket + 1) * procs.bucketNs));
    let bottom = base;
    for (const display of STACK) {
      const source = display === DisplayState.Ready ? all : procs;
      const share = (source.shares[bucket * DISPLAY_STATES + display]! / 255) * (source === all ? readyScale : 1);
      const height = Math.min(bottom - (base - room), Math.round(share * room));
      bottom -= height;
      rects.add(Math.max(x0, scale.left), bottom, x1 - Math.max(x0, scale.left), height, stateStyle(display));
    }
  }
}

function heapLine({ trace, height, ratio, left, right }: OverviewInput, scale: TimeScale): OverviewFrame['heap'] {
  const heap = trace.summary.counters.find((counter) => counter.kind === 'heap');
  if (heap === undefined || heap.peak <= 0) return { xs: new Float64Array(0), ys: new Float64Array(0) };
  const level = columnLevel(scale, COLUMN * ratio);
  const bucketNs = 2 ** level;
  const first = Math.floor(trace.bounds.start / bucketNs);
  const count = Math.ceil(trace.bounds.end / bucketNs) - first + 1;
  const max = readPeaks(() => trace.steps(heap, trace.bounds), heap.pyramid, level, first, count);
  const foot = height - Math.round(HEAP_FOOT * ratio);
  const xs = Float64Array.from(max, (_, i) => Math.min(right, Math.max(left, scale.x((first + i) * bucketNs))));
  const ys = Float64Array.from(max, (value) => foot - (value / heap.peak) * HEAP_HEIGHT * ratio);
  return { xs, ys };
}
