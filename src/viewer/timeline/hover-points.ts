/**
 * What is said about rows that are not made of intervals one by one, at the pixel under the pointer: who is in which state
 * in a group, the value of a counter, a region or a log in full, the stack of CPU samples.
 */
import {
  BY_ACTIVITY,
  DisplayState,
  levelFor,
  readShares,
  rowAtTime,
  type StepSeries,
  stateWord,
} from '../../analysis/index.ts';
import { byteSize, lowerBound, upperBound } from '../../base/index.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import { count, duration } from '../theme/numbers.ts';
import type { Counter } from '../worker/counters.ts';
import type { Row } from './rows.ts';
import type { TimeWindow } from './scale.ts';
import type { Shares } from './share-cache.ts';
import type { Pool } from './track-data.ts';

export interface TooltipTexts {
  readonly title: string;
  readonly why: string;
  readonly when: string;
}

/** What a row shows at a time; undefined if there is nothing to say. @param gap the pixel under the pointer */
export function pointTexts(
  trace: OpenTrace,
  row: Row,
  time: number,
  gap: TimeWindow | undefined,
): TooltipTexts | undefined {
  const step = gap === undefined ? 1 : Math.max(1, gap.end - gap.start);
  const when = trace.clock(time, step);
  switch (row.kind) {
    case 'samples':
      return gap && samplesText(trace, gap);
    case 'task':
      return taskTexts(trace, row.ref, time);
    case 'group':
      return mixTexts(trace, row.name, trace.groupShares(row.ref), time, step, when);
    case 'procs':
      return mixTexts(trace, row.name, trace.allProcs, time, step, when);
    case 'pool':
      return poolTexts(trace, row.name, trace.tracks.pool!, time, step, when);
    case 'counter': {
      const counter = trace.tracks.counters[row.ref]!;
      return counterTexts(row.name, counter.kind, valueAt(trace.steps(counter, at(time)), time), when);
    }
    case 'type': {
      const open = valueAt(trace.steps(trace.summary.openTasks[row.ref]!, at(time)), time);
      return { title: `${count(open)} open: ${row.name}`, why: '', when };
    }
    case 'regions':
      return regionTexts(trace, row, time);
    case 'logs':
      return logTexts(trace, row.ref, time, step);
    default:
      return undefined;
  }
}

/** How many members of a row are in which state, as a mean over what is under the pointer. */
function mixTexts(
  { model }: OpenTrace,
  name: string,
  { track, pyramid }: Shares,
  time: number,
  step: number,
  when: string,
): TooltipTexts {
  const level = levelFor(step);
  const shares = readShares(track, pyramid, level, Math.max(0, Math.floor(time / 2 ** level)), 1);
  const parts = BY_ACTIVITY.filter((state) => state !== DisplayState.Off && shares[state]! > 0).map((state) => {
    const members = (shares[state]! / 255) * pyramid.scale;
    return `${members < 9.95 ? Number(members.toFixed(1)) || '< 0.1' : Math.round(members)} ${stateWord(model.info.dialect, state)}`;
  });
  return { title: `${name}: ${parts.length === 0 ? 'nothing here' : parts.join(', ')}`, why: '', when };
}

/** How many threads of the pool are at work, and how many jobs wait for one. */
function poolTexts(
  trace: OpenTrace,
  name: string,
  { shares, queue, size }: Pool,
  time: number,
  step: number,
  when: string,
): TooltipTexts {
  const { title } = mixTexts(trace, name, shares, time, step, when);
  const waiting = valueAt(queue, time);
  const why =
    waiting > 0
      ? `${count(waiting)} ${waiting === 1 ? 'job waits' : 'jobs wait'} for one of its ${count(size)} threads (inferred).`
      : '';
  return { title, why, when };
}

/** What a task did at a time: the segment of its breakdown, and all of it. */
function taskTexts(trace: OpenTrace, task: number, time: number): TooltipTexts {
  const { start, end } = trace.breakdown(task);
  const name = trace.names.task(task);
  const track = trace.taskTrack(task);
  const row = rowAtTime(track, 0, time);
  const all = `${name} took ${duration(end - start)}`;
  if (row < 0) return { title: all, why: '', when: span(trace, start, end) };
  const state = stateWord(trace.model.info.dialect, track.display[row]! as DisplayState);
  const title = `${name}: ${state} for ${duration(track.end[row]! - track.start[row]!)}`;
  return { title, why: `${all}.`, when: span(trace, track.start[row]!, track.end[row]!) };
}

