/** The tasks of a kind, or of one cell of its latencies: each with where its time went. */
import { taskLength } from '../../../analysis/index.ts';
import { PanelHead } from '../../panels/panel-head.tsx';
import { StateBar } from '../../panels/state-bar.tsx';
import { TableTools } from '../../panels/table-tools.tsx';
import { segmentParts, shortBreakdown } from '../../panels/task-parts.ts';
import type { Viewer } from '../../state/viewer.ts';
import { columnUnit, count, durationIn } from '../../theme/numbers.ts';
import { type Column, SortTable, tableOf } from '../parts/sort-table.tsx';
import { MOST_LISTED } from './page-head.tsx';

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

export function TaskList({ viewer, tasks, selected, title, kind, onChoose }: TaskListProps) {
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
