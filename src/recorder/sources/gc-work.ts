/**
 * Source: what the collector does inside its pauses and beside the program: phases, incremental steps, helper threads.
 *
 * V8 tells it to nobody but its trace events, and Node gives these out in one place only: the `NodeTracing` domain of the
 * inspector, asked from the main thread (docs/design/0005-gc-work-from-trace-events.md). They cover all threads of the
 * process. Three things are peculiar about them:
 *
 * - They are kept until someone asks. The start of a second, empty session makes the first one's events come.
 * - They come as an interrupt, between any two lines of the program or of the recorder. So what comes is only put aside, and
 *   looked at by a timer.
 * - They name threads by the numbers of the system. Those of JavaScript threads are announced, not always before their
 *   events; what V8 says was done in the background by any other is a helper's.
 * - Helpers work for all heaps, also for those of threads that are not recorded, such as the recorder's own. Each
 *   collection in the process has a number, its epoch, which tells whose it is; where that is not said (Node 26), it is the
 *   thread's whose collection waits for it.
 *
 * Nothing is asked for unless a thread has reported a collection.
 */
import type { NodeTracing } from 'node:inspector';
import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import { MAX_THREADS, Slot, SlotState, slotWords } from '../record/layout.ts';
import type { RecordWriter } from '../record/record-writer.ts';
import type { Texts } from '../record/texts.ts';

/** Time between two looks, ms. What a look asks for is taken in by the next one. */
const PERIOD = 50;
/** Shorter work is left out, µs. */
const SHORTEST = 10;
/** Longest time that the end of a recording waits for the last events, ms. */
const LAST_WAIT = 15;
const CATEGORY = 'disabled-by-default-v8.gc';
const PREFIX = 'V8.GC_';
/** The whole of a pause, which is told with its kind by Node. */
const SCAVENGE = 'V8.GC_SCAVENGER';
const MARK_COMPACT = 'V8.GC_MARK_COMPACTOR';
/** What only the thread does whose heap is collected; one of them or another has the collection's epoch. */
const OWNERS = /^V8\.GC_(SCAVENGER|MARK_COMPACTOR|MC)(?!.*BACKGROUND)/;
/** … and that during which helpers help it, if they are to end before it goes on. */
const HELPED = /^V8\.GC_(?:SCAVENGER|MC)_(SCAVENGE|MARK|CLEAR|EVACUATE)$/;
const HELPS = /BACKGROUND_(SCAVENGE|MARK|CLEAR|EVACUATE)/;
/** Epochs of which the owner is remembered. */
const EPOCHS = 256;
/** Not work: a helper waits for the collector. */
const WAITS = /_(SAFEPOINT|UNPARK)$/;
const BACKGROUND = 'BACKGROUND_';
const MAIN_THREAD = 'JavaScriptMainThread';
const WORKER = /^\[worker (\d+)\]/;

const { setInterval, clearInterval } = globalThis;

/** An event of V8, as Node gives it out; times in µs, on the clock of `hrtime`. */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly args?: { readonly name?: unknown; readonly epoch?: number };
}

/** Starts recording the collector's work; returns what stops it. Warns, once, where Node does not tell it. */
export function recordGcWork(record: RecordWriter, texts: Texts, shared: SharedArrayBuffer): () => void {
  // Told to the main thread, for all.
  if (!isMainThread) return () => {};
  const work = new GcWork(record, texts, shared);
  try {
    work.begin();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.emitWarning(`exectrace: the trace lacks the collector's phases and helper threads: ${reason}`);
    return () => {};
  }
  const timer = setInterval(() => {
    try {
      work.look();
    } catch {
      // The inspector has been closed: there is nothing more to come.
      clearInterval(timer);
    }
  }, PERIOD);
  timer.unref();
  return () => {
    clearInterval(timer);
    try {
      work.end();
    } catch {
      // As above.
    }
  };
}

class GcWork {
  readonly #record: RecordWriter;
  readonly #texts: Texts;
  readonly #threads: GcThreads;
  readonly #tracing: import('node:inspector').Session;
  readonly #asking: import('node:inspector').Session;
  /** Nothing before this is part of the recording, µs. */
  readonly #begun = microseconds();
  #come: TraceEvent[][] = [];
  /** When recorded threads were helped, µs; of the events at hand. */
  #helped: { readonly kind: string; readonly start: number; readonly end: number }[] = [];
  #seen = 0;

  constructor(record: RecordWriter, texts: Texts, shared: SharedArrayBuffer) {
    this.#record = record;
    this.#texts = texts;
    this.#threads = new GcThreads(record.number, shared);
    const { Session } = createRequire(import.meta.url)('node:inspector') as typeof import('node:inspector');
    this.#tracing = new Session();
    this.#asking = new Session();
  }

