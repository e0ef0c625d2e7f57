/**
 * Where the time of goroutines (strands) went: groups by entry function, and the goroutines of the group that is open, by
 * state as shares or in the buckets of Go's goroutine analysis; of the whole trace or of the chosen range.
 */

import { useMemo } from 'preact/hooks';
import { DISPLAY_STATES, DisplayState, readShares, reasonWord, wordsOf } from '../../analysis/index.ts';
import type { Steps } from '../../base/index.ts';
import type { Table } from '../../exporters/index.ts';
import { Open } from '../panels/groups-panel.tsx';
import { PanelHead } from '../panels/panel-head.tsx';
import { RangeChip } from '../panels/scope-chip.tsx';
import { type BarPart, StateBar } from '../panels/state-bar.tsx';
import { TableTools } from '../panels/table-tools.tsx';
import { shortBreakdown, totalParts } from '../panels/task-parts.ts';
import { useBackground } from '../state/background.ts';
import { LEGEND_ORDER } from '../state/legend-order.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import type { Viewer } from '../state/viewer.ts';
import { columnUnit, count, durationIn, MS, percent } from '../theme/numbers.ts';
import {
  bucketKeys,
  type GroupRow,
  groupRowsSteps,
  isActive,
  type MemberRow,
  memberRowsSteps,
  type TimeRow,
} from './group-rows.ts';
import './pages.css';
import { ProfilePanel } from './flame/profile-panel.tsx';
import type { ProfileScope } from './flame/profile-scope.ts';
import { pageRange, Segmented, useNarrow } from './parts/page-parts.tsx';
import { type Column, SortTable, tableOf } from './parts/sort-table.tsx';

/** Width of the state bars, and where there is less room. */
const BAR = 276;
const SMALL_BAR = 120;
const STATES = LEGEND_ORDER.filter((state) => state !== DisplayState.Off);

type Rows =
  | { readonly kind: 'groups'; readonly rows: readonly GroupRow[] }
  | { readonly kind: 'members'; readonly rows: readonly MemberRow[] };

export function GroupsPage({ viewer }: { viewer: Viewer }) {
  const { app } = viewer;
  const trace = app.trace.value!;
  const range = pageRange(viewer);
  const view = app.pageView.value;
  const group = groupNamed(trace, view.open);
  const { value, busy } = useBackground<Rows>(() => rowsSteps(trace, group, range), [trace, group, range]);
  const scope = useMemo<ProfileScope>(
    () => (view.open === undefined || group < 0 ? { kind: 'all', name: '' } : { kind: 'group', name: view.open }),
    [view.open, group],
  );
  const narrow = useNarrow();
  const words = wordsOf(trace.model.info.dialect);
  const columns = value === undefined ? [] : columnsOf(viewer, value, view.columns === 'buckets', narrow);
  const title = capital(words.groups);
  return (
    <div class="split-page">
      <section class="page" aria-label={title} aria-busy={busy}>
        <PanelHead
          title={title}
          detail={value === undefined ? 'adding up …' : detailOf(trace, value, group)}
          right={
            <span class="page-tools">
              <RangeChip viewer={viewer} />
              <Segmented
                label="Columns"
                value={view.columns === 'buckets' ? 'buckets' : 'states'}
                choices={[
                  { key: 'states', name: 'shares', title: 'Share of life by state' },
                  { key: 'buckets', name: 'times', title: 'The time in every bucket of Go’s goroutine analysis' },
                ]}
                onChoose={(columns) => app.changeView({ columns: columns === 'buckets' ? columns : undefined })}
              />
              {value !== undefined && <TableTools name={title} table={() => tableFrom(value, columns)} />}
            </span>
          }
        />
        <div class="page-scroll" tabIndex={-1}>
          {value?.kind === 'groups' && (
            <Groups viewer={viewer} rows={value.rows} columns={columns as readonly Column<GroupRow>[]} />
          )}
          {value?.kind === 'members' && (
            <SortTable
              label={`${words.goroutines} of ${trace.names.group(group)}`}
              columns={columns as readonly Column<MemberRow>[]}
              rows={value.rows}
              sortBy="life, ns"
              rowKey={({ index }) => index}
              onChoose={({ index }) => app.inTimeline(() => app.showStrand(index))}
            />
          )}
        </div>
      </section>
      <ProfilePanel viewer={viewer} fixed={scope} />
    </div>
  );
}

