/** What `exectrace stat` knows about a trace, as data: the shape of `--json`. Times are ns, sizes bytes. */
import {
  allTrack,
  type Dialect,
  DisplayState,
  explainedBreakdown,
  groupTotals,
  indexTasks,
  type MeasuredDelay,
  measuredDelay,
  Names,
  type PoolUse,
  percentileOfDescending,
  poolUse,
  procTrack,
  type TraceModel,
  taskLength,
  taskTypes,
  trackTotals,
} from '../analysis/index.ts';
import { EventKind } from '../reader/index.ts';

/** Slowest tasks per type that are broken down. */
const SLOWEST = 5;

/** Time per display state, under the names of `DisplayState` in lower case: `run`, `ready`, `net` … */
export type StateTimes = Readonly<Record<string, number>>;

export interface StatReport {
  readonly file: string;
  readonly format: string;
  readonly dialect: Dialect;
  readonly bytes: number;
  readonly generations: number;
  /** Wall clock of time 0, ISO 8601, when the trace tells. */
  readonly recorded?: string;
  readonly start: number;
  readonly end: number;
  readonly duration: number;
  readonly events: { readonly total: number; readonly byKind: Readonly<Record<string, number>> };
  readonly goroutines: { readonly total: number; readonly ended: number; readonly states: StateTimes };
  readonly groups: readonly { readonly name: string; readonly goroutines: number; readonly states: StateTimes }[];
  /** `busy`: time in which something ran on it. */
  readonly procs: readonly { readonly id: number; readonly name: string; readonly busy: number }[];
  /** How late Node's event loops came around; ns. */
  readonly loopDelay?: MeasuredDelay;
  /** Node's thread pool, as far as it can be inferred; times in ns. */
  readonly pool?: PoolUse;
  readonly tasks: { readonly total: number; readonly types: readonly TaskTypeReport[] };
  readonly regions: number;
  readonly logs: number;
  readonly samples: number;
  readonly ranges: readonly {
    readonly name: string;
    readonly count: number;
    readonly total: number;
    readonly longest: number;
  }[];
  readonly metrics: readonly {
    readonly name: string;
    readonly points: number;
    readonly least: number;
    readonly most: number;
  }[];
  readonly facts: TraceModel['info']['facts'];
  /** What each process states of itself, if the trace is of several. */
  readonly processes?: readonly TraceModel['info']['facts'][];
  /** Records that the recorder dropped. */
  readonly lost: number;
  readonly problem?: NonNullable<TraceModel['info']['problem']>;
}

export interface TaskTypeReport {
  readonly type: string;
  /** Tasks that began and ended in the trace; the percentiles are theirs. */
  readonly count: number;
  /** Tasks whose begin or end is not in the trace. */
  readonly open: number;
  /** 0 when there are none. */
  readonly p50: number;
  readonly p99: number;
  readonly slowest: readonly {
    readonly id: number;
    /** Its own name, of which the type is the route. */
    readonly name: string;
    readonly start: number;
    readonly duration: number;
    /** What it was doing; adds up to its duration. */
    readonly states: StateTimes;
  }[];
}

/** Everything about a trace. */
export function reportOf(file: string, model: TraceModel): StatReport {
  const { info, goroutines, procs } = model;
  const pool = poolUse(model);
  const delay = measuredDelay(model);
  const names = new Names(model);
  return {
    file,
    format: `go 1.${info.version}`,
    dialect: info.dialect,
    bytes: info.bytes,
    generations: info.generations,
    ...(info.wallOrigin === undefined
      ? {}
      : { recorded: new Date(Number(info.wallOrigin / 1_000_000n)).toISOString() }),
    start: info.start,
    end: info.end,
    duration: info.end - info.start,
    events: eventsOf(model),
    goroutines: {
      total: goroutines.count,
      ended: goroutines.ended.reduce((ended, time) => ended + Number(!Number.isNaN(time)), 0),
      states: stateTimes(trackTotals(allTrack(model), info.start, info.end)),
    },
    groups: groupsOf(model),
    procs: Array.from({ length: procs.count }, (_, proc) => ({
      id: procs.id[proc]!,
      name: names.procInFull(proc),
      busy: sum(trackTotals(procTrack(model, proc), info.start, info.end)),
    })),
    ...(pool === undefined ? {} : { pool }),
    ...(delay === undefined ? {} : { loopDelay: delay }),
    tasks: { total: model.tasks.count, types: tasksOf(model) },
    regions: model.regions.count,
    logs: model.logs.count,
    samples: model.samples.count,
    ranges: rangesOf(model),
    metrics: metricsOf(model),
    facts: info.facts,
    ...(info.processes.length < 2 ? {} : { processes: info.processes.map(({ facts }) => facts) }),
    lost: info.lost,
    ...(info.problem === undefined ? {} : { problem: info.problem }),
  };
}

function stateTimes(totals: Float64Array): StateTimes {
  return Object.fromEntries(Object.entries(DisplayState).map(([name, state]) => [name.toLowerCase(), totals[state]!]));
}

function sum(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0);
}

function eventsOf({ info }: TraceModel): StatReport['events'] {
  const kinds = Object.entries(EventKind).map(([name, kind]) => [name, info.events[kind]!] as const);
  return {
    total: info.events.reduce((a, b) => a + b, 0),
    byKind: Object.fromEntries(kinds.filter(([, count]) => count > 0)),
  };
}

function groupsOf(model: TraceModel): StatReport['groups'] {
  const { groups, strings } = model;
  return Array.from({ length: groups.count }, (_, group) => ({
    name: strings[groups.name[group]!]!,
    goroutines: groups.offset[group + 1]! - groups.offset[group]!,
    states: stateTimes(groupTotals(model, group)),
  })).sort((a, b) => b.states.run! - a.states.run!);
}

function tasksOf(model: TraceModel): TaskTypeReport[] {
  const index = indexTasks(model);
  return taskTypes(model).map(({ name, tasks, open }) => {
    const lengths = Float64Array.from(tasks, (task) => taskLength(model, task));
    return {
      type: name,
      count: tasks.length,
      open,
      p50: tasks.length === 0 ? 0 : percentileOfDescending(lengths, 0.5),
      p99: tasks.length === 0 ? 0 : percentileOfDescending(lengths, 0.99),
      slowest: Array.from(tasks.subarray(0, SLOWEST), (task) => ({
        id: model.tasks.id[task]!,
        name: model.strings[model.tasks.name[task]!]!,
        start: model.tasks.start[task]!,
        duration: taskLength(model, task),
        states: stateTimes(explainedBreakdown(model, index, task).totals),
      })),
    };
  });
}

function rangesOf({ ranges, strings, info }: TraceModel): StatReport['ranges'] {
  const byName = new Map<number, { count: number; total: number; longest: number }>();
  for (let row = 0; row < ranges.count; row++) {
    const known = byName.get(ranges.name[row]!) ?? { count: 0, total: 0, longest: 0 };
    const end = Number.isNaN(ranges.end[row]!) ? info.end : ranges.end[row]!;
    const length = end - ranges.start[row]!;
    byName.set(ranges.name[row]!, {
      count: known.count + 1,
      total: known.total + length,
      longest: Math.max(known.longest, length),
    });
  }
  return Array.from(byName, ([name, figures]) => ({ name: strings[name]!, ...figures }));
}

function metricsOf({ metrics, strings }: TraceModel): StatReport['metrics'] {
  return metrics.map(({ name, value }) => ({
    name: strings[name]!,
    points: value.length,
    least: value.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    most: value.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
  }));
}
