/**
 * The hot loop of reading: takes in the events of the earliest thread until another one is, and goes on with that.
 *
 * Nearly all events of a busy program are starts, blocks, stops, wake-ups, creations and ends of goroutines, and nearly
 * all of them may come just when their time says. For these the loop does what their handler in goroutines.ts does, on
 * local variables; whenever anything is unusual it leaves the event, before having changed anything, to the handler.
 * So the handlers alone decide what is refused and what must wait, and a fast case that was forgotten is slow, not wrong.
 *
 * One long function, as each call in it would cost as much as what it does. Imported constants have local names, as the
 * engine folds only those.
 */
import { EVENTS, GoStatus, MAX_ARGUMENTS } from '../../format/index.ts';
import type { BatchCursor } from '../batch-cursor.ts';
import { GoState, NONE } from '../event.ts';
import { NUMBERS, WORDS } from '../event-block.ts';
import type { Frontier } from '../frontier.ts';
import { justAfter } from '../trace-clock.ts';
import { HANDLER_BY_ID } from './dispatch.ts';
import { goTransition } from './goroutines.ts';
import type { Ordering } from './ordering.ts';
import { GO_WORDS, NOWHERE } from './states.ts';

const RUNNABLE = GoStatus.Runnable;
const RUNNING = GoStatus.Running;
const WAITING = GoStatus.Waiting;
const NO_ID = NONE;
/** Below, the next nanosecond is 1 more. */
const LATEST_EXACT = Number.MAX_SAFE_INTEGER;
const NO_PLACE = NOWHERE;
const ARGUMENTS = MAX_ARGUMENTS;
const STATE = GO_WORDS;
const OUT_WORDS = WORDS;
const OUT_NUMBERS = NUMBERS;
const handlers = HANDLER_BY_ID;

/** The ways in which the loop takes in an event; the first two name the goroutine, and the number that must follow. */
const UNUSUAL = 0;
const STARTS = 1;
const UNBLOCKS = 2;
/** The goroutine on the thread stops running, with a reason and a stack; or it ends. */
const LEAVES = 3;
const ENDS = 4;
const CREATES = 5;

/** By event id: way, status that it gives (or demands, if it names a goroutine), and the transition that it becomes. */
const WAY = new Uint8Array(256).fill(UNUSUAL);
const STATUS = new Uint8Array(256);
const BECOMES = new Int32Array(256);

function enter(id: number, way: number, status: number, from: GoState, to: GoState): void {
  WAY[id] = way;
  STATUS[id] = status;
  BECOMES[id] = goTransition(from, to);
}

enter(EVENTS.GoStart.id, STARTS, RUNNABLE, GoState.Runnable, GoState.Running);
enter(EVENTS.GoUnblock.id, UNBLOCKS, WAITING, GoState.Waiting, GoState.Runnable);
enter(EVENTS.GoBlock.id, LEAVES, WAITING, GoState.Running, GoState.Waiting);
enter(EVENTS.GoStop.id, LEAVES, RUNNABLE, GoState.Running, GoState.Runnable);
enter(EVENTS.GoDestroy.id, ENDS, RUNNABLE, GoState.Running, GoState.NotExist);
enter(EVENTS.GoCreate.id, CREATES, RUNNABLE, GoState.NotExist, GoState.Runnable);

/**
 * Takes in events from the head of the frontier on, which has a decoded one, until the head has none left or was never
 * tried, it is later than `limit` (ns), or the block is full. Returns false when the head's event must wait for one of
 * another thread.
 */
