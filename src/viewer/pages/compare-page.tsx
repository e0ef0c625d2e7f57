/**
 * Two traces side by side: what changed between A, before, and B, after, and how sure that is; findings that are gained, lost
 * and kept. What is within noise is hidden and counted. Everything leads to its evidence, in the trace that has it.
 */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import {
  type Comparison,
  compareTracesSteps,
  DISPLAY_STATES,
  DisplayState,
  type Finding,
  type Side,
  type TraceComparison,
  TraceFacts,
} from '../../analysis/index.ts';
import { PanelHead } from '../panels/panel-head.tsx';
import { StateBar } from '../panels/state-bar.tsx';
import { TableTools } from '../panels/table-tools.tsx';
import { totalParts } from '../panels/task-parts.ts';
import { useBackground } from '../state/background.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import { targetTime } from '../state/target-time.ts';
import { taskNoun } from '../state/task-words.ts';
import type { Viewer } from '../state/viewer.ts';
import { columnUnit, count, duration, durationIn, MINUS, percent } from '../theme/numbers.ts';
import { loadBeside } from '../worker/loader.ts';
import './compare/compare.css';
import { DoneChart } from './compare/done-chart.tsx';
import './pages.css';
import type { TraceSource } from '../worker/messages.ts';

type Pair = { readonly a: OpenTrace; readonly b: OpenTrace };

export function ComparePage({ viewer }: { viewer: Viewer }) {
  const pair = viewer.app.compared.value;
  const shown = viewer.app.trace.value!;
  // Another trace was opened meanwhile: the comparison was of others.
  const isCurrent = pair !== undefined && (pair.a === shown || pair.b === shown);
  return isCurrent ? <Compared viewer={viewer} pair={pair} /> : <Choose viewer={viewer} />;
}

/** Asks for the second trace, or takes the one that the address names. */
function Choose({ viewer }: { viewer: Viewer }) {
  const { app } = viewer;
  const state = useSignal<string | undefined>(undefined);
  const failed = useSignal(false);
  const load = async (source: TraceSource) => {
    const a = app.trace.value!;
    state.value = 'Reading the second trace …';
    failed.value = false;
    try {
      const b = await loadBeside(source);
      if (app.trace.value === a) app.compared.value = { a, b };
    } catch (error) {
      failed.value = true;
      state.value = error instanceof Error ? error.message : String(error);
    }
  };
  useEffect(() => {
    const address = new URLSearchParams(location.search).get('compare');
    const url = address === null ? undefined : new URL(address, location.href);
    if (url?.origin === location.origin && url.protocol !== 'file:') void load({ kind: 'url', url: url.href });
  }, []);
  const pick = () => {
    const input = document.createElement('input');
    input.type = 'file';
    input.addEventListener('change', () => {
      const file = input.files?.[0];
      if (file !== undefined) void load({ kind: 'file', file });
    });
    input.click();
  };
  return (
    <section class="page" aria-label="Compare" aria-busy={state.value !== undefined && !failed.value}>
      <PanelHead title="Compare" detail="this trace, A, with another one of the same program, B" />
      <fieldset
        class="compare-choose"
        aria-label="The second trace"
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          event.stopPropagation();
          delete document.documentElement.dataset.dropping;
          const file = event.dataTransfer?.files[0];
          if (file !== undefined) void load({ kind: 'file', file });
        }}
      >
        <b>Drop the second trace here</b>
        <button type="button" class="button primary" onClick={pick}>
          Open the second trace…
        </button>
        <span class={failed.value ? '' : 'muted'} role="status">
          {state.value ?? 'or: exectrace view --compare BEFORE AFTER'}
        </span>
      </fieldset>
    </section>
  );
}

function factsOf({ model, summary }: OpenTrace): TraceFacts {
  const { taskIndex, taskTypes, slowest, blocks } = summary;
  return new TraceFacts(model, { taskIndex, taskTypes, slowest, blocks });
}

function Compared({ viewer, pair }: { viewer: Viewer; pair: Pair }) {
  const { app } = viewer;
  const { value, busy } = useBackground(
    () => compareTracesSteps(factsOf(pair.a), factsOf(pair.b), [pair.a.summary.findings, pair.b.summary.findings]),
    [pair],
  );
  const swap = () => {
    app.compared.value = { a: pair.b, b: pair.a };
  };
  const noun = taskNoun(pair.a);
  return (
    <section class="page compare" aria-label="Compare" aria-busy={busy}>
      <div class="compare-head">
        <h2>{value === undefined ? 'Comparing …' : answer(value)}</h2>
        <span class="space" />
        <span class="muted">
          A {pair.a.names.clean(pair.a.fileName)}, {duration(lengthOf(pair.a))} · B{' '}
          {pair.b.names.clean(pair.b.fileName)}, {duration(lengthOf(pair.b))}
        </span>
        <button type="button" class="button" onClick={swap}>
          Swap A and B
        </button>
      </div>
      {value !== undefined && (
        <div class="compare-body">
          <div class="compare-tables">
            <Comparisons viewer={viewer} pair={pair} title={noun.Plural} list={value.tasks} bars />
            <Comparisons viewer={viewer} pair={pair} title="Running time by function" list={value.groups} />
            <p class="muted">
              {count(value.comparisons)} comparisons by the Mann-Whitney test. A change is told when it is at least 5 %
              of the median and its chance of being none is below {value.threshold.toPrecision(2)}.
            </p>
          </div>
          <Findings viewer={viewer} pair={pair} comparison={value} />
        </div>
      )}
    </section>
  );
}

