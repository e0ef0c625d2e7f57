/**
 * The records that a traced thread writes: words in a chunk, decoded by the assembler.
 *
 * The first word holds the kind (6 bits) and a payload (26 bits); more words follow as the table says. Promise events,
 * the bulk, take one word: promises are numbered per thread in the order of their birth, so a birth needs no id at
 * all, and whatever follows names the distance to the newest one. `dt` is the time since the thread's last clock
 * reading in ns; a reading that does not fit is preceded by `Time`.
 *
 * One clock reading per slice: a begin without a stamp happens when what ran before it ended; any other record
 * without a stamp happens at the *next* reading of its slice (promises settle at the ends of slices).
 */

export const RecordKind = {
  /** No record: the rest of a chunk is zero. */
  None: 0,
  /** A resource is born: type name · id. */
  ResourceBorn: 1,
  /** The same, with the task that its creator works for: type name · id, task. */
  ResourceBornInTask: 2,
  /** A resource older than the recording is seen for the first time: type name · id. */
  ResourceExists: 3,
  /** A callback begins: dt · resource id. */
  CallbackBegins: 4,
  /** The running callback or promise job ends: dt. */
  SliceEnds: 5,
  /** The loop was idle just before the callback that follows: · ns high, ns low. */
  Idle: 6,
  /** A promise is born: distance to its parent, 0 = none, UNKNOWN_PROMISE = one that is not numbered. */
  PromiseBorn: 7,
  /** The job of a promise begins: distance. */
  JobBegins: 8,
  /** The job of a promise that is not numbered begins; it takes the next number. */
  UnknownJobBegins: 9,
  /** A promise settles: distance. */
  Settled: 10,
  /** The same three on Node 20 and 22, where ids are shared with resources: · id, parent (0 = none) / id / id. */
  PromiseBornAs: 11,
  JobBeginsAs: 12,
  SettledAs: 13,
  /** process.nextTick: queued; its callback begins; ends (dt, 0 = not read). */
  TickBorn: 14,
  TickBegins: 15,
  TickEnds: 16,
  /** A collection: kind of GC · start ns high, low, duration ns. */
  Gc: 17,
  /** Heap of the isolate: dt · used KiB, limit KiB. */
  Heap: 18,
  /** A task begins: dt · id, parent (0 = none), name. */
  TaskBegin: 19,
  /** dt · id. */
  TaskEnd: 20,
  /** The running code works for another task: 0 = none: · id. */
  Context: 21,
  /** A region begins: dt · token, task, name. */
  RegionBegin: 22,
  /** dt · token. */
  RegionEnd: 23,
  /** The region goes on in the async function that was suspended last: · token. */
  RegionContinues: 24,
  /** A log line: dt · task, category, message. */
  Log: 25,
  /** A text gets a number: number · length in bytes, bytes. */
  Text: 26,
  /** The thread begins: dt · number of the thread. */
  ThreadBegins: 27,
  ThreadEnds: 28,
  /** A clock reading on its own: dt. */
  Stamp: 29,
  /** An absolute clock reading, for what does not fit: · ns high, low. */
  Time: 30,
  /** The running callback is the recorder's own: leave it out. */
  Own: 31,
  /** The promise born last waits at a call site: its number, and `LEARNED_SITE` unless it was looked at. */
  At: 32,
  /**
   * A call site gets its number: number · name of the function, file (both texts), line, column (0 = the line is the
   * source's), number of the function (0 = not known).
   */
  Site: 33,
  /** The callback that begins next is a timer's, and late: by microseconds. */
  Late: 34,
  /** What was alive at the start has been listed: dt. */
  SnapshotEnds: 35,
  /** A blocking call begins: dt · function, its subject such as a file (both texts; 0 = none). */
  CallBegins: 36,
  /** The blocking call ends: dt. */
  CallEnds: 37,
  /** A resource has handed a job to the thread pool: dt · id, ns ago. */
  PoolJob: 38,
  /** Two message ports are the ends of one channel: · id, id. */
  PortPair: 39,
  /** A port is an end of a worker's channel: 1 = the worker's own · id, `threadId` of the worker. */
  WorkerPort: 40,
  /** The port goes with the message that is posted next: · id. */
  PortLeaves: 41,
  /** A message is posted on a port: dt · id. */
  Posted: 42,
  /** The message posted last was refused: · id of its port. */
  NotPosted: 43,
  /** The resource born last was made at a call site, as `At`. */
  ResourceAt: 44,
  /** The promise whose job runs was made at a call site, as `At`. */
  JobAt: 45,
  /** A place in the call tree of CPU samples gets its number: number · place it was called from (0 = none), function, file, line. */
  ProfileNode: 46,
  /** A CPU sample: place · ns high, low. */
  Sample: 47,
  /** All CPU samples before a time have been told: · ns high, low. */
  SampledUntil: 48,
  /** The heap around the collection reported last: · used before, after, KiB. */
  GcHeap: 49,
  /** Work of the collector: its name, a text · whose (a thread's number, or -1 - that of a helper), start ns high, low, ns. */
  GcWork: 50,
  /** Somebody begins to listen on a port: · id. */
  PortListens: 51,
} as const;
export type RecordKind = (typeof RecordKind)[keyof typeof RecordKind];

