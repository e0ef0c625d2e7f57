/** All groups as a full-width table of time per state, sortable; the overview stays on top. */
import { useSignal } from '@preact/signals';
import { DisplayState, wordsOf } from '../../analysis/index.ts';
import { LEGEND_ORDER } from '../state/legend-order.ts';
import type { Viewer } from '../state/viewer.ts';
import { count, durationIn, MS, percent, unitFor } from '../theme/numbers.ts';
import { groupTotals, lifeP99, Open } from './groups-panel.tsx';
import { PanelHead } from './panel-head.tsx';
import { StateBar } from './state-bar.tsx';
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
  const { model, names } = trace;
  const words = wordsOf(model.info.dialect);
  const rows: GroupRow[] = Array.from({ length: model.groups.count }, (_, group) => {
    const totals = groupTotals(trace, group);
    const life = totals.reduce((a, b) => a + b, 0);
    const n = model.groups.offset[group + 1]! - model.groups.offset[group]!;
    return { group, name: names.group(group), n, totals, life, p99: lifeP99(trace, group) };
  });
  rows.sort((a, b) => compare(a, b, sort.value));
  const unit = unitFor(rows.reduce((most, row) => Math.max(most, row.life), 0));
  const head = (key: SortKey, text: string, cell = '') => (
    <th class={cell} aria-sort={sort.value === key ? 'descending' : 'none'}>
      <button
        type="button"
        class={sort.value === key ? 'sorted' : ''}
        onClick={() => {
          sort.value = key;
        }}
      >
        {text}
        {sort.value === key ? ' ▾' : ''}
      </button>
    </th>
  );
  return (
    <section class="page" aria-label={words.groups}>
      <PanelHead
        title={words.groups.charAt(0).toUpperCase() + words.groups.slice(1)}
        detail={`${count(model.groups.count)} groups, ${count(model.goroutines.count)} ${words.goroutines}, whole trace`}
      />
      <div class="page-scroll">
        <table class="numbers tall">
          <thead>
            <tr>
              {head('name', 'function', 'text')}
              {head('n', 'n')}
              {head('life', `life, ${unit.name}`)}
              <th class="text">share of life by state</th>
              {STATES.map((state) => head(state, words.states[state]!))}
              {head('p99', 'p99 life, ms')}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, MOST_ROWS).map((row) => (
              <tr key={row.group} class="clickable" onClick={() => viewer.app.showGroup(row.group)}>
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
                    label={shortBreakdown(trace, row.totals, unit.ns)}
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
            ))}
          </tbody>
        </table>
        {rows.length > MOST_ROWS && <p class="muted">{count(rows.length - MOST_ROWS)} more groups are not listed.</p>}
      </div>
    </section>
  );
}

/** Largest first; names from A to Z; what is open comes last. */
function compare(a: GroupRow, b: GroupRow, key: SortKey): number {
  if (key === 'name') return a.name.localeCompare(b.name);
  const value = (row: GroupRow) => (typeof key === 'number' ? row.totals[key]! / (row.life || 1) : row[key]);
  const [x, y] = [value(a), value(b)];
  return (Number.isNaN(y) ? -1 : y) - (Number.isNaN(x) ? -1 : x);
}
