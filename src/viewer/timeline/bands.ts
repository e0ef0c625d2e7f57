/**
 * What concerns all rows at once: blocked loops, stop-the-world, GC. A tint behind the rows, a bracket with its label in
 * the lane under the axis, and one red line where it is too short for either.
 */
import { RangeClass } from '../../analysis/index.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import { duration } from '../theme/numbers.ts';
import type { Frame, Geometry } from './frame.ts';
import type { Measures } from './row-context.ts';
import type { TimeScale } from './scale.ts';
import { Style } from './styles.ts';

/** Below this width in design pixels, stop-the-world is a line. */
const LINE_BELOW = 8;
/** Design pixels per stop-the-world line below which only those of a pixel and more are drawn: a red curtain says nothing. */
const LINE_SPACING = 12;

interface Band {
  readonly start: number;
  readonly end: number;
  readonly kind: 'stw' | 'gc';
  /** Forms of its label, longest first. */
  readonly forms: readonly string[];
  /** Stop-the-world of all procs gets a line when it is short; a blocked loop does not. */
  readonly line: boolean;
}

/**
 * @param hidden whether stop-the-world and blocked loops are filtered out, and GC
 */
export function composeBands(
  trace: OpenTrace,
  scale: TimeScale,
  geometry: Geometry,
  measures: Measures,
  hidden: { stw: boolean; gc: boolean },
  frame: Frame,
): void {
  const { ratio } = geometry;
  const all = bandsInWindow(trace, scale.start, scale.end).filter((band) => !hidden[band.kind]);
  const lines = all.filter((band) => band.line).length;
  const crowded = lines * LINE_SPACING * ratio > geometry.right - geometry.left;
  // What is shorter than a pixel shows in its row, but for the few stop-the-worlds that have a line of their own.
  const bands = all.filter((band) => band.end - band.start >= scale.perPixel || (band.line && !crowded));
  for (const kind of ['gc', 'stw'] as const)
    for (const band of bands) if (band.kind === kind) addTint(band, scale, geometry, frame);
  const stops = bands.filter((band) => band.kind === 'stw');
  let free = geometry.left;
  for (const band of bands) {
    // One bracket at a time: a collection within a block has its tint.
    if (band.kind === 'gc' && stops.some((stop) => stop.start < band.end && band.start < stop.end)) continue;
    const x0 = scale.edge(band.start);
    const x1 = scale.edge(band.end);
    if (x1 - x0 >= LINE_BELOW * ratio) free = addBracket(band, x0, x1, free, geometry, measures, frame);
    else if (band.line) free = addLine(band, x0, free, geometry, measures, frame);
  }
}

function addTint(band: Band, scale: TimeScale, geometry: Geometry, frame: Frame): void {
  const x0 = Math.max(scale.edge(band.start), geometry.left);
  const x1 = Math.min(scale.edge(band.end), geometry.right);
  const style = band.kind === 'stw' ? Style.StwBand : Style.GcBand;
  frame.under.add(x0, geometry.axisBottom, x1 - x0, geometry.height - geometry.axisBottom, style);
}

/** A bracket, with its label if it fits into the bracket's visible part and right of the label before. */
function addBracket(
  band: Band,
  x0: number,
  x1: number,
  free: number,
  geometry: Geometry,
  measures: Measures,
  frame: Frame,
): number {
  const { ratio } = geometry;
  const left = Math.max(x0, geometry.left);
  const right = Math.min(x1, geometry.right);
  const room = right - Math.max(left, free);
  const text = band.forms.find((form) => (measures.bold.width(form) + 16) * ratio <= room) ?? '';
  const textWidth = text === '' ? 0 : Math.round((measures.bold.width(text) + 12) * ratio);
  const textX = Math.max(free, Math.round((left + right - textWidth) / 2));
  frame.brackets.push({ x0, x1, kind: band.kind, text, textX, textWidth });
  return text === '' ? free : textX + textWidth + Math.round(4 * ratio);
}

/** One line across the rows, its text beside it. */
function addLine(band: Band, x: number, free: number, geometry: Geometry, measures: Measures, frame: Frame): number {
  const { ratio } = geometry;
  if (x < geometry.left || x >= geometry.right) return free;
  frame.over.add(
    x,
    geometry.axisBottom,
    Math.max(1, Math.round(ratio)),
    geometry.height - geometry.axisBottom,
    Style.Stw,
  );
  const at = x + Math.round(5 * ratio);
  const text = band.forms.find((form) => at + measures.normal.width(form) * ratio <= geometry.right);
  if (text === undefined || at < free) return free;
  frame.labels.push({
    x: at,
    y: geometry.axisBottom + Math.round(12 * ratio),
    text,
    colour: 'stwInk',
    patch: -1,
  });
  return at + Math.round((measures.normal.width(text) + 8) * ratio);
}

/** What touches the window, in time order. */
function bandsInWindow(trace: OpenTrace, start: number, end: number): Band[] {
  const bands: Band[] = [];
  if (trace.model.info.dialect === 'node') {
    for (const block of trace.summary.blocks) {
      if (block.proc !== 0 || block.end <= start || block.start >= end) continue;
      const time = duration(block.end - block.start);
      bands.push({
        start: block.start,
        end: block.end,
        kind: 'stw',
        forms: [`main loop blocked ${time}`, `blocked ${time}`, time],
        line: false,
      });
    }
  }
  const { ranges } = trace.model;
  for (const range of trace.bandRanges) {
    const to = Number.isNaN(ranges.end[range]!) ? trace.bounds.end : ranges.end[range]!;
    if (to <= start) continue;
    if (ranges.start[range]! >= end) break;
    bands.push(rangeBand(trace, range, to));
  }
  return bands.sort((a, b) => a.start - b.start);
}

/** A range as a band. */
function rangeBand(trace: OpenTrace, range: number, end: number): Band {
  const { ranges } = trace.model;
  const start = ranges.start[range]!;
  // Node's collections are stop-the-world by form: "stop-the-world (GC scavenge)" is shown as what it is.
  const name = trace.names.text(ranges.name[range]!).replace(/^stop-the-world \((GC .*)\)$/, '$1');
  const time = duration(end - start);
  const stops = ranges.class[range] === RangeClass.StopTheWorld;
  return {
    start,
    end,
    kind: stops ? 'stw' : 'gc',
    forms: stops ? [`${name} ${time}`, `stop-the-world ${time}`, time] : [`${name} ${time}`, `GC ${time}`, time],
    line: stops,
  };
}
