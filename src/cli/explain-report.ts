/** What `exectrace explain` knows about a trace, as data: the shape of `--json`. Times are ns. */
import {
  criticalPath,
  type Dialect,
  type Finding,
  findingsOf,
  leakSites,
  PART_NAMES,
  type PathStep,
  type TaskAccount,
  TraceFacts,
  type TraceModel,
  taskLength,
} from '../analysis/index.ts';

/** Waits and holders that are told per task. */
const MOST_PARTS = 5;
/** Blocks and places of creation that are told. */
const MOST_ROWS = 20;
/** Stretches of a critical path that are told. */
const MOST_STRETCHES = 8;

export interface ExplainReport {
  readonly file: string;
  readonly dialect: Dialect;
  readonly duration: number;
  readonly tasks: { readonly total: number; readonly word: string };
  readonly findings: readonly Finding[];
  readonly slowest: readonly ExplainedTask[];
  /** Stretches in which one strand kept an event loop, longest first, with the tasks that were ready behind it. */
  readonly blocks: readonly {
    readonly by: string;
    readonly proc: string;
    readonly start: number;
    readonly time: number;
    readonly openTasks: number;
    readonly delayed: readonly { readonly task: string; readonly time: number }[];
  }[];
  /** What was created and had not ended, by place of creation. */
  readonly openAtEnd: readonly {
    readonly name: string;
    readonly createdAt: string;
    readonly created: number;
    readonly open: number;
    readonly stuck: number;
    readonly waitingFor: string;
  }[];
}

export interface ExplainedTask {
  readonly id: number;
  readonly name: string;
  readonly start: number;
  readonly duration: number;
  /** Median of its kind. */
  readonly median: number;
  /** By name of the part; adds up to the duration. */
  readonly parts: Readonly<Record<string, number>>;
  /** Who ran while it was ready. */
  readonly behind: readonly { readonly name: string; readonly time: number }[];
  /** At most so much of its waits for the outside world was waiting for the event loop, and behind whom. */
  readonly hidden: { readonly time: number; readonly behind: ExplainedTask['behind'] };
  readonly waits: readonly {
    readonly part: string;
    readonly reason: string;
    readonly of: string;
    /** Who ended it; empty for a timer or the outside world. */
    readonly endedBy: string;
    readonly count: number;
    readonly time: number;
  }[];
  /** The longest stretches of its critical path, in time order. */
  readonly path: readonly {
    readonly who: string;
    readonly part: string;
    readonly start: number;
    readonly time: number;
  }[];
}

/**
 * Findings and the slowest tasks of a trace.
 *
 * @param tasks how many tasks to explain
 */
export function explainReport(file: string, model: TraceModel, tasks: number): ExplainReport {
  const facts = new TraceFacts(model);
  return {
    file,
    dialect: model.info.dialect,
    duration: model.info.end - model.info.start,
    tasks: { total: model.tasks.count, word: facts.noun.singular },
    findings: findingsOf(facts),
    slowest: Array.from(facts.slowest.subarray(0, tasks), (task) => explainTask(facts, task)),
    blocks: blocksOf(facts),
    openAtEnd: openAtEnd(facts),
  };
}

function blocksOf({ names, blocks, delays }: TraceFacts): ExplainReport['blocks'] {
  return blocks
    .map((block, i) => ({
      by: names.functionOf(block.goroutine),
      proc: names.procInFull(block.proc),
      start: block.start,
      time: block.end - block.start,
      openTasks: block.delayed,
      delayed: delays[i]!.map(({ task, time }) => ({ task: names.task(task), time })),
    }))
    .sort((a, b) => b.time - a.time)
    .slice(0, MOST_ROWS);
}

function openAtEnd({ names, model }: TraceFacts): ExplainReport['openAtEnd'] {
  return leakSites(model)
    .slice(0, MOST_ROWS)
    .map(({ group, createStack, created, open, stuck, reason }) => ({
      name: names.group(group),
      createdAt: createStack === 0 ? '' : names.caller(createStack),
      created,
      open,
      stuck,
      waitingFor: names.text(reason),
    }));
}

function explainTask(facts: TraceFacts, task: number): ExplainedTask {
  const { model, names } = facts;
  const account = facts.account(task);
  return {
    id: model.tasks.id[task]!,
    name: names.taskType(model.tasks.type[task]!),
    start: account.start,
    duration: taskLength(model, task),
    median: facts.kindOf(task)?.p50 ?? Number.NaN,
    parts: Object.fromEntries(Array.from(account.parts, (time, part) => [PART_NAMES[part]!, time])),
    behind: holders(facts, account.behind),
    hidden: { time: account.hidden.time, behind: holders(facts, account.hidden.behind) },
    waits: waitsOf(facts, account),
    path: stretches(facts, task),
  };
}

function holders({ names }: TraceFacts, behind: TaskAccount['behind']): ExplainedTask['behind'] {
  return behind.slice(0, MOST_PARTS).map(({ group, time }) => ({ name: names.group(group), time }));
}

function waitsOf({ model, names }: TraceFacts, { waits }: TaskAccount): ExplainedTask['waits'] {
  return waits.slice(0, MOST_PARTS).map(({ part, reason, group, waker, count, time }) => ({
    part: PART_NAMES[part]!,
    reason: names.clean(model.strings[reason]!),
    of: names.group(group),
    endedBy: waker < 0 ? '' : names.group(waker),
    count,
    time,
  }));
}

/** The path with steps of the same function and part as one, the longest of them, in time order. */
function stretches({ model, names, taskIndex }: TraceFacts, task: number): ExplainedTask['path'] {
  const who = ({ goroutine }: PathStep): string => (goroutine < 0 ? '' : names.functionOf(goroutine));
  const merged: { who: string; part: string; start: number; time: number }[] = [];
  for (const step of criticalPath(model, taskIndex, task)) {
    const last = merged.at(-1);
    if (last !== undefined && last.who === who(step) && last.part === PART_NAMES[step.part])
      last.time += step.end - step.start;
    else merged.push({ who: who(step), part: PART_NAMES[step.part]!, start: step.start, time: step.end - step.start });
  }
  return [...merged]
    .sort((a, b) => b.time - a.time)
    .slice(0, MOST_STRETCHES)
    .sort((a, b) => a.start - b.start);
}
