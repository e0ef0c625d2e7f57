/** One task over time: the states of its own time, its subtasks, the regions and logs of its strands, nested. */
import { useMemo } from 'preact/hooks';
import { taskLength } from '../../../analysis/index.ts';
import type { Table } from '../../../exporters/index.ts';
import { PanelHead } from '../../panels/panel-head.tsx';
import { StateBar } from '../../panels/state-bar.tsx';
import { TableTools } from '../../panels/table-tools.tsx';
import { segmentParts } from '../../panels/task-parts.ts';
import { useWidth } from '../../panels/use-width.ts';
import type { OpenTrace } from '../../state/open-trace.ts';
import type { Viewer } from '../../state/viewer.ts';
import { Icon } from '../../theme/icons.tsx';
import { columnUnit, count, duration, durationIn, type TimeUnit } from '../../theme/numbers.ts';
import { rootScale } from '../../timeline/view.ts';
import { type TreeRow, treeRows } from './tree-rows.ts';

const MOST_ROWS = 400;
/** Design pixels per level, and of the columns beside the time. */
const INDENT = 18;
const TICKS = 5;

interface TaskTreeProps {
  readonly viewer: Viewer;
  readonly task: number;
  /** The tasks of the list, for stepping. */
  readonly siblings: readonly number[];
  readonly onChoose: (task: number) => void;
}

export function TaskTree({ viewer, task, siblings, onChoose }: TaskTreeProps) {
  const { app } = viewer;
  const trace = app.trace.value!;
  const { model, names } = trace;
  const [ref, cssWidth] = useWidth<HTMLTableCellElement>();
  const width = Math.floor(cssWidth / rootScale());
  const { rows, more } = useMemo(() => treeRows(trace, task, MOST_ROWS), [trace, task]);
  const span = useMemo(() => spanOf(trace, task, rows), [trace, task, rows]);
  const unit = columnUnit(span.end - span.start);
  const at = siblings.indexOf(task);
  const step = (by: number) => siblings[at + by] !== undefined && onChoose(siblings[at + by]!);
  const n = (kind: TreeRow['kind']) => rows.filter((row) => row.kind === kind).length;
  const start = model.tasks.start[task]!;
  return (
    <section class="task-tree" aria-label={names.task(task)}>
      <PanelHead
        title={names.task(task)}
        detail={`${duration(taskLength(model, task))}${Number.isNaN(start) ? '' : `, at ${trace.clock(start, 1e6)}`}, ${counted(n('task') - 1, 'child task')}, ${counted(n('region'), 'region')}, ${counted(n('log'), 'log')}`}
        right={
          <span class="page-tools">
            <TableTools name="tree of the task" table={() => treeTable(trace, task)} />
            <button
              type="button"
              class="button"
              aria-label="Previous in the list"
              disabled={at <= 0}
              onClick={() => step(-1)}
            >
              <Icon name="previous" />
            </button>
            <button
              type="button"
              class="button"
              aria-label="Next in the list"
              disabled={at < 0 || at >= siblings.length - 1}
              onClick={() => step(1)}
            >
              <Icon name="next" />
            </button>
            <button
              type="button"
              class="button"
              onClick={() => app.goToPage('profiles', { of: `task:${model.tasks.id[task]}` })}
            >
              Profile
            </button>
            <button type="button" class="button" onClick={() => app.inTimeline(() => app.showTask(task))}>
              Show in timeline
            </button>
          </span>
        }
      />
      <div class="page-scroll" tabIndex={-1}>
        <table class="numbers tall tree-table">
          <thead>
            <tr>
              <th class="text">task, region or log</th>
              <th class="text wide">{model.info.dialect === 'go' ? 'goroutine' : 'strand'}</th>
              <th class="text tree-time" ref={ref} aria-label="when">
                <Axis width={width} length={span.end - span.start} unit={unit} />
              </th>
              <th>{unit.name}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={`${row.kind}${row.index}`} viewer={viewer} row={row} span={span} width={width} unit={unit} />
            ))}
          </tbody>
        </table>
        {more > 0 && <p class="muted">{count(more)} more are not listed.</p>}
      </div>
    </section>
  );
}

