/**
 * Which function is waiting: the call site of each `await`, learned instead of captured.
 *
 * Reading one stack frame costs microseconds, a hundred times the event itself. But code is repetitive: what a slice has
 * done so far, together with what is awaited and where the two earlier suspensions were, tells the site. So each
 * suspension is given a key, a hash of all that. A key is captured the first few times it is seen, then trusted, and
 * verified now and then; one that turns out to stand for two sites is never used again. Captures come out of a
 * budget per second: beyond it a strand stays unnamed, but is never named by a guess.
 *
 * The same goes for resources: where the program made the timer or the file request. One that Node makes by itself, out
 * of a callback, is named by what the callback is about: a file handle by who asked to open the file. And for promises
 * that are resolved with another promise, which takes a job of its own: once such a job has been seen, births of
 * promises with the same key are looked at.
 *
 * What is returned is the number of a site, with `LEARNED_SITE` set unless it was looked at this very time.
 *
 * Slices nest, so the state of the running slice is kept on a stack. What must be known of a promise when its job
 * begins is kept in rings indexed by its number. Who goes on behind a promise that is older than its ring may be anybody:
 * such a slice is looked at while there is budget to spare, else unnamed, and nothing is learned from it.
 *
 * Longer than most files: key, look and state of the slice are fields of one object, as each await needs all of them.
 */
import { LEARNED_SITE } from '../record/record-kinds.ts';
import type { RecordWriter } from '../record/record-writer.ts';
import type { Texts } from '../record/texts.ts';
import { type CallSite, captureCallSite, captureProgramSite, type Hook, shownCallSite } from './capture.ts';

/**
 * Captures of a key before it is trusted; then one each time that its uses have doubled, at last one in so many. Its first
 * uses are all looked at while there is ample budget: of two places with one key, one may be rare, and it is the rare
 * one that is asked about.
 */
const LEARN = 4;
const OFTEN = 256;
const VERIFY = 4096;
/** Captures per refill, and the most that can be saved up. */
const CAPTURES_PER_REFILL = 2000;
const CAPTURES_SAVED = 4000;
/** What is kept for code that has not been seen yet; and for that and for keys of several places. */
const CAPTURES_SPARE = 1000;
const CAPTURES_AMPLE = 2000;
const KEYS = 1 << 15;
const MAX_KEYS = KEYS / 2;
const PROMISES = 1 << 16;
const RESOURCES = 1 << 14;
/** A look at a resource goes deeper: through Node's own frames to the program's. */
const DEEP_LOOK = 2;
/** Words per promise, resource and key: rows, so that one look costs one cache line. */
const ROW = 4;
/** What a number is shifted by to find its row: a product would not be computed with integers. */
const ROW_BITS = 2;
const PROMISE_MASK = PROMISES * ROW - 1;
const RESOURCE_MASK = RESOURCES * ROW - 1;
const KEY_MASK = KEYS * ROW - 1;
/** What a slice has done, to begin with, outside of all slices. */
const OUTSIDE = 7;
/** What a slice does, as steps of its path: small numbers, and these with the distance or the type added. */
const SUSPENDED = 1 << 8;
const MADE = 1 << 16;
/** Ticks that are remembered until they run. */
const TICK_MASK = (1 << 13) - 1;
const MAX_DEPTH = 64;
/** Words that the state of a slice takes on the stack. */
const STACK_WORDS = 6;
/** Sites are numbered below this. */
const MAX_SITES = 1 << 16;

const AMBIGUOUS = -1;
/** Of a key whose first look is still to come. */
const WANTED = -2;
/** Marks a hash that stands in for a site that is not known, apart from all site numbers. */
const STAND_IN = 0x40000000;
/** The same for a promise without a parent: what its slice had done when it was born. */
const BORN = 0x20000000;
const BORN_BITS = 0x0fffffff;
/** Marks the site of a promise whose callback has run: if it has a job still, that resolves it with another promise. */
const RAN = BORN | 0x10000000;
/** Stands in for what is not remembered any more. */
const FORGOTTEN = STAND_IN;
/** The site of a promise that is not remembered: it may be anybody's, so nothing is learned from it. */
const LOST = STAND_IN | 1;
/** Births are looked at if one with the same low bits is wanted. */
const WANTED_MASK = 4095;
/** Distances to the awaited promise count up to this; the next value stands for "not known". */
const FAR = 12;

