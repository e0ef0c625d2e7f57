/** Requests (tasks): the slowest and a typical one on the same scale, latency as a histogram, a table of kinds. */
import { useMemo } from 'preact/hooks';
import { type TaskType, taskLength } from '../../analysis/index.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import { taskNoun } from '../state/task-words.ts';
import type { Viewer } from '../state/viewer.ts';
import { columnUnit, count, duration, durationIn } from '../theme/numbers.ts';
import { Histogram } from './histogram.tsx';
import { PanelHead } from './panel-head.tsx';
import { LengthsChip, RangeChip } from './scope-chip.tsx';
import { StateBar } from './state-bar.tsx';
import { segmentParts, shortBreakdown, totalParts } from './task-parts.ts';
import { useWidth } from './use-width.ts';

/** CSS pixels: column of the words before the bars, and room for the total behind them. */
const WORDS = 58;
const TOTAL = 62;
/** Width of the bar in the table of kinds. */
const KIND_BAR = 140;
/** Fewer tasks than this make no histogram. */
const HISTOGRAM_LEAST = 12;
/** Kinds in the table. */
const KINDS = 3;

export function RequestsPanel({ viewer }: { viewer: Viewer }) {
  const { app, scope } = viewer;
  const trace = app.trace.value!;
  const [ref, width] = useWidth<HTMLDivElement>();
  const noun = taskNoun(trace);
  const { tasks, kinds, p50, p99 } = scope.requests.value;
  const latency = scope.latency.value;
  return (
    <section class="panel requests" id="panel-2" tabIndex={-1} aria-label={noun.Plural}>
      <PanelHead
        number={2}
        title={noun.Plural}
        detail={
          <>
            {count(tasks.length)}
            {tasks.length > 0 && (
              <span class="wide">
                {' '}
                · p50 {duration(p50)} · p99 {duration(p99)}
              </span>
            )}
          </>
        }
        right={
          <>
            <LengthsChip viewer={viewer} />
            {scope.range.value !== undefined && <RangeChip viewer={viewer} />}
          </>
        }
      />
      <div ref={ref}>
        {width > 0 && tasks.length > 0 && (
          <Extremes viewer={viewer} trace={trace} width={width} slowest={tasks[0]!} kinds={kinds} />
        )}
        {tasks.length === 0 && <p class="muted">No {noun.singular} ran here.</p>}
        {width > 0 && latency !== undefined && scope.inRange.value.length >= HISTOGRAM_LEAST && (
          <Histogram viewer={viewer} trace={trace} latency={latency} p50={p50} p99={p99} width={width} />
        )}
        {tasks.length > 0 && <KindTable viewer={viewer} trace={trace} types={kinds} />}
      </div>
    </section>
  );
}

interface ExtremesProps {
  readonly viewer: Viewer;
  readonly trace: OpenTrace;
  readonly width: number;
  readonly slowest: number;
  readonly kinds: readonly TaskType[];
}

/** The slowest task, and one of the same kind at its median. */
function Extremes({ viewer, trace, width, slowest, kinds }: ExtremesProps) {
  const measure = viewer.measures.normal;
  const typical = medianOf(kinds.find((kind) => kind.tasks.includes(slowest))!.tasks);
  const slow = trace.breakdown(slowest);
  const median = trace.breakdown(typical);
  const room = width - WORDS - TOTAL;
  const scaled = Math.max(2, Math.round((room * (median.end - median.start)) / (slow.end - slow.start)));
  return (
    <div class="extremes">
      <span class="muted">slowest</span>
      <button
        type="button"
        class="bar-button"
        title={trace.names.task(slowest)}
        onClick={() => viewer.app.showTask(slowest)}
      >
        <StateBar
          parts={segmentParts(trace, slow)}
          width={room}
          height={18}
          measure={measure}
          label={`slowest: ${trace.names.task(slowest)}`}
        />
        <b>{duration(slow.end - slow.start)}</b>
      </button>
      <span class="muted">typical</span>
      <button
        type="button"
        class="bar-button"
        title={trace.names.task(typical)}
        onClick={() => viewer.app.showTask(typical)}
      >
        <StateBar
          parts={segmentParts(trace, median)}
          width={scaled}
          height={18}
          measure={measure}
          label={`typical: ${trace.names.task(typical)}`}
        />
        <b>{duration(median.end - median.start)}</b>
        {scaled < room * 0.6 && <span class="muted cut">{shortBreakdown(trace, median.totals)}</span>}
      </button>
    </div>
  );
}

interface KindTableProps {
  readonly viewer: Viewer;
  readonly trace: OpenTrace;
  readonly types: readonly TaskType[];
}

function KindTable({ viewer, trace, types }: KindTableProps) {
  const { names } = trace;
  const kinds = useMemo(() => heaviest(trace, types), [trace, types]);
  const means = kinds.map((kind) => slowestMean(trace, kind));
  const most = Math.max(...means.map((totals) => totals.reduce((a, b) => a + b, 0)));
  const unit = columnUnit(Math.max(...kinds.map((kind) => kind.p99)));
  return (
    <table class="numbers kinds">
      <thead>
        <tr>
          <th>{taskNoun(trace).singular === 'request' ? 'endpoint' : 'name'}</th>
          <th>n</th>
          <th>p50, {unit.name}</th>
          <th>p99, {unit.name}</th>
          <th class="text">mean of slowest 1 %</th>
        </tr>
      </thead>
      <tbody>
        {kinds.map((kind, i) => (
          <tr key={kind.name} class="clickable" onClick={() => viewer.app.showTask(kind.tasks[0]!)}>
            <td class="cut">
              <button type="button" class="cell-button" title={`Show the slowest ${names.clean(kind.name)}`}>
                {names.clean(kind.name)}
              </button>
            </td>
            <td>{count(kind.tasks.length)}</td>
            <td>{durationIn(kind.p50, unit)}</td>
            <td>{durationIn(kind.p99, unit)}</td>
            <td class="text">
              <StateBar
                parts={totalParts(means[i]!)}
                width={KIND_BAR}
                height={12}
                total={most}
                measure={viewer.measures.normal}
                label={shortBreakdown(trace, means[i]!)}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The kinds that requests spent most time in, and that of the slowest request. */
function heaviest({ model }: OpenTrace, types: readonly TaskType[]): readonly TaskType[] {
  const length = (task: number) => taskLength(model, task);
  const weight = ({ tasks }: TaskType) => tasks.reduce((sum, task) => sum + length(task), 0);
  const present = types.filter(({ tasks }) => tasks.length > 0).map((kind) => ({ kind, weight: weight(kind) }));
  const kinds = present.sort((a, b) => b.weight - a.weight).map(({ kind }) => kind);
  const slowest = kinds.reduce((a, b) => (length(b.tasks[0]!) > length(a.tasks[0]!) ? b : a), kinds[0]!);
  const shown = kinds.slice(0, KINDS);
  return shown.includes(slowest) ? shown : [...shown.slice(0, KINDS - 1), slowest];
}

/** The task at the median. @param tasks slowest first */
function medianOf(tasks: Int32Array): number {
  return tasks[tasks.length - Math.max(1, Math.ceil(tasks.length / 2))]!;
}

/** Mean time per state of the slowest hundredth of a kind, at least of one task. */
function slowestMean(trace: OpenTrace, kind: TaskType): Float64Array {
  const slowest = kind.tasks.subarray(0, Math.min(100, Math.ceil(kind.tasks.length / 100)));
  const sums = new Float64Array(8);
  for (const task of slowest)
    trace.breakdown(task).totals.forEach((time, state) => {
      sums[state]! += time / slowest.length;
    });
  return sums;
}