function counterTexts(name: string, kind: Counter['kind'], value: number, when: string): TooltipTexts {
  const text = kind === 'heap' ? byteSize(value) : kind === 'delay' ? duration(value) : count(value);
  return { title: Number.isNaN(value) ? `${name}: not known yet` : `${name}: ${text}`, why: '', when };
}

/** The shortest window at a time. */
function at(time: number): TimeWindow {
  return { start: time, end: time + 1 };
}

/** Value of a step function; NaN before its first point. */
function valueAt({ time, value }: StepSeries, at: number): number {
  const point = upperBound(time, at) - 1;
  return point < 0 ? Number.NaN : value[point]!;
}

/** The region under the pointer, with its full name. */
function regionTexts(trace: OpenTrace, row: Row, time: number): TooltipTexts | undefined {
  const { regions } = trace.model;
  for (const region of trace.regionsOf(row.ref)) {
    const end = Number.isNaN(regions.end[region]!) ? trace.bounds.end : regions.end[region]!;
    if (regions.depth[region] !== row.depth || regions.start[region]! > time || end < time) continue;
    const name = trace.names.text(regions.type[region]!);
    const who = regions.goroutine[region]! < 0 ? '' : `On ${trace.names.strand(regions.goroutine[region]!)}.`;
    const when = span(trace, regions.start[region]!, end);
    return { title: `Region ${name}: ${duration(end - regions.start[region]!)}`, why: who, when };
  }
  return undefined;
}

/** Pixels around the pointer in which a log is meant. */
const NEAR = 6;

/** The log nearest to the pointer, in full. */
function logTexts(trace: OpenTrace, task: number, time: number, step: number): TooltipTexts | undefined {
  const { logs } = trace.model;
  const near = [...trace.logsOf(task)].filter((log) => Math.abs(logs.time[log]! - time) <= NEAR * step);
  if (near.length === 0) return undefined;
  const log = near.reduce((a, b) => (Math.abs(logs.time[b]! - time) < Math.abs(logs.time[a]! - time) ? b : a));
  const category = trace.names.text(logs.category[log]!);
  const message = trace.names.text(logs.message[log]!);
  return {
    title: category === '' ? message : `${category}: ${message}`,
    why: '',
    when: trace.clock(logs.time[log]!, step),
  };
}

/** Frames of the most frequent stack that are listed. */
const FRAMES = 8;

/** CPU samples of a stretch: the stack that most of them have. */
function samplesText(trace: OpenTrace, { start, end }: TimeWindow): TooltipTexts | undefined {
  const { model, names } = trace;
  const { time, stack, goroutine } = model.samples;
  const byStack = new Map<number, number>();
  const from = lowerBound(time, start);
  const to = lowerBound(time, end);
  for (let i = from; i < to; i++) byStack.set(stack[i]!, (byStack.get(stack[i]!) ?? 0) + 1);
  const [most, times] = [...byStack].reduce((a, b) => (b[1] > a[1] ? b : a), [0, 0]);
  if (times === 0) return undefined;
  const { offset, func } = model.stacks;
  const frames = Array.from(func.subarray(offset[most]!, offset[most + 1]!), (id) => names.text(id));
  const n = to - from;
  const who = n === 1 && goroutine[from]! >= 0 ? ` of ${names.strand(goroutine[from]!)}` : '';
  const share = n === times ? '' : ` (${count(times)} of them)`;
  const title = `${count(n)} CPU ${n === 1 ? 'sample' : 'samples'}${who}: ${frames[0] ?? 'no stack'}${share}`;
  const callers = frames.slice(1, FRAMES);
  const why = callers.length === 0 ? '' : `called by ${callers.join(' ‹ ')}${frames.length > FRAMES ? ' ‹ …' : ''}`;
  return { title, why, when: trace.clock((start + end) / 2, Math.max(1, end - start)) };
}

/** Records that were lost on a proc at a time. */
export function lossTexts(trace: OpenTrace, proc: number, time: number | undefined): TooltipTexts | undefined {
  if (time === undefined) return undefined;
  const loss = trace.tracks.losses(proc).find(({ start, end }) => time >= start && time < end);
  if (loss === undefined) return undefined;
  const title = `${count(loss.records)} records were dropped here`;
  const why = 'The writer fell behind. What is shown is right, but not complete.';
  return { title, why, when: span(trace, loss.start, loss.end) };
}

/** From when to when. */
export function span(trace: OpenTrace, start: number, end: number): string {
  const step = Math.max(1, (end - start) / 100);
  return `${trace.clock(start, step)} to ${trace.clock(end, step)}`;
}
