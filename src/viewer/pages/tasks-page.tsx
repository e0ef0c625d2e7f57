/**
 * Tasks (requests) and regions: kinds with their latencies as heat cells, the list of a kind or of one cell of it, and one
 * task as a tree with its regions, logs and subtasks; of what is in the chosen range.
 */
import { useMemo } from 'preact/hooks';
import {
  percentileOfDescending,
  type RegionType,
  regionTypesSteps,
  type TimeRange,
  taskLength,
  timeBucket,
} from '../../analysis/index.ts';
import { type Steps, selectKth } from '../../base/index.ts';
import type { Table } from '../../exporters/index.ts';
import { PanelHead } from '../panels/panel-head.tsx';
import { LengthsChip, RangeChip } from '../panels/scope-chip.tsx';
import { StateBar } from '../panels/state-bar.tsx';
import { TableTools } from '../panels/table-tools.tsx';
import { segmentParts, shortBreakdown } from '../panels/task-parts.ts';
import { useBackground } from '../state/background.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import { taskNoun } from '../state/task-words.ts';
import type { Viewer } from '../state/viewer.ts';
import { columnUnit, count, durationIn } from '../theme/numbers.ts';
import { ProfilePanel } from './flame/profile-panel.tsx';
import type { ProfileScope } from './flame/profile-scope.ts';
import './pages.css';
import { pageRange, Segmented } from './parts/page-parts.tsx';
import { type Column, SortTable, tableOf } from './parts/sort-table.tsx';
import { bucketText, heatOf } from './tasks/heat.ts';
import { type HeatRow, HeatTable } from './tasks/heat-table.tsx';
import { TaskTree } from './tasks/task-tree.tsx';
import './tasks/tasks.css';

export function TasksPage({ viewer }: { viewer: Viewer }) {
  const { model } = viewer.app.trace.value!;
  const wanted = viewer.app.pageView.value.kind;
  const regions = wanted === 'regions' || (wanted === undefined && model.tasks.count === 0 && model.regions.count > 0);
  return regions ? <Regions viewer={viewer} /> : <Tasks viewer={viewer} />;
}

interface HeadProps {
  readonly viewer: Viewer;
  readonly title: string;
  readonly detail: string;
  readonly kind: 'tasks' | 'regions';
  readonly table: () => Table;
}

function Head({ viewer, title, detail, kind, table }: HeadProps) {
  const { app } = viewer;
  return (
    <PanelHead
      title={title}
      detail={detail}
      right={
        <span class="page-tools">
          <LengthsChip viewer={viewer} />
          <RangeChip viewer={viewer} />
          <Segmented<'tasks' | 'regions'>
            label="Tasks or regions"
            value={kind}
            choices={[
              { key: 'tasks', name: taskNoun(app.trace.value!).plural },
              { key: 'regions', name: 'regions' },
            ]}
            onChoose={(next) => app.changeView({ kind: next, open: undefined, bucket: undefined, task: undefined })}
          />
          <TableTools name={title} table={table} />
        </span>
      }
    />
  );
}

/** The rows with all digits. */
function heatTable(head: string, rows: readonly HeatRow[]): Table {
  return [
    [head, 'place', 'n', 'p50, ns', 'p99, ns', 'total, ns', 'failed', 'open'],
    ...rows.map(({ name, detail, n, p50, p99, total, failed, open }) => [
      name,
      detail,
      n,
      p50,
      p99,
      total,
      failed,
      open,
    ]),
  ];
}

/** The bucket that is chosen, if one is. */
function bucketOf(view: Readonly<Record<string, string>>): number | undefined {
  const bucket = Number(view.bucket);
  return view.bucket === undefined || !Number.isInteger(bucket) ? undefined : bucket;
}

