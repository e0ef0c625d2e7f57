/**
 * The strings of a trace, each once. A generation has ids of its own, which mean nothing in the next one; everything
 * behind the reader works with the trace-wide ids that this table gives. Id 0 is "".
 */

/** Names that are not in the file but belong to its events; they have the same ids in every trace. */
export const KnownName = {
  Procs: 1,
  HeapObjects: 2,
  HeapGoal: 3,
  Gc: 4,
  Sweep: 5,
  MarkAssist: 6,
} as const;

/** In the order of `KnownName`; the words are Go's. */
const KNOWN_NAMES = [
  '/sched/gomaxprocs:threads',
  '/memory/classes/heap/objects:bytes',
  '/gc/heap/goal:bytes',
  'GC concurrent mark phase',
  'GC incremental sweep',
  'GC mark assist',
];

export class StringTable {
  readonly strings: string[] = [];
  readonly #ids = new Map<string, number>();

  constructor() {
    for (const name of ['', ...KNOWN_NAMES]) this.intern(name);
  }

  /** The trace-wide id of a string. */
  intern(text: string): number {
    let id = this.#ids.get(text);
    if (id === undefined) {
      id = this.strings.push(text) - 1;
      this.#ids.set(text, id);
    }
    return id;
  }
}
