/**
 * Writes records into the thread's ring: the hot path of the recorder.
 *
 * The law of this file: a record is a few stores of words. No string, no allocation, no Map, no lock, no syscall;
 * one clock reading per slice. Only the change of chunks, once in 64 KiB, does more: it publishes the full chunk and,
 * when there are many, wakes the writer. When the ring is full the chunk just written is dropped and used again; the traced thread
 * never waits. What a drop takes is counted exactly (by walking the chunk), and the texts and call sites that it
 * defined are written again, as later records name them.
 *
 * `depth` counts the slices that are open: outside of any slice a record must be preceded by a stamp of its own, or it
 * would inherit the time of a slice long gone.
 *
 * Longer than most files, as the records are many and all of them need the ring's position and the last time, which are
 * private fields here because nothing else is as fast.
 */
import {
  CHUNK_WORDS,
  CHUNKS,
  Control,
  claimedBy,
  controlWords,
  HEADER_WORDS,
  Header,
  RECORD_ROOM,
  ringWords,
  Slot,
  SlotState,
  slotWords,
  WAKING_CHUNKS,
} from './layout.ts';
import { isCounted, isDefinition, KIND_BITS, PAYLOAD_LIMIT, RecordKind, recordLength } from './record-kinds.ts';

// Looked up once: the look-up would cost more than a record.
const { hrtime } = process;
const LIMIT = CHUNK_WORDS - RECORD_ROOM;
const TWO_32 = 2 ** 32;
/** A gap between slices must be longer than this to be asked about, ns. */
const SHORTEST_IDLE = 5000;
/** On x64 stores become visible in order; elsewhere the position needs an ordered store. */
const ORDERED_STORE_NEEDED = process.arch !== 'x64' && process.arch !== 'ia32';

/** The thread that a ring belongs to. */
export interface RingOwner {
  /** As in node:worker_threads. */
  readonly threadId: number;
  /** `threadId` of the thread that started it; none by default. */
  readonly parent?: number;
  /** Number of the promise that was born last; numbers go on from it. */
  readonly promiseId?: number;
}

export class RecordWriter {
  /** Number of the newest promise of this thread; wraps at 32 bits. */
  promiseId = 0;
  /** Slices open on this thread. */
  depth = 0;
  readonly slot: number;
  /** The thread's number in the recording. */
  readonly number: number;
  readonly #control: Int32Array;
  readonly #words: Int32Array;
  readonly #ring: Int32Array;
  #published = 0;
  /** Index of the open chunk's first word, of the next free word, and of the last at which a record may begin. */
  #start = 0;
  #pos = HEADER_WORDS;
  #limit = LIMIT;
  #seconds: number;
  #nanoseconds: number;
  #lost = 0;

  /** Claims a free slot of `shared`; undefined, and the thread counted as left out, when all `slots` are taken. */
  static claim(shared: SharedArrayBuffer, slots: number, owner: RingOwner): RecordWriter | undefined {
    for (let slot = 0; slot < slots; slot++) {
      const words = slotWords(shared, slot);
      const claimed = claimedBy(owner.threadId);
      if (Atomics.compareExchange(words, Slot.State, SlotState.Free, claimed) === SlotState.Free) {
        return new RecordWriter(shared, slot, words, owner);
      }
    }
    Atomics.add(controlWords(shared), Control.LeftOut, 1);
    return undefined;
  }

