/**
 * Which function is waiting: the call site of each `await`, learned instead of captured.
 *
 * Reading one stack frame costs microseconds, a hundred times the event itself. But code is repetitive: what a slice has
 * done so far, together with what is awaited and where the two earlier suspensions were, tells the site. So each
 * suspension is given a key, a hash of all that. A key is captured the first few times it is seen, then trusted, and
 * verified now and then; one that turns out to stand for two sites is never used again. Captures come out of a
 * budget per second: beyond it a strand stays unnamed, but is never named by a guess.
 *
 * Slices nest, so the state of the running slice is kept on a stack. What must be known of a promise when its job
 * begins is kept in rings indexed by its number: promises older than a ring get a fresh key, not a wrong one.
 */
import type { RecordWriter } from '../record/record-writer.ts';
import type { Texts } from '../record/texts.ts';
import { type CallSite, captureCallSite } from './capture.ts';

/** Captures of a key before it is trusted, and one capture in so many afterwards. */
const LEARN = 4;
const VERIFY = 512;
/** Captures per refill, and the most that can be saved up. */
const CAPTURES_PER_REFILL = 500;
const CAPTURES_SAVED = 2000;
const KEYS = 1 << 15;
const MAX_KEYS = KEYS / 2;
const PROMISES = 1 << 14;
const RESOURCES = 1 << 14;
/** Words per promise and per key: rows, so that one look costs one cache line. */
const ROW = 4;
const PROMISE_MASK = PROMISES * ROW - 1;
const KEY_MASK = KEYS * ROW - 1;
const MAX_DEPTH = 64;
/** Words that the state of a slice takes on the stack. */
const STACK_WORDS = 5;
const MAX_SITES = 1 << 16;

const AMBIGUOUS = -1;
/** Marks a hash that stands in for a site that is not known, apart from all site numbers. */
const STAND_IN = 0x40000000;
/** Distances to the awaited promise count up to this; the next value stands for "not known". */
const FAR = 12;

function mix(hash: number, value: number): number {
  const h = Math.imul(hash ^ value, 0x9e3779b1);
  return (h ^ (h >>> 15)) | 0;
}

export class CallSites {
  readonly #record: RecordWriter;
  readonly #texts: Texts;
  readonly #numbers = new Map<string, number>();
  #budget = CAPTURES_SAVED;
  // The running slice: its site, the one before it, both before that, and a hash of what it did.
  #site = -1;
  #earlier = 0;
  #earliest = 0;
  #path = 7;
  /** The promise whose job runs, and whether the last thing in its slice was a suspension. */
  #job = 0;
  #suspended = false;
  #depth = 0;
  readonly #stack = new Int32Array(STACK_WORDS * MAX_DEPTH);
  /** Rows per promise: its site or what stands in, the site before, and a hash of those before that. */
  readonly #promises = new Int32Array(PROMISES * ROW);
  readonly #resources = new Int32Array(RESOURCES);
  /** Rows per key, an open hash table: the key, what it stands for, how often it was seen. */
  readonly #keys = new Int32Array(KEYS * ROW);
  #keyCount = 0;

  constructor(record: RecordWriter, texts: Texts) {
    this.#record = record;
    this.#texts = texts;
  }

  /** Gives the budget of another quarter of a second. */
  refill(): void {
    this.#budget = Math.min(this.#budget + CAPTURES_PER_REFILL, CAPTURES_SAVED);
  }

  /** A promise without a parent is born: `new Promise`, or an async function is called. */
  promiseBorn(promise: number): void {
    this.#path = mix(this.#path, 1);
    this.#suspended = false;
    this.#promises[(promise * ROW) & PROMISE_MASK] = mix(this.#path, 2);
  }

