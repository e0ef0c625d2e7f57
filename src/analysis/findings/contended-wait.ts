/**
 * One lock, channel or promise dominates what slow tasks wait for; or, in a Go program without tasks, goroutines wait for
 * mutexes for long.
 */
import { count, duration, percent } from '../../base/index.ts';
import { GoState } from '../../reader/index.ts';
import { isSystemGoroutine } from '../dialect.ts';
import { DisplayState } from '../states.ts';
import { Part } from '../wait-parts.ts';
import type { TraceFacts } from './facts.ts';
import type { Finding } from './finding.ts';

const SHARE = 0.3;
const SERIOUS = 0.6;
const MUTEX = /^(?:internal\/)?sync\.\(\*(?:RW)?Mutex\)/;

export function contendedWait(facts: TraceFacts): Finding | undefined {
  return facts.slowTasks.length > 0 ? dominantWaker(facts) : mutexes(facts);
}

function dominantWaker(facts: TraceFacts): Finding | undefined {
  const { names, noun, slowTasks, slowParts } = facts;
  const byWaker = new Map<number, { time: number; waits: number; worst: number; most: number }>();
  for (const task of slowTasks) {
    for (const { part, waker, time, count: waits } of facts.account(task).waits) {
      if (part !== Part.Other || waker < 0) continue;
      const known = byWaker.get(waker) ?? { time: 0, waits: 0, worst: task, most: 0 };
      known.time += time;
      known.waits += waits;
      if (time > known.most) [known.most, known.worst] = [time, task];
      byWaker.set(waker, known);
    }
  }
  const [group, found] = [...byWaker].sort((a, b) => b[1].time - a[1].time)[0] ?? [];
  const sum = slowParts.reduce((a, b) => a + b, 0);
  if (group === undefined || found === undefined || found.time / sum < SHARE) return undefined;
  const share = found.time / sum;
  const who = names.group(group);
  return {
    id: 'contended-wait',
    severity: share >= SERIOUS ? 3 : 2,
    value: percent(share),
    title: `of slow ${noun.plural}' time is spent waiting for ${who}`,
    detail: `${count(found.waits)} waits, ${duration(found.time)} in all`,
    why: {
      definition: `Of the time of the slowest 5 % of ${noun.plural} (at least five), more than ${percent(SHARE)} is waiting for a lock, a channel or a promise that one function ends.`,
      found: `${who} ended the waits; in ${names.task(found.worst)} they took ${duration(found.most)}.`,
    },
    measure: { value: share, threshold: SHARE, unit: 'share' },
    target: { kind: 'task', task: found.worst },
    evidence: [{ kind: 'group', group }],
  };
}

function mutexes({ model, names }: TraceFacts): Finding | undefined {
  const { intervals, goroutines, stacks, strings, info } = model;
  if (info.dialect !== 'go') return undefined;
  const isMutex = Uint8Array.from({ length: stacks.count }, (_, stack) => {
    const frame = stacks.offset[stack]!;
    return Number(frame < stacks.offset[stack + 1]! && MUTEX.test(strings[stacks.func[frame]!]!));
  });
  const isSystem = goroutines.name.map((name) => Number(isSystemGoroutine('go', strings[name]!)));
  const byStack = new Float64Array(stacks.count);
  let [waited, active, worst, waits] = [0, 0, -1, 0];
  for (let row = 0; row < intervals.count; row++) {
    if (isSystem[intervals.goroutine[row]!] === 1) continue;
    const time = intervals.end[row]! - intervals.start[row]!;
    const display = intervals.display[row]!;
    if (display === DisplayState.Run || display === DisplayState.Ready) active += time;
    if (intervals.state[row] !== GoState.Waiting || isMutex[intervals.stack[row]!] === 0) continue;
    byStack[intervals.stack[row]!]! += time;
    waited += time;
    waits++;
    if (worst < 0 || time > intervals.end[worst]! - intervals.start[worst]!) worst = row;
  }
  const share = waited + active > 0 ? waited / (waited + active) : 0;
  if (worst < 0 || share < SHARE) return undefined;
  const stack = byStack.indexOf(byStack.reduce((a, b) => Math.max(a, b), 0));
  return {
    id: 'contended-wait',
    severity: share >= SERIOUS ? 3 : 2,
    value: percent(share),
    title: 'of the time of active goroutines is waiting for mutexes',
    detail: `Most at ${names.caller(stack)}: ${duration(byStack[stack]!)} of ${duration(waited)}`,
    why: {
      definition: `Of the time in which goroutines run, could run, or wait for a mutex, more than ${percent(SHARE)} is waiting for a mutex.`,
      found: `${count(waits)} waits, ${duration(waited)}; running and runnable ${duration(active)}.`,
    },
    measure: { value: share, threshold: SHARE, unit: 'share' },
    target: { kind: 'interval', strand: intervals.goroutine[worst]!, interval: worst },
    evidence: [],
  };
}
