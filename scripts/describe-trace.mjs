/** What the demo says about its trace, in a few lines of text. All figures are queries of the analysis layer. */
import {
  breakdownOfPath,
  criticalPath,
  DISPLAY_STATES,
  indexTasks,
  loopBlocks,
  partWord,
  stateWord,
  taskLength,
  tasksByLength,
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

/** Where the time of the slowest request went, by its critical path: by state, in its longest steps; and who held the loop meanwhile. */
export function describeSlowestRequest(model) {
  const type = (task) => model.strings[model.tasks.type[task]];
  const slowest = tasksByLength(model).find((task) => REQUEST.test(type(task)));
  if (slowest === undefined) return 'The trace holds no request.';
  const index = indexTasks(model);
  const path = criticalPath(model, index, slowest);
  const breakdown = breakdownOfPath(path, model, slowest);
  return [
    `The slowest request was ${type(slowest)} with ${ms(taskLength(model, slowest)).trim()}. It was`,
    ...describeTotals(breakdown),
    'The longest steps of its critical path:',
    ...describeStretches(model, path),
    ...describeHolds(model, breakdown),
  ].join('\n');
}

function describeTotals({ totals }) {
  const states = Array.from({ length: DISPLAY_STATES }, (_, state) => state).filter((state) => totals[state] > 0);
  return states.map((state) => `${ms(totals[state])}  ${stateWord('node', state)}`);
}

/** The longest steps of the critical path: who was in which state. */
function describeStretches(model, path) {
  const from = path[0]?.start ?? 0;
  return path
    .toSorted((a, b) => b.end - b.start - (a.end - a.start))
    .slice(0, LONGEST)
    .map(({ goroutine, start, end, part }) => {
      const who = goroutine < 0 ? '' : `${strandName(model, goroutine)}: `;
      return `${ms(end - start)}  from ${ms(start - from).trim()} on: ${who}${partWord('node', part)}`;
    });
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