function Tasks({ viewer }: { viewer: Viewer }) {
  const { app, scope } = viewer;
  const trace = app.trace.value!;
  const { model } = trace;
  const view = app.pageView.value;
  const { kinds } = scope.requests.value;
  const noun = taskNoun(trace);
  const rows = useMemo(() => kinds.map((kind) => taskRow(trace, kind)), [trace, kinds]);
  const kind = kinds.find(({ name }) => name === view.open) ?? kinds[0];
  const bucket = view.open === undefined ? undefined : bucketOf(view);
  const listed = useMemo(() => {
    const all = [...(kind?.tasks ?? [])];
    return bucket === undefined ? all : all.filter((task) => timeBucket(taskLength(model, task)) === bucket);
  }, [model, kind, bucket]);
  const wanted = view.task === undefined ? app.selection.value.task : model.tasks.id.indexOf(Number(view.task));
  const task = wanted >= 0 ? wanted : (listed[0] ?? -1);
  const choose = (next: number) => app.changeView({ task: String(model.tasks.id[next]) });
  if (model.tasks.count === 0) return <None viewer={viewer} kind="tasks" />;
  return (
    <section class="page tasks" aria-label={noun.Plural} aria-busy={false}>
      <div class="tasks-left">
        <Head
          viewer={viewer}
          title={noun.Plural}
          detail={`${count(rows.reduce((sum, { n }) => sum + n, 0))} of ${count(rows.length)} kinds`}
          kind="tasks"
          table={() => heatTable(noun.singular, rows)}
        />
        <div class="heat-scroll" tabIndex={-1}>
          <HeatTable
            rows={rows}
            label={`Kinds of ${noun.plural}`}
            head={`${noun.singular} kind`}
            chosen={kind?.name}
            bucket={bucket}
            onChoose={(open, next) =>
              app.changeView({ open, bucket: next === undefined ? undefined : String(next), task: undefined })
            }
          />
        </div>
        {task >= 0 && <TaskTree viewer={viewer} task={task} siblings={listed} onChoose={choose} />}
      </div>
      {kind !== undefined && (
        <TaskList
          viewer={viewer}
          tasks={listed}
          selected={task}
          kind={kind.name}
          title={`${trace.names.clean(kind.name)}${bucket === undefined ? '' : `, ${bucketText(bucket)}`}`}
          onChoose={choose}
        />
      )}
    </section>
  );
}

function taskRow(
  { model, names }: OpenTrace,
  { name, tasks, open, p50, p99 }: { name: string; tasks: Int32Array; open: number; p50: number; p99: number },
): HeatRow {
  const { failure, status, type } = model.tasks;
  const lengths = Float64Array.from(tasks, (task) => taskLength(model, task));
  const isFailed = (task: number) => failure[task] !== 0 || status[task]! >= 500;
  const first = tasks[0];
  return {
    key: name,
    name: names.clean(name) || 'unnamed',
    detail: first !== undefined && status[first]! > 0 && type[first] !== 0 ? 'automatic' : '',
    n: tasks.length,
    heat: heatOf(lengths),
    p50,
    p99,
    total: lengths.reduce((a, b) => a + b, 0),
    failed: model.info.dialect === 'node' ? tasks.reduce((sum, task) => sum + Number(isFailed(task)), 0) : undefined,
    open,
  };
}

/** Tasks or regions that are listed; those beyond are the shortest. */
const MOST_LISTED = 3000;
const LIST_BAR = 120;
/** Each bar is a request broken down: as many as are seen, and no long task. */
const BARS_AT_FIRST = 40;

interface TaskListProps {
  readonly viewer: Viewer;
  readonly tasks: readonly number[];
  readonly selected: number;
  readonly title: string;
  /** Name of the kind, as the trace has it. */
  readonly kind: string;
  readonly onChoose: (task: number) => void;
}

/** The tasks of a kind, or of one cell of it. */
function TaskList({ viewer, tasks, selected, title, kind, onChoose }: TaskListProps) {
  const { app } = viewer;
  const trace = app.trace.value!;
  const { model, names } = trace;
  const listed = tasks.slice(0, MOST_LISTED);
  const most = listed.reduce((sum, task) => Math.max(sum, taskLength(model, task)), 0);
  const unit = columnUnit(most);
  const columns: Column<number>[] = [
    {
      key: 'task',
      head: 'task',
      text: true,
      class: 'cut',
      value: (task) => model.tasks.id[task]!,
      cell: (task) => <span title={names.task(task)}>{names.task(task)}</span>,
    },
    {
      key: 'start, ns',
      head: `at, ${trace.clockUnit.name}`,
      value: (task) => model.tasks.start[task]!,
      cell: (task) => trace.clock(model.tasks.start[task]!, 1e6).replace(/ .*/, ''),
    },
    {
      key: 'bar',
      head: 'where it went',
      text: true,
      cell: (task) => <TaskBar viewer={viewer} task={task} most={most} />,
    },
    {
      key: 'length, ns',
      head: unit.name,
      value: (task) => taskLength(model, task),
      cell: (task) => <b>{durationIn(taskLength(model, task), unit)}</b>,
    },
  ];
  return (
    <section class="tasks-list" aria-label={`List of ${title}`}>
      <PanelHead
        title={title}
        detail={`${count(tasks.length)}, slowest first`}
        right={
          <span class="page-tools">
            <button type="button" class="link" onClick={() => app.goToPage('profiles', { of: `kind:${kind}` })}>
              Profile
            </button>
            <TableTools name={title} table={() => tableOf(columns, tasks)} />
          </span>
        }
      />
      <div class="page-scroll" tabIndex={-1}>
        <SortTable
          label={title}
          columns={columns}
          rows={listed}
          sortBy="length, ns"
          rowKey={(task) => task}
          atFirst={BARS_AT_FIRST}
          isSelected={(task) => task === selected}
          onChoose={onChoose}
        />
      </div>
    </section>
  );
}

