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
/** And below this part of a pixel, a tick in the lane. */
const TICK_BELOW = 0.25;
/** Design pixels per stop-the-world line below which only those of a pixel and more are drawn: a red curtain says nothing. */
const LINE_SPACING = 12;

interface Band {
  readonly start: number;
  readonly end: number;
  readonly kind: 'stw' | 'gc';
  /** Forms of its label, longest first. Most bands are too narrow for any. */
  readonly forms: () => readonly string[];
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
  const all = bandsOf(trace);
  let lines = 0;
  for (const band of all) {
    if (band.start >= scale.end) break;
    if (band.line && band.end > scale.start) lines++;
  }
  const crowded = lines * LINE_SPACING * geometry.ratio > geometry.right - geometry.left;
  // What is shorter than a pixel shows in its row, but for the few stop-the-worlds that have a line of their own.
  const bands: Band[] = [];
  for (const band of all) {
    if (band.start >= scale.end) break;
    if (band.end <= scale.start || hidden[band.kind]) continue;
    if (band.end - band.start >= scale.perPixel || (band.line && !crowded)) bands.push(band);
  }
  const composer = new BandComposer(scale, geometry, measures, frame);
  for (const band of bands) if (band.kind === 'gc') composer.tint(band);
  for (const band of bands) if (band.kind === 'stw') composer.tint(band);
  // Of stops, none lies within another; so the first that ends behind a band's start is the one that may touch it.
  const stops = bands.filter((band) => band.kind === 'stw');
  let stop = 0;
  bands.forEach((band, i) => {
    while (stop < stops.length && stops[stop]!.end <= band.start) stop++;
    // One bracket at a time: a collection within a block has its tint.
    if (band.kind === 'gc' && stop < stops.length && stops[stop]!.start < band.end) return;
    composer.mark(band, bands[i + 1]);
  });
}

/** Draws bands from left to right, so that no two texts overlap. */
class BandComposer {
  readonly #scale: TimeScale;
  readonly #geometry: Geometry;
  readonly #measures: Measures;
  readonly #frame: Frame;
  /** First pixel of the lane that no text has taken. */
  #free: number;

  constructor(scale: TimeScale, geometry: Geometry, measures: Measures, frame: Frame) {
    this.#scale = scale;
    this.#geometry = geometry;
    this.#measures = measures;
    this.#frame = frame;
    this.#free = geometry.left;
  }

  tint(band: Band): void {
    const { left, right, axisBottom, height } = this.#geometry;
    const x0 = Math.max(this.#scale.edge(band.start), left);
    const x1 = Math.min(this.#scale.edge(band.end), right);
    const style = band.kind === 'stw' ? Style.StwBand : Style.GcBand;
    this.#frame.under.add(x0, axisBottom, x1 - x0, height - axisBottom, style);
  }

  /** @param next the band after it, whose mark its text must not reach */
  mark(band: Band, next: Band | undefined): void {
    const { right, ratio } = this.#geometry;
    const x0 = this.#scale.edge(band.start);
    const x1 = this.#scale.edge(band.end);
    if (x1 - x0 >= LINE_BELOW * ratio) this.#bracket(band, x0, x1);
    else if (band.line)
      this.#line(band, x0, next === undefined ? right : Math.min(right, this.#scale.edge(next.start)));
  }

  /** A bracket, with its label if it fits into the bracket's visible part and right of the label before. */
  #bracket(band: Band, x0: number, x1: number): void {
    const { ratio } = this.#geometry;
    const { bold } = this.#measures;
    const left = Math.max(x0, this.#geometry.left);
    const right = Math.min(x1, this.#geometry.right);
    const room = right - Math.max(left, this.#free);
    const fitting = band.forms().find((form) => (bold.width(form) + 16) * ratio <= room) ?? '';
    const width = Math.round((bold.width(fitting) + 12) * ratio);
    const textX = Math.max(this.#free, Math.round((left + right - width) / 2));
    const text = this.#isTaken(textX, textX + width) ? '' : fitting;
    const textWidth = text === '' ? 0 : width;
    this.#frame.brackets.push({ x0, x1, kind: band.kind, text, textX, textWidth });
    if (text !== '') this.#free = textX + textWidth + Math.round(4 * ratio);
  }

  /** Does the label of a measured range stand there? */
  #isTaken(from: number, to: number): boolean {
    const { range } = this.#frame;
    return range !== undefined && from < range.textX + range.textWidth && to > range.textX;
  }

  /** One line across the rows, its text beside it. @param limit pixel that the text must not reach */
  #line(band: Band, x: number, limit: number): void {
    const { ratio, left, right, axisBottom, rowsTop, height } = this.#geometry;
    const { normal } = this.#measures;
    if (x < left || x >= right) return;
    // What is next to nothing at this zoom is a tick in the lane: lines over all rows are for what one can wait for.
    const isTick = band.end - band.start < this.#scale.perPixel * TICK_BELOW;
    const bottom = isTick ? rowsTop : height;
    this.#frame.over.add(x, axisBottom, Math.max(1, Math.round(ratio)), bottom - axisBottom, Style.Stw);
    const at = x + Math.round(5 * ratio);
    const text = band.forms().find((form) => at + normal.width(form) * ratio <= limit);
    if (text === undefined || at < this.#free || this.#isTaken(at, at + normal.width(text) * ratio)) return;
    this.#frame.lane.push({ x: at, y: axisBottom + Math.round(12 * ratio), text, colour: 'stwInk', patch: -1 });
    this.#free = at + Math.round((normal.width(text) + 8) * ratio);
  }
}

const known = new WeakMap<OpenTrace, readonly Band[]>();

/** All bands of a trace, in time order: worked out once. */
function bandsOf(trace: OpenTrace): readonly Band[] {
  let bands = known.get(trace);
  if (bands === undefined) {
    bands = findBands(trace);
    known.set(trace, bands);
  }
  return bands;
}

function findBands(trace: OpenTrace): Band[] {
  const bands: Band[] = [];
  if (trace.model.info.dialect === 'node') {
    for (const block of trace.summary.blocks) {
      if (block.proc !== 0) continue;
      const forms = () => {
        const time = duration(block.end - block.start);
        return [`main loop blocked ${time}`, `blocked ${time}`, time];
      };
      bands.push({ start: block.start, end: block.end, kind: 'stw', forms, line: false });
    }
  }
  const { ranges } = trace.model;
  for (const range of trace.bandRanges) {
    bands.push(rangeBand(trace, range, Number.isNaN(ranges.end[range]!) ? trace.bounds.end : ranges.end[range]!));
  }
  return bands.sort((a, b) => a.start - b.start);
}

/** A range as a band. */
function rangeBand(trace: OpenTrace, range: number, end: number): Band {
  const { ranges } = trace.model;
  const start = ranges.start[range]!;
  // Node's collections are stop-the-world by form: "stop-the-world (GC scavenge)" is shown as what it is.
  const stops = ranges.class[range] === RangeClass.StopTheWorld;
  const forms = () => {
    const full = trace.names.text(ranges.name[range]!);
    const name = stops ? full : full.replace(/^stop-the-world \((GC .*)\)$/, '$1');
    const time = duration(end - start);
    return [`${name} ${time}`, `${stops ? 'stop-the-world' : 'GC'} ${time}`, time];
  };
  return { start, end, kind: stops ? 'stw' : 'gc', forms, line: stops };
}
