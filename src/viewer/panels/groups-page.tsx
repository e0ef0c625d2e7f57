/** All groups as a full-width table of time per state, sortable; the overview stays on top. */
import { type Signal, useSignal } from '@preact/signals';
import { DisplayState, wordsOf } from '../../analysis/index.ts';
import type { Table } from '../../exporters/index.ts';
import { LEGEND_ORDER } from '../state/legend-order.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import type { Viewer } from '../state/viewer.ts';
import { columnUnit, count, durationIn, MS, percent, type TimeUnit } from '../theme/numbers.ts';
import { groupTotals, lifeP99, Open } from './groups-panel.tsx';
import { PanelHead } from './panel-head.tsx';
import { StateBar } from './state-bar.tsx';
import { TableTools } from './table-tools.tsx';
import { shortBreakdown, totalParts } from './task-parts.ts';

const BAR = 276;
/** Rows that are put into the document; the rest is named at the end. */
const MOST_ROWS = 200;

type SortKey = 'name' | 'n' | 'life' | 'p99' | DisplayState;

interface GroupRow {
  readonly group: number;
  readonly name: string;
  readonly n: number;
  readonly totals: Float64Array;
  readonly life: number;
  readonly p99: number;
}

const STATES = LEGEND_ORDER.filter((state) => state !== DisplayState.Off);

export function GroupsPage({ viewer }: { viewer: Viewer }) {
  const trace = viewer.app.trace.value!;
  const sort = useSignal<SortKey>('life');
  const all = useSignal(false);
  const { model } = trace;
  const words = wordsOf(model.info.dialect);
  const rows = groupRows(trace).sort((a, b) => compare(a, b, sort.value));
  const idle = rows.filter((row) => !ran(row)).sort((a, b) => b.n - a.n);
  const shown = all.value ? rows : rows.filter(ran);
  const unit = columnUnit(rows.reduce((most, row) => Math.max(most, row.life), 0));
  return (
    <section class="page" aria-label={words.groups}>
      <PanelHead
        title={words.groups.charAt(0).toUpperCase() + words.groups.slice(1)}
        detail={`${count(model.groups.count)} groups, ${count(model.goroutines.count)} ${words.goroutines}, whole trace`}
        right={<TableTools name={words.groups} table={() => groupTable(trace, rows)} />}
      />
      <div class="page-scroll">
        <table class="numbers tall">
          <thead>
            <tr>
              <SortHead sort={sort} by="name" text="function" cell="text" />
              <SortHead sort={sort} by="n" text="n" />
              <SortHead sort={sort} by="life" text={`life, ${unit.name}`} />
              <th class="text">share of life by state</th>
              {STATES.map((state) => (
                <SortHead key={state} sort={sort} by={state} text={words.states[state]!} />
              ))}
              <SortHead sort={sort} by="p99" text="p99 life, ms" />
            </tr>
          </thead>
          <tbody>
            {shown.slice(0, MOST_ROWS).map((row) => (
              <TableRow key={row.group} viewer={viewer} row={row} unit={unit} />
            ))}
          </tbody>
        </table>
        {shown.length > MOST_ROWS && <p class="muted">{count(shown.length - MOST_ROWS)} more groups are not listed.</p>}
        {idle.length > 0 && (
          <p class="muted">
            {count(idle.length)} {idle.length === 1 ? 'group' : 'groups'} that never ran{' '}
            {all.value ? 'included' : 'folded'}, the largest {idle[0]!.name} ×{count(idle[0]!.n)}.{' '}
            <button
              type="button"
              class="link"
              onClick={() => {
                all.value = !all.value;
              }}
            >
              {all.value ? 'Fold' : 'Show'}
            </button>
          </p>
        )}
      </div>
    </section>
  );
}

function ran(row: GroupRow): boolean {
  return row.totals[DisplayState.Run]! + row.totals[DisplayState.Gc]! + row.totals[DisplayState.Sys]! > 0;
}

function groupRows(trace: OpenTrace): GroupRow[] {
  const { groups } = trace.model;
  return Array.from({ length: groups.count }, (_, group) => {
    const totals = groupTotals(trace, group);
    const life = totals.reduce((a, b) => a + b, 0);
    const n = groups.offset[group + 1]! - groups.offset[group]!;
    return { group, name: trace.names.group(group), n, totals, life, p99: lifeP99(trace, group) };
  });
}

/** All rows with all digits, for other programs. */
function groupTable(trace: OpenTrace, rows: readonly GroupRow[]): Table {
  const { states } = wordsOf(trace.model.info.dialect);
  const head = ['function', 'n', 'life, ns', ...STATES.map((state) => `${states[state]}, ns`), 'p99 life, ns'];
  const cells = ({ name, n, life, totals, p99 }: GroupRow) => [
    name,
    n,
    life,
    ...STATES.map((state) => totals[state]),
    p99,
  ];
  return [head, ...rows.map(cells)];
}

interface SortHeadProps {
  readonly sort: Signal<SortKey>;
  readonly by: SortKey;
  readonly text: string;
  readonly cell?: string;
}

function SortHead({ sort, by, text, cell = '' }: SortHeadProps) {
  const sorted = sort.value === by;
  return (
    <th class={cell} aria-sort={sorted ? 'descending' : 'none'}>
      <button
        type="button"
        class={sorted ? 'sorted' : ''}
        onClick={() => {
          sort.value = by;
        }}
      >
        {text}
        {sorted ? ' ▾' : ''}
      </button>
    </th>
  );
}

function TableRow({ viewer, row, unit }: { viewer: Viewer; row: GroupRow; unit: TimeUnit }) {
  return (
    <tr class="clickable" onClick={() => viewer.app.showGroup(row.group)}>
      <td class="cut" title={row.name}>
        {row.name}
      </td>
      <td>{count(row.n)}</td>
      <td>
        <b>{durationIn(row.life, unit)}</b>
      </td>
      <td class="text">
        <StateBar
          parts={totalParts(row.totals)}
          width={BAR}
          height={14}
          measure={viewer.measures.normal}
          label={shortBreakdown(viewer.app.trace.value!, row.totals)}
        />
      </td>
      {STATES.map((state) => (
        <td key={state}>
          <Open text={percent(row.life > 0 ? row.totals[state]! / row.life : 0)} />
        </td>
      ))}
      <td>
        <Open text={durationIn(row.p99, MS)} />
      </td>
    </tr>
  );
}

/** Largest first; names from A to Z; what is open comes last. */
function compare(a: GroupRow, b: GroupRow, key: SortKey): number {
  if (key === 'name') return a.name.localeCompare(b.name);
  const value = (row: GroupRow) => (typeof key === 'number' ? row.totals[key]! / (row.life || 1) : row[key]);
  const [x, y] = [value(a), value(b)];
  return (Number.isNaN(y) ? -1 : y) - (Number.isNaN(x) ? -1 : x);
}
