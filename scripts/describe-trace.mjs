/** What the demo says about its trace, in a few lines of text. All figures are queries of the analysis layer. */
import {
  DISPLAY_STATES,
  DisplayState,
  goroutineTrack,
  indexTasks,
  loopBlocks,
  reasonWord,
  rowAtTime,
  stateWord,
  taskBreakdown,
  taskLength,
  tasksByLength,
  taskTree,
  wakeupOf,
} from '../dist/analysis/index.js';

const REQUEST = /^(GET|POST) /;
const LONGEST = 5;
/** Shorter holds of the event loop are not mentioned, ns. */
const LONG_HOLD = 10e6;

/** Size, length and contents of the trace in one line. */
export function describeTrace({ info, goroutines, tasks }) {
  const loss = info.lost === 0 ? 'nothing lost' : `${info.lost} records lost`;
  const seconds = ((info.end - info.start) / 1e9).toFixed(1);
  return (
    `${(info.bytes / 1e6).toFixed(1)} MB, ${seconds} s, ${info.generations} generations, ` +
    `${goroutines.count} strands, ${tasks.count} tasks, ${loss}`
  );
}

/** Where the time of the slowest request went: by state, in its longest stretches, and who held the loop meanwhile. */
export function describeSlowestRequest(model) {
  const type = (task) => model.strings[model.tasks.type[task]];
  const slowest = tasksByLength(model).find((task) => REQUEST.test(type(task)));
  if (slowest === undefined) return 'The trace holds no request.';
  const index = indexTasks(model);
  const breakdown = taskBreakdown(model, index, slowest);
  return [
    `The slowest request was ${type(slowest)} with ${ms(taskLength(model, slowest)).trim()}. It was`,
    ...describeTotals(breakdown),
    'Its longest stretches:',
    ...describeStretches(model, taskTree(index, slowest), breakdown),
    ...describeHolds(model, breakdown),
  ].join('\n');
}

function describeTotals({ totals }) {
  const states = Array.from({ length: DISPLAY_STATES }, (_, state) => state).filter((state) => totals[state] > 0);
  return states.map((state) => `${ms(totals[state])}  ${stateWord('node', state)}`);
}

/** The longest segments of the breakdown; each with the strand that was in that state, and who ended its wait. */
function describeStretches(model, tasks, { segmentStart, segmentState, start, end }) {
  const endOf = (i) => segmentStart[i + 1] ?? end;
  const longest = Array.from(segmentStart, (_, i) => i)
    .sort((a, b) => endOf(b) - segmentStart[b] - (endOf(a) - segmentStart[a]))
    .slice(0, LONGEST);
  return longest.map((i) => {
    const row = rowInState(model, tasks, segmentState[i], segmentStart[i]);
    const what = row < 0 ? stateWord('node', segmentState[i]) : describeInterval(model, row);
    return `${ms(endOf(i) - segmentStart[i])}  from ${ms(segmentStart[i] - start).trim()} on: ${what}`;
  });
}

/** Interval row of a strand of these tasks that is in a display state at a time, or -1. */
function rowInState(model, tasks, state, time) {
  if (state === DisplayState.Off) return -1;
  for (const task of tasks) {
    for (let at = model.tasks.goroutineOffset[task]; at < model.tasks.goroutineOffset[task + 1]; at++) {
      const row = rowAtTime(goroutineTrack(model, model.tasks.goroutines[at]), 0, time);
      if (row >= 0 && model.intervals.display[row] === state) return row;
    }
  }
  return -1;
}

function describeInterval(model, row) {
  const { intervals, strings } = model;
  const state = stateWord('node', intervals.display[row]);
  const reason = reasonWord('node', strings[intervals.reason[row]]);
  const waker = wakeupOf(model, row)?.waker ?? -1;
  const detail = reason === '' || reason === state ? '' : ` (${reason})`;
  const end = waker < 0 ? '' : `, ended by ${strandName(model, waker)}`;
  return `${strandName(model, intervals.goroutine[row])} ${state}${detail}${end}`;
}

function describeHolds(model, { start, end }) {
  return loopBlocks(model, LONG_HOLD)
    .filter((block) => block.start < end && block.end > start)
    .sort((a, b) => b.end - b.start - (a.end - a.start))
    .slice(0, LONGEST)
    .map((block) => {
      const loop = model.strings[model.procs.name[block.proc]];
      return `Meanwhile ${strandName(model, block.goroutine)} held ${loop} for ${ms(block.end - block.start).trim()}.`;
    });
}

function strandName({ strings, goroutines }, goroutine) {
  const name = strings[goroutines.name[goroutine]];
  return name === '' ? `strand ${goroutines.id[goroutine]}` : name;
}

function ms(ns) {
  return `${(ns / 1e6).toFixed(1)} ms`.padStart(11);
}
