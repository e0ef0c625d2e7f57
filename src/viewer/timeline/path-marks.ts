/**
 * The critical path of the task in focus: one unbroken line under the bars that hold up the task, changing rows by
 * vertical steps; a ring at its begin, a dot at its end, and arrows where it changes rows if the task was chosen.
 *
 * The path is laid out before the rows are drawn: labels give way to its steps, and slices off it are pale.
 */
import type { Frame } from './frame.ts';
import { barBox, type FrameInput } from './frame-input.ts';
import type { RowLines } from './row-lines.ts';
import type { Row } from './rows.ts';
import type { TimeScale } from './scale.ts';
import { Style } from './styles.ts';

/** Design pixels: gap under the bar, line, halo around it, least height of a step with an arrow, least width of a stretch. */
const GAP = 1;
const LINE = 2;
const HALO = 1;
const ARROW_MIN = 14;
const STRETCH_MIN = 1.5;
/** Least width of a stretch in a strand that has no row, which goes to the row of the task. */
const ELSEWHERE_MIN = 12;

/** A stretch of the path in one row, device pixels. */
interface Segment {
  readonly row: number;
  readonly x0: number;
  readonly x1: number;
  /** Top of the line. */
  readonly y: number;
}

export class PathLayout {
  readonly segments: Segment[] = [];
  /** Per strand on the path: its stretches as pairs of times. */
  times: ReadonlyMap<number, Float64Array> = new Map();
  begins = false;
  ends = false;
}

/** What of a path does not depend on the window: the rows it leads through, and when it is in which strand. */
interface PathRows {
  readonly focus: number;
  readonly taskRow: number;
  readonly rowOf: ReadonlyMap<number, number>;
  readonly times: ReadonlyMap<number, Float64Array>;
}

const pathRows = new WeakMap<readonly Row[], PathRows>();

function rowsOfPath({ rows, focus, trace }: FrameInput): PathRows {
  const kept = pathRows.get(rows);
  if (kept?.focus === focus) return kept;
  const rowOf = new Map<number, number>();
  let taskRow = -1;
  rows.forEach((row, i) => {
    if (!row.onPath) return;
    if (row.kind === 'task') taskRow = i;
    else if (row.kind === 'strand') rowOf.set(row.ref, i);
  });
  const times = new Map<number, number[]>();
  for (const { goroutine, start, end } of taskRow < 0 ? [] : trace.tracks.path(focus)) {
    if (!rowOf.has(goroutine)) continue;
    const list = times.get(goroutine) ?? [];
    list.push(start, end);
    times.set(goroutine, list);
  }
  const typed = new Map([...times].map(([goroutine, list]) => [goroutine, Float64Array.from(list)]));
  const made = { focus, taskRow, rowOf, times: typed };
  pathRows.set(rows, made);
  return made;
}

/** Lays out the path of the task in focus over the rows of its section. */
export function layoutPath(input: FrameInput, scale: TimeScale, out: PathLayout): void {
  out.segments.length = 0;
  out.times = NO_TIMES;
  const { focus, trace } = input;
  if (focus < 0) return;
  const { taskRow, rowOf, times } = rowsOfPath(input);
  if (taskRow < 0) return;
  out.times = times;
  const path = trace.tracks.path(focus);
  const { left, right, ratio } = input.geometry;
  let last: { row: number; x0: number; x1: number } | undefined;
  const flush = () => {
    if (last === undefined || last.x1 < left || last.x0 > right) return;
    const box = barBox(input, last.row);
    const y = box.base + Math.round(GAP * ratio);
    out.segments.push({ row: last.row, x0: Math.max(left, last.x0), x1: Math.min(right, last.x1), y });
  };
  for (const { goroutine, start, end } of path) {
    const own = rowOf.get(goroutine);
    const row = own ?? taskRow;
    const x0 = scale.edge(start);
    const x1 = scale.edge(end);
    if (last === undefined) last = { row, x0, x1 };
    else if (last.row === row || x1 - x0 < (own === undefined ? ELSEWHERE_MIN : STRETCH_MIN) * ratio) {
      last.x1 = Math.max(last.x1, x1);
    } else {
      // A stretch that has not become wide enough to be seen gives its place to the next: the line does not break.
      const seen = last.x1 - last.x0 >= STRETCH_MIN * ratio;
      if (seen) flush();
      last = { row, x0: seen ? last.x1 : last.x0, x1: Math.max(last.x1, x1) };
    }
  }
  flush();
  out.begins = path.length > 0 && scale.edge(path[0]!.start) >= left;
  out.ends = path.length > 0 && scale.edge(path.at(-1)!.end) <= right;
}

const NO_TIMES: ReadonlyMap<number, Float64Array> = new Map();

/** Tells where the path steps from row to row. */
export function addPathLines({ segments }: PathLayout, lines: RowLines): void {
  for (let i = 1; i < segments.length; i++) lines.add(segments[i]!.x0, segments[i - 1]!.y, segments[i]!.y);
}

/** Draws the path into the frame. */
export function composePath(input: FrameInput, { segments, begins, ends }: PathLayout, frame: Frame): void {
  if (segments.length === 0) return;
  const { ratio } = input.geometry;
  const line = Math.max(1, Math.round(LINE * ratio));
  const halo = Math.max(1, Math.round(HALO * ratio));
  for (const wide of [halo, 0]) {
    const style = wide > 0 ? Style.Halo : Style.Ink;
    segments.forEach(({ x0, x1, y }, i) => {
      const before = segments[i - 1];
      if (before !== undefined && before.y !== y) {
        const top = Math.min(before.y, y);
        frame.path.add(x0 - wide, top - wide, line + 2 * wide, Math.abs(y - before.y) + line + 2 * wide, style);
      }
      frame.path.add(x0 - wide, y - wide, Math.max(line, x1 - x0) + 2 * wide, line + 2 * wide, style);
    });
  }
  const middle = Math.round(line / 2);
  const [first, last] = [segments[0]!, segments.at(-1)!];
  frame.ends = {
    begin: begins ? { x: first.x0, y: first.y + middle } : undefined,
    end: ends ? { x: last.x1, y: last.y + middle } : undefined,
  };
  if (!input.chosen) return;
  for (let i = 1; i < segments.length; i++) {
    const [from, to] = [segments[i - 1]!, segments[i]!];
    if (Math.abs(to.y - from.y) < ARROW_MIN * ratio) continue;
    const down = to.y > from.y;
    // The tip ends at the bar that the path comes to.
    const box = barBox(input, to.row);
    frame.arrows.push({ x: to.x0 + middle, y: down ? box.base - box.height : to.y + line, down });
  }
}
