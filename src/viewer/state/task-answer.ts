/**
 * The answer about a task in words: how long it took against the typical one, and what the time went to, largest first,
 * with who held the loop while it was ready, and who held what it waited for.
 */
import { DISPLAY_STATES, DisplayState, firstEndingAfter, rowAt } from '../../analysis/index.ts';
import { duration } from '../theme/numbers.ts';
import type { OpenTrace } from './open-trace.ts';
import { holdSentence } from './task-hold.ts';

export interface AnswerPart {
  readonly text: string;
  readonly strong: boolean;
}

export interface TaskAnswer {
  readonly title: string;
  readonly parts: readonly AnswerPart[];
}

/** States that are worth a word: this share of the whole. */
const WORTH = 0.01;

/** Share of the ready time from which who ran meanwhile is named. */
const WORTH_NAMING = 0.1;

/** How a state is said after the first, by dialect. */
const PHRASES: Readonly<Record<DisplayState, Readonly<Record<'node' | 'go', string>>>> = {
  [DisplayState.Run]: { node: 'its own code took', go: 'running took' },
  [DisplayState.Sys]: { node: 'the thread pool and native code took', go: 'system calls took' },
  [DisplayState.Gc]: { node: 'GC took', go: 'GC and assists took' },
  [DisplayState.Ready]: { node: 'it was ready, and not run, for', go: 'it was runnable, and not run, for' },
  [DisplayState.Net]: { node: 'network and files took', go: 'the network took' },
  [DisplayState.Sync]: { node: 'it awaited other code for', go: 'channels and locks took' },
  [DisplayState.Sleep]: { node: 'timers took', go: 'sleep took' },
  [DisplayState.Off]: { node: 'nothing is known about', go: 'nothing is known about' },
};

export function describeTask(trace: OpenTrace, task: number): TaskAnswer {
  const { model, names } = trace;
  const { start, end, totals } = trace.breakdown(task);
  const length = end - start;
  const typical = trace.typicalOf(task);
  const open = Number.isNaN(model.tasks.end[task]!);
  const typicalLength = typical < 0 ? Number.NaN : model.tasks.end[typical]! - model.tasks.start[typical]!;
  const against = Number.isNaN(typicalLength) || typical === task ? '' : `; ${duration(typicalLength)} is typical`;
  const title = `${names.task(task)} ${open ? 'is open after' : 'took'} ${duration(length)}${against}`;
  const states = Array.from({ length: DISPLAY_STATES }, (_, state) => state as DisplayState)
    .filter((state) => totals[state]! >= length * WORTH)
    .sort((a, b) => totals[b]! - totals[a]!);
  const parts: AnswerPart[] = [];
  states.forEach((state, i) => {
    const phrase = PHRASES[state][model.info.dialect];
    const said = i === 0 ? phrase.charAt(0).toUpperCase() + phrase.slice(1) : phrase;
    const held = state === DisplayState.Ready ? heldDuring(trace, task) : '';
    parts.push({ text: `${i === 0 ? '' : ', '}${said} `, strong: false });
    parts.push({ text: duration(totals[state]!), strong: i === 0 });
    if (held !== '') parts.push({ text: held, strong: false });
  });
  if (parts.length > 0) parts.push({ text: '.', strong: false });
  const hold = holdSentence(trace, task);
  if (hold !== '') parts.push({ text: ` ${hold}`, strong: false });
  return { title, parts };
}

/** Who held the procs while the task was ready: the group that ran most of that time, if any stands out. */
function heldDuring(trace: OpenTrace, task: number): string {
  const { model, names } = trace;
  const { segmentStart, segmentState, end } = trace.breakdown(task);
  const byGroup = new Map<number, number>();
  const { track } = trace.allProcs;
  let ready = 0;
  for (let i = 0; i < segmentStart.length; i++) {
    if (segmentState[i] !== DisplayState.Ready) continue;
    const from = segmentStart[i]!;
    const to = segmentStart[i + 1] ?? end;
    ready += to - from;
    for (let run = 0; run < track.runs.length; run += 2) {
      const last = track.runs[run + 1]!;
      for (let at = firstEndingAfter(track, from, track.runs[run]!, last); at < last; at++) {
        const row = rowAt(track, at);
        if (track.start[row]! >= to) break;
        const group = model.goroutines.group[model.intervals.goroutine[row]!]!;
        const overlap = Math.min(to, track.end[row]!) - Math.max(from, track.start[row]!);
        byGroup.set(group, (byGroup.get(group) ?? 0) + overlap);
      }
    }
  }
  const [group, time] = [...byGroup].reduce((a, b) => (b[1] > a[1] ? b : a), [-1, 0]);
  if (group < 0 || time < ready * WORTH_NAMING) return '';
  if (time >= ready / 2) return ` while ${names.group(group)} ran for ${duration(time)}`;
  const where = model.info.dialect === 'node' ? 'the loop' : 'the procs';
  return ` while ${where} ran other work, most of it ${names.group(group)} for ${duration(time)}`;
}