// Hashes are computed on every event, each from the one before: so a step is one multiplication, what goes into a key is
// multiplied side by side, and bits are spread once, at the end.
const STEP = 0x9e3779b1;
const SPREAD_A = 0x85ebca6b;
const SPREAD_B = 0xc2b2ae35;
const SPREAD_C = 0x27d4eb2f;

function step(hash: number, value: number): number {
  return Math.imul(hash ^ value, STEP);
}

function spread(hash: number): number {
  const h = Math.imul(hash ^ (hash >>> 15), SPREAD_A);
  return h ^ (h >>> 13);
}

/** Whether a look is one that only ample budget is for: the key is trusted, and its uses have not doubled. */
function isSpare(seen: number): boolean {
  return seen > LEARN && seen < OFTEN && (seen & (seen - 1)) !== 0;
}

/** The use of a key after `seen` of them at which it is looked at: always at first, then ever more rarely. */
function nextLook(seen: number): number {
  if (seen < OFTEN) return seen + 1;
  return seen < VERIFY ? 2 ** (32 - Math.clz32(seen)) : seen + VERIFY - (seen % VERIFY);
}

/** What is asked of the call sites while recording. */
export type Sites = Pick<
  CallSites,
  | 'refill'
  | 'promiseBorn'
  | 'suspends'
  | 'settled'
  | 'resourceBorn'
  | 'tickBorn'
  | 'tickBegins'
  | 'jobBegins'
  | 'callbackBegins'
  | 'sliceEnds'
>;

const nothing = (): void => {};
const none = (): number => 0;
/** Names nothing: for measuring what naming costs. */
export const NO_SITES: Sites = {
  refill: nothing,
  promiseBorn: nothing,
  suspends: none,
  settled: nothing,
  resourceBorn: none,
  tickBorn: nothing,
  tickBegins: nothing,
  jobBegins: none,
  callbackBegins: none,
  sliceEnds: nothing,
};

export class CallSites {
  readonly #record: RecordWriter;
  readonly #texts: Texts;
  readonly #numbers = new Map<string, number>();
  /** Numbers of functions; there are no more of them than sites. */
  readonly #codes = new Map<string, number>();
  #budget = CAPTURES_SAVED;
  // The running slice: its site, the one before it, both before that, and a hash of what it did.
  #site = -1;
  #earlier = 0;
  #earliest = 0;
  #path = OUTSIDE;
  /** Site of the resource whose callback runs, or of the function that does; 0 = not known. */
  #cause = 0;
  /** What is said of the key looked up last, and whether there is nobody's frame where it comes from. */
  #said = 0;
  #isBare = false;
  /** A resource that was just born outside of all slices, below no frame; 0 = none. */
  #orphan = 0;
  /** The promise whose job runs, and whether the last thing in its slice was a suspension. */
  #job = 0;
  #suspended = false;
  #depth = 0;
  readonly #stack = new Int32Array(STACK_WORDS * MAX_DEPTH);
  /** Rows per promise: its site or what stands in, the site before, a hash of those before that, its number. */
  readonly #promises = new Int32Array(PROMISES * ROW);
  /** Rows per resource: what stands for its callback, its site, its id. */
  readonly #resources = new Int32Array(RESOURCES * ROW);
  /** Per tick that is queued: what stands for its callback, and its cause. */
  readonly #ticks = new Int32Array(TICK_MASK + 1);
  #ticksBorn = 0;
  #ticksBegun = 0;
  readonly #wanted = new Uint8Array(WANTED_MASK + 1);
  /** Rows per key, an open hash table: the key, what it stands for, how often it was seen, when it is looked at next. */
  readonly #keys = new Int32Array(KEYS * ROW);
  #keyCount = 0;