function TaskBar({ viewer, task, most }: { viewer: Viewer; task: number; most: number }) {
  const trace = viewer.app.trace.value!;
  const breakdown = trace.breakdown(task);
  return (
    <StateBar
      parts={segmentParts(trace, breakdown).map(({ display, value }) => ({ display, value }))}
      total={Math.max(most, breakdown.end - breakdown.start)}
      width={LIST_BAR}
      height={12}
      measure={viewer.measures.normal}
      label={shortBreakdown(trace, breakdown.totals)}
    />
  );
}

interface RegionKinds {
  readonly types: readonly RegionType[];
  readonly rows: readonly HeatRow[];
}

function* regionKindsSteps(trace: OpenTrace, range: TimeRange): Steps<RegionKinds> {
  const { model, names } = trace;
  const types = yield* regionTypesSteps(model, range);
  const rows: HeatRow[] = [];
  for (const type of types) {
    rows.push({
      key: regionKey(trace, type),
      name: names.text(type.name) || 'unnamed',
      detail: type.stack === 0 ? '' : names.caller(type.stack),
      n: type.lengths.length,
      heat: heatOf(type.lengths),
      p50: percentileOfDescending(type.lengths, 0.5),
      p99: percentileOfDescending(type.lengths, 0.99),
      total: type.total,
      failed: undefined,
      open: type.open,
    });
    yield;
  }
  return { types, rows };
}

/** Names a type of regions in the address: its name, and the place. */
function regionKey({ model, names }: OpenTrace, { name, stack }: RegionType): string {
  return `${model.strings[name]}@${stack === 0 ? '' : names.innermost(stack)}`;
}

function Regions({ viewer }: { viewer: Viewer }) {
  const { app } = viewer;
  const trace = app.trace.value!;
  const view = app.pageView.value;
  const range = pageRange(viewer);
  const { value, busy } = useBackground(() => regionKindsSteps(trace, range), [trace, range]);
  const bucket = view.open === undefined ? undefined : bucketOf(view);
  const name =
    value?.types[
      Math.max(
        0,
        value.rows.findIndex(({ key }) => key === view.open),
      )
    ]?.name ?? 0;
  const scope = useMemo<ProfileScope>(() => ({ kind: 'region', name: trace.model.strings[name]! }), [trace, name]);
  if (trace.model.regions.count === 0) return <None viewer={viewer} kind="regions" />;
  const rows = value?.rows ?? [];
  const at = Math.max(
    0,
    rows.findIndex(({ key }) => key === view.open),
  );
  const type = value?.types[at];
  return (
    <section class="page tasks" aria-label="Regions" aria-busy={busy}>
      <div class="tasks-left">
        <Head
          viewer={viewer}
          title="Regions"
          detail={
            value === undefined
              ? 'adding up …'
              : `${count(rows.reduce((sum, { n }) => sum + n, 0))} of ${count(rows.length)} kinds`
          }
          kind="regions"
          table={() => heatTable('region', rows)}
        />
        <div class="heat-scroll" tabIndex={-1}>
          <HeatTable
            rows={rows}
            label="Kinds of regions"
            head="region"
            chosen={rows[at]?.key}
            bucket={bucket}
            onChoose={(open, next) => app.changeView({ open, bucket: next === undefined ? undefined : String(next) })}
          />
          <p class="muted">A region that the range or the trace cuts counts with the part that is in it.</p>
        </div>
        {type !== undefined && <ProfilePanel viewer={viewer} fixed={scope} />}
      </div>
      {type !== undefined && (
        <RegionList viewer={viewer} type={type} range={range} bucket={bucket} title={rows[at]!.name} />
      )}
    </section>
  );
}