  /** @throws the reason why there are no such events in this Node. */
  begin(): void {
    this.#tracing.connect();
    this.#asking.connect();
    this.#tracing.on('NodeTracing.dataCollected', ({ params }: { params: NodeTracing.DataCollectedEventDataType }) => {
      this.#come.push(params.value as unknown as TraceEvent[]);
    });
    let refusal: Error | null = null;
    this.#tracing.post('NodeTracing.start', { traceConfig: { includedCategories: [CATEGORY] } }, (error) => {
      refusal = error;
    });
    if (refusal !== null) throw refusal;
  }

  /** Takes in what has come, and asks for more if there has been a collection. */
  look(): void {
    this.#takeAll();
    const { collections } = this.#record;
    if (collections === this.#seen) return;
    this.#seen = collections;
    this.#ask();
  }

  end(): void {
    if (this.#record.collections !== this.#seen) {
      this.#ask();
      const deadline = performance.now() + LAST_WAIT;
      // The interrupt that brings them gets in here.
      while (!this.#come.some(holdsWork) && performance.now() < deadline);
    }
    this.#takeAll();
    this.#tracing.disconnect();
    this.#asking.disconnect();
  }

  #ask(): void {
    this.#asking.post('NodeTracing.start', { traceConfig: { includedCategories: ['exectrace'] } });
    this.#asking.post('NodeTracing.stop');
  }

  #takeAll(): void {
    const come = this.#come.splice(0).flat();
    for (const { ph, name, tid, args } of come) {
      if (ph === 'M' && name === 'thread_name') this.#threads.announce(tid, String(args?.name));
    }
    for (const event of come) if (event.ph === 'X' && OWNERS.test(event.name)) this.#seeOwner(event);
    for (const event of come) this.#take(event);
    this.#helped = [];
  }

  #seeOwner({ name, tid, ts, dur = 0, args }: TraceEvent): void {
    this.#threads.collects(tid, args?.epoch);
    const kind = HELPED.exec(name)?.[1];
    if (kind === undefined || this.#threads.of(tid) === undefined) return;
    // Without an end it was under way when the events were asked for.
    this.#helped.push({ kind, start: ts, end: dur > 0 ? ts + dur : Number.POSITIVE_INFINITY });
  }

  /** Whether a helper did this for a heap of a recorded thread, as far as it can be told. */
  #isForUs({ name, ts, dur = 0, args }: TraceEvent): boolean {
    const isRecorded = this.#threads.isRecorded(args?.epoch);
    const helps = HELPS.exec(name)?.[1];
    if (isRecorded !== undefined || helps === undefined) return isRecorded ?? true;
    const middle = ts + dur / 2;
    return this.#helped.some(({ kind, start, end }) => kind === helps && start <= middle && middle <= end);
  }

  #take(event: TraceEvent): void {
    const { ph, name, tid, ts, dur = 0 } = event;
    if (ph !== 'X' || dur < SHORTEST || ts < this.#begun || !name.startsWith(PREFIX)) return;
    if (name === SCAVENGE || name === MARK_COMPACT) return;
    const thread = this.#threads.of(tid);
    if (thread === undefined) return;
    if (thread < 0 && (!name.includes(BACKGROUND) || WAITS.test(name) || !this.#isForUs(event))) return;
    this.#record.gcWork(this.#texts.name(gcWorkName(name)), thread, ts * 1000, dur * 1000);
  }
}

function holdsWork(events: readonly TraceEvent[]): boolean {
  return events.some(({ ph }) => ph !== 'M');
}

function microseconds(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e6 + nanoseconds / 1e3;
}

/** V8's name of a piece of work in words: `V8.GC_MC_CLEAR_MAPS` is `clear maps`, `V8.GC_MC_BACKGROUND_MARKING` `marking`. */
export function gcWorkName(name: string): string {
  return name
    .replace(/^V8\.GC_(MC_|SCAVENGER_|HEAP_|MINOR_MS_)?(BACKGROUND_)?/, '')
    .toLowerCase()
    .replaceAll('_', ' ');
}

/** Whose work it was: number of a recorded thread; -1, -2 … for helpers; undefined for what is not recorded. */
class GcThreads {
  readonly #main: number;
  readonly #shared: SharedArrayBuffer;
  /** `threadId` of the JavaScript threads, by the system's number; NaN for those that Node gives no number. */
  readonly #announced = new Map<number, number>();
  /** Their numbers in the recording, as far as they are known. */
  readonly #numbers = new Map<number, number>();
  readonly #helpers = new Map<number, number>();
  /** Whether the heap is a recorded thread's, by the collection's epoch. */
  readonly #epochs = new Map<number, boolean>();

  constructor(main: number, shared: SharedArrayBuffer) {
    this.#main = main;
    this.#shared = shared;
  }

  /** The thread that the system knows by `tid` is called `name`. Announced again and again; the latest holds. */
  announce(tid: number, name: string): void {
    const threadId = name === MAIN_THREAD ? 0 : Number(WORKER.exec(name)?.[1] ?? Number.NaN);
    if (this.#announced.get(tid) === threadId) return;
    this.#announced.set(tid, threadId);
    this.#numbers.delete(tid);
  }

  /** The thread's own heap is collected, in the collection number `epoch`. */
  collects(tid: number, epoch: number | undefined): void {
    // Threads that began before the tracing are not announced.
    if (!this.#announced.has(tid)) this.#announced.set(tid, Number.NaN);
    if (epoch === undefined) return;
    this.#epochs.set(epoch, this.of(tid) !== undefined);
    this.#epochs.delete(epoch - EPOCHS);
  }

  /** Whether the heap that is collected in `epoch` is that of a recorded thread; undefined if that is not known. */
  isRecorded(epoch: number | undefined): boolean | undefined {
    return epoch === undefined ? undefined : this.#epochs.get(epoch);
  }

  of(tid: number): number | undefined {
    const threadId = this.#announced.get(tid);
    if (threadId === undefined) return this.#helper(tid);
    if (threadId === 0) return this.#main;
    const known = this.#numbers.get(tid) ?? this.#recorded(threadId);
    if (known !== undefined) this.#numbers.set(tid, known);
    return known;
  }

  #helper(tid: number): number {
    const known = this.#helpers.get(tid) ?? -1 - this.#helpers.size;
    this.#helpers.set(tid, known);
    return known;
  }

  #recorded(threadId: number): number | undefined {
    for (let slot = 0; slot < MAX_THREADS; slot++) {
      const words = slotWords(this.#shared, slot);
      if (Atomics.load(words, Slot.State) === SlotState.Active && words[Slot.ThreadId] === threadId) {
        return words[Slot.Number];
      }
    }
    return undefined;
  }
}
