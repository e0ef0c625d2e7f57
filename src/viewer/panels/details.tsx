/**
 * The details drawer: what is selected in the timeline, in full. A strand with its states that add up, who created and
 * who woke it, its stack, logs and regions; or nothing, and then what is in view.
 */
import {
  DisplayState,
  reasonWord,
  stateTotals,
  stateWord,
  type TraceModel,
  wakeupOf,
  wordsOf,
} from '../../analysis/index.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import { rowsOf } from '../state/open-trace.ts';
import type { Viewer } from '../state/viewer.ts';
import { count, duration, unitFor } from '../theme/numbers.ts';
import { PanelHead } from './panel-head.tsx';
import { Stack } from './stack.tsx';
import { StateBar, Swatch } from './state-bar.tsx';
import { stateTable, totalParts } from './task-parts.ts';

/** Logs and regions that are listed. */
const LISTED = 60;
const LISTED_STRANDS = 30;
const STRAND_BAR = 128;
const IN_VIEW_BAR = 420;

export function Details({ viewer }: { viewer: Viewer }) {
  const { app } = viewer;
  const trace = app.trace.value!;
  const { strand, task } = app.selection.value;
  if (!app.detailsOpen.value) return null;
  if (strand < 0 && task < 0) return <NothingSelected viewer={viewer} trace={trace} />;
  return (
    <section
      class={strand >= 0 ? 'details open' : 'details open of-task'}
      id="panel-4"
      tabIndex={-1}
      aria-label="Details"
    >
      {strand >= 0 ? (
        <StrandDetails viewer={viewer} trace={trace} strand={strand} />
      ) : (
        <TaskDetails viewer={viewer} trace={trace} task={task} />
      )}
    </section>
  );
}

function NothingSelected({ viewer, trace }: { viewer: Viewer; trace: OpenTrace }) {
  const totals = viewer.inView.value;
  const words = wordsOf(trace.model.info.dialect);
  return (
    <section class="details" id="panel-4" tabIndex={-1} aria-label="Details">
      <span>
        <span class="panel-number lead">4</span>
        <b>Nothing selected.</b>{' '}
        <span class="muted">
          Drag to measure, click a bar, or press <kbd>?</kbd>
        </span>
      </span>
      <span class="space" />
      <span class="muted wide">In view, all {words.goroutines}</span>
      {totals !== undefined && (
        <span class="wide">
          <StateBar
            parts={totalParts(totals).filter((part) => part.display !== DisplayState.Off)}
            width={IN_VIEW_BAR}
            height={16}
            flat
            measure={viewer.measures.normal}
            label={`Shares of states in view, all ${words.goroutines}`}
          />
        </span>
      )}
    </section>
  );
}

interface StrandProps {
  readonly viewer: Viewer;
  readonly trace: OpenTrace;
  readonly strand: number;
}

function StrandDetails({ viewer, trace, strand }: StrandProps) {
  const { model, names } = trace;
  const { interval } = viewer.app.selection.value;
  const words = wordsOf(model.info.dialect);
  const totals = stateTotals(model, strand);
  const stack = interval >= 0 ? model.intervals.stack[interval]! : model.goroutines.entryStack[strand]!;
  return (
    <>
      <div class="details-column">
        <PanelHead
          number={4}
          title={names.strand(strand)}
          detail={[`${words.goroutine} ${model.goroutines.id[strand]}`, names.strandDetail(strand)]
            .filter((text) => text !== '')
            .join(', ')}
        />
        <StateBar
          parts={totalParts(totals)}
          width={284}
          height={16}
          measure={viewer.measures.normal}
          label="its states"
        />
        <dl>
          {strandFacts(viewer, trace, strand, interval).map((fact) => (
            <Fact key={fact.name} fact={fact} />
          ))}
        </dl>
      </div>
      <StateTable trace={trace} totals={totals} />
      <Stack trace={trace} stack={stack} title={stackTitle(trace, interval)} measure={viewer.measures.normal} />
      <Marks
        trace={trace}
        of={names.strand(strand)}
        origin={
          Number.isNaN(model.goroutines.created[strand]!) ? trace.bounds.start : model.goroutines.created[strand]!
        }
        regions={trace.regionsOfStrand(strand)}
        logs={rowsOf(trace.summary.strandLogs, strand)}
      />
    </>
  );
}

