/**
 * Events in, tables out.
 *
 * The idea: one small builder per family (goroutines, procs, ranges, annotations) appends rows to growing columns as
 * events come; this file hands each event to the families it concerns, in the order that their dependencies need, and
 * at the end has the rows sorted and put together. Nothing is allocated per event, and what stays in memory are
 * columns (interval-columns.ts).
 *
 * Longer than most files, as there is a case for each kind of event; what a case does is in the builders.
 */
import { Float64List, Int32List } from '../base/index.ts';
import {
  type EventBlock,
  EventKind,
  GoState,
  NUMBERS,
  Num,
  ResourceKind,
  type TraceEvent,
  WORDS,
  Word,
  whatOf,
} from '../reader/index.ts';
import { AnnotationBuilder } from './build/annotation-builder.ts';
import { GoroutineBuilder, type Transition } from './build/goroutine-builder.ts';
import { groupRows } from './build/group-rows.ts';
import { ProcBuilder } from './build/proc-builder.ts';
import { ProcessFacts, parseFact, RECORDER_CATEGORY } from './build/process-facts.ts';
import { RangeBuilder } from './build/range-builder.ts';
import { StrandKinds } from './build/strand-kinds.ts';
import type {
  GroupTable,
  LabelTable,
  MetricSeries,
  SampleTable,
  StackTable,
  TraceInfo,
  TraceModel,
  TraceProblem,
} from './model.ts';
import { isCollectorRange } from './states.ts';

/** Transitions of goroutines, in the lower half of `whatOf`. */
const KIND_AND_RESOURCE = 0xffff;
const GOROUTINE_TRANSITION = whatOf(EventKind.StateTransition, ResourceKind.Goroutine);

const EVENT_KINDS = Object.keys(EventKind).length;

/** What only the reader knows, at the end. */
export interface TraceSource {
  readonly strings: readonly string[];
  readonly stacks: StackTable;
  readonly version: number;
  readonly origin: bigint;
  readonly wallOrigin: bigint | undefined;
  readonly bytes: number;
  readonly generations: number;
  readonly problem: TraceProblem | undefined;
}

interface GrowingSeries {
  readonly time: Float64List;
  readonly value: Float64List;
}

