/**
 * A selected request (task): the others of its kind, an answer in words with the bar behind it, and a table of states
 * against the typical one that adds up exactly.
 */
import { taskLength } from '../../analysis/index.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import { describeTask } from '../state/task-answer.ts';
import { pathSentence, pathStretches } from '../state/task-path.ts';
import type { Viewer } from '../state/viewer.ts';
import { columnUnit, count, duration } from '../theme/numbers.ts';
import { PanelHead } from './panel-head.tsx';
import { StateBar, Swatch } from './state-bar.tsx';
import { pathParts, sameRows, segmentParts, shortBreakdown, stateTable, totalParts } from './task-parts.ts';
import { useWidth } from './use-width.ts';

/** Others of its kind in the list. */
const LISTED = 6;
const LIST_BAR = 128;
const DIFFERENCE_BAR = 92;
/** Height of the bars under the answer. */
const BAR = 18;

export function RequestPanels({ viewer, task }: { viewer: Viewer; task: number }) {
  return (
    <div class="panels request-panels">
      <SameKind viewer={viewer} task={task} />
      <Answer viewer={viewer} task={task} />
      <WhereItWent viewer={viewer} task={task} />
    </div>
  );
}

function SameKind({ viewer, task }: { viewer: Viewer; task: number }) {
  const trace = viewer.app.trace.value!;
  const { model, names } = trace;
  const kind = trace.kindOf(task);
  const tasks = kind?.tasks ?? new Int32Array(0);
  // The list shows the slowest; a faster one brings its neighbours.
  const rank = tasks.indexOf(task);
  const from = Math.max(0, Math.min(rank - 2, tasks.length - LISTED));
  const listed = [...tasks.subarray(from, from + LISTED)];
  const most = tasks.length > 0 ? taskLength(model, listed[0]!) : 1;
  return (
    <section class="panel same-kind" id="panel-2" tabIndex={-1} aria-label="Others of its kind">
      <PanelHead
        number={2}
        title={kind === undefined ? names.task(task) : names.clean(kind.name)}
        detail={count(tasks.length)}
        right={from === 0 ? 'slowest first' : `from rank ${count(from + 1)}`}
      />
      <table class="numbers">
        <tbody>
          {listed.map((other) => (
            <tr
              key={other}
              class={other === task ? 'clickable selected' : 'clickable'}
              aria-selected={other === task}
              onClick={() => viewer.app.showTask(other)}
            >
              <td>
                <button type="button" class="cell-button">
                  {other === task ? <b>#{model.tasks.id[other]}</b> : `#${model.tasks.id[other]}`}
                </button>
              </td>
              <td class="text">
                <StateBar
                  parts={totalParts(trace.breakdown(other).totals)}
                  width={LIST_BAR}
                  height={12}
                  total={most}
                  measure={viewer.measures.normal}
                  label={shortBreakdown(trace, trace.breakdown(other).totals)}
                />
              </td>
              <td>{duration(taskLength(model, other))}</td>
              <td class="muted">{trace.clock(model.tasks.start[other]!, 10e6)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Answer({ viewer, task }: { viewer: Viewer; task: number }) {
  const trace = viewer.app.trace.value!;
  const [ref, width] = useWidth<HTMLDivElement>();
  const breakdown = trace.breakdown(task);
  const answer = describeTask(trace, task);
  const typical = trace.typicalOf(task);
  const median = typical >= 0 ? trace.breakdown(typical) : undefined;
  const length = breakdown.end - breakdown.start;
  const room = Math.min(680, width) - 66;
  const scaled =
    median === undefined
      ? 0
      : Math.round((room * (median.end - median.start)) / Math.max(length, median.end - median.start));
  const own = median === undefined ? room : Math.round((room * length) / Math.max(length, median.end - median.start));
  const measure = viewer.measures.normal;
  // In a Node trace, the states of a request are its path already.
  const path = trace.model.info.dialect === 'go' ? pathStretches(trace, trace.path(task)) : undefined;
  const because = path === undefined ? '' : pathSentence(trace, path);
  return (
    <section class="panel answer" aria-label="Answer">
      <h2 class="answer-title">{answer.title}</h2>
      <p class="answer-text">
        {answer.parts.map((part, i) => (part.strong ? <b key={i}>{part.text}</b> : <span key={i}>{part.text}</span>))}
      </p>
      <div ref={ref} class="extremes">
        {width > 0 && (
          <>
            <span class="muted">this one</span>
            <StateBar
              parts={segmentParts(trace, breakdown)}
              width={own}
              height={BAR}
              measure={measure}
              label={answer.title}
            />
            {path !== undefined && (
              <>
                <span class="muted" title={`Its critical path. ${because}`}>
                  its path
                </span>
                <StateBar
                  parts={pathParts(trace, path)}
                  width={own}
                  height={BAR}
                  measure={measure}
                  label={`Critical path. ${because}`}
                />
              </>
            )}
            {median !== undefined && typical !== task && (
              <>
                <span class="muted">typical</span>
                <span class="bar-line">
                  <StateBar
                    parts={segmentParts(trace, median)}
                    width={Math.max(2, scaled)}
                    height={BAR}
                    measure={measure}
                    label="typical"
                  />
                  {scaled < room * 0.6 && (
                    <span class="muted cut">same scale: {shortBreakdown(trace, median.totals)}</span>
                  )}
                </span>
              </>
            )}
          </>
        )}
      </div>
    </section>
  );
}

/** Rows of the table of states, so that the sum is seen. */
const WHERE_ROWS = 5;

function WhereItWent({ viewer, task }: { viewer: Viewer; task: number }) {
  const trace = viewer.app.trace.value!;
  const breakdown = trace.breakdown(task);
  const unit = columnUnit(breakdown.end - breakdown.start);
  const table = stateTable(trace, breakdown.totals, unit.ns, WHERE_ROWS);
  const typical = trace.typicalOf(task);
  const median = typical < 0 ? undefined : sameRows(table, trace.breakdown(typical).totals, unit.ns);
  const most = table.rows[0]?.value ?? 1;
  return (
    <section class="panel where" aria-label="Where the time went">
      <table class="numbers">
        <thead>
          <tr>
            <th class="text" colSpan={2}>
              where it went, {unit.name}
            </th>
            <th>this</th>
            <th>typical</th>
            <td class="bar-cell" />
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, i) => (
            <tr key={row.name}>
              <td class="swatch-cell">{row.states.length === 1 && <Swatch display={row.states[0]!} />}</td>
              <td class="text">{row.name}</td>
              <td>
                <b>{row.text}</b>
              </td>
              <td class="muted">{median?.parts[i]}</td>
              <td class="bar-cell">
                <StateBar
                  parts={[{ display: row.states[0]!, value: row.value }]}
                  width={Math.max(1, Math.round((row.value / most) * DIFFERENCE_BAR))}
                  height={10}
                  flat
                  measure={viewer.measures.normal}
                  label={row.name}
                />
              </td>
            </tr>
          ))}
          <tr class="sum">
            <td />
            <td class="text">sum</td>
            <td>
              <b>{table.sum}</b>
            </td>
            <td class="muted">{median?.sum}</td>
            <td class="bar-cell muted">adds up exactly</td>
          </tr>
        </tbody>
      </table>
    </section>
  );
}

/** One finding of the trace may explain the request: the loop block that it overlaps most. */
export function blockBehind(
  trace: OpenTrace,
  task: number,
): { text: string; strand: number; interval: number } | undefined {
  const { start, end } = trace.breakdown(task);
  const overlap = (block: { start: number; end: number }) => Math.min(end, block.end) - Math.max(start, block.start);
  const worst = trace.summary.blocks.reduce<(typeof trace.summary.blocks)[number] | undefined>(
    (best, block) => (overlap(block) > (best === undefined ? 0 : overlap(best)) ? block : best),
    undefined,
  );
  if (worst === undefined || overlap(worst) < (end - start) / 4) return undefined;
  const text = `${duration(worst.end - worst.start)} ${procOf(trace, worst.proc)} block at ${trace.clock(worst.start, 10e6)} explains most of it`;
  return { text, strand: worst.goroutine, interval: worst.interval };
}

/** `main loop`, `P 3`: inside a sentence. */
function procOf({ names, model }: OpenTrace, proc: number): string {
  const name = names.proc(proc);
  return model.info.dialect === 'node' ? name.toLowerCase() : name;
}
