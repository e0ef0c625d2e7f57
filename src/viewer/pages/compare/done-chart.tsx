/**
 * The share of the requests of one kind that are done within a time, of both traces: A dashed and grey, B in ink; the time on a
 * logarithmic scale. Below it, medians and p99 with the interval in which they lie with 95 % confidence.
 */
import { useSignal } from '@preact/signals';
import { type Comparison, taskLength } from '../../../analysis/index.ts';
import { PanelHead } from '../../panels/panel-head.tsx';
import { TableTools } from '../../panels/table-tools.tsx';
import { useWidth } from '../../panels/use-width.ts';
import type { OpenTrace } from '../../state/open-trace.ts';
import type { Noun } from '../../state/task-words.ts';
import { columnUnit, count, durationIn, percent, type TimeUnit } from '../../theme/numbers.ts';
import { quantileInterval, shareWithin } from './share-done.ts';

const CHART = { height: 150, left: 40, right: 24, top: 8, bottom: 20 } as const;
const QUANTILES = [0.5, 0.99] as const;

interface DoneChartProps {
  readonly pair: { readonly a: OpenTrace; readonly b: OpenTrace };
  readonly kinds: readonly Comparison[];
  readonly noun: Noun;
}

export function DoneChart({ pair, kinds, noun }: DoneChartProps) {
  const chosen = useSignal(0);
  const [ref, width] = useWidth<HTMLDivElement>();
  const both = kinds.filter(({ a, b }) => a.count > 0 && b.count > 0);
  const kind = both[Math.min(chosen.value, both.length - 1)];
  if (kind === undefined) return null;
  const [a, b] = [lengthsOf(pair.a, kind.name), lengthsOf(pair.b, kind.name)];
  const unit = columnUnit(Math.max(a.at(-1) ?? 0, b.at(-1) ?? 0));
  const table = () => [
    ['trace', 'length, ns', 'share done'],
    ...[a, b].flatMap((lengths, side) => [...lengths].map((ns, i) => ['AB'[side], ns, (i + 1) / lengths.length])),
  ];
  return (
    <section class="compare-done" aria-label={`${noun.Plural} done within a time`}>
      <PanelHead
        title="Done within"
        detail={`share of ${noun.plural}; A dashed, B solid`}
        right={<TableTools name="done within" table={table} />}
      />
      <select
        aria-label="Kind"
        value={both.indexOf(kind)}
        onChange={(event) => {
          chosen.value = Number(event.currentTarget.value);
        }}
      >
        {both.map(({ name }, i) => (
          <option key={name} value={i}>
            {pair.a.names.clean(name)}
          </option>
        ))}
      </select>
      <div ref={ref}>{width > 0 && <Curves a={a} b={b} width={width} unit={unit} />}</div>
      <table class="numbers dense">
        <thead>
          <tr>
            <th class="text">{unit.name}</th>
            <th>A</th>
            <th>95 % interval</th>
            <th>B</th>
            <th>95 % interval</th>
          </tr>
        </thead>
        <tbody>
          {QUANTILES.map((q) => (
            <tr key={q}>
              <td class="text">p{q * 100}</td>
              <Quantile lengths={a} q={q} unit={unit} />
              <Quantile lengths={b} q={q} unit={unit} />
            </tr>
          ))}
        </tbody>
      </table>
      <p class="muted">
        {count(a.length)} and {count(b.length)} {noun.plural}. The interval holds the true value with 95 % confidence,
        by ranks; “few” where there are too few to tell.
      </p>
    </section>
  );
}

/** Lengths of a kind of task, shortest first. */
function lengthsOf({ model, summary }: OpenTrace, kind: string): Float64Array {
  const tasks = summary.taskTypes.find(({ name }) => name === kind)?.tasks ?? new Int32Array(0);
  return Float64Array.from(tasks, (task) => taskLength(model, task)).sort();
}

function Quantile({ lengths, q, unit }: { lengths: Float64Array; q: number; unit: TimeUnit }) {
  const value = lengths[Math.max(0, Math.ceil(lengths.length * q) - 1)] ?? Number.NaN;
  const interval = quantileInterval(lengths, q);
  return (
    <>
      <td>{durationIn(value, unit)}</td>
      <td class="muted">
        {interval === undefined ? 'few' : `${durationIn(interval.low, unit)} to ${durationIn(interval.high, unit)}`}
      </td>
    </>
  );
}

function Curves({ a, b, width, unit }: { a: Float64Array; b: Float64Array; width: number; unit: TimeUnit }) {
  const { height, left, right, top, bottom } = CHART;
  const low = Math.max(1, Math.min(a[0]!, b[0]!));
  const high = Math.max(a.at(-1)!, b.at(-1)!, low * 2);
  const room = width - left - right;
  const x = (ns: number) => left + (Math.log(Math.max(ns, low) / low) / Math.log(high / low)) * room;
  const y = (share: number) => top + (1 - share) * (height - top - bottom);
  // A step per pixel says all that a line can show.
  const path = (lengths: Float64Array) =>
    Array.from({ length: Math.max(2, Math.round(room)) + 1 }, (_, i) => {
      const ns = low * (high / low) ** (i / Math.max(2, Math.round(room)));
      return `${i === 0 ? 'M' : 'L'}${x(ns).toFixed(1)} ${y(shareWithin(lengths, ns * (1 + 1e-9))).toFixed(1)}`;
    }).join('');
  return (
    <svg
      class="done-chart"
      width={width}
      height={height}
      role="img"
      aria-label="Share done within a time; the table below has its quantiles"
    >
      {[0, 0.5, 0.9, 1].map((share) => (
        <g key={share}>
          <path class="done-grid" d={`M${left} ${y(share)}H${width - right}`} />
          <text x={left - 6} y={y(share) + (share === 0.9 ? 6 : 4)} text-anchor="end">
            {percent(share)}
          </text>
        </g>
      ))}
      {ticksBetween(low, high, room).map((ns, i, all) => (
        <g key={ns}>
          <path class="done-grid" d={`M${x(ns)} ${top}V${height - bottom}`} />
          <text x={x(ns)} y={height - 6} text-anchor="middle">
            {durationIn(ns, unit)}
            {i === all.length - 1 ? ` ${unit.name}` : ''}
          </text>
        </g>
      ))}
      <path class="done-a" d={path(a)} />
      <path class="done-b" d={path(b)} />
    </svg>
  );
}

/** Powers of ten, and their doubles and fives where there is room. */
function ticksBetween(low: number, high: number, room: number): number[] {
  const decades = Math.log10(high / low);
  const factors = room / Math.max(decades, 0.1) > 150 ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let power = 10 ** Math.floor(Math.log10(low)); power <= high; power *= 10) {
    for (const factor of factors) if (factor * power >= low && factor * power <= high) ticks.push(factor * power);
  }
  return ticks;
}
