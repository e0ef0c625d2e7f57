/** What the demo says about its trace, in a few lines of text. All figures are queries of the analysis layer. */
import {
  DISPLAY_STATES,
  DisplayState,
  indexTasks,
  loopBlocks,
  reasonWord,
  stateWord,
  taskBreakdown,
  taskLength,
  tasksByLength,
  taskTree,
  wakeupOf,
} from '../dist/analysis/index.js';

const REQUEST = /^(GET|POST) /;
const LONGEST_WAITS = 5;

/** Size, length and contents of the trace in one line. */
export function describeTrace({ info, goroutines, tasks }) {
  const loss = info.lost === 0 ? 'nothing lost' : `${info.lost} records lost`;
  const seconds = ((info.end - info.start) / 1e9).toFixed(1);
  return (
    `${(info.bytes / 1e6).toFixed(1)} MB, ${seconds} s, ${info.generations} generations, ` +
    `${goroutines.count} strands, ${tasks.count} tasks, ${loss}`
  );
}

/** Where the time of the slowest request went: by state, the longest waits, and what blocked the loop meanwhile. */
export function describeSlowestRequest(model) {
  const type = (task) => model.strings[model.tasks.type[task]];
  const slowest = tasksByLength(model).find((task) => REQUEST.test(type(task)));
  if (slowest === undefined) return 'The trace holds no request.';
  const index = indexTasks(model);
  const breakdown = taskBreakdown(model, index, slowest);
  const lines = [`The slowest request was ${type(slowest)} with ${ms(taskLength(model, slowest))}. It was`];
  for (let state = 0; state < DISPLAY_STATES; state++) {
    const time = breakdown.totals[state];
    if (time > 0) lines.push(`  ${ms(time)}  ${stateWord('node', state)}`);
  }
  lines.push('The longest waits of its strands:', ...longestWaits(model, index, slowest, breakdown));
  const blocks = loopBlocks(model, 10e6).filter((block) => block.start < breakdown.end && block.end > breakdown.start);
  for (const block of blocks) {
    lines.push(
      `Meanwhile ${strandName(model, block.goroutine)} held the event loop for ${ms(block.end - block.start)}.`,
    );
  }
  return lines.join('\n');
}

function longestWaits(model, index, slowest, { start, end }) {
  const { intervals, goroutines, tasks } = model;
  const waits = [];
  for (const task of taskTree(index, slowest)) {
    for (let at = tasks.goroutineOffset[task]; at < tasks.goroutineOffset[task + 1]; at++) {
      const goroutine = tasks.goroutines[at];
      for (let row = goroutines.offset[goroutine]; row < goroutines.offset[goroutine + 1]; row++) {
        const counts = intervals.display[row] > DisplayState.Gc && intervals.display[row] < DisplayState.Off;
        if (counts && intervals.start[row] >= start && intervals.end[row] <= end) waits.push(row);
      }
    }
  }
  const length = (row) => intervals.end[row] - intervals.start[row];
  waits.sort((a, b) => length(b) - length(a));
  return waits.slice(0, LONGEST_WAITS).map((row) => `  ${ms(length(row))}  ${describeWait(model, row)}`);
}

function describeWait(model, row) {
  const { intervals, strings } = model;
  const reason = reasonWord('node', strings[intervals.reason[row]]);
  const state = stateWord('node', intervals.display[row]);
  const waker = wakeupOf(model, row)?.waker ?? -1;
  const cause = waker < 0 ? '' : `, woken by ${strandName(model, waker)}`;
  const detail = reason === '' || reason === state ? '' : ` (${reason})`;
  return `${strandName(model, intervals.goroutine[row])}: ${state}${detail}${cause}`;
}

function strandName({ strings, goroutines }, goroutine) {
  const name = strings[goroutines.name[goroutine]];
  return name === '' ? `strand ${goroutines.id[goroutine]}` : name;
}

function ms(ns) {
  return `${(ns / 1e6).toFixed(1)} ms`.padStart(9);
}