  private constructor(shared: SharedArrayBuffer, slot: number, words: Int32Array, owner: RingOwner) {
    const { threadId, parent = -1, promiseId = 0 } = owner;
    // Before the first chunk is opened: its header tells the assembler where the numbers go on.
    this.promiseId = promiseId;
    this.slot = slot;
    this.#control = controlWords(shared);
    this.#words = words;
    this.#ring = ringWords(shared, slot);
    this.number = Atomics.add(this.#control, Control.Threads, 1);
    const [seconds, nanoseconds] = hrtime();
    this.#seconds = seconds;
    this.#nanoseconds = nanoseconds;
    this.#openChunk();
    words[Slot.Published] = 0;
    words[Slot.Consumed] = 0;
    words[Slot.Number] = this.number;
    words[Slot.ThreadId] = threadId;
    words[Slot.Parent] = parent;
    words[Slot.Dropping] = 0;
    words[Slot.GoneHigh] = 0;
    words[Slot.GoneLow] = 0;
    Atomics.store(words, Slot.State, SlotState.Active);
  }

  // Slices and promises: the hot ones.

  promiseBorn(distance: number): void {
    this.#room();
    if (this.depth === 0) this.#stampAlone();
    this.#ring[this.#pos++] = RecordKind.PromiseBorn | (distance << KIND_BITS);
  }

  jobBegins(distance: number): void {
    this.#room();
    this.depth++;
    this.#ring[this.#pos++] = RecordKind.JobBegins | (distance << KIND_BITS);
    this.#publishPosition();
  }

  unknownJobBegins(): void {
    this.#room();
    this.depth++;
    this.#ring[this.#pos++] = RecordKind.UnknownJobBegins;
    this.#publishPosition();
  }

  settled(distance: number): void {
    this.#room();
    if (this.depth === 0) this.#stampAlone();
    this.#ring[this.#pos++] = RecordKind.Settled | (distance << KIND_BITS);
  }

  sliceEnds(): void {
    this.#room();
    const dt = this.#stamp();
    this.#ring[this.#pos++] = RecordKind.SliceEnds | dt;
    if (this.depth > 0) this.depth--;
    this.#publishPosition();
  }

  /** The promise born last waits at call site `site`. */
  at(site: number): void {
    this.#room();
    this.#ring[this.#pos++] = RecordKind.At | (site << KIND_BITS);
  }

  /** The resource born last was made at call site `site`. */
  resourceAt(site: number): void {
    this.#room();
    this.#ring[this.#pos++] = RecordKind.ResourceAt | (site << KIND_BITS);
  }

  /** The promise whose job runs was made at call site `site`. */
  jobAt(site: number): void {
    this.#room();
    this.#ring[this.#pos++] = RecordKind.JobAt | (site << KIND_BITS);
  }

  promiseBornAs(id: number, parent: number): void {
    this.#room();
    if (this.depth === 0) this.#stampAlone();
    this.#put3(RecordKind.PromiseBornAs, id, parent);
  }

  jobBeginsAs(id: number): void {
    this.#room();
    this.depth++;
    this.#put2(RecordKind.JobBeginsAs, id);
    this.#publishPosition();
  }

  settledAs(id: number): void {
    this.#room();
    if (this.depth === 0) this.#stampAlone();
    this.#put2(RecordKind.SettledAs, id);
  }

  resourceBorn(type: number, id: number): void {
    this.#room();
    if (this.depth === 0) this.#stampAlone();
    this.#put2(RecordKind.ResourceBorn | (type << KIND_BITS), id);
  }

  resourceBornInTask(type: number, id: number, task: number): void {
    this.#room();
    if (this.depth === 0) this.#stampAlone();
    this.#put3(RecordKind.ResourceBornInTask | (type << KIND_BITS), id, task);
  }

  resourceExists(type: number, id: number): void {
    this.#room();
    this.#put2(RecordKind.ResourceExists | (type << KIND_BITS), id);
  }

  /**
   * A callback of resource `id` begins. Whether the loop was idle before is asked (`idle`, ns) only if there was time
   * for it since the last reading of the clock: the answer costs more than the record.
   */
  callbackBegins(id: number, idle: () => number): void {
    this.#room();
    const gap = this.#readClock();
    if (this.depth === 0 && gap > SHORTEST_IDLE) this.#idle(idle());
    this.#put2(RecordKind.CallbackBegins | this.#stampOf(gap), id);
    this.depth++;
    this.#publishPosition();
  }

  /** The callback that begins next is a timer's that was due `microseconds` ago. */
  late(microseconds: number): void {
    this.#room();
    this.#ring[this.#pos++] = RecordKind.Late | (Math.min(microseconds, PAYLOAD_LIMIT - 1) << KIND_BITS);
  }

  tickBorn(): void {
    this.#room();
    if (this.depth === 0) this.#stampAlone();
    this.#ring[this.#pos++] = RecordKind.TickBorn;
  }

  tickBegins(): void {
    this.#room();
    this.depth++;
    this.#ring[this.#pos++] = RecordKind.TickBegins;
    this.#publishPosition();
  }

  /** A tick ends; the clock is read only after the last of those that are queued. */
  tickEnds(last: boolean): void {
    this.#room();
    const dt = last ? this.#stamp() : 0;
    this.#ring[this.#pos++] = RecordKind.TickEnds | dt;
    if (this.depth > 0) this.depth--;
    this.#publishPosition();
  }

  /** The running callback is the recorder's own. */
  own(): void {
    this.#room();
    this.#ring[this.#pos++] = RecordKind.Own;
  }

  // What is rare.

  /** One collection: kind of GC, start (absolute ns) and duration (ns). */
  gc(kind: number, start: number, duration: number): void {
    this.#room();
    this.#ring[this.#start + Header.Reports] = 1;
    const at = this.#pos;
    this.#put3(RecordKind.Gc | (kind << KIND_BITS), start / TWO_32, start >>> 0);
    this.#ring[at + 3] = Math.min(duration, 0x7fffffff);
    this.#pos = at + 4;
    this.#publishIfOutside();
    Atomics.add(this.#control, Control.Collections, 1);
  }

  /** Collections that all threads have reported so far. */
  get collections(): number {
    return Atomics.load(this.#control, Control.Collections);
  }

  /** The collector worked from `start` (absolute ns) for `duration` ns: on a thread, or as helper -1, -2 and so on. */
  gcWork(name: number, whose: number, start: number, duration: number): void {
    this.#room();
    const at = this.#pos;
    this.#put3(RecordKind.GcWork | (name << KIND_BITS), whose, start / TWO_32);
    this.#ring[at + 3] = start >>> 0;
    this.#ring[at + 4] = Math.min(duration, 0x7fffffff);
    this.#pos = at + 5;
    this.#publishIfOutside();
  }

  /** Used heap before and after the collection reported last, KiB. */
  gcHeap(before: number, after: number): void {
    this.#room();
    this.#ring[this.#start + Header.Reports] = 1;
    this.#put3(RecordKind.GcHeap, before, after);
    this.#publishIfOutside();
  }

  /** Heap of this isolate, KiB. */
  heap(used: number, limit: number): void {
    this.#stamped(RecordKind.Heap, used, limit);
  }

  taskBegin(id: number, parent: number, name: number): void {
    this.#stamped(RecordKind.TaskBegin, id, parent, name);
  }

  taskEnd(id: number): void {
    this.#stamped(RecordKind.TaskEnd, id);
  }

  /** A task ends with a last word: both at one reading of the clock. */
  taskEndsWith(id: number, category: number, message: number): void {
    this.#stamped(RecordKind.Log, id, category, message);
    this.#room();
    this.#put2(RecordKind.TaskEnd, id);
    this.#publishPosition();
  }

  context(task: number): void {
    this.#room();
    this.#put2(RecordKind.Context, task);
  }

  regionBegin(token: number, task: number, name: number): void {
    this.#stamped(RecordKind.RegionBegin, token, task, name);
  }

  regionEnd(token: number): void {
    this.#stamped(RecordKind.RegionEnd, token);
  }

  regionContinues(token: number): void {
    this.#room();
    this.#put2(RecordKind.RegionContinues, token);
  }

  log(task: number, category: number, message: number): void {
    this.#stamped(RecordKind.Log, task, category, message);
  }

  threadBegins(): void {
    this.#stamped(RecordKind.ThreadBegins, this.number);
  }

  snapshotEnds(): void {
    this.#room();
    const dt = this.#stamp();
    this.#ring[this.#pos++] = RecordKind.SnapshotEnds | dt;
    this.#publishIfOutside();
  }

  /**
   * A blocking call begins; `idle` as in `callbackBegins`. Published at once, as the thread may never come back from it.
   */
  callBegins(name: number, subject: number, idle: () => number): void {
    this.#room();
    const gap = this.#readClock();
    if (this.depth === 0 && gap > SHORTEST_IDLE) this.#idle(idle());
    this.#put3(RecordKind.CallBegins | this.#stampOf(gap), name, subject);
    this.#publishPosition();
  }

  /** Resource `id` handed a job to the thread pool `ago` ns ago. */
  poolJob(id: number, ago: number): void {
    this.#stamped(RecordKind.PoolJob, id, Math.min(ago, 0x7fffffff));
  }

  /** Place `number` of the call tree is line `line` of a function, called from place `parent`, 0 = none. */
  profileNode(number: number, parent: number, func: number, file: number, line: number): void {
    this.#room();
    const at = this.#pos;
    this.#put3(RecordKind.ProfileNode | (number << KIND_BITS), parent, func);
    this.#ring[at + 3] = file;
    this.#ring[at + 4] = line;
    this.#pos = at + 5;
  }

  /** The code was at place `number` at `time`, absolute ns. */
  sample(number: number, time: number): void {
    this.#room();
    this.#put3(RecordKind.Sample | (number << KIND_BITS), time / TWO_32, time >>> 0);
  }

  /** All samples before `time` (absolute ns) have been told. */
  sampledUntil(time: number): void {
    this.#room();
    this.#put3(RecordKind.SampledUntil, time / TWO_32, time >>> 0);
    this.#publishIfOutside();
  }

  /** The ports with these ids are the ends of one channel. */
  portPair(a: number, b: number): void {
    this.#room();
    this.#put3(RecordKind.PortPair, a, b);
  }

  /** Port `id` is an end of the channel of worker `threadId`: its own, or its parent's. */
  workerPort(id: number, threadId: number, isOwn: boolean): void {
    this.#room();
    this.#put3(RecordKind.WorkerPort | ((isOwn ? 1 : 0) << KIND_BITS), id, threadId);
  }

  /** Port `id` goes with the message that is posted next. */
  portLeaves(id: number): void {
    this.#room();
    this.#put2(RecordKind.PortLeaves, id);
  }

  /** Somebody begins to listen on port `id`. */
  portListens(id: number): void {
    this.#room();
    this.#put2(RecordKind.PortListens, id);
  }

  /** A message is posted on port `id`. Published at once: the receiver may be done with it before this slice ends. */
  posted(id: number): void {
    this.#stamped(RecordKind.Posted, id);
    this.#publishPosition();
  }

  notPosted(id: number): void {
    this.#room();
    this.#put2(RecordKind.NotPosted, id);
  }

  /** The blocking call ends. Published at once: the slice around it may last longer than events are held back. */
  callEnds(): void {
    this.#room();
    const dt = this.#stamp();
    this.#ring[this.#pos++] = RecordKind.CallEnds | dt;
    this.#publishPosition();
  }

  /** The loop was idle for `idle` ns before the record that follows, outside of callbacks. */
  idleBefore(idle: number): void {
    this.#room();
    this.#idle(idle);
  }

  /** Gives `bytes` (UTF-8) the number `number` for the records that follow. */
  text(number: number, bytes: Uint8Array): void {
    const words = (bytes.length + 3) >> 2;
    if (this.#pos + 2 + words > this.#limit) this.#changeChunk();
    const ring = this.#ring;
    let at = this.#pos;
    ring[at++] = RecordKind.Text | (number << KIND_BITS);
    ring[at++] = bytes.length;
    for (let i = 0; i < bytes.length; i += 4) {
      ring[at++] = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    }
    this.#pos = at;
  }

  /** Call site `number` is a line and a column in function `code`; `func` and `file` are numbers of texts. */
  site(number: number, func: number, file: number, line: number, column: number, code: number): void {
    this.#room();
    const at = this.#pos;
    this.#put3(RecordKind.Site | (number << KIND_BITS), func, file);
    this.#ring[at + 3] = line;
    this.#ring[at + 4] = column;
    this.#ring[at + 5] = code;
    this.#pos = at + 6;
  }

  /** Ends the thread's records and hands all of them to the writer. */
  end(): void {
    this.#room();
    const dt = this.#stamp();
    this.#ring[this.#pos++] = RecordKind.ThreadEnds | dt;
    this.#closeChunk();
    Atomics.store(this.#words, Slot.Published, this.#published + 1);
    Atomics.store(this.#words, Slot.State, SlotState.Ended);
    this.#wake();
  }

  #stamped(kind: RecordKind, a: number, b?: number, c?: number): void {
    this.#room();
    const dt = this.#stamp();
    const ring = this.#ring;
    ring[this.#pos++] = kind | dt;
    ring[this.#pos++] = a;
    if (b !== undefined) ring[this.#pos++] = b;
    if (c !== undefined) ring[this.#pos++] = c;
    this.#publishPosition();
  }

  #put2(word: number, a: number): void {
    const ring = this.#ring;
    const at = this.#pos;
    ring[at] = word;
    ring[at + 1] = a;
    this.#pos = at + 2;
  }

  #put3(word: number, a: number, b: number): void {
    const ring = this.#ring;
    const at = this.#pos;
    ring[at] = word;
    ring[at + 1] = a;
    ring[at + 2] = b;
    this.#pos = at + 3;
  }

  #idle(idle: number): void {
    if (idle > 0) this.#put3(RecordKind.Idle, idle / TWO_32, idle >>> 0);
  }

  /** Reads the clock: the time since the last reading, shifted into a record's payload. */
  #stamp(): number {
    return this.#stampOf(this.#readClock());
  }

  /** The time since the last reading, ns. */
  #readClock(): number {
    const now = hrtime();
    const dt = (now[0] - this.#seconds) * 1e9 + (now[1] - this.#nanoseconds);
    this.#seconds = now[0];
    this.#nanoseconds = now[1];
    return dt;
  }

  /** The payload for a reading `dt` after the last; one that does not fit is written as an absolute time. */
  #stampOf(dt: number): number {
    if (dt < PAYLOAD_LIMIT) return dt << KIND_BITS;
    const absolute = this.#seconds * 1e9 + this.#nanoseconds;
    this.#put3(RecordKind.Time, absolute / TWO_32, absolute >>> 0);
    return 0;
  }

  #stampAlone(): void {
    const dt = this.#stamp();
    this.#ring[this.#pos++] = RecordKind.Stamp | dt;
  }

  #publishPosition(): void {
    const position = this.#pos - this.#start;
    if (ORDERED_STORE_NEEDED) Atomics.store(this.#words, Slot.Position, position);
    else this.#words[Slot.Position] = position;
  }

  #publishIfOutside(): void {
    if (this.depth === 0) this.#publishPosition();
  }

  #room(): void {
    // Before any state of the record is touched: the header of a new chunk holds the state as it was before it.
    if (this.#pos > this.#limit) this.#changeChunk();
  }

  #changeChunk(): void {
    if (this.#isFull && this.#dropChunk()) return;
    this.#closeChunk();
    this.#start = ((this.#published + 1) % CHUNKS) * CHUNK_WORDS;
    this.#openChunk();
    Atomics.store(this.#words, Slot.Published, ++this.#published);
    if (this.#published - Atomics.load(this.#words, Slot.Consumed) >= WAKING_CHUNKS) this.#wake();
  }

  get #isFull(): boolean {
    return this.#published + 1 - Atomics.load(this.#words, Slot.Consumed) >= CHUNKS;
  }

  #openChunk(): void {
    const ring = this.#ring;
    const start = this.#start;
    const absolute = this.#seconds * 1e9 + this.#nanoseconds;
    ring[start + Header.Lost] = this.#lost;
    ring[start + Header.BaseHigh] = absolute / TWO_32;
    ring[start + Header.BaseLow] = absolute >>> 0;
    ring[start + Header.PromiseId] = this.promiseId;
    this.#pos = start + HEADER_WORDS;
    this.#limit = start + LIMIT;
    Atomics.store(this.#words, Slot.Position, HEADER_WORDS);
  }

  #closeChunk(): void {
    this.#ring[this.#start + Header.Length] = this.#pos - this.#start;
  }

  /**
   * Counts and discards the open chunk, but for its definitions: later records use them. Does nothing, and says so,
   * when the writer has caught up meanwhile, as it may then be reading the open chunk.
   */
  #dropChunk(): boolean {
    Atomics.store(this.#words, Slot.Dropping, 1);
    // Looked at once more: from here on a writer that catches up finds the flag, and keeps out of the open chunk.
    const full = this.#isFull;
    if (full) this.#discard();
    Atomics.store(this.#words, Slot.Dropping, 0);
    return full;
  }

  #discard(): void {
    const ring = this.#ring;
    const definitions: Int32Array[] = [];
    for (let at = this.#start + HEADER_WORDS; at < this.#pos; at += recordLength(ring, at)) {
      if (isCounted(ring[at]!)) this.#lost++;
      if (isDefinition(ring[at]!)) definitions.push(ring.slice(at, at + recordLength(ring, at)));
    }
    ring.fill(0, this.#start, this.#start + CHUNK_WORDS);
    this.#openChunk();
    for (const definition of definitions) {
      if (this.#pos + definition.length > this.#start + CHUNK_WORDS / 2) break;
      ring.set(definition, this.#pos);
      this.#pos += definition.length;
    }
  }

  #wake(): void {
    Atomics.add(this.#control, Control.Wake, 1);
    Atomics.notify(this.#control, Control.Wake);
  }
}