function lengthOf({ bounds }: OpenTrace): number {
  return bounds.end - bounds.start;
}

/** The first sure change of tasks, else of functions, as a sentence. */
function answer({ tasks, groups }: TraceComparison): string {
  const sure = ({ verdict }: Comparison) => verdict === 'worse' || verdict === 'better';
  const first = tasks.find(sure) ?? groups.find(sure);
  if (first === undefined) return 'No sure difference';
  const { name, verdict, a, b } = first;
  return `B is ${verdict === 'better' ? 'faster' : 'slower'}: the median of ${name} ${verdict === 'better' ? 'fell' : 'rose'} from ${duration(a.p50)} to ${duration(b.p50)}`;
}

interface ComparisonsProps {
  readonly viewer: Viewer;
  readonly pair: Pair;
  readonly title: string;
  readonly list: readonly Comparison[];
  /** Where the time went, as two bars. */
  readonly bars?: boolean;
}

const NOISE: ReadonlySet<string> = new Set(['same', 'unsure']);
const MOST_ROWS = 60;

function Comparisons({ viewer, pair, title, list, bars = false }: ComparisonsProps) {
  const all = useSignal(false);
  const quiet = list.filter(({ verdict }) => NOISE.has(verdict)).length;
  const rows = (all.value ? list : list.filter(({ verdict }) => !NOISE.has(verdict))).slice(0, MOST_ROWS);
  const values = rows.flatMap(({ a, b }) => [a.p50, b.p50]).filter((value) => value > 0);
  const low = values.reduce((x, y) => Math.min(x, y), Number.POSITIVE_INFINITY);
  const high = values.reduce((x, y) => Math.max(x, y), 0);
  const unit = columnUnit(rows.reduce((most, { a, b }) => Math.max(most, a.p99 || 0, b.p99 || 0), 0));
  const most = rows.reduce((sum, { a, b }) => Math.max(sum, meanOf(a), meanOf(b)), 0);
  const table = () => [
    ['name', 'verdict', 'n A', 'n B', 'p50 A, ns', 'p50 B, ns', 'p99 A, ns', 'p99 B, ns', 'p'],
    ...list.map(({ name, verdict, a, b, p }) => [name, verdict, a.count, b.count, a.p50, b.p50, a.p99, b.p99, p]),
  ];
  return (
    <>
      <PanelHead
        title={title}
        detail="○ A to ● B, median, log scale"
        right={<TableTools name={title} table={table} />}
      />
      <table class="numbers tall" aria-label={title}>
        <thead>
          <tr>
            <th class="text">name</th>
            <th>n, A / B</th>
            <th class="text">median</th>
            <th>A, {unit.name}</th>
            <th>B, {unit.name}</th>
            <th>change</th>
            <th class="wide">p99 A</th>
            <th class="wide">p99 B</th>
            <th>chance of none</th>
            {bars && <th class="text wide">mean, A above B</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name} class="clickable" onClick={() => showComparison(viewer, pair, row, bars)}>
              <td class="cut" title={row.name}>
                <button type="button" class="row-button">
                  {pair.b.names.clean(row.name) || 'unnamed'}
                </button>
              </td>
              <td>
                {count(row.a.count)} / {count(row.b.count)}
              </td>
              <td class="text">
                <Dumbbell row={row} low={low} high={high} />
              </td>
              <td class="muted">{Number.isNaN(row.a.p50) ? '' : durationIn(row.a.p50, unit)}</td>
              <td>{Number.isNaN(row.b.p50) ? '' : durationIn(row.b.p50, unit)}</td>
              <td>
                <Change row={row} />
              </td>
              <td class="muted wide">{Number.isNaN(row.a.p99) ? '' : durationIn(row.a.p99, unit)}</td>
              <td class="wide">{Number.isNaN(row.b.p99) ? '' : durationIn(row.b.p99, unit)}</td>
              <td class="muted">{row.p < 1e-4 ? '< 0.0001' : row.p.toPrecision(2)}</td>
              {bars && (
                <td class="text wide">
                  <MeanBar viewer={viewer} side={row.a} most={most} label="A" />
                  <MeanBar viewer={viewer} side={row.b} most={most} label="B" />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {quiet > 0 && (
        <p class="muted">
          {count(quiet)} did not change surely{all.value ? '' : ' and are hidden'}.{' '}
          <button
            type="button"
            class="link"
            onClick={() => {
              all.value = !all.value;
            }}
          >
            {all.value ? 'Hide' : 'Show'}
          </button>
        </p>
      )}
    </>
  );
}

/** `+12 %`, in the colour of worse or better where it is sure; what is only on one side says so. */
function Change({ row: { a, b, verdict } }: { row: Comparison }) {
  if (verdict === 'new' || verdict === 'gone') return <b>{verdict === 'new' ? '+ new' : `${MINUS} gone`}</b>;
  const change = b.p50 / a.p50 - 1;
  if (!Number.isFinite(change)) return null;
  const tone = verdict === 'worse' ? 'worse' : verdict === 'better' ? 'better' : 'muted';
  return (
    <b class={tone}>
      {change >= 0 ? '+' : MINUS}
      {percent(Math.abs(change))}
    </b>
  );
}

const DUMBBELL = { width: 150, height: 14, margin: 5 } as const;

function Dumbbell({ row: { a, b, verdict }, low, high }: { row: Comparison; low: number; high: number }) {
  const { width, height, margin } = DUMBBELL;
  const x = (value: number) =>
    margin + (high > low ? Math.log(value / low) / Math.log(high / low) : 0.5) * (width - 2 * margin);
  const [from, to] = [a.p50 > 0 ? x(a.p50) : undefined, b.p50 > 0 ? x(b.p50) : undefined];
  return (
    <svg class={`dumbbell ${verdict}`} width={width} height={height} aria-hidden="true">
      {from !== undefined && to !== undefined && <path d={`M${from} 7H${to}`} />}
      {from !== undefined && <circle class="before" cx={from} cy={7} r={4} />}
      {to !== undefined && <circle class="after" cx={to} cy={7} r={4} />}
    </svg>
  );
}

/** The parts of a mean as states. */
const STATE_OF: Readonly<Record<string, DisplayState>> = {
  run: DisplayState.Run,
  gc: DisplayState.Gc,
  stopped: DisplayState.Gc,
  ready: DisplayState.Ready,
  syscall: DisplayState.Sys,
  pool: DisplayState.Sys,
  network: DisplayState.Net,
  file: DisplayState.Net,
  child: DisplayState.Net,
  timer: DisplayState.Sleep,
  other: DisplayState.Sync,
};

function meanOf({ means }: Side): number {
  return Object.values(means).reduce((a, b) => a + b, 0);
}

function MeanBar({ viewer, side, most, label }: { viewer: Viewer; side: Side; most: number; label: string }) {
  const totals = new Float64Array(DISPLAY_STATES);
  for (const [part, value] of Object.entries(side.means)) totals[STATE_OF[part] ?? DisplayState.Off]! += value;
  if (side.count === 0) return null;
  return (
    <StateBar
      parts={totalParts(totals)}
      total={most}
      width={200}
      height={11}
      measure={viewer.measures.normal}
      label={`${label}: ${duration(meanOf(side))} on average`}
    />
  );
}

/** Shows the slowest task of a kind, or the group, in the trace that has it: B, unless it is gone. */
function showComparison(viewer: Viewer, { a, b }: Pair, { name, verdict }: Comparison, isTask: boolean): void {
  const trace = verdict === 'gone' ? a : b;
  const { model, summary } = trace;
  inTrace(viewer, trace, () => {
    const task = summary.taskTypes.find((kind) => kind.name === name)?.tasks[0];
    const group = model.groups.name.findIndex((id) => model.strings[id] === name);
    if (isTask && task !== undefined) viewer.app.showTask(task);
    else if (!isTask && group >= 0) viewer.app.showGroup(group);
  });
}

/** Makes a trace the one that all pages show, and shows something in its timeline. */
function inTrace({ app }: Viewer, trace: OpenTrace, act: () => void): void {
  if (app.trace.peek() !== trace) app.open(trace);
  app.inTimeline(act);
}

interface FindingsProps {
  readonly viewer: Viewer;
  readonly pair: Pair;
  readonly comparison: TraceComparison;
}

function Findings({ viewer, pair, comparison: { findings, tasks } }: FindingsProps) {
  const { gained, lost, same } = findings;
  const row = (sign: ComponentChildren, tone: string, trace: OpenTrace) => (finding: Finding) => (
    <div class="compare-finding" key={finding.id}>
      <b class={tone}>{sign}</b>
      <b class="number">{finding.value}</b>
      <div>
        <b>{finding.title}</b>
        <div class="muted">{finding.detail}</div>
      </div>
      <button
        type="button"
        class="link"
        onClick={() =>
          inTrace(viewer, trace, () => {
            const { start, end } = targetTime(trace, finding.target);
            viewer.app.goAround(start, end);
          })
        }
      >
        Show
      </button>
    </div>
  );
  return (
    <aside class="compare-findings" aria-label="Findings">
      <PanelHead title="Findings" detail={`${lost.length} gone, ${gained.length} new, ${same.length} in both`} />
      {lost.map(row(MINUS, 'better', pair.a))}
      {gained.map(row('+', 'worse', pair.b))}
      {same.map(row('=', 'muted', pair.b))}
      {lost.length + gained.length + same.length === 0 && <p class="muted">Nothing stands out in either.</p>}
      <p class="muted">{MINUS} gone · + new · = in both</p>
      <DoneChart pair={pair} kinds={tasks} noun={taskNoun(pair.a)} />
    </aside>
  );
}
