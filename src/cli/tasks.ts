/** `exectrace tasks`: kinds of tasks and regions with their latency, or one task as a tree with its logs. */
import {
  bucketStart,
  indexLogs,
  indexTasks,
  Names,
  percentileOfDescending,
  regionTypes,
  type TaskNode,
  type TimeHistogram,
  type TraceModel,
  taskLength,
  taskNode,
  taskTypes,
  timeHistogram,
} from '../analysis/index.ts';
import { count, duration } from '../base/index.ts';
import { type Command, parseOptions, someFiles } from './command.ts';
import { EXIT_OK, InputError } from './errors.ts';
import { shortName } from './names.ts';
import { write, writeJson } from './output.ts';
import { headedTable } from './text-table.ts';
import { loadSet } from './trace-set.ts';

const OPTIONS = {
  json: { type: 'boolean', description: 'Print everything as JSON; times are ns' },
  kind: { type: 'string', value: 'TEXT', description: 'Only tasks and regions whose name contains TEXT' },
  id: { type: 'string', value: 'N', description: 'Print one task: its regions, logs and subtasks, in time order' },
} as const;

export const tasks: Command = {
  name: 'tasks',
  summary: 'Print kinds of tasks and regions with their latency, or one task with its logs',
  usage: 'tasks [--json] [--kind TEXT | --id N] FILE…',
  options: OPTIONS,
  details: 'Bars are counts on a logarithmic time axis, five per power of ten, from the shortest to the longest.',
  async run(args) {
    const { values, positionals } = parseOptions('tasks', OPTIONS, args);
    const paths = someFiles('tasks', positionals);
    const file = paths.join(', ');
    const model = await loadSet(paths);
    const isJson = values.json === true;
    if (values.id !== undefined) {
      const tree = treeOf(file, model, values.id);
      await (isJson ? writeJson(treeReport(model, tree)) : write(`${treeLines(model, tree, 0).join('\n')}\n`));
      return EXIT_OK;
    }
    const wanted = (values.kind ?? '').toLowerCase();
    const isWanted = ({ name }: LatencyReport): boolean => name.toLowerCase().includes(wanted);
    const report = { tasks: taskReports(model).filter(isWanted), regions: regionReports(model).filter(isWanted) };
    if (isJson) await writeJson({ file, ...report });
    else await write(latencyText(report.tasks, report.regions));
    return EXIT_OK;
  },
};

interface LatencyReport {
  readonly name: string;
  /** Where it begins; for regions. */
  readonly place?: string;
  readonly count: number;
  readonly open: number;
  readonly total: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly longest: number;
  readonly histogram: readonly { readonly from: number; readonly to: number; readonly count: number }[];
}

/** @param lengths ns, longest first */
function latency(name: string, open: number, lengths: Float64Array): LatencyReport {
  const at = (q: number): number => percentileOfDescending(lengths, q);
  return {
    name,
    count: lengths.length,
    open,
    total: lengths.reduce((a, b) => a + b, 0),
    p50: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
    longest: lengths[0] ?? Number.NaN,
    histogram: bucketsOf(timeHistogram(lengths)),
  };
}

function bucketsOf({ first, counts }: TimeHistogram): LatencyReport['histogram'] {
  return counts.map((n, i) => ({ from: bucketStart(first + i), to: bucketStart(first + i + 1), count: n }));
}

function taskReports(model: TraceModel): LatencyReport[] {
  return taskTypes(model).map(({ name, tasks: rows, open }) =>
    latency(
      name,
      open,
      Float64Array.from(rows, (task) => taskLength(model, task)),
    ),
  );
}

function regionReports(model: TraceModel): LatencyReport[] {
  const names = new Names(model);
  return regionTypes(model).map(({ name, stack, lengths, open }) => ({
    ...latency(names.text(name), open, lengths),
    place: stack === 0 ? '' : names.caller(stack),
  }));
}

