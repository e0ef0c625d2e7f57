/**
 * What the collector leaves to the program: the curve of minimum mutator utilization with the flags of Go's page, the worst
 * windows of a length, which lead to the timeline, and the kinds of collector work; in the chosen range.
 */
import { useMemo } from 'preact/hooks';
import {
  clipSeries,
  MMU_QUANTILES,
  MmuCurve,
  type MmuWindow,
  type TimeRange,
  type UtilizationFlags,
  utilizationSteps,
  windowsUpTo,
} from '../../analysis/index.ts';
import { type Steps, selectKth } from '../../base/index.ts';
import { PanelHead } from '../panels/panel-head.tsx';
import { RangeChip } from '../panels/scope-chip.tsx';
import { TableTools } from '../panels/table-tools.tsx';
import { useBackground } from '../state/background.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import type { Viewer } from '../state/viewer.ts';
import { count, duration, percent } from '../theme/numbers.ts';
import { MmuChart, type MmuPoint } from './memory/mmu-chart.tsx';
import './memory/memory.css';
import './pages.css';
import { pageRange } from './parts/page-parts.tsx';

interface MmuResult {
  readonly curve: MmuCurve;
  readonly points: readonly MmuPoint[];
}

const FLAGS = ['stw', 'background', 'assist', 'sweep'] as const;
type Flag = (typeof FLAGS)[number];
const DEFAULT_FLAGS = 'stw,background,assist';
const MOST_WORST = 10;
/** The length that is looked at when none is chosen: what one feels. */
const USUAL_WINDOW = 10e6;

export function MemoryPage({ viewer }: { viewer: Viewer }) {
  const { app } = viewer;
  const trace = app.trace.value!;
  const view = app.pageView.value;
  const range = pageRange(viewer);
  const counted = view.count ?? DEFAULT_FLAGS;
  const perProc = view.per === 'proc';
  const flags = useMemo(() => flagsOf(counted, perProc), [counted, perProc]);
  const { value, busy } = useBackground(() => mmuSteps(trace, flags, range), [trace, flags, range]);
  const window = chosenWindow(value, Number(view.window));
  const choose = (ns: number) => app.changeView({ window: String(ns) });
  const worst = useBackground(() => worstSteps(value?.curve, window), [value, window]).value ?? [];
  const who = trace.model.info.dialect === 'node' ? 'loop' : 'proc';
  return (
    <section class="page memory" aria-label="Memory" aria-busy={busy}>
      <div class="memory-left">
        <PanelHead
          title="Minimum mutator utilisation"
          detail={`the least share of ${perProc ? `one ${who}` : `the ${who}s`} that any window of a length left for your code`}
          right={
            <span class="page-tools">
              <RangeChip viewer={viewer} />
              {value !== undefined && <TableTools name="utilisation" table={() => curveTable(value.points)} />}
            </span>
          }
        />
        <Flags viewer={viewer} counted={counted} perProc={perProc} />
        {value === undefined && (
          <p class="muted profile-note">{busy ? 'Adding up …' : 'The trace does not say how many procs there were.'}</p>
        )}
        {value !== undefined && (
          <>
            <MmuChart viewer={viewer} points={value.points} window={window} onChoose={choose} />
            <CurveTable points={value.points} window={window} onChoose={choose} />
          </>
        )}
      </div>
      <div class="memory-right">
        {value !== undefined && <Worst viewer={viewer} worst={worst} window={window} />}
        <Collections viewer={viewer} range={range} />
      </div>
    </section>
  );
}

function flagsOf(counted: string, perProc: boolean): UtilizationFlags {
  const wanted = counted.split(',');
  return { ...Object.fromEntries(FLAGS.map((flag) => [flag, wanted.includes(flag)])), perProc };
}

function* mmuSteps(trace: OpenTrace, flags: UtilizationFlags, range: TimeRange): Steps<MmuResult | undefined> {
  const all = yield* utilizationSteps(trace.model, flags);
  const series = all.map((one) => clipSeries(one, range)).filter((one) => one !== undefined);
  if (series.length === 0) return undefined;
  const curve = new MmuCurve(series);
  const points: MmuPoint[] = [];
  for (const window of windowsUpTo(curve.length)) {
    yield;
    const mmu = curve.mmu(window);
    yield;
    points.push({ window, mmu, quantiles: curve.quantiles(window, MMU_QUANTILES) });
  }
  return { curve, points };
}