function Groups({
  viewer,
  rows,
  columns,
}: {
  viewer: Viewer;
  rows: readonly GroupRow[];
  columns: readonly Column<GroupRow>[];
}) {
  const { app } = viewer;
  const { model } = app.trace.value!;
  const all = app.pageView.value.all !== undefined;
  const here = rows.filter((row) => row.n > 0);
  const idle = here.filter((row) => !isActive(row)).sort((a, b) => b.n - a.n);
  const [largest] = idle;
  return (
    <>
      <SortTable
        label={wordsOf(model.info.dialect).groups}
        columns={columns}
        rows={all ? here : here.filter(isActive)}
        sortBy="life, ns"
        rowKey={({ index }) => index}
        onChoose={({ index }) => app.changeView({ open: model.strings[model.groups.name[index]!]! })}
      />
      {largest !== undefined && (
        <p class="muted">
          {count(idle.length)} {idle.length === 1 ? 'group' : 'groups'} that never ran {all ? 'included' : 'folded'},
          the largest {largest.name} ×{count(largest.n)}.{' '}
          <button type="button" class="link" onClick={() => app.changeView({ all: all ? undefined : '1' })}>
            {all ? 'Fold' : 'Show'}
          </button>
        </p>
      )}
    </>
  );
}

function* rowsSteps(trace: OpenTrace, group: number, range: { start: number; end: number }): Steps<Rows> {
  if (group < 0) return { kind: 'groups', rows: yield* groupRowsSteps(trace, range) };
  return { kind: 'members', rows: yield* memberRowsSteps(trace, group, range) };
}

/** All rows that the columns fit, those that the page folds too. */
function tableFrom({ rows }: Rows, columns: readonly Column<GroupRow & MemberRow>[]): Table {
  return tableOf(columns, rows as readonly (GroupRow & MemberRow)[]);
}

/** The group of a name, or -1. */
function groupNamed({ model: { groups, strings } }: OpenTrace, name: string | undefined): number {
  return name === undefined ? -1 : groups.name.findIndex((id) => strings[id] === name);
}

function detailOf(trace: OpenTrace, { kind, rows }: Rows, group: number): string {
  const words = wordsOf(trace.model.info.dialect);
  if (kind === 'members') {
    const noun = rows.length === 1 ? words.goroutine : words.goroutines;
    return `› ${trace.names.group(group)}: ${count(rows.length)} ${noun}; Esc goes back`;
  }
  const ran = rows.filter(isActive);
  const n = ran.reduce((sum, row) => sum + row.n, 0);
  return `${count(ran.length)} ${ran.length === 1 ? 'group' : 'groups'} ran, ${count(n)} ${words.goroutines}`;
}

/** The columns of a table; `buckets`: times per bucket instead of shares per state. */
function columnsOf(
  viewer: Viewer,
  { kind, rows }: Rows,
  buckets: boolean,
  narrow: boolean,
): readonly Column<GroupRow & MemberRow>[] {
  const trace = viewer.app.trace.value!;
  const words = wordsOf(trace.model.info.dialect);
  const unit = columnUnit(rows.reduce((most, row) => Math.max(most, row.life), 0));
  const isGo = trace.model.info.dialect === 'go';
  const isGroups = kind === 'groups';
  const columns: (Column<GroupRow & MemberRow> | false)[] = [
    {
      key: 'name',
      head: isGroups ? 'function' : words.goroutine,
      text: true,
      class: 'cut',
      value: (row) => row.name,
      cell: (row) => <span title={row.name}>{row.name}</span>,
    },
    isGo === isGroups && {
      key: isGo ? 'package' : 'place',
      head: isGo ? 'package' : 'place',
      text: true,
      class: 'cut muted wide',
      value: (row) => row.detail,
      cell: (row) => row.detail,
    },
    isGroups
      ? { key: 'n', head: 'n', value: (row) => row.n, cell: (row) => count(row.n) }
      : {
          key: 'created, ns',
          head: `created, ${trace.clockUnit.name}`,
          value: (row) => row.created,
          cell: (row) =>
            Number.isNaN(row.created) ? (
              <span class="faint">before</span>
            ) : (
              trace.clock(row.created, 1e3).replace(/ .*/, '')
            ),
        },
    {
      key: 'life, ns',
      head: `life, ${unit.name}`,
      title: 'Time that they were there',
      value: (row) => row.life,
      cell: (row) => <b>{durationIn(row.life, unit)}</b>,
    },
    {
      key: 'bar',
      head: 'share of life by state',
      text: true,
      cell: (row) => <Bar viewer={viewer} row={row} width={buckets || narrow ? SMALL_BAR : BAR} />,
    },
    ...(buckets ? bucketColumns(trace, rows) : STATES.map(shareColumn(words.states))),
    isGroups && {
      key: 'p99 life, ns',
      head: 'p99 life, ms',
      title: '99 of 100 that ended lived no longer',
      value: (row) => row.p99,
      cell: (row) => <Open text={durationIn(row.p99, MS)} />,
    },
    isGroups && {
      key: 'spark',
      head: 'over the trace',
      title: 'How much of the group was running, over the whole trace',
      text: true,
      class: 'wide',
      cell: (row) => <Spark trace={trace} group={row.index} />,
    },
  ];
  return columns.filter((column) => column !== false);
}

