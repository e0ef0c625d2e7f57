/** What the views of tasks and of regions share: the head with the switch between them, and what it says when there are none. */
import type { Table } from '../../../exporters/index.ts';
import { PanelHead } from '../../panels/panel-head.tsx';
import { LengthsChip, RangeChip } from '../../panels/scope-chip.tsx';
import { TableTools } from '../../panels/table-tools.tsx';
import { taskNoun } from '../../state/task-words.ts';
import type { Viewer } from '../../state/viewer.ts';
import { Segmented } from '../parts/page-parts.tsx';
import type { HeatRow } from './heat-table.tsx';

/** Tasks or regions that are listed; those beyond are the shortest. */
export const MOST_LISTED = 3000;

interface TasksHeadProps {
  readonly viewer: Viewer;
  readonly title: string;
  readonly detail: string;
  readonly kind: 'tasks' | 'regions';
  readonly table: () => Table;
}

export function TasksHead({ viewer, title, detail, kind, table }: TasksHeadProps) {
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
export function heatTable(head: string, rows: readonly HeatRow[]): Table {
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
export function bucketOf(view: Readonly<Record<string, string>>): number | undefined {
  const bucket = Number(view.bucket);
  return view.bucket === undefined || !Number.isInteger(bucket) ? undefined : bucket;
}

/** The trace has none: how to get them. */
export function NoAnnotations({ viewer, kind }: { viewer: Viewer; kind: 'tasks' | 'regions' }) {
  const node = viewer.app.trace.value!.model.info.dialect === 'node';
  const how = node
    ? 'Requests of HTTP servers are tasks by themselves; trace.withTask and trace.withRegion of exectrace mark others.'
    : 'trace.NewTask, trace.WithRegion and trace.Log of Go’s package runtime/trace write them.';
  return (
    <section class="page" aria-label={kind} aria-busy={false}>
      <TasksHead
        viewer={viewer}
        title={kind === 'tasks' ? 'Tasks' : 'Regions'}
        detail="none"
        kind={kind}
        table={() => []}
      />
      <p class="muted profile-note">
        The trace has no {kind}. {how}
      </p>
    </section>
  );
}
