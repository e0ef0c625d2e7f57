/** A selected task: its life, the strands that worked for it, its logs and regions. */
import { type DisplayState, stateTotals, stateWord, wordsOf } from '../../analysis/index.ts';
import type { Table } from '../../exporters/index.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import { type FactRow, lifeText } from '../state/strand-facts.ts';
import type { Viewer } from '../state/viewer.ts';
import { count, duration } from '../theme/numbers.ts';
import { FactList, Marks } from './details-parts.tsx';
import { PanelHead } from './panel-head.tsx';
import { PathDetails } from './path-details.tsx';
import { StateBar } from './state-bar.tsx';
import { TableTools } from './table-tools.tsx';
import { totalParts } from './task-parts.ts';

/** Strands that are listed, and the width of their bars. */
const LISTED_STRANDS = 30;
const STRAND_BAR = 128;

export function TaskDetails({ viewer, trace, task }: { viewer: Viewer; trace: OpenTrace; task: number }) {
  const { model, names } = trace;
  const { totals, start } = trace.breakdown(task);
  const words = wordsOf(model.info.dialect);
  const { goroutineOffset, goroutines, parent } = model.tasks;
  const outer = parent[task]!;
  const strands = goroutines.subarray(goroutineOffset[task]!, goroutineOffset[task + 1]!);
  const facts: FactRow[] = [
    { name: 'life', text: lifeText(trace, model.tasks.start[task]!, model.tasks.end[task]!) },
    ...requestFacts(trace, task),
    ...(outer < 0 ? [] : [{ name: 'part of', text: names.task(outer), go: () => viewer.app.selectTask(outer) }]),
    { name: words.goroutines, text: count(strands.length) },
    { name: 'regions', text: count(trace.regionsOf(task).length) },
    { name: 'logs', text: count(trace.logsOf(task).length) },
  ];
  return (
    <>
      <div class="details-column">
        <PanelHead number={4} title={names.task(task)} detail="" />
        <StateBar
          parts={totalParts(totals)}
          width={240}
          height={16}
          measure={viewer.measures.normal}
          label="its states"
        />
        <FactList facts={facts} />
      </div>
      <PathDetails viewer={viewer} trace={trace} task={task} />
      <TaskStrands viewer={viewer} trace={trace} strands={strands} />
      <Marks
        trace={trace}
        of={names.task(task)}
        origin={start}
        regions={trace.regionsOf(task)}
        logs={trace.logsOf(task)}
      />
    </>
  );
}

/** What is known of a request: its route, how it ended, and the trace that it is part of. */
function requestFacts({ model, names }: OpenTrace, task: number): FactRow[] {
  const { name, kind, status, failure, traceparent } = model.tasks;
  const end = [status[task]! === 0 ? '' : `${status[task]}`, names.text(failure[task]!)].filter((text) => text !== '');
  return [
    ...(kind[task] === name[task] ? [] : [{ name: 'kind', text: names.text(kind[task]!) }]),
    ...(end.length === 0 ? [] : [{ name: 'answer', text: end.join(', ') }]),
    ...(traceparent[task] === 0 ? [] : [{ name: 'traceparent', text: names.text(traceparent[task]!) }]),
  ];
}

/** All strands of a task, in order of their first run. */
function strandTable(trace: OpenTrace, strands: Int32Array): Table {
  const { model, names } = trace;
  const rows = [...trace.byFirstRun(strands)].map((strand) => ({ strand, totals: stateTotals(model, strand) }));
  const states = Array.from(rows[0]?.totals ?? [], (_, state) => stateWord(model.info.dialect, state as DisplayState));
  return [
    ['id', 'function', 'created, ns', 'ended, ns', ...states.map((state) => `${state}, ns`)],
    ...rows.map(({ strand, totals }) => {
      const { id, created, ended } = model.goroutines;
      return [id[strand]!, names.strand(strand), created[strand]!, ended[strand]!, ...totals];
    }),
  ];
}

/** The most active strands of a task, in order of their first run. */
function TaskStrands({ viewer, trace, strands }: { viewer: Viewer; trace: OpenTrace; strands: Int32Array }) {
  const words = wordsOf(trace.model.info.dialect);
  const listed = trace.byFirstRun(trace.mostActive(strands, LISTED_STRANDS));
  return (
    <div class="details-column strands">
      <PanelHead
        title={words.goroutines.charAt(0).toUpperCase() + words.goroutines.slice(1)}
        detail={
          strands.length > listed.length
            ? `the ${listed.length} most active of ${count(strands.length)}`
            : count(strands.length)
        }
        right={<TableTools name={`${words.goroutines} of the task`} table={() => strandTable(trace, strands)} />}
      />
      <table class="numbers dense">
        <tbody>
          {listed.length > 0 &&
            [...listed].map((strand) => {
              const totals = stateTotals(trace.model, strand);
              return (
                <tr key={strand} class="clickable" onClick={() => viewer.app.selectStrand(strand)}>
                  <td class="cut">
                    <button type="button" class="cell-button">
                      {trace.names.strand(strand)} <span class="muted">{trace.names.strandDetail(strand)}</span>
                    </button>
                  </td>
                  <td class="text">
                    <StateBar
                      parts={totalParts(totals)}
                      width={STRAND_BAR}
                      height={12}
                      measure={viewer.measures.normal}
                      label="its states"
                    />
                  </td>
                  <td>{duration(totals.reduce((a, b) => a + b, 0))}</td>
                </tr>
              );
            })}
        </tbody>
      </table>
    </div>
  );
}