interface RegionListProps {
  readonly viewer: Viewer;
  readonly type: RegionType;
  readonly range: TimeRange;
  readonly bucket: number | undefined;
  readonly title: string;
}

function RegionList({ viewer, type, range, bucket, title }: RegionListProps) {
  const { app } = viewer;
  const trace = app.trace.value!;
  const { model, names } = trace;
  const { regions } = model;
  const lengthOf = (region: number) => {
    const start = Number.isNaN(regions.start[region]!) ? range.start : Math.max(regions.start[region]!, range.start);
    const end = Number.isNaN(regions.end[region]!) ? range.end : Math.min(regions.end[region]!, range.end);
    return Math.max(0, end - start);
  };
  const listed = useMemo(() => {
    const own =
      bucket === undefined ? type.regions : type.regions.filter((region) => timeBucket(lengthOf(region)) === bucket);
    if (own.length <= MOST_LISTED) return [...own];
    const least = selectKth(Float64Array.from(own, lengthOf), own.length - MOST_LISTED);
    return [...own].filter((region) => lengthOf(region) >= least).slice(0, MOST_LISTED);
  }, [type, bucket]);
  const unit = columnUnit(listed.reduce((most, region) => Math.max(most, lengthOf(region)), 0));
  const strandOf = (region: number) => (regions.goroutine[region]! < 0 ? '' : names.strand(regions.goroutine[region]!));
  const taskOf = (region: number) => (regions.task[region]! < 0 ? '' : names.task(regions.task[region]!));
  const columns: Column<number>[] = [
    {
      key: 'strand',
      head: model.info.dialect === 'go' ? 'goroutine' : 'strand',
      text: true,
      class: 'cut',
      value: strandOf,
      cell: strandOf,
    },
    {
      key: 'task',
      head: 'task',
      text: true,
      class: 'cut muted',
      value: taskOf,
      cell: (region) => <span title={taskOf(region)}>{taskOf(region)}</span>,
    },
    {
      key: 'start, ns',
      head: `at, ${trace.clockUnit.name}`,
      value: (region) => regions.start[region]!,
      cell: (region) =>
        Number.isNaN(regions.start[region]!) ? 'before' : trace.clock(regions.start[region]!, 1e6).replace(/ .*/, ''),
    },
    {
      key: 'length, ns',
      head: unit.name,
      value: lengthOf,
      cell: (region) => <b>{durationIn(lengthOf(region), unit)}</b>,
    },
  ];
  return (
    <section class="tasks-list" aria-label={`List of ${title}`}>
      <PanelHead
        title={`${title}${bucket === undefined ? '' : `, ${bucketText(bucket)}`}`}
        detail={`${count(listed.length)}${listed.length === MOST_LISTED ? ' longest' : ''}`}
        right={<TableTools name={title} table={() => tableOf(columns, listed)} />}
      />
      <div class="page-scroll" tabIndex={-1}>
        <SortTable
          label={title}
          columns={columns}
          rows={listed}
          sortBy="length, ns"
          rowKey={(region) => region}
          onChoose={(region) =>
            app.inTimeline(() =>
              app.showMark(
                regions.task[region]!,
                regions.goroutine[region]!,
                regions.start[region]!,
                regions.end[region]!,
              ),
            )
          }
        />
      </div>
    </section>
  );
}

/** The trace has none: how to get them. */
function None({ viewer, kind }: { viewer: Viewer; kind: 'tasks' | 'regions' }) {
  const node = viewer.app.trace.value!.model.info.dialect === 'node';
  const how = node
    ? 'Requests of HTTP servers are tasks by themselves; trace.withTask and trace.withRegion of exectrace mark others.'
    : 'trace.NewTask, trace.WithRegion and trace.Log of Go’s package runtime/trace write them.';
  return (
    <section class="page" aria-label={kind} aria-busy={false}>
      <Head viewer={viewer} title={kind === 'tasks' ? 'Tasks' : 'Regions'} detail="none" kind={kind} table={() => []} />
      <p class="muted profile-note">
        The trace has no {kind}. {how}
      </p>
    </section>
  );
}