function TaskDetails({ viewer, trace, task }: { viewer: Viewer; trace: OpenTrace; task: number }) {
  const { model, names } = trace;
  const { totals, start } = trace.breakdown(task);
  const words = wordsOf(model.info.dialect);
  const { goroutineOffset, goroutines, parent } = model.tasks;
  const outer = parent[task]!;
  const strands = goroutines.subarray(goroutineOffset[task]!, goroutineOffset[task + 1]!);
  const facts: FactRow[] = [
    { name: 'life', text: lifeText(trace, model.tasks.start[task]!, model.tasks.end[task]!) },
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
          width={284}
          height={16}
          measure={viewer.measures.normal}
          label="its states"
        />
        <dl>
          {facts.map((fact) => (
            <Fact key={fact.name} fact={fact} />
          ))}
        </dl>
      </div>
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
      />
      <table class="numbers dense">
        <tbody>
          {listed.length > 0 &&
            [...listed].map((strand) => {
              const totals = stateTotals(trace.model, strand);
              return (
                <tr key={strand} class="clickable" onClick={() => viewer.app.selectStrand(strand)}>
                  <td class="cut">
                    {trace.names.strand(strand)} <span class="muted">{trace.names.strandDetail(strand)}</span>
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

interface FactRow {
  readonly name: string;
  readonly text: string;
  readonly go?: (() => void) | undefined;
}

function Fact({ fact }: { fact: FactRow }) {
  return (
    <>
      <dt>{fact.name}</dt>
      <dd>
        {fact.go === undefined ? (
          fact.text
        ) : (
          <button type="button" class="link" onClick={fact.go}>
            {fact.text}
          </button>
        )}
      </dd>
    </>
  );
}

/** Life, creator, task; of a selected interval: what it is, when, and who woke it. */
function strandFacts(viewer: Viewer, trace: OpenTrace, strand: number, interval: number): FactRow[] {
  const { model, names } = trace;
  const { goroutines } = model;
  const creator = goroutines.creator[strand]!;
  const task = goroutines.task[strand]!;
  const facts: FactRow[] = [
    { name: 'life', text: lifeText(trace, goroutines.created[strand]!, goroutines.ended[strand]!) },
  ];
  if (creator >= 0)
    facts.push({ name: 'started by', text: names.strand(creator), go: () => viewer.app.selectStrand(creator) });
  else if (Number.isNaN(goroutines.created[strand]!)) facts.push({ name: 'started', text: 'before the trace' });
  if (task >= 0) facts.push({ name: 'works for', text: names.task(task), go: () => viewer.app.showTask(task) });
  if (interval >= 0) facts.push(...intervalFacts(viewer, trace, interval));
  return facts;
}

function intervalFacts(viewer: Viewer, trace: OpenTrace, interval: number): FactRow[] {
  const { model, names } = trace;
  const { start, end, display, proc } = model.intervals;
  const length = end[interval]! - start[interval]!;
  const state = stateWord(model.info.dialect, display[interval]! as DisplayState);
  const facts: FactRow[] = [
    { name: 'selected', text: `${state} ${duration(length)}, from ${trace.clock(start[interval]!, length / 100)}` },
  ];
  const reason = reasonWord(model.info.dialect, names.text(model.intervals.reason[interval]!));
  if (reason !== '') facts.push({ name: 'reason', text: reason });
  if (proc[interval]! >= 0) facts.push({ name: 'ran on', text: names.proc(proc[interval]!) });
  const held = display[interval] === DisplayState.Ready ? trace.heldBy(interval) : undefined;
  if (held !== undefined) facts.push({ name: 'because', text: held });
  const waker = wakerOf(model, interval);
  if (waker !== undefined) {
    const text = waker.strand < 0 ? 'the event loop, a timer or the kernel' : names.strand(waker.strand);
    const go = waker.strand < 0 ? undefined : () => viewer.app.selectStrand(waker.strand, waker.interval);
    facts.push({ name: 'woken by', text, go });
  }
  return facts;
}

/** Who ended a wait, or made a ready interval ready. */
function wakerOf(model: TraceModel, interval: number): { strand: number; interval: number } | undefined {
  const wakeup = wakeupOf(model, interval);
  if (wakeup !== undefined) return { strand: wakeup.waker, interval: wakeup.wakerRow };
  if (model.intervals.display[interval] !== DisplayState.Ready || interval === 0) return undefined;
  const before = wakeupOf(model, interval - 1);
  return before === undefined ? undefined : { strand: before.waker, interval: before.wakerRow };
}

function lifeText(trace: OpenTrace, created: number, ended: number): string {
  const length = ended - created;
  if (Number.isNaN(created)) return Number.isNaN(ended) ? 'the whole trace' : `until ${trace.clock(ended, 1e6)}`;
  return Number.isNaN(length)
    ? `from ${trace.clock(created, 1e6)}, open`
    : `${duration(length)}, from ${trace.clock(created, 1e6)}`;
}

function stackTitle(trace: OpenTrace, interval: number): string {
  if (interval < 0) return 'Entry function';
  return `Stack at ${stateWord(trace.model.info.dialect, trace.model.intervals.display[interval]! as DisplayState)}`;
}

function StateTable({ trace, totals }: { trace: OpenTrace; totals: Float64Array }) {
  const unit = unitFor(totals.reduce((a, b) => a + b, 0));
  const { rows, sum } = stateTable(trace, totals, unit.ns);
  return (
    <div class="details-column">
      <PanelHead title="Time by state" detail={unit.name} />
      <table class="numbers dense">
        <tbody>
          {rows.map((row) => (
            <tr key={row.name}>
              <td class="swatch-cell">{row.states.length === 1 && <Swatch display={row.states[0]!} />}</td>
              <td class="text">{row.name}</td>
              <td>{row.text}</td>
            </tr>
          ))}
          <tr class="sum">
            <td />
            <td class="text">sum</td>
            <td>
              <b>{sum}</b>
            </td>
          </tr>
        </tbody>
      </table>
    </div>
  );
}

interface MarksProps {
  readonly trace: OpenTrace;
  readonly of: string;
  /** Time from which they are counted, ns. */
  readonly origin: number;
  readonly regions: Int32Array;
  readonly logs: Int32Array;
}

/** Logs and regions in order of time, as times since the begin of what they belong to. */
function Marks({ trace, of, origin, regions, logs }: MarksProps) {
  const { model, names } = trace;
  const known = (time: number) => (Number.isNaN(time) ? origin : time);
  const marks = [
    ...Array.from(regions, (region) => {
      const length = model.regions.end[region]! - model.regions.start[region]!;
      const text = `${names.text(model.regions.type[region]!)} ${duration(length)}`;
      return { time: known(model.regions.start[region]!), kind: 'region', text };
    }),
    ...Array.from(logs, (log) => ({
      time: model.logs.time[log]!,
      kind: names.text(model.logs.category[log]!),
      text: names.text(model.logs.message[log]!),
    })),
  ].sort((a, b) => a.time - b.time);
  return (
    <div class="details-column marks">
      <PanelHead title="Logs and regions" detail={`of ${of}, ms`} />
      {marks.length === 0 && <p class="muted">none</p>}
      {marks.slice(0, LISTED).map((mark, i) => (
        <div key={i} class="mark-row">
          <span class="muted number">{((mark.time - origin) / 1e6).toFixed(1)}</span>
          <span class="muted cut">{mark.kind}</span>
          <span class="cut" title={mark.text}>
            {mark.text}
          </span>
        </div>
      ))}
      {marks.length > LISTED && <p class="muted">{count(marks.length - LISTED)} more</p>}
    </div>
  );
}
