/**
 * The brush over the latency histogram: a drag over its columns, or the arrow keys, choose lengths; all lists and totals
 * then show the requests of these lengths only. A click, or Escape, lets go.
 */
import { useRef } from 'preact/hooks';
import type { Viewer } from '../state/viewer.ts';
import { count, duration } from '../theme/numbers.ts';
import type { TimeWindow } from '../timeline/scale.ts';
import { binEdge, type LatencyHistogram, positionOf } from '../worker/latency-histogram.ts';

interface BrushProps {
  readonly viewer: Viewer;
  readonly latency: LatencyHistogram;
  /** CSS pixels: width of all columns, from the top to them, and their height. */
  readonly drawn: number;
  readonly top: number;
  readonly height: number;
}

/** The first and the last bin of a brush, as far as it lies on the axis. */
export function binsOf(latency: LatencyHistogram, lengths: TimeWindow): [first: number, last: number] {
  const bins = latency.counts.length;
  const at = (length: number) => positionOf(Math.max(length, latency.lowest), latency) * bins;
  const first = Math.min(bins - 1, Math.max(0, Math.floor(at(lengths.start) + 1e-6)));
  return [first, Math.min(bins - 1, Math.max(first, Math.ceil(at(lengths.end) - 1e-6) - 1))];
}

/** The lengths from one bin to another, both included, in either order. */
export function lengthsOf(latency: LatencyHistogram, a: number, b: number): TimeWindow {
  return { start: binEdge(latency, Math.min(a, b)), end: binEdge(latency, Math.max(a, b) + 1) };
}

export function HistogramBrush({ viewer, latency, drawn, top, height }: BrushProps) {
  const { app } = viewer;
  const anchor = useRef<{ bin: number; moved: boolean } | undefined>(undefined);
  const bins = latency.counts.length;
  const lengths = app.lengths.value;
  const chosen = lengths && binsOf(latency, lengths);
  const binAt = (event: PointerEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    return Math.min(bins - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * bins)));
  };
  const choose = (a: number, b: number) => {
    app.lengths.value = lengthsOf(latency, a, b);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (step === 0 && (event.key !== 'Escape' || chosen === undefined)) return;
    event.preventDefault();
    event.stopPropagation();
    if (step === 0) app.lengths.value = undefined;
    else choose(...movedBins(latency, chosen, step, event.shiftKey));
  };
  return (
    <div
      class="brush"
      style={{ top: `${top}px`, width: `${drawn}px`, height: `${height}px` }}
      role="slider"
      tabIndex={0}
      aria-label="Lengths that are shown. Arrow keys choose, with Shift more of them, Escape shows all."
      aria-valuemin={0}
      aria-valuemax={bins - 1}
      aria-valuenow={chosen?.[0] ?? 0}
      aria-valuetext={chosen === undefined ? 'all lengths' : spoken(latency, chosen)}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        anchor.current = { bin: binAt(event), moved: false };
      }}
      onPointerMove={(event) => {
        const from = anchor.current;
        if (from === undefined || (!from.moved && binAt(event) === from.bin)) return;
        from.moved = true;
        choose(from.bin, binAt(event));
      }}
      onPointerUp={() => {
        const from = anchor.current;
        anchor.current = undefined;
        if (from === undefined || from.moved) return;
        if (chosen === undefined) choose(from.bin, from.bin);
        else app.lengths.value = undefined;
      }}
      onPointerCancel={() => {
        anchor.current = undefined;
      }}
    >
      {chosen !== undefined && <Chosen first={chosen[0]} last={chosen[1]} step={drawn / bins} bins={bins} />}
    </div>
  );
}

/** What is outside of the brush fades; the brush itself has edges and handles. */
function Chosen({ first, last, step, bins }: { first: number; last: number; step: number; bins: number }) {
  const bounds = (from: number, to: number) => ({ left: `${from * step}px`, width: `${(to - from) * step}px` });
  return (
    <>
      <div class="brush-outside" style={bounds(0, first)} />
      <div class="brush-inside" style={bounds(first, last + 1)} />
      <div class="brush-outside" style={bounds(last + 1, bins)} />
    </>
  );
}

/** The bins after an arrow key: without Shift the next bin with something in it, with Shift the brush grows. */
export function movedBins(
  { counts }: LatencyHistogram,
  chosen: readonly [number, number] | undefined,
  step: -1 | 1,
  grow: boolean,
): [first: number, last: number] {
  const last = counts.length - 1;
  if (grow && chosen !== undefined) {
    return step < 0 ? [Math.max(0, chosen[0] - 1), chosen[1]] : [chosen[0], Math.min(last, chosen[1] + 1)];
  }
  let bin = chosen === undefined ? (step > 0 ? -1 : last + 1) : step > 0 ? chosen[1] : chosen[0];
  do bin += step;
  while (counts[bin] === 0);
  if (bin >= 0 && bin <= last) return [bin, bin];
  return chosen === undefined ? [0, last] : [chosen[0], chosen[1]];
}

function spoken(latency: LatencyHistogram, [first, last]: readonly [number, number]): string {
  const { start, end } = lengthsOf(latency, first, last);
  const n = latency.counts.subarray(first, last + 1).reduce((a, b) => a + b, 0);
  return `${duration(start)} to ${duration(end)}, ${count(n)}`;
}
