/**
 * Rows that are not states over time: regions, logs, and lines of counters.
 */
import { readPeaks } from '../../analysis/index.ts';
import { lowerBound } from '../../base/index.ts';
import { duration } from '../theme/numbers.ts';
import type { CounterLine } from '../worker/counters.ts';
import { outlineSlice } from './bars.ts';
import type { Polyline } from './frame.ts';
import { cutEnd, fitLabel, labelBox } from './labels.ts';
import type { RowContext } from './row-context.ts';
import { columnLevel } from './share-cache.ts';
import { Style } from './styles.ts';

/** Regions of one nesting depth. */
export function drawRegions(context: RowContext): void {
  const { trace, row, scale, box, layer, geometry, measures } = context;
  const { regions } = trace.model;
  const { ratio } = geometry;
  const pixel = Math.max(1, Math.round(ratio));
  for (const region of trace.regionsOf(row.ref)) {
    if (regions.depth[region] !== row.depth) continue;
    const end = Number.isNaN(regions.end[region]!) ? trace.bounds.end : regions.end[region]!;
    const x0 = scale.edge(regions.start[region]!);
    const x1 = Math.max(x0 + pixel, scale.edge(end) - pixel);
    if (x1 <= box.left || x0 >= box.right) continue;
    const left = Math.max(x0, box.left);
    const top = box.base - box.height;
    layer.bars.add(left, top, Math.min(x1, box.right) - left, box.height, Style.User);
    if (x1 - x0 >= 4 * ratio) outlineSlice(x0, x1, top, box.height, pixel, box, Style.UserInk, layer.bars);
    const place = labelBox(x0 / ratio, x1 / ratio, box.left / ratio, box.right / ratio, 5);
    if (place === undefined) continue;
    const name = trace.names.text(regions.type[region]!);
    const text = fitLabel([`${name} ${duration(end - regions.start[region]!)}`, name], place.width, measures.normal);
    if (text === '') continue;
    const y = top + Math.round(box.height / 2) + Math.round(4 * ratio);
    layer.labels.push({ x: Math.round(place.x * ratio), y, text, colour: 'userOn', patch: -1 });
  }
}

/** Logs of a task: hollow diamonds, each with its text as far as the next one. */
export function drawLogs(context: RowContext): void {
  const { trace, row, scale, box, layer, geometry, measures } = context;
  const { logs } = trace.model;
  const { ratio } = geometry;
  const rows = trace.logsOf(row.ref);
  const middle = box.base - Math.round(box.height / 2);
  rows.forEach((log, i) => {
    const x = scale.edge(logs.time[log]!);
    if (x < box.left || x >= box.right) return;
    layer.diamonds.push({ x, y: middle });
    const next = i + 1 < rows.length ? Math.min(box.right, scale.edge(logs.time[rows[i + 1]!]!)) : box.right;
    const room = (next - x) / ratio - 16;
    const category = trace.names.text(logs.category[log]!);
    const message = trace.names.text(logs.message[log]!);
    const text = room < 24 ? '' : cutEnd(category === '' ? message : `${category}: ${message}`, room, measures.normal);
    if (text === '') return;
    const y = middle + Math.round(4 * ratio);
    layer.labels.push({ x: x + Math.round(8 * ratio), y, text, colour: 'muted', patch: -1 });
  });
}

/** Samples that are looked at in a frame; of more, evenly spaced ones stand for the rest. */
const SAMPLES_DRAWN = 50_000;

/** CPU samples: how many there are in each column of pixels, and which of them are of the selected strand. */
export function drawSamples(context: RowContext, selected: number): void {
  const { trace, scale, box, layer, geometry } = context;
  const { time, goroutine } = trace.model.samples;
  const pixel = Math.max(1, Math.round(geometry.ratio));
  const from = lowerBound(time, scale.start);
  const to = lowerBound(time, scale.end);
  const stride = Math.max(1, Math.floor((to - from) / SAMPLES_DRAWN));
  const columns = Math.ceil((box.right - box.left) / pixel);
  const all = new Uint16Array(columns);
  const own = new Uint16Array(columns);
  let most = 1;
  for (let i = from; i < to; i += stride) {
    const column = Math.floor((scale.x(time[i]!) - box.left) / pixel);
    if (column < 0 || column >= columns) continue;
    all[column]!++;
    if (goroutine[i] === selected && selected >= 0) own[column]!++;
    if (all[column]! > most) most = all[column]!;
  }
  for (let column = 0; column < columns; column++) {
    if (all[column] === 0) continue;
    const x = box.left + column * pixel;
    const height = Math.max(2 * pixel, Math.round((all[column]! / most) * box.height));
    layer.bars.add(x, box.base - height, pixel, height, Style.Sample);
    const accent = Math.round((own[column]! / all[column]!) * height);
    layer.over.add(x, box.base - accent, pixel, accent, Style.Accent);
  }
}

/** A line over time, 0 at the foot of the bar, its peak at the top. */
export function drawLine(context: RowContext, line: CounterLine, peak: number, kind: Polyline['kind']): void {
  const { trace, scale, box, layer, window, geometry } = context;
  if (peak <= 0) return;
  const level = columnLevel(scale, geometry.ratio);
  const bucketNs = 2 ** level;
  const first = Math.max(0, Math.floor(window.start / bucketNs));
  const wanted = Math.ceil(window.end / bucketNs) - first + 1;
  const max = readPeaks(() => trace.steps(line, window), line.pyramid, level, first, wanted);
  const count = max.length;
  // The window may lie beyond what is read so far.
  if (count === 0) return;
  const xs = layer.column(count);
  const ys = layer.column(count);
  for (let i = 0; i < count; i++) {
    xs[i] = Math.min(box.right, Math.max(box.left, scale.x((first + i) * bucketNs)));
    ys[i] = box.base - (max[i]! / peak) * box.height;
  }
  layer.lines.push({ xs, ys, base: box.base, kind });
}