function* worstSteps(curve: MmuCurve | undefined, window: number): Steps<readonly MmuWindow[]> {
  yield;
  return curve === undefined ? [] : curve.worst(window, MOST_WORST);
}

/** The chosen length, if the curve has it; else the usual one, or what is nearest. */
function chosenWindow(result: MmuResult | undefined, wanted: number): number {
  const lengths = result?.points.map(({ window }) => window) ?? [];
  if (lengths.includes(wanted)) return wanted;
  return lengths.findLast((length) => length <= USUAL_WINDOW) ?? lengths[0] ?? USUAL_WINDOW;
}

function curveTable(points: readonly MmuPoint[]) {
  const head = ['window, ns', 'least', ...MMU_QUANTILES.map((q) => `all but ${q}`)];
  return [head, ...points.map(({ window, mmu, quantiles }) => [window, mmu, ...quantiles])];
}

const FLAG_NAMES: Readonly<Record<'go' | 'node', Readonly<Record<Flag, string>>>> = {
  go: { stw: 'stop-the-world', background: 'background workers', assist: 'mark assist', sweep: 'sweep' },
  node: { stw: 'pauses of GC', background: 'background', assist: 'assist', sweep: 'sweep' },
};

/** What counts as the collector's, as on Go's page. */
function Flags({ viewer: { app }, counted, perProc }: { viewer: Viewer; counted: string; perProc: boolean }) {
  const { dialect } = app.trace.value!.model.info;
  const wanted = counted.split(',');
  const toggle = (flag: Flag) => {
    const next = FLAGS.filter((one) => (one === flag ? !wanted.includes(flag) : wanted.includes(one))).join(',');
    app.changeView({ count: next === DEFAULT_FLAGS ? undefined : next });
  };
  // In a Node trace pauses are all there is.
  const shown = dialect === 'node' ? FLAGS.slice(0, 1) : FLAGS;
  return (
    <div class="profile-questions">
      <span class="muted">counts as the collector’s:</span>
      {shown.map((flag) => (
        <label key={flag} class="check">
          <input type="checkbox" checked={wanted.includes(flag)} onChange={() => toggle(flag)} />
          {FLAG_NAMES[dialect][flag]}
        </label>
      ))}
      <label class="check">
        <input
          type="checkbox"
          checked={perProc}
          onChange={() => app.changeView({ per: perProc ? undefined : 'proc' })}
        />
        per {dialect === 'node' ? 'loop' : 'proc'}
      </label>
    </div>
  );
}

interface CurveTableProps {
  readonly points: readonly MmuPoint[];
  readonly window: number;
  readonly onChoose: (window: number) => void;
}

