/**
 * Latency histogram: a logarithmic axis of time, columns whose height is the square root of the count (so that the few
 * slow ones can be seen) and whose colours say where the time went.
 */
import { DISPLAY_STATES, DisplayState } from '../../analysis/index.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import { taskNoun } from '../state/task-words.ts';
import type { Viewer } from '../state/viewer.ts';
import { columnUnit, duration, figures3 } from '../theme/numbers.ts';
import { STATE_NAMES } from '../theme/tokens.ts';
import type { TextMeasure } from '../timeline/labels.ts';
import { binEdge, type LatencyHistogram, positionOf } from '../worker/latency-histogram.ts';
import { lazy } from './lazy.tsx';

const HistogramBrush = lazy(async () => (await import('./histogram-brush.tsx')).HistogramBrush);

/** CSS pixels; where no table stands below, there is room for more. */
const LOW = 84;
const TALL = 112;
const WITHOUT_TABLE = '(max-width: 68.74em)';
const AXIS = 18;
const TOP = 14;
/** From the bottom: work, then what is waited for. */
const STACK: readonly DisplayState[] = [
  DisplayState.Run,
  DisplayState.Sys,
  DisplayState.Gc,
  DisplayState.Net,
  DisplayState.Ready,
  DisplayState.Sync,
  DisplayState.Sleep,
  DisplayState.Off,
];

export interface HistogramColumn {
  readonly x: number;
  readonly width: number;
  readonly boxes: readonly { readonly display: DisplayState; readonly y: number; readonly height: number }[];
}

/** Columns as boxes: heights are rounded so that the boxes of a column add up to its height. */
export function histogramColumns(
  latency: LatencyHistogram,
  width: number,
  base: number,
  room: number,
): HistogramColumn[] {
  const most = Math.sqrt(latency.counts.reduce((a, b) => Math.max(a, b), 0));
  const step = Math.floor(width / latency.counts.length);
  return Array.from(latency.counts, (count, bin) => {
    const height = count === 0 ? 0 : Math.max(1, Math.round((Math.sqrt(count) / most) * room));
    let sum = 0;
    let bottom = 0;
    const boxes = STACK.map((display) => {
      sum += latency.shares[bin * DISPLAY_STATES + display]!;
      const top = Math.round(sum * height);
      const box = { display, y: base - top, height: top - bottom };
      bottom = top;
      return box;
    });
    return { x: bin * step, width: step - 1, boxes: boxes.filter((box) => box.height > 0) };
  });
}

interface HistogramProps {
  readonly viewer: Viewer;
  readonly trace: OpenTrace;
  readonly latency: LatencyHistogram;
  readonly p50: number;
  readonly p99: number;
  readonly width: number;
}

export function Histogram({ viewer, trace, latency, p50, p99, width }: HistogramProps) {
  const measure = viewer.measures.normal;
  const height = matchMedia(WITHOUT_TABLE).matches ? TALL : LOW;
  const base = height - AXIS;
  const drawn = Math.floor(width / latency.counts.length) * latency.counts.length;
  const x = (length: number) => Math.round(positionOf(length, latency) * drawn);
  const unit = columnUnit(latency.highest);
  const noun = taskNoun(trace);
  const labels = quantileLabels(
    x(p50),
    x(p99),
    `p50 ${figures3(p50 / unit.ns)}`,
    `p99 ${figures3(p99 / unit.ns)}`,
    width,
    measure,
  );
  const text = `${noun.plural}, √ scale`;
  const captionX = captionLeft(labels, measure.width(text), measure);
  const caption = captionX !== undefined && (
    <text class="muted-text" x={captionX} y={11}>
      {text}
    </text>
  );
  const label = `${noun.Plural} by length: half take at most ${duration(p50)}, 99 % at most ${duration(p99)}`;
  return (
    <div class="histogram">
      <HistogramTable latency={latency} label={label} />
      <svg width={width} height={height} role="img" aria-label={label}>
        <Columns columns={histogramColumns(latency, width, base, base - TOP)} />
        <rect class="fill-line2" x={0} y={base} width={drawn} height={1} />
        <Ticks
          latency={latency}
          x={x}
          base={base}
          drawn={drawn}
          measure={measure}
          unitName={unit.name}
          unitNs={unit.ns}
        />
        {caption}
        {labels.map((label) => (
          <g key={label.text}>
            <rect class="fill-text" x={label.line} y={4} width={1} height={base - 4} />
            <text class="plain-text" x={label.x} y={11}>
              {label.text}
            </text>
          </g>
        ))}
      </svg>
      <HistogramBrush viewer={viewer} latency={latency} drawn={drawn} top={TOP} height={base - TOP} />
    </div>
  );
}