/** The whole tree, also what is not listed. */
function treeTable(trace: OpenTrace, task: number): Table {
  return [
    ['level', 'kind', 'name', 'strand', 'start, ns', 'end, ns'],
    ...treeRows(trace, task, Number.POSITIVE_INFINITY).rows.map((row) => {
      return [row.level, row.kind, row.name, row.strand, row.start, row.end];
    }),
  ];
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** From the task's begin to its end, or to that of the last thing in it. */
function spanOf(trace: OpenTrace, task: number, rows: readonly TreeRow[]): Span {
  const { start, end } = trace.breakdown(task);
  const last = rows.reduce((most, row) => Math.max(most, row.end || 0), end);
  return { start, end: Math.max(last, start + 1) };
}

function counted(n: number, noun: string): string {
  return `${n === 0 ? 'no' : count(n)} ${noun}${n === 1 ? '' : 's'}`;
}

function Axis({ width, length, unit }: { width: number; length: number; unit: TimeUnit }) {
  if (width <= 0) return null;
  const raw = length / TICKS / unit.ns;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw)!;
  const ticks = Array.from({ length: Math.floor(length / unit.ns / step) + 1 }, (_, i) => i * step);
  return (
    <svg class="tree-axis" width={width} height={16} aria-hidden="true">
      {ticks.map((tick) => (
        <text
          key={tick}
          class="muted-text"
          x={Math.min(width - 24, Math.round((tick * unit.ns * width) / length))}
          y={12}
        >
          {Number(tick.toPrecision(6))}
        </text>
      ))}
    </svg>
  );
}

interface RowProps {
  readonly viewer: Viewer;
  readonly row: TreeRow;
  readonly span: Span;
  readonly width: number;
  readonly unit: TimeUnit;
}

function Row({ viewer, row, span, width, unit }: RowProps) {
  const { app } = viewer;
  const { regions, logs } = app.trace.value!.model;
  const show = () =>
    app.inTimeline(() => {
      if (row.kind === 'task') app.showTask(row.index);
      else {
        const table = row.kind === 'region' ? regions : logs;
        app.showMark(table.task[row.index]!, table.goroutine[row.index]!, row.start, row.end);
      }
    });
  const length = row.kind === 'log' ? '' : durationIn(row.end - row.start, unit);
  return (
    <tr class="clickable" onClick={show}>
      <td class="cut tree-name" title={row.name}>
        <span style={{ paddingLeft: `${(row.level * INDENT) / 16}rem` }} />
        <Glyph kind={row.kind} />
        <button type="button" class={row.kind === 'task' ? 'strong' : row.kind === 'log' ? 'muted' : ''}>
          {row.name}
        </button>
      </td>
      <td class="text muted wide cut">{row.strand}</td>
      <td class="text tree-time">{width > 0 && <Chart viewer={viewer} row={row} span={span} width={width} />}</td>
      <td>{length}</td>
    </tr>
  );
}

function Glyph({ kind }: { kind: TreeRow['kind'] }) {
  return (
    <svg class="tree-glyph" width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
      {kind === 'task' && <rect class="fill-text" y="4" width="12" height="4" />}
      {kind === 'region' && <rect class="fill-user" x="0.5" y="3.5" width="11" height="5" />}
      {kind === 'region' && <rect class="outline-user" x="0.5" y="3.5" width="11" height="5" />}
      {kind === 'log' && <path class="hollow" d="M6 1.5L10.5 6 6 10.5 1.5 6z" />}
    </svg>
  );
}

const BAR = 14;

function Chart({ viewer, row, span, width }: Omit<RowProps, 'unit'>) {
  const trace = viewer.app.trace.value!;
  const scale = width / (span.end - span.start);
  const x = (time: number) => Math.round(Math.max(0, Math.min(width, (time - span.start) * scale)));
  const x0 = Number.isNaN(row.start) ? 0 : x(row.start);
  const x1 = Number.isNaN(row.end) ? width : x(row.end);
  if (row.kind === 'task') {
    const breakdown = trace.breakdown(row.index);
    const parts = segmentParts(trace, breakdown).map(({ display, value }) => ({ display, value }));
    return (
      <div style={{ paddingLeft: `${x0 / 16}rem` }}>
        <StateBar
          parts={parts}
          width={Math.max(1, x1 - x0)}
          height={BAR}
          measure={viewer.measures.normal}
          label={`${row.name}: ${duration(row.end - row.start)}`}
        />
      </div>
    );
  }
  return (
    <svg class="bar" width={width} height={BAR} role="img" aria-label={`at ${trace.clock(row.start, 1e5)}`}>
      {row.kind === 'region' && (
        <>
          <rect class="fill-user" x={x0} y={1} width={Math.max(1, x1 - x0)} height={BAR - 2} />
          {x1 - x0 >= 3 && <rect class="outline-user" x={x0 + 0.5} y={1.5} width={x1 - x0 - 1} height={BAR - 3} />}
        </>
      )}
      {row.kind === 'log' && (
        <path class="hollow" d={`M${Math.max(5, Math.min(width - 5, x0))} 2.5l4.5 4.5 -4.5 4.5 -4.5 -4.5z`} />
      )}
    </svg>
  );
}