  constructor(record: RecordWriter, texts: Texts) {
    this.#record = record;
    this.#texts = texts;
  }

  /** Gives the budget of another second. */
  refill(): void {
    this.#budget = Math.min(this.#budget + CAPTURES_PER_REFILL, CAPTURES_SAVED);
  }

  /** A promise without a parent is born: `new Promise`, or an async function is called. */
  promiseBorn(promise: number, hook: Hook): void {
    this.#path = step(this.#path, 1);
    this.#suspended = false;
    this.#orphan = 0;
    const at = (promise << ROW_BITS) & PROMISE_MASK;
    const born = (spread(this.#path) & BORN_BITS) | BORN;
    this.#promises[at] = born;
    this.#promises[at + 3] = promise;
    if (this.#wanted[born & WANTED_MASK] === 1) this.#lookAtBirth(born, hook);
  }

  /**
   * A promise with a parent is born: somebody suspends, or gives a callback to `then`. Returns the site, 0 = not known.
   * `distance` is that of the numbers, `parent` the parent's number (any, when `distance` is beyond `FAR`).
   */
  suspends(promise: number, parent: number, distance: number, hook: Hook): number {
    const near = distance < FAR ? distance | 0 : FAR;
    const parentAt = (parent << ROW_BITS) & PROMISE_MASK;
    const awaited = this.#promises[parentAt + 3] === parent ? this.#promises[parentAt]! : FORGOTTEN;
    const where = Math.imul(this.#site, SPREAD_A) ^ Math.imul(this.#earliest, SPREAD_B);
    const key = spread(where ^ Math.imul((this.#path + near) | 0, SPREAD_C) ^ Math.imul(awaited, STEP)) || 1;
    // Nearly always it is a key that is known and not due: without a call, and one line of the cache.
    const keys = this.#keys;
    const keyAt = (key << ROW_BITS) & KEY_MASK;
    const seen = keys[keyAt + 2]! + 1;
    let site = keys[keyAt + 1]!;
    if (keys[keyAt] === key && site > 0 && seen < keys[keyAt + 3]!) {
      keys[keyAt + 2] = seen;
      this.#said = site | LEARNED_SITE;
    } else {
      site = this.#siteOf(key, hook, false);
    }
    const at = (promise << ROW_BITS) & PROMISE_MASK;
    const promises = this.#promises;
    promises[at] = site !== 0 ? site : this.#site === LOST ? LOST : key | STAND_IN;
    promises[at + 1] = this.#site;
    promises[at + 2] = Math.imul(this.#site, SPREAD_A) ^ Math.imul(this.#earlier, STEP);
    promises[at + 3] = promise;
    this.#path = step(this.#path, SUSPENDED + near);
    this.#suspended = true;
    return this.#said;
  }

  settled(promise: number): void {
    // The end of a slice that suspends again says nothing that the suspension has not said.
    if (!this.#suspended || promise !== this.#job) this.#path = step(this.#path, 3);
    this.#suspended = false;
  }

  /** A resource is born. Returns the site where, 0 = not known. */
  resourceBorn(id: number, type: number, hook: Hook): number {
    this.#path = step(this.#path, MADE + type);
    this.#suspended = false;
    const where = Math.imul(this.#site, SPREAD_A) ^ Math.imul(this.#earliest, SPREAD_B);
    const key = spread(where ^ this.#path) || 1;
    const site = this.#siteOf(key, hook, true);
    const at = (id << ROW_BITS) & RESOURCE_MASK;
    this.#resources[at] = site === 0 ? step(this.#site, this.#path) : step(site, type);
    this.#resources[at + 2] = id;
    // Below no frame at all Node made it: for the callback that runs, or for the one that begins next.
    if (this.#isBare && this.#cause !== 0) this.#said = this.#cause | LEARNED_SITE;
    this.#orphan = this.#isBare && this.#depth === 0 ? id : 0;
    this.#resources[at + 1] = this.#said & ~LEARNED_SITE;
    return this.#said;
  }

  tickBorn(): void {
    this.#path = step(this.#path, 5);
    const at = (this.#ticksBorn++ * 2) & TICK_MASK;
    this.#ticks[at] = step(this.#site, this.#path);
    this.#ticks[at + 1] = this.#cause;
  }

  /** The oldest tick begins: they run in the order of their birth. */
  tickBegins(): void {
    const at = (this.#ticksBegun++ * 2) & TICK_MASK;
    this.#enter(0, this.#ticks[at]! | STAND_IN, 0, 0, this.#ticks[at + 1]!);
  }

  /** The job of a promise begins. Returns the site where the promise was made, if the job resolves it; 0 = not known. */
  jobBegins(promise: number): number {
    const at = (promise << ROW_BITS) & PROMISE_MASK;
    const promises = this.#promises;
    if (promises[at + 3] !== promise) {
      this.#enter(promise, LOST, 0, 0, 0);
      return 0;
    }
    const site = promises[at]!;
    if ((site & (BORN | STAND_IN)) === BORN) {
      this.#enter(promise, site, 0, 0, 0);
      return (site & RAN) === RAN ? (site & ~RAN) | LEARNED_SITE : this.#birthSite(site);
    }
    const isKnown = (site & STAND_IN) === 0;
    this.#enter(promise, site, promises[at + 1]!, promises[at + 2]!, isKnown ? site : 0);
    if (isKnown) promises[at] = site | RAN;
    return 0;
  }

  /** A callback begins. Returns the site of the resource born last, if it was made for this callback; 0 = none. */
  callbackBegins(id: number): number {
    const at = (id << ROW_BITS) & RESOURCE_MASK;
    const isKnown = this.#resources[at + 2] === id;
    const stand = isKnown ? this.#resources[at]! | STAND_IN : FORGOTTEN;
    const cause = isKnown ? this.#resources[at + 1]! : 0;
    this.#enter(0, stand, 0, 0, cause);
    if (this.#orphan === 0) return 0;
    const orphanAt = (this.#orphan << ROW_BITS) & RESOURCE_MASK;
    this.#orphan = 0;
    if (cause === 0) return 0;
    this.#resources[orphanAt + 1] = cause;
    return cause | LEARNED_SITE;
  }

  sliceEnds(): void {
    if (this.#depth === 0) return;
    this.#suspended = false;
    if (--this.#depth === 0) return this.#leaveAll();
    const at = this.#depth * STACK_WORDS;
    if (at >= this.#stack.length) return;
    this.#site = this.#stack[at]!;
    this.#earlier = this.#stack[at + 1]!;
    this.#earliest = this.#stack[at + 2]!;
    this.#path = this.#stack[at + 3]!;
    this.#job = this.#stack[at + 4]!;
    this.#cause = this.#stack[at + 5]!;
  }

  /** What happens outside of slices has no history: the main script has ended. */
  #leaveAll(): void {
    this.#site = -1;
    this.#earlier = 0;
    this.#earliest = 0;
    this.#path = OUTSIDE;
    this.#job = 0;
    this.#cause = 0;
  }

  #enter(job: number, site: number, earlier: number, earliest: number, cause: number): void {
    const at = this.#depth++ * STACK_WORDS;
    // Most slices are not within another: there is nothing to come back to.
    if (at > 0 && at < this.#stack.length) {
      this.#stack[at] = this.#site;
      this.#stack[at + 1] = this.#earlier;
      this.#stack[at + 2] = this.#earliest;
      this.#stack[at + 3] = this.#path;
      this.#stack[at + 4] = this.#job;
      this.#stack[at + 5] = this.#cause;
    }
    this.#site = site;
    this.#earlier = earlier;
    this.#earliest = earliest;
    this.#path = step(11, site);
    this.#job = job;
    this.#cause = cause;
    this.#suspended = false;
  }

  /**
   * The site that `key` stands for, captured if it is not known well enough and the budget allows; 0 = not known. A key
   * that stands for several stays unknown, but where there is budget to spare it is said which one it is this time.
   */
  #siteOf(key: number, hook: Hook, deep: boolean): number {
    if (this.#site === LOST) {
      this.#isBare = false;
      this.#said = this.#budget > CAPTURES_SPARE ? this.#look(hook, deep) : 0;
      return this.#said;
    }
    const keys = this.#keys;
    const at = this.#find(key);
    const isKnown = keys[at] === key;
    const learned = keys[at + 1]!;
    this.#said = 0;
    this.#isBare = false;
    if (isKnown) {
      const seen = ++keys[at + 2]!;
      if (learned === AMBIGUOUS) {
        if (this.#budget > CAPTURES_SPARE) this.#said = this.#look(hook, deep);
        return 0;
      }
      if (seen < keys[at + 3]! || (isSpare(seen) && this.#budget <= CAPTURES_AMPLE)) {
        this.#isBare = learned === 0;
        if (learned !== 0) this.#said = learned | LEARNED_SITE;
        return learned;
      }
      keys[at + 3] = nextLook(seen);
    }
    if (this.#budget <= 0) return 0;
    const site = this.#look(hook, deep);
    this.#isBare = site === 0;
    this.#said = site;
    if (!isKnown) this.#add(at, key, site);
    else if (site !== learned) keys[at + 1] = AMBIGUOUS;
    return site;
  }

  /** Looks at the birth of a promise, if its like are wanted and not known well enough. */
  #lookAtBirth(key: number, hook: Hook): void {
    const keys = this.#keys;
    const at = this.#find(key);
    if (keys[at] !== key || keys[at + 1] === AMBIGUOUS) return;
    const seen = ++keys[at + 2]!;
    if (seen < keys[at + 3]! || (isSpare(seen) && this.#budget <= CAPTURES_AMPLE)) return;
    keys[at + 3] = nextLook(seen);
    if (this.#budget <= 0) return;
    const site = this.#look(hook, false) || this.#cause;
    if (keys[at + 1] === WANTED) keys[at + 1] = site;
    else if (keys[at + 1] !== site) keys[at + 1] = AMBIGUOUS;
  }

  /** The site where promises with the birth `key` are made; wanted from now on if it is not known. */
  #birthSite(key: number): number {
    const at = this.#find(key);
    const site = this.#keys[at + 1]!;
    if (this.#keys[at] === key) return site > 0 ? site | LEARNED_SITE : 0;
    this.#add(at, key, WANTED);
    this.#wanted[key & WANTED_MASK] = 1;
    return 0;
  }

  /** Where `key` is among the keys, or would be. */
  #find(key: number): number {
    const keys = this.#keys;
    let at = (key << ROW_BITS) & KEY_MASK;
    while (keys[at] !== key && keys[at] !== 0) at = (at + ROW) & KEY_MASK;
    return at;
  }

  #add(at: number, key: number, site: number): void {
    if (this.#keyCount >= MAX_KEYS) return;
    this.#keyCount++;
    this.#keys[at] = key;
    this.#keys[at + 1] = site;
    const seen = site === WANTED ? 0 : 1;
    this.#keys[at + 2] = seen;
    this.#keys[at + 3] = nextLook(seen);
  }

  #look(hook: Hook, deep: boolean): number {
    this.#budget -= deep ? DEEP_LOOK : 1;
    return this.#numberOf(deep ? captureProgramSite(hook) : captureCallSite(hook));
  }

  /** The number of the function that a site is in; 0 = not known. */
  #codeOf({ code }: CallSite): number {
    if (code === '') return 0;
    const known = this.#codes.get(code) ?? this.#codes.size + 1;
    this.#codes.set(code, known);
    return known;
  }

  /** The number of a site; the record that explains it is written the first time. */
  #numberOf(site: CallSite | undefined): number {
    if (site === undefined) return 0;
    const key = `${site.hasName ? site.func : ''} ${site.file}:${site.line}:${site.column}`;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      if (this.#numbers.size + 1 >= MAX_SITES) return 0;
      number = this.#numbers.size + 1;
      this.#numbers.set(key, number);
      const { func, file, line, column } = shownCallSite(site);
      this.#record.site(number, this.#texts.name(func), this.#texts.name(file), line, column, this.#codeOf(site));
    }
    return number;
  }
}