/** The same as a table, for those who cannot see the drawing. */
function HistogramTable({ latency, label }: { latency: LatencyHistogram; label: string }) {
  return (
    <table class="unseen">
      <caption>{label}</caption>
      <thead>
        <tr>
          <th>from</th>
          <th>to</th>
          <th>number</th>
        </tr>
      </thead>
      <tbody>
        {Array.from(latency.counts, (n, bin) => ({ n, bin }))
          .filter(({ n }) => n > 0)
          .map(({ n, bin }) => (
            <tr key={bin}>
              <td>{duration(binEdge(latency, bin))}</td>
              <td>{duration(binEdge(latency, bin + 1))}</td>
              <td>{n}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}

function Columns({ columns }: { columns: readonly HistogramColumn[] }) {
  return (
    <>
      {columns.map((column) =>
        column.boxes.map((box) => (
          <rect
            key={`${column.x}:${box.display}`}
            class={`fill-${STATE_NAMES[box.display]}`}
            x={column.x}
            y={box.y}
            width={column.width}
            height={box.height}
          />
        )),
      )}
    </>
  );
}

interface TicksProps {
  readonly latency: LatencyHistogram;
  readonly x: (length: number) => number;
  readonly base: number;
  readonly drawn: number;
  readonly measure: TextMeasure;
  readonly unitName: string;
  readonly unitNs: number;
}

/** Ticks at 1, 2, 5 and their tens; labels that would touch are left out, the last one has the unit. */
function Ticks({ latency, x, base, drawn, measure, unitName, unitNs }: TicksProps) {
  const lengths: number[] = [];
  for (let power = 10 ** Math.floor(Math.log10(latency.lowest)); power < latency.highest; power *= 10) {
    for (const factor of [1, 2, 5]) {
      const length = factor * power;
      if (length > latency.lowest && length < latency.highest) lengths.push(length);
    }
  }
  let free = Number.POSITIVE_INFINITY;
  const labels = lengths.reverse().map((length, i) => {
    const text = `${Number((length / unitNs).toPrecision(1))}${i === 0 ? ` ${unitName}` : ''}`;
    const half = measure.width(text) / 2;
    const at = Math.min(x(length), drawn - half);
    if (at + half > free || at - half < 0) return undefined;
    free = at - half - 8;
    return { text, at };
  });
  return (
    <>
      {lengths.map((length, i) => (
        <rect key={length} class="fill-line2" x={x(length)} y={base} width={1} height={labels[i] ? 4 : 2} />
      ))}
      {labels.map(
        (label) =>
          label && (
            <text key={label.text} class="muted-text" x={label.at} y={base + AXIS - 3} text-anchor="middle">
              {label.text}
            </text>
          ),
      )}
    </>
  );
}

export interface QuantileLabel {
  readonly text: string;
  /** Pixel of the line, and of the text's left edge. */
  readonly line: number;
  readonly x: number;
}

const LABEL_GAP = 4;

/** Where the caption stands: at the left, else between the labels, else nowhere. */
export function captionLeft(labels: readonly QuantileLabel[], width: number, measure: TextMeasure): number | undefined {
  const lefts = labels.map((label) => Math.min(label.line, label.x));
  if (width + LABEL_GAP <= lefts[0]!) return 0;
  const [low] = labels;
  const between = Math.max(low!.line, low!.x + measure.width(low!.text)) + 3 * LABEL_GAP;
  return between + width + LABEL_GAP <= lefts[1]! ? between : undefined;
}

/**
 * Where the labels of the two quantiles stand: right of their lines, or left where there is no room. The lower one gives way.
 */
export function quantileLabels(
  low: number,
  high: number,
  lowText: string,
  highText: string,
  width: number,
  measure: TextMeasure,
): QuantileLabel[] {
  const lowWidth = measure.width(lowText);
  const highWidth = measure.width(highText);
  const highX = high + LABEL_GAP + highWidth <= width ? high + LABEL_GAP : high - LABEL_GAP - highWidth;
  const label = (text: string, line: number, x: number): QuantileLabel => ({ text, line, x });
  const upper = label(highText, high, highX);
  if (low + 2 * LABEL_GAP + lowWidth < Math.min(high, highX)) return [label(lowText, low, low + LABEL_GAP), upper];
  return [label(lowText, low, Math.min(low, highX) - LABEL_GAP - lowWidth), upper];
}