/** Builds a `TraceModel`. Feed every event with `add`, in order, then call `finish` once. */
export class ModelBuilder {
  readonly #strings: readonly string[];
  readonly #goroutines: GoroutineBuilder;
  readonly #procs = new ProcBuilder();
  readonly #ranges = new RangeBuilder();
  readonly #annotations = new AnnotationBuilder();
  readonly #process = new ProcessFacts();
  readonly #metrics = new Map<number, GrowingSeries>();
  readonly #events = new Float64Array(EVENT_KINDS);
  readonly #labelTime = new Float64List();
  readonly #labelGoroutine = new Int32List();
  readonly #labelName = new Int32List();
  readonly #sampleTime = new Float64List();
  readonly #sampleGoroutine = new Int32List();
  readonly #sampleProc = new Int32List();
  readonly #sampleStack = new Int32List();
  /** The transition that is taken in: what the hot loop reads and writes of an event. */
  readonly #change = {
    time: 0,
    thread: 0,
    proc: 0,
    goroutine: 0,
    stack: 0,
    subject: 0,
    from: 0,
    to: 0,
    reason: 0,
    subjectStack: 0,
  };
  /** Transitions of goroutines in blocks: not counted in `#events`. */
  #transitions = 0;
  #start = Number.NaN;
  #end = 0;

  /** @param strings the reader's strings by id: the live table, which grows while events come */
  constructor(strings: readonly string[]) {
    this.#strings = strings;
    this.#goroutines = new GoroutineBuilder(strings);
  }

  /** Takes in the rows of a block, which may be reused by the caller. */
  addBlock(block: EventBlock): void {
    const { words, numbers, first, count } = block;
    const change = this.#change;
    for (let row = first; row < count; row++) {
      const word = row * WORDS;
      const what = words[word]!;
      if ((what & KIND_AND_RESOURCE) !== GOROUTINE_TRANSITION || Number.isNaN(this.#start)) {
        this.add(block.eventAt(row));
        continue;
      }
      const number = row * NUMBERS;
      change.from = (what >> 16) & 0xff;
      change.to = what >>> 24;
      change.stack = words[word + Word.Stack]!;
      change.reason = words[word + Word.Name]!;
      change.subjectStack = words[word + Word.Text]!;
      change.time = numbers[number + Num.Time]!;
      change.thread = numbers[number + Num.Thread]!;
      change.proc = numbers[number + Num.Proc]!;
      change.goroutine = numbers[number + Num.Goroutine]!;
      change.subject = numbers[number + Num.Subject]!;
      this.#transitions++;
      this.#goroutineTransition(change);
    }
    if (count > first) this.#end = numbers[(count - 1) * NUMBERS + Num.Time]!;
  }

  /** Takes in an event. The event may be reused by the caller. */
  add(event: TraceEvent): void {
    if (Number.isNaN(this.#start)) this.#begin(event.time);
    this.#end = event.time;
    this.#events[event.kind]!++;
    switch (event.kind) {
      case EventKind.StateTransition:
        if (event.resource === ResourceKind.Goroutine) this.#goroutineTransition(event);
        else if (event.resource === ResourceKind.Proc) this.#procTransition(event);
        break;
      case EventKind.RangeBegin:
      case EventKind.RangeActive:
      case EventKind.RangeEnd:
        this.#range(event);
        break;
      case EventKind.Label:
        if (event.resource === ResourceKind.Goroutine) this.#label(event);
        break;
      case EventKind.Metric:
        this.#metric(event);
        break;
      case EventKind.StackSample:
        this.#sample(event);
        break;
      case EventKind.TaskBegin:
        this.#annotations.beginTask(event, this.#goroutines.indexOf(event.goroutine));
        break;
      case EventKind.TaskEnd:
        this.#annotations.endTask(event, this.#goroutines.indexOf(event.goroutine));
        break;
      case EventKind.RegionBegin:
        this.#annotations.beginRegion(event, this.#goroutines.indexOf(event.goroutine));
        break;
      case EventKind.RegionEnd:
        this.#annotations.endRegion(event, this.#goroutines.indexOf(event.goroutine));
        break;
      case EventKind.Log:
        this.#log(event);
        break;
    }
  }

  #begin(time: number): void {
    this.#start = time;
    this.#goroutines.start = time;
    this.#procs.start = time;
    this.#ranges.start = time;
  }

  #goroutineTransition(event: Transition): void {
    const { from, to } = event;
    // A goroutine that is found in a syscall may be told of by another thread, and then the proc is that thread's.
    const found = from === GoState.Undetermined && to === GoState.Syscall;
    const own = this.#procs.indexOf(event.proc);
    let proc = found && own >= 0 && this.#procs.runnerOf(own) !== event.thread ? -1 : own;
    // Where goroutines ran already, another cannot have run since the trace began: its status was told too late.
    if (from === GoState.Undetermined && to === GoState.Running && proc >= 0 && this.#procs.wasUsed(proc)) proc = -1;
    const known = this.#goroutines.indexOf(event.subject);
    if (known >= 0 && from === GoState.Syscall && to !== GoState.Syscall) {
      const held = this.#goroutines.procOf(known);
      if (held >= 0) this.#procs.takeSyscall(held);
    }
    // Before 1.22 nothing else says that a syscall has lost its proc: another goroutine starts on it.
    if (from === GoState.Runnable && to === GoState.Running && proc >= 0) {
      const left = this.#procs.takeSyscall(proc);
      if (left >= 0) this.#goroutines.loseProc(left, event.time);
    }
    const goroutine = this.#goroutines.transition(event, known, proc);
    if (own >= 0 && from === GoState.Running) this.#procs.endRun(own, goroutine);
    if (proc >= 0 && to === GoState.Running) {
      const before = this.#procs.beginRun(proc, goroutine);
      if (before >= 0 && before !== goroutine && this.#goroutines.procOf(before) === proc)
        this.#goroutines.loseProc(before, event.time);
    }
    if (from === GoState.NotExist && this.#process.isNode) {
      this.#annotations.created(goroutine, this.#goroutines.creatorOf(goroutine));
    }
    if (to === GoState.NotExist && this.#process.isNode) this.#annotations.goroutineEnds(goroutine, event.time);
    if (to === GoState.Syscall && from !== GoState.Syscall && proc >= 0) this.#procs.enterSyscall(proc, goroutine);
  }

  #procTransition(event: TraceEvent): void {
    this.#procs.transition(event);
    if (event.from === event.to) return;
    const proc = this.#procs.indexOf(event.subject);
    const goroutine = this.#procs.takeSyscall(proc);
    if (goroutine >= 0) this.#goroutines.loseProc(goroutine, event.time);
  }

  #range(event: TraceEvent): void {
    const onGoroutine = event.resource === ResourceKind.Goroutine;
    const subject = onGoroutine
      ? this.#goroutines.indexOf(event.subject)
      : event.resource === ResourceKind.Proc
        ? this.#procs.indexOf(event.subject)
        : -1;
    const changed = this.#ranges.event(event, subject, this.#procs.indexOf(event.proc));
    if (!changed || subject < 0 || !onGoroutine || !isCollectorRange(this.#strings[event.name]!)) return;
    this.#goroutines.collect(subject, event.time, event.stack, event.kind === EventKind.RangeEnd ? -1 : 1);
  }

  #label(event: TraceEvent): void {
    const goroutine = this.#goroutines.indexOf(event.subject);
    if (goroutine < 0) return;
    this.#goroutines.label(goroutine, event.name);
    this.#labelTime.push(event.time);
    this.#labelGoroutine.push(goroutine);
    this.#labelName.push(event.name);
  }

  #metric(event: TraceEvent): void {
    let series = this.#metrics.get(event.name);
    if (series === undefined) {
      series = { time: new Float64List(), value: new Float64List() };
      this.#metrics.set(event.name, series);
    }
    series.time.push(event.time);
    series.value.push(event.value);
  }

  #sample(event: TraceEvent): void {
    this.#sampleTime.push(event.time);
    this.#sampleGoroutine.push(this.#goroutines.indexOf(event.goroutine));
    this.#sampleProc.push(this.#procs.indexOf(event.proc));
    this.#sampleStack.push(event.stack);
  }

  #log(event: TraceEvent): void {
    if (this.#strings[event.name] === RECORDER_CATEGORY && !this.#recorderSays(event)) return;
    this.#annotations.log(event, this.#goroutines.indexOf(event.goroutine));
  }

  /** Takes in a line of the recorder itself. Returns whether it is worth a line in the table of logs. */
  #recorderSays(event: TraceEvent): boolean {
    const said = parseFact(this.#strings[event.text]!);
    const forPeople = this.#process.read(said, this.#procs.indexOf(event.proc));
    const { region } = this.#process;
    // The line stands at the region's end.
    const start = event.time - ((region?.end ?? 0) - (region?.start ?? 0));
    if (region !== undefined) this.#annotations.extendRegion(region.name, start, event.time, this.#strings);
    return forPeople && !(said !== undefined && this.#annotations.taskFact(event.task, said));
  }

  /** Puts the model together. The builder is used up. */
  finish(source: TraceSource): TraceModel {
    return this.#assemble(source, false);
  }

  /**
   * A model of the events so far, which more may follow: a copy, for looking at while the rest is read. What only the
   * whole trace tells (what a Node trace leaves unsaid) is not filled in. Takes as long as `finish`.
   */
  snapshot(source: TraceSource): TraceModel {
    return this.#assemble(source, true);
  }

  #assemble(source: TraceSource, keep: boolean): TraceModel {
    const rank = this.#procs.rank();
    const info = this.#info(source, rank);
    const names = new NameTable(source.strings);
    const implied = keep ? new Int32Array(this.#goroutines.count).fill(-1) : this.#implyNode(source, names);
    const living = this.#goroutines.finishLiving(info.end);
    const { intervals, offset, onProcs } = this.#goroutines.finishIntervals(rank, info.end, keep);
    const name = this.#goroutines.finishNameStacks().map((stack) => outermost(source.stacks, stack));
    const { group, groups } = groupByName(name);
    const task = this.#annotations.finishTaskOf(implied);
    return {
      info,
      strings: names.strings,
      stacks: source.stacks,
      goroutines: this.#goroutines.finishTable({ name, group, task, impliedTask: implied, offset }, keep),
      groups,
      intervals,
      living,
      procs: this.#procs.finish(onProcs, rank, info.dialect, info.end, (text) => names.intern(text)),
      ranges: this.#ranges.finish(source.strings, info.dialect, rank, ResourceKind.Proc),
      metrics: this.#finishMetrics(),
      tasks: this.#annotations.finishTasks(source.strings, (text) => names.intern(text)),
      regions: this.#annotations.finishRegions(),
      logs: this.#annotations.finishLogs(),
      labels: this.#finishLabels(),
      samples: this.#finishSamples(rank),
    };
  }

  /** Fills in what a Node trace leaves unsaid; returns per goroutine the task of its creator. */
  #implyNode(source: TraceSource, names: NameTable): Int32Array {
    if (!this.#process.isNode) return new Int32Array(this.#goroutines.count).fill(-1);
    const kinds = new StrandKinds(source, (text) => names.intern(text));
    this.#goroutines.implyFirstWaits((stack) => kinds.firstWait(stack));
    return this.#annotations.finishImpliedTasks(
      this.#goroutines.count,
      (goroutine) => kinds.worksForCreator(this.#goroutines.entryStackOf(goroutine)),
      (goroutine) => this.#goroutines.creatorOf(goroutine),
    );
  }

  #info(source: TraceSource, rank: Int32Array): TraceInfo {
    const { version, origin, wallOrigin, bytes, generations, problem } = source;
    return {
      dialect: this.#process.isNode ? 'node' : 'go',
      version,
      origin,
      wallOrigin,
      start: Number.isNaN(this.#start) ? 0 : this.#start,
      end: this.#end,
      bytes,
      generations,
      events: Array.from(
        this.#events,
        (count, kind) => count + (kind === EventKind.StateTransition ? this.#transitions : 0),
      ),
      facts: { ...this.#process.facts },
      processes: this.#process.processes.map(({ facts, proc }) => ({
        facts: { ...facts },
        proc: proc < 0 ? -1 : rank[proc]!,
      })),
      lost: this.#process.lost,
      problem,
    };
  }

  #finishMetrics(): MetricSeries[] {
    return Array.from(this.#metrics, ([name, series]) => ({
      name,
      time: series.time.toArray(),
      value: series.value.toArray(),
    }));
  }

  #finishLabels(): LabelTable {
    return {
      count: this.#labelTime.length,
      time: this.#labelTime.toArray(),
      goroutine: this.#labelGoroutine.toArray(),
      name: this.#labelName.toArray(),
    };
  }

  #finishSamples(rank: Int32Array): SampleTable {
    return {
      count: this.#sampleTime.length,
      time: this.#sampleTime.toArray(),
      goroutine: this.#sampleGoroutine.toArray(),
      proc: this.#sampleProc.toArray().map((proc) => (proc < 0 ? -1 : rank[proc]!)),
      stack: this.#sampleStack.toArray(),
    };
  }
}

