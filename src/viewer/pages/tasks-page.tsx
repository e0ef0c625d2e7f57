/**
 * Tasks (requests) and regions: kinds with their latencies as heat cells, the list of a kind or of one cell of it, and one
 * task as a tree with its regions, logs and subtasks; of what is in the chosen range.
 */
import { useMemo } from 'preact/hooks';
import { taskLength, timeBucket } from '../../analysis/index.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import { taskNoun } from '../state/task-words.ts';
import type { Viewer } from '../state/viewer.ts';
import { count } from '../theme/numbers.ts';
import './pages.css';
import { bucketText, heatOf } from './tasks/heat.ts';
import { type HeatRow, HeatTable } from './tasks/heat-table.tsx';
import { bucketOf, heatTable, NoAnnotations, TasksHead } from './tasks/page-head.tsx';
import { Regions } from './tasks/regions.tsx';
import { TaskList } from './tasks/task-list.tsx';
import { TaskTree } from './tasks/task-tree.tsx';
import './tasks/tasks.css';

export function TasksPage({ viewer }: { viewer: Viewer }) {
  const { model } = viewer.app.trace.value!;
  const wanted = viewer.app.pageView.value.kind;
  const regions = wanted === 'regions' || (wanted === undefined && model.tasks.count === 0 && model.regions.count > 0);
  return regions ? <Regions viewer={viewer} /> : <Tasks viewer={viewer} />;
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
  if (model.tasks.count === 0) return <NoAnnotations viewer={viewer} kind="tasks" />;
  return (
    <section class="page tasks" aria-label={noun.Plural} aria-busy={false}>
      <div class="tasks-left">
        <TasksHead
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