const BARS = ' ▁▂▃▄▅▆▇█';

/** Counts as bars of one line. */
function bars({ histogram }: LatencyReport): string {
  const most = Math.max(1, ...histogram.map(({ count: n }) => n));
  return histogram.map(({ count: n }) => BARS[n === 0 ? 0 : Math.max(1, Math.round((n / most) * 8))]).join('');
}

function latencyText(taskKinds: readonly LatencyReport[], regionKinds: readonly LatencyReport[]): string {
  const heads = ['count', 'open', 'p50', 'p90', 'p99', 'longest', 'total'];
  const row = (report: LatencyReport): string[] => [
    ...[report.count, report.open].map(count),
    ...(report.count === 0
      ? ['', '', '', '', '']
      : [report.p50, report.p90, report.p99, report.longest, report.total].map(duration)),
    bars(report),
  ];
  const sections = [
    taskKinds.length === 0
      ? ['The trace has no such tasks.']
      : headedTable([
          ['Tasks', ...heads, 'shortest … longest'],
          ...taskKinds.map((kind) => [shortName(kind.name), ...row(kind)]),
        ]),
    regionKinds.length === 0
      ? []
      : [
          '',
          ...headedTable([
            ['Regions', ...heads, 'shortest … longest', 'at'],
            ...regionKinds.map((kind) => [shortName(kind.name), ...row(kind), kind.place ?? '']),
          ]),
        ],
  ];
  return `${sections.flat().join('\n')}\n`;
}

function treeOf(file: string, model: TraceModel, id: string): TaskNode {
  const task = /^\d+$/.test(id) ? model.tasks.id.indexOf(Number(id)) : -1;
  if (task < 0) throw new InputError(`${file}: the trace has no task ${id}`);
  return taskNode(model, indexTasks(model), indexLogs(model), task);
}

interface TreeReport {
  readonly kind: 'task' | 'region' | 'log';
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly id?: number;
  readonly message?: string;
  readonly entries?: readonly TreeReport[];
}

function treeReport(model: TraceModel, { task, entries }: TaskNode): TreeReport {
  const { strings, tasks: table, regions, logs } = model;
  return {
    kind: 'task',
    name: strings[table.type[task]!]!,
    id: table.id[task]!,
    start: table.start[task]!,
    end: table.end[task]!,
    entries: entries.map((entry) => {
      if (entry.kind === 'task') return treeReport(model, entry.node);
      const { kind, start, end } = entry;
      if (kind === 'region') return { kind, name: strings[regions.type[entry.region]!]!, start, end };
      const message = strings[logs.message[entry.log]!]!;
      return { kind, name: strings[logs.category[entry.log]!]!, message, start, end };
    }),
  };
}

/** Lines of a task: when, since the trace's start; what; how long. */
function treeLines(model: TraceModel, { task, entries }: TaskNode, depth: number): string[] {
  const names = new Names(model);
  const { tasks: table, regions, logs, info } = model;
  const line = (start: number, text: string, level: number): string => {
    const when = Number.isNaN(start) ? 'before' : `${((start - info.start) / 1e6).toFixed(3)} ms`;
    return `${when.padStart(14)}  ${'  '.repeat(level)}${text}`;
  };
  const head = `${names.task(task)}: ${duration(taskLength(model, task))}`;
  return [
    line(table.start[task]!, head, depth),
    ...entries.flatMap((entry) => {
      if (entry.kind === 'task') return treeLines(model, entry.node, depth + 1);
      const { start, end } = entry;
      if (entry.kind === 'region')
        return [line(start, `region ${names.text(regions.type[entry.region]!)}: ${duration(end - start)}`, depth + 1)];
      const category = names.text(logs.category[entry.log]!);
      return [
        line(start, `log ${category === '' ? '' : `[${category}] `}${names.text(logs.message[entry.log]!)}`, depth + 1),
      ];
    }),
  ];
}
