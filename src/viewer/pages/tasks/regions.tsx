/** Regions: their kinds with latencies as heat cells, the profile of a kind, and the list of it or of one of its cells. */
import { useMemo } from 'preact/hooks';
import {
  percentileOfDescending,
  type RegionType,
  regionTypesSteps,
  type TimeRange,
  timeBucket,
} from '../../../analysis/index.ts';
import { type Steps, selectKth } from '../../../base/index.ts';
import { PanelHead } from '../../panels/panel-head.tsx';
import { TableTools } from '../../panels/table-tools.tsx';
import { useBackground } from '../../state/background.ts';
import type { OpenTrace } from '../../state/open-trace.ts';
import type { Viewer } from '../../state/viewer.ts';
import { columnUnit, count, durationIn } from '../../theme/numbers.ts';
import { ProfilePanel } from '../flame/profile-panel.tsx';
import type { ProfileScope } from '../flame/profile-scope.ts';
import { pageRange } from '../parts/page-parts.tsx';
import { type Column, SortTable, tableOf } from '../parts/sort-table.tsx';
import { bucketText, heatOf } from './heat.ts';
import { type HeatRow, HeatTable } from './heat-table.tsx';
import { bucketOf, heatTable, MOST_LISTED, NoAnnotations, TasksHead } from './page-head.tsx';

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

export function Regions({ viewer }: { viewer: Viewer }) {
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
  if (trace.model.regions.count === 0) return <NoAnnotations viewer={viewer} kind="regions" />;
  const rows = value?.rows ?? [];
  const at = Math.max(
    0,
    rows.findIndex(({ key }) => key === view.open),
  );
  const type = value?.types[at];
  return (
    <section class="page tasks" aria-label="Regions" aria-busy={busy}>
      <div class="tasks-left">
        <TasksHead
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
