/**
 * CPU time of a process by kind of thread, as Linux tells it by the nanosecond: where the cost of a recording is. Node
 * names its threads from version 24 on; before, and elsewhere than on Linux, there is nothing to tell.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** Kinds of threads, by the name that the system knows them by. */
const KINDS = {
  MainThread: 'traced thread',
  'libuv-worker': 'thread pool',
  V8Worker: 'V8’s helpers',
  'exectrace write': 'writer',
};

export const THREAD_KINDS = Object.values(KINDS);

/** CPU time so far by kind, µs; undefined where it cannot be told apart. */
export function threadClocks(pid) {
  try {
    const folder = `/proc/${pid}/task`;
    const clocks = Object.fromEntries(THREAD_KINDS.map((kind) => [kind, 0]));
    let isNamed = false;
    for (const thread of readdirSync(folder)) {
      const kind = KINDS[readFileSync(`${folder}/${thread}/comm`, 'utf8').trim()];
      if (kind === undefined) continue;
      isNamed = true;
      clocks[kind] += Number(readFileSync(`${folder}/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1000;
    }
    return isNamed ? clocks : undefined;
  } catch {
    return undefined;
  }
}

/** The time that passed between two readings, per unit of work. */
export function clocksBetween(before, after, units) {
  if (before === undefined || after === undefined) return undefined;
  return Object.fromEntries(THREAD_KINDS.map((kind) => [kind, (after[kind] - before[kind]) / units]));
}