/** The curve as numbers. */
function CurveTable({ points, window, onChoose }: CurveTableProps) {
  return (
    <div class="page-scroll" tabIndex={-1}>
      <table class="numbers tall" aria-label="Utilisation by length of window">
        <thead>
          <tr>
            <th>window</th>
            <th>least</th>
            {MMU_QUANTILES.map((q) => (
              <th key={q}>{100 - q * 100} % have more than</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.map((point) => (
            <tr
              key={point.window}
              class={point.window === window ? 'clickable selected' : 'clickable'}
              onClick={() => onChoose(point.window)}
            >
              <td>
                <button type="button" class="row-button">
                  {duration(point.window)}
                </button>
              </td>
              <td>
                <b>{percent(point.mmu)}</b>
              </td>
              {point.quantiles.map((share, i) => (
                <td key={i}>{percent(share)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface WorstProps {
  readonly viewer: Viewer;
  readonly worst: readonly MmuWindow[];
  readonly window: number;
}

/** The worst windows; a row shows its window in the timeline. */
function Worst({ viewer: { app }, worst, window }: WorstProps) {
  const trace = app.trace.value!;
  const rows = worst.map(({ time, utilization }) => ({ time, utilization, took: whatTook(trace, time, window) }));
  const table = () => [['at, ns', 'left'], ...rows.map(({ time, utilization }) => [time, utilization])];
  return (
    <>
      <PanelHead
        title={`Worst windows of ${duration(window)}`}
        detail="a row shows it in the timeline"
        right={<TableTools name="worst windows" table={table} />}
      />
      <table class="numbers tall" aria-label="Worst windows">
        <thead>
          <tr>
            <th>at, {trace.clockUnit.name}</th>
            <th>left for code</th>
            <th class="text">what took it</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ time, utilization, took }) => (
            <tr
              key={time}
              class="clickable"
              onClick={() =>
                app.inTimeline(() => {
                  app.range.value = { start: time, end: time + window };
                  app.goAround(time - window / 2, time + window * 1.5);
                })
              }
            >
              <td>
                <button type="button" class="row-button">
                  {trace.clock(time, 1e4).replace(/ .*/, '')}
                </button>
              </td>
              <td>{percent(utilization)}</td>
              <td class="text muted cut" title={took}>
                {took}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** The kinds of collector work in a window, the longest first. */
function whatTook(trace: OpenTrace, start: number, length: number): string {
  return [...collectionsIn(trace, { start, end: start + length })]
    .sort((a, b) => b[1].total - a[1].total)
    .slice(0, 3)
    .map(([name, { total }]) => `${name} ${duration(total)}`)
    .join(', ');
}

interface Collection {
  lengths: number[];
  total: number;
}

/** Ranges of the collector by name: their lengths, and their time in a range; ns. */
function collectionsIn({ model, names }: OpenTrace, range: TimeRange): Map<string, Collection> {
  const { ranges, strings } = model;
  const found = new Map<string, Collection>();
  for (let row = 0; row < ranges.count; row++) {
    const start = ranges.start[row]!;
    const end = Number.isNaN(ranges.end[row]!) ? model.info.end : ranges.end[row]!;
    if (start >= range.end || end <= range.start || !strings[ranges.name[row]!]!.includes('GC')) continue;
    const name = names.text(ranges.name[row]!).replace(/^stop-the-world \((.*)\)$/, '$1, world stopped');
    const own = found.get(name) ?? { lengths: [], total: 0 };
    own.lengths.push(end - start);
    own.total += Math.min(end, range.end) - Math.max(start, range.start);
    found.set(name, own);
  }
  return found;
}

/** Kinds of collector work: how often, how long. */
function Collections({ viewer, range }: { viewer: Viewer; range: TimeRange }) {
  const trace = viewer.app.trace.value!;
  const rows = useMemo(
    () =>
      [...collectionsIn(trace, range)]
        .map(([name, { lengths, total }]) => {
          const values = Float64Array.from(lengths);
          const worst = values.reduce((a, b) => Math.max(a, b), 0);
          return { name, n: lengths.length, total, worst, p50: selectKth(values, (values.length - 1) >> 1) };
        })
        .sort((a, b) => b.total - a.total),
    [trace, range],
  );
  const most = rows[0]?.total ?? 1;
  const table = () => [
    ['work', 'n', 'p50, ns', 'worst, ns', 'total, ns'],
    ...rows.map(({ name, n, p50, worst, total }) => [name, n, p50, worst, total]),
  ];
  if (rows.length === 0) return <p class="muted profile-note">The collector did not run here.</p>;
  return (
    <>
      <PanelHead title="Collector" right={<TableTools name="collector" table={table} />} />
      <table class="numbers tall" aria-label="Collector">
        <thead>
          <tr>
            <th class="text">work</th>
            <th>n</th>
            <th>p50</th>
            <th>worst</th>
            <th class="text">total</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, n, p50, worst, total }) => (
            <tr key={name}>
              <td class="text cut" title={name}>
                {name}
              </td>
              <td>{count(n)}</td>
              <td>{duration(p50)}</td>
              <td>{duration(worst)}</td>
              <td class="text">
                <div class="gc-bar fill-gc" style={{ width: `${Math.max(1, (total / most) * 100) / 16}rem` }} />
              </td>
              <td>{duration(total)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