export function runAhead(order: Ordering, frontier: Frontier, cursors: readonly BatchCursor[], limit: number): boolean {
  const { block, goroutines, procs, threads, epoch } = order;
  const { type: types, time: times, args } = order.decoded;
  const { words, numbers, lastRow } = block;
  const { numbers: heads, times: headTimes } = frontier;
  const { places } = goroutines;
  const ways = WAY;
  const statuses = STATUS;
  const becomes = BECOMES;
  const strings = order.strings.dense;
  const stacks = order.stacks.dense;
  let { count, lastTime } = block;
  let mark = count;
  let cursor = cursors[heads[0]!]!;
  // These are replaced when they grow, and handlers change what the thread holds: both are read again then.
  let { id: ids, state } = goroutines;
  let { goroutine: onThread } = threads;
  for (;;) {
    const thread = cursor.owner;
    const threadId = threads.id[thread]!;
    const { end } = cursor;
    const latest = Math.min(headTimes[1]!, headTimes[2]!, limit);
    let { row } = cursor;
    let time = times[row]!;
    let proc = threads.proc[thread]!;
    let procId = proc === NO_PLACE ? NO_ID : procs.id[proc]!;
    let current = onThread[thread]!;
    let currentId = current === NO_PLACE ? NO_ID : ids[current]!;
    do {
      mark = count;
      const type = types[row]!;
      const way = ways[type]!;
      const at = row * ARGUMENTS;
      const contextId = currentId;
      let subject = currentId;
      let stack = -1;
      let name = 0;
      let text = 0;
      // What the event needs is looked up before anything is changed: `stack` tells that all is as it should be.
      if (way === STARTS || way === UNBLOCKS) {
        const id = args[at]!;
        const place = id < 0 ? NO_PLACE : places.get(id);
        const sequence = args[at + 1]!;
        const own = place * STATE;
        if (
          place !== NO_PLACE &&
          state[own] === statuses[type] &&
          state[own + 1]! + 1 === sequence &&
          state[own + 2] === epoch
        ) {
          subject = id;
          if (way === UNBLOCKS) {
            const stackId = args[at + 2]!;
            stack = stackId >= 0 && stackId < stacks.length ? stacks[stackId]! : -1;
            if (stack >= 0) {
              state[own] = RUNNABLE;
              state[own + 1] = sequence;
            }
          } else if (current === NO_PLACE && proc !== NO_PLACE) {
            stack = 0;
            state[own] = RUNNING;
            state[own + 1] = sequence;
            state[own + 3] = thread;
            onThread[thread] = place;
            current = place;
            currentId = id;
          }
        }
      } else if (way !== UNUSUAL && current !== NO_PLACE && proc !== NO_PLACE && state[current * STATE] === RUNNING) {
        if (way === LEAVES) {
          const reasonId = args[at]!;
          const stackId = args[at + 1]!;
          name = reasonId >= 0 && reasonId < strings.length ? strings[reasonId]! : -1;
          stack = name >= 0 && stackId >= 0 && stackId < stacks.length ? stacks[stackId]! : -1;
          if (stack >= 0) {
            text = stack;
            state[current * STATE] = statuses[type]!;
            onThread[thread] = NO_PLACE;
            current = NO_PLACE;
            currentId = NO_ID;
          }
        } else if (way === CREATES) {
          const id = args[at]!;
          const entryId = args[at + 1]!;
          const stackId = args[at + 2]!;
          text = entryId >= 0 && entryId < stacks.length ? stacks[entryId]! : -1;
          if (text >= 0 && id >= 0 && stackId >= 0 && stackId < stacks.length && places.get(id) === NO_PLACE) {
            stack = stacks[stackId]!;
            if (stack >= 0) {
              subject = id;
              goroutines.add(id, RUNNABLE, epoch);
              ({ id: ids, state } = goroutines);
            }
          }
        } else {
          stack = 0;
          goroutines.remove(current);
          onThread[thread] = NO_PLACE;
          current = NO_PLACE;
          currentId = NO_ID;
        }
      }
      if (stack >= 0) {
        if (time > lastTime) lastTime = time;
        else lastTime = lastTime < LATEST_EXACT ? lastTime + 1 : justAfter(lastTime);
        const word = count * OUT_WORDS;
        words[word] = becomes[type]!;
        words[word + 1] = stack;
        words[word + 2] = name;
        words[word + 3] = text;
        const number = count * OUT_NUMBERS;
        numbers[number] = lastTime;
        numbers[number + 1] = threadId;
        numbers[number + 2] = procId;
        numbers[number + 3] = contextId;
        numbers[number + 4] = subject;
        count++;
      } else {
        order.cursor = cursor;
        cursor.row = row;
        block.count = count;
        block.lastTime = lastTime;
        order.mark = count;
        if (!handlers[type]!(order, row, thread)) return false;
        ({ count, lastTime } = block);
        ({ id: ids, state } = goroutines);
        ({ goroutine: onThread } = threads);
        proc = threads.proc[thread]!;
        procId = proc === NO_PLACE ? NO_ID : procs.id[proc]!;
        current = onThread[thread]!;
        currentId = current === NO_PLACE ? NO_ID : ids[current]!;
      }
      row++;
      if (row === end) break;
      time = times[row]!;
    } while (time <= latest && count <= lastRow);
    cursor.row = row;
    if (row === end) break;
    if (time > latest) {
      // Frontier.update(0), on local variables.
      const head = heads[0]!;
      let hole = 0;
      for (;;) {
        const left = 2 * hole + 1;
        const least = headTimes[left + 1]! < headTimes[left]! ? left + 1 : left;
        const leastTime = headTimes[least]!;
        if (!(leastTime < time)) break;
        headTimes[hole] = leastTime;
        heads[hole] = heads[least]!;
        hole = least;
      }
      headTimes[hole] = time;
      heads[hole] = head;
    }
    if (count > lastRow || headTimes[0]! > limit) break;
    cursor = cursors[heads[0]!]!;
    if (cursor.owner === NO_PLACE) break;
  }
  block.count = count;
  block.lastTime = lastTime;
  order.mark = mark;
  return true;
}