  /**
   * A promise with a parent is born: somebody suspends, or gives a callback to `then`. Returns the site, 0 = not known.
   * `distance` is that of the numbers, `parent` the parent's number (any, when `distance` is beyond `FAR`).
   */
  suspends(promise: number, parent: number, distance: number, hook: (...args: never[]) => unknown): number {
    const near = Math.min(distance, FAR);
    const awaited = this.#promises[(parent * ROW) & PROMISE_MASK]!;
    const where = mix(mix(9, this.#site), this.#earliest);
    const key = mix(where, mix(mix(this.#path, near), awaited)) || 1;
    const site = this.#siteOf(key, hook);
    const at = (promise * ROW) & PROMISE_MASK;
    this.#promises[at] = site !== 0 ? site : key | STAND_IN;
    this.#promises[at + 1] = this.#site;
    this.#promises[at + 2] = mix(mix(5, this.#site), this.#earlier);
    this.#path = mix(mix(this.#path, 2), near);
    this.#suspended = true;
    return site;
  }

  settled(promise: number): void {
    // The end of a slice that suspends again says nothing that the suspension has not said.
    if (!this.#suspended || promise !== this.#job) this.#path = mix(this.#path, 3);
    this.#suspended = false;
  }

  resourceBorn(id: number, type: number): void {
    this.#path = mix(mix(this.#path, 4), type);
    this.#suspended = false;
    this.#resources[id & (RESOURCES - 1)] = mix(this.#site, this.#path);
  }

  tickBorn(): void {
    this.#path = mix(this.#path, 5);
  }

  jobBegins(promise: number): void {
    const at = (promise * ROW) & PROMISE_MASK;
    this.#enter(promise, this.#promises[at]!, this.#promises[at + 1]!, this.#promises[at + 2]!);
  }

  callbackBegins(id: number): void {
    this.#enter(0, this.#resources[id & (RESOURCES - 1)]! | STAND_IN, 0, 0);
  }

  sliceEnds(): void {
    if (this.#depth === 0) return;
    const at = --this.#depth * STACK_WORDS;
    if (at >= this.#stack.length) return;
    this.#site = this.#stack[at]!;
    this.#earlier = this.#stack[at + 1]!;
    this.#earliest = this.#stack[at + 2]!;
    this.#path = this.#stack[at + 3]!;
    this.#job = this.#stack[at + 4]!;
    this.#suspended = false;
  }

  #enter(job: number, site: number, earlier: number, earliest: number): void {
    const at = this.#depth++ * STACK_WORDS;
    if (at < this.#stack.length) {
      this.#stack[at] = this.#site;
      this.#stack[at + 1] = this.#earlier;
      this.#stack[at + 2] = this.#earliest;
      this.#stack[at + 3] = this.#path;
      this.#stack[at + 4] = this.#job;
    }
    this.#site = site;
    this.#earlier = earlier;
    this.#earliest = earliest;
    this.#path = mix(11, site);
    this.#job = job;
    this.#suspended = false;
  }

  /** The site that `key` stands for, captured if it is not known well enough and the budget allows. */
  #siteOf(key: number, hook: (...args: never[]) => unknown): number {
    const keys = this.#keys;
    let at = (key * ROW) & KEY_MASK;
    while (keys[at] !== key && keys[at] !== 0) at = (at + ROW) & KEY_MASK;
    const isKnown = keys[at] === key;
    const learned = keys[at + 1]!;
    if (isKnown) {
      const seen = ++keys[at + 2]!;
      if (learned === AMBIGUOUS) return 0;
      if (seen > LEARN && seen % VERIFY !== 0) return learned;
    }
    if (this.#budget <= 0) return 0;
    this.#budget--;
    const site = this.#numberOf(captureCallSite(hook));
    if (isKnown) {
      if (site !== learned) keys[at + 1] = AMBIGUOUS;
    } else if (this.#keyCount < MAX_KEYS) {
      this.#keyCount++;
      keys[at] = key;
      keys[at + 1] = site;
      keys[at + 2] = 1;
    }
    return site;
  }

  /** The number of a site; the record that explains it is written the first time. */
  #numberOf(site: CallSite | undefined): number {
    if (site === undefined) return 0;
    const key = `${site.func} ${site.file}:${site.line}:${site.column}`;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      if (this.#numbers.size >= MAX_SITES) return 0;
      number = this.#numbers.size + 1;
      this.#numbers.set(key, number);
      const func = this.#texts.name(site.func);
      const file = this.#texts.name(site.file);
      this.#record.site(number, func, file, site.line);
    }
    return number;
  }
}