function shareColumn(words: readonly string[]): (state: DisplayState) => Column<TimeRow> {
  return (state) => ({
    key: `${words[state]}, share`,
    head: words[state]!,
    value: ({ totals, life }) => (life > 0 ? totals[state]! / life : 0),
    cell: ({ totals, life }) => <Open text={percent(life > 0 ? totals[state]! / life : 0)} />,
  });
}

/** A column per bucket that is not empty: what adds up to the life, then the ranges, which lie across. */
function bucketColumns(trace: OpenTrace, rows: readonly TimeRow[]): Column<TimeRow>[] {
  const { dialect } = trace.model.info;
  const words = wordsOf(dialect);
  const column = (
    key: string,
    head: string,
    value: (row: TimeRow) => number,
    title?: string,
  ): Column<TimeRow> | undefined => {
    const most = rows.reduce((sum, row) => Math.max(sum, value(row)), 0);
    if (most === 0) return undefined;
    const unit = columnUnit(most);
    return {
      key,
      head: `${head}, ${unit.name}`,
      value,
      cell: (row) => <Open text={durationIn(value(row), unit)} />,
      ...(title === undefined ? {} : { title }),
    };
  };
  return [
    column('execution, ns', words.states[DisplayState.Run]!, ({ buckets }) => buckets.execution, 'Execution time'),
    column(
      'scheduler wait, ns',
      words.states[DisplayState.Ready]!,
      ({ buckets }) => buckets.schedulerWait,
      'Scheduler wait time',
    ),
    column('syscall, ns', 'syscall', ({ buckets }) => buckets.syscall, 'In a syscall that held its proc'),
    column(
      'syscall blocked, ns',
      'syscall, blocked',
      ({ buckets }) => buckets.syscallBlocked,
      'In a syscall that had lost its proc',
    ),
    ...bucketKeys(rows).map(({ kind, name }) =>
      kind === 'blocked'
        ? column(
            `blocked ${name}, ns`,
            trace.names.clean(reasonWord(dialect, name)) || 'unknown reason',
            ({ buckets }) => buckets.blocked[name] ?? 0,
            `Block time (${name})`,
          )
        : column(
            `range ${name}, ns`,
            `(${trace.names.clean(name)})`,
            ({ buckets }) => buckets.ranges[name] ?? 0,
            'A range that lies across the other times',
          ),
    ),
  ].filter((found) => found !== undefined);
}

function Bar({ viewer, row, width }: { viewer: Viewer; row: TimeRow; width: number }) {
  const parts: BarPart[] = totalParts(row.totals);
  const label = shortBreakdown(viewer.app.trace.value!, row.totals);
  return <StateBar parts={parts} width={width} height={14} measure={viewer.measures.normal} label={label} />;
}

const SPARK = { columns: 40, width: 80, height: 12 } as const;

/** Running, collecting and in syscalls, over the whole trace. */
function Spark({ trace, group }: { trace: OpenTrace; group: number }) {
  const { start, end } = trace.bounds;
  const { track, pyramid } = trace.groupShares(group);
  const level = Math.ceil(Math.log2((end - start) / SPARK.columns));
  const first = Math.floor(start / 2 ** level);
  const shares = readShares(track, pyramid, level, first, Math.ceil(end / 2 ** level) - first);
  const n = shares.length / DISPLAY_STATES;
  const bars = Array.from({ length: n }, (_, i) => {
    const at = i * DISPLAY_STATES;
    const share =
      (shares[at + DisplayState.Run]! + shares[at + DisplayState.Sys]! + shares[at + DisplayState.Gc]!) / 255;
    const height = share === 0 ? 1 : Math.max(2, Math.round(Math.min(1, share) * SPARK.height));
    const x0 = Math.round((i / n) * SPARK.width);
    return `M${x0} ${SPARK.height}v${-height}h${Math.round(((i + 1) / n) * SPARK.width) - x0}v${height}z`;
  });
  return (
    <svg class="spark" width={SPARK.width} height={SPARK.height} aria-hidden="true">
      <path d={bars.join('')} />
    </svg>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