/** The trace's strings and the few that the model adds. */
class NameTable {
  readonly strings: string[];
  readonly #added = new Map<string, number>();

  constructor(strings: readonly string[]) {
    this.strings = [...strings];
  }

  intern(text: string): number {
    const known = this.#added.get(text);
    if (known !== undefined) return known;
    const present = this.strings.indexOf(text);
    const id = present >= 0 ? present : this.strings.push(text) - 1;
    this.#added.set(text, id);
    return id;
  }
}

/** String id of the function of a stack's outermost frame; 0 for no stack. */
function outermost(stacks: StackTable, stack: number): number {
  const end = stacks.offset[stack + 1]!;
  return end > stacks.offset[stack]! ? stacks.func[end - 1]! : 0;
}

/** Goroutines of the same name are a group; groups are in order of appearance. */
function groupByName(name: Int32Array): { readonly group: Int32Array; readonly groups: GroupTable } {
  const index = new Map<number, number>();
  const group = name.map((id) => {
    const known = index.get(id);
    if (known !== undefined) return known;
    index.set(id, index.size);
    return index.size - 1;
  });
  const { offset, rows } = groupRows(group, undefined, index.size);
  return { group, groups: { count: index.size, name: Int32Array.from(index.keys()), offset, members: rows } };
}