export const KIND_BITS = 6;
export const KIND_MASK = 63;
/** Payloads are below this. */
export const PAYLOAD_LIMIT = 2 ** 26;
/** The parent of a promise that is not numbered. */
export const UNKNOWN_PROMISE = PAYLOAD_LIMIT - 1;

/** Marks a call site that was learned from earlier looks and not looked at this time. Numbers of sites are below it. */
export const LEARNED_SITE = 1 << 20;

/**
 * Texts below this number keep it for the whole recording (names of types, regions, tasks); those from it on are
 * good for the next record only (log messages).
 */
export const FIRST_PASSING_TEXT = 8192;

/** Words of each kind but `Text`, whose bytes follow. */
const WORDS: Readonly<Record<RecordKind, number>> = {
  [RecordKind.None]: 0,
  [RecordKind.ResourceBorn]: 2,
  [RecordKind.ResourceBornInTask]: 3,
  [RecordKind.ResourceExists]: 2,
  [RecordKind.CallbackBegins]: 2,
  [RecordKind.SliceEnds]: 1,
  [RecordKind.Idle]: 3,
  [RecordKind.PromiseBorn]: 1,
  [RecordKind.JobBegins]: 1,
  [RecordKind.UnknownJobBegins]: 1,
  [RecordKind.Settled]: 1,
  [RecordKind.PromiseBornAs]: 3,
  [RecordKind.JobBeginsAs]: 2,
  [RecordKind.SettledAs]: 2,
  [RecordKind.TickBorn]: 1,
  [RecordKind.TickBegins]: 1,
  [RecordKind.TickEnds]: 1,
  [RecordKind.Gc]: 4,
  [RecordKind.Heap]: 3,
  [RecordKind.TaskBegin]: 4,
  [RecordKind.TaskEnd]: 2,
  [RecordKind.Context]: 2,
  [RecordKind.RegionBegin]: 4,
  [RecordKind.RegionEnd]: 2,
  [RecordKind.RegionContinues]: 2,
  [RecordKind.Log]: 4,
  [RecordKind.Text]: 2,
  [RecordKind.ThreadBegins]: 2,
  [RecordKind.ThreadEnds]: 1,
  [RecordKind.Stamp]: 1,
  [RecordKind.Time]: 3,
  [RecordKind.Own]: 1,
  [RecordKind.At]: 1,
  [RecordKind.Site]: 6,
  [RecordKind.Late]: 1,
  [RecordKind.SnapshotEnds]: 1,
  [RecordKind.CallBegins]: 3,
  [RecordKind.CallEnds]: 1,
  [RecordKind.PoolJob]: 3,
  [RecordKind.PortPair]: 3,
  [RecordKind.WorkerPort]: 3,
  [RecordKind.PortLeaves]: 2,
  [RecordKind.PortListens]: 2,
  [RecordKind.Posted]: 2,
  [RecordKind.NotPosted]: 2,
  [RecordKind.ResourceAt]: 1,
  [RecordKind.JobAt]: 1,
  [RecordKind.ProfileNode]: 5,
  [RecordKind.Sample]: 3,
  [RecordKind.SampledUntil]: 3,
  [RecordKind.GcHeap]: 3,
  [RecordKind.GcWork]: 5,
};
const RECORD_WORDS = Uint8Array.from({ length: KIND_MASK + 1 }, (_, kind) => WORDS[kind as RecordKind] ?? 0);

/** Words of the record at `at`; 0 when there is none. */
export function recordLength(words: Int32Array, at: number): number {
  const kind = words[at]! & KIND_MASK;
  return kind === RecordKind.Text ? 2 + ((words[at + 1]! + 3) >> 2) : RECORD_WORDS[kind]!;
}

const SUPPORTING = new Set<number>([
  RecordKind.Text,
  RecordKind.Site,
  RecordKind.At,
  RecordKind.ResourceAt,
  RecordKind.JobAt,
  RecordKind.Stamp,
  RecordKind.Time,
  RecordKind.Idle,
  RecordKind.Late,
  RecordKind.ProfileNode,
  RecordKind.SampledUntil,
  RecordKind.GcHeap,
]);
const IS_COUNTED = Uint8Array.from({ length: KIND_MASK + 1 }, (_, kind) => (SUPPORTING.has(kind) ? 0 : 1));

/** Whether a record counts when recorded and lost ones are added up: what only supports others does not. */
export function isCounted(word: number): boolean {
  return IS_COUNTED[word & KIND_MASK] === 1;
}

/** Records of `words` that count, from word `from` to `to`. */
export function countRecords(words: Int32Array, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; ) {
    const length = recordLength(words, at);
    if (length === 0) break;
    if (isCounted(words[at]!)) count++;
    at += length;
  }
  return count;
}

/** Whether a record explains a number for good, so that it must not be lost. */
export function isDefinition(word: number): boolean {
  const kind = word & KIND_MASK;
  if (kind === RecordKind.Site || kind === RecordKind.ProfileNode) return true;
  return kind === RecordKind.Text && word >>> KIND_BITS < FIRST_PASSING_TEXT;
}
