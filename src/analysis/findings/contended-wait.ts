/**
 * One lock, channel or promise dominates what slow tasks wait for; or, in a Go program without tasks, goroutines wait for
 * mutexes for long.
 */
import { count, duration, percent } from '../../base/index.ts';
import { GoState } from '../../reader/index.ts';
import { isSystemGoroutine } from '../dialect.ts';
import { meanwhileOf, meanwhileText } from '../meanwhile.ts';
import { DisplayState } from '../states.ts';
import type { TaskWait } from '../tasks/task-account.ts';
import { taskHold } from '../tasks/task-hold.ts';
import { Part } from '../wait-parts.ts';
import type { TraceFacts } from './facts.ts';
import type { Finding } from './finding.ts';

const SHARE = 0.3;
const SERIOUS = 0.6;
const MUTEX = /^(?:internal\/)?sync\.\(\*(?:RW)?Mutex\)/;

export function contendedWait(facts: TraceFacts): Finding | undefined {
  return facts.slowTasks.length > 0 ? dominantWait(facts) : mutexes(facts);
}

/** Waits of one task. */
type Told = Pick<TaskWait, 'time' | 'count' | 'row'>;

interface Waits {
  readonly group: number;
  time: number;
  count: number;
  /** The task with most of it, how much that is, ns, and its longest wait. */
  worst: number;
  most: number;
  row: number;
}

function dominantWait(facts: TraceFacts): Finding | undefined {
  const { model, names, noun, slowParts } = facts;
  const found = [...waitsOfSlow(facts)].sort((a, b) => b[1].time - a[1].time)[0];
  const sum = slowParts.reduce((a, b) => a + b, 0);
  if (found === undefined || found[1].time / sum < SHARE) return undefined;
  const [what, waits] = found;
  const share = waits.time / sum;
  const stack = model.intervals.stack[waits.row]!;
  const isGo = model.info.dialect === 'go' && stack > 0;
  const held = meanwhileOf(model, waits.row);
  const by = held === undefined ? '' : `; held meanwhile by ${meanwhileText(model, names, held)}`;
  const where = isGo ? `at ${names.caller(stack)}` : `for ${names.group(waits.group)}`;
  return {
    id: 'contended-wait',
    severity: share >= SERIOUS ? 3 : 2,
    value: percent(share),
    title: `of slow ${noun.plural}' time is spent waiting ${isGo ? 'in' : 'for'} ${what}`,
    detail: `${count(waits.count)} waits, ${duration(waits.time)} in all${by}`,
    why: {
      definition: `Of the time of the slowest 5 % of ${noun.plural} (at least five), more than ${percent(SHARE)} is waiting for a lock, a channel or a promise that one function ends.`,
      found: `In ${names.task(waits.worst)} the waits ${where} took ${duration(waits.most)}${held !== undefined && held.turns > 1 ? `, behind ${count(held.turns)} others that had their turn` : ''}${by}.`,
    },
    measure: { value: share, threshold: SHARE, unit: 'share' },
    target: { kind: 'task', task: waits.worst },
    evidence: [{ kind: 'group', group: waits.group }],
  };
}

/**
 * What slow tasks waited for of others, by what it is called: Go's place that waits, else the function that ended it. In a
 * Node trace, a turn in a queue of promises comes first: the path of a task leads through all who had theirs before.
 */
function waitsOfSlow(facts: TraceFacts): Map<string, Waits> {
  const { model, names, slowTasks } = facts;
  const isNode = model.info.dialect === 'node';
  const found = new Map<string, Waits>();
  const add = (what: string, group: number, task: number, { time, count: waits, row }: Told): void => {
    const known = found.get(what) ?? { group, time: 0, count: 0, worst: task, most: 0, row };
    known.time += time;
    known.count += waits;
    if (time > known.most) Object.assign(known, { most: time, worst: task, row });
    found.set(what, known);
  };
  for (const task of slowTasks) {
    const hold = isNode ? taskHold(model, facts.taskIndex, task) : undefined;
    if (hold !== undefined) {
      const group = model.goroutines.group[hold.held.holder]!;
      add(names.group(group), group, task, { time: hold.time, count: 1, row: hold.row });
      continue;
    }
    for (const wait of facts.account(task).waits) {
      if (wait.part !== Part.Other || wait.waker < 0) continue;
      const stack = model.intervals.stack[wait.row]!;
      const place = isNode ? '' : names.ownFunction(stack) || names.callerFunction(stack);
      add(place || names.group(wait.waker), wait.waker, task, wait);
    }
  }
  return found;
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
  const held = meanwhileOf(model, worst);
  const by = held === undefined ? '' : `; held meanwhile by ${meanwhileText(model, names, held)}`;
  return {
    id: 'contended-wait',
    severity: share >= SERIOUS ? 3 : 2,
    value: percent(share),
    title: 'of the time of active goroutines is waiting for mutexes',
    detail: `Most at ${names.caller(stack)}: ${duration(byStack[stack]!)} of ${duration(waited)}${by}`,
    why: {
      definition: `Of the time in which goroutines run, could run, or wait for a mutex, more than ${percent(SHARE)} is waiting for a mutex.`,
      found: `${count(waits)} waits, ${duration(waited)}; running and runnable ${duration(active)}.`,
    },
    measure: { value: share, threshold: SHARE, unit: 'share' },
    target: { kind: 'interval', strand: intervals.goroutine[worst]!, interval: worst },
    evidence: [],
  };
}
