import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  CHUNK_WORDS,
  createSharedBuffer,
  HEADER_WORDS,
  MAX_THREADS,
  ringWords,
  Slot,
  slotWords,
} from '../record/layout.ts';
import { KIND_BITS, KIND_MASK, LEARNED_SITE, RecordKind, recordLength } from '../record/record-kinds.ts';
import { RecordWriter } from '../record/record-writer.ts';
import { Texts } from '../record/texts.ts';
import { CallSites } from './call-sites.ts';

/** Where the program is when a stack is captured, as a line, 0 = nowhere; and how often one was, and deeply. */
const stack = vi.hoisted(() => ({ line: 0, captures: 0, deep: 0 }));
vi.mock('./capture.ts', () => ({
  captureCallSite: () => {
    stack.captures++;
    return stack.line === 0
      ? undefined
      : { func: 'work', hasName: true, file: 'app.js', line: stack.line, column: 1, code: 'f' };
  },
  captureProgramSite: () => {
    stack.deep++;
    return stack.line === 0
      ? undefined
      : { func: 'make', hasName: true, file: 'app.js', line: stack.line, column: 2, code: 'f' };
  },
  shownCallSite: (site: object) => site,
}));

const LEARN = 4;
const OFTEN = 256;
const VERIFY = 4096;
const BUDGET = 4000;
const REFILL = 2000;
const SPARE = 1000;
const AMPLE = 2000;
const UNKNOWN = 0;
const TIMER = 999;

function hook(): void {}

/** A program of functions that await, seen by `CallSites` as its hooks see it. */
class Program {
  readonly sites: CallSites;
  /** The line of each site, as the records explain it. */
  readonly lines = new Map<number, number>();
  readonly #shared = createSharedBuffer();
  #read = HEADER_WORDS;
  #promise = 0;

  constructor() {
    const record = RecordWriter.claim(this.#shared, MAX_THREADS, { threadId: 1 })!;
    this.sites = new CallSites(record, new Texts(record));
  }

  /** A callback calls a function that awaits something new at each of `lines` in turn; returns what is said of them. */
  call(resource: number, lines: readonly number[], before: () => void = () => {}): number[] {
    this.sites.callbackBegins(resource);
    before();
    const said: number[] = [];
    let job = 0;
    for (const line of lines) {
      this.sites.promiseBorn(++this.#promise, hook);
      const awaited = this.#promise;
      said.push(this.#suspend(line, awaited));
      const next = this.#promise;
      if (job !== 0) this.sites.settled(job);
      this.sites.sliceEnds();
      // A timer, say, settles what is awaited.
      this.sites.callbackBegins(TIMER);
      this.sites.settled(awaited);
      this.sites.sliceEnds();
      this.sites.jobBegins(next);
      job = next;
    }
    this.sites.settled(job);
    this.sites.sliceEnds();
    return said;
  }

  #suspend(line: number, awaited: number): number {
    stack.line = line;
    return this.line(this.sites.suspends(++this.#promise, awaited, this.#promise - awaited, hook));
  }

  /** The line of a site as `CallSites` returns it. */
  line(marked: number): number {
    this.#readSites();
    return marked === UNKNOWN ? UNKNOWN : this.lines.get(marked & ~LEARNED_SITE)!;
  }

  #readSites(): void {
    const words = ringWords(this.#shared, 0);
    const published = slotWords(this.#shared, 0)[Slot.Published]!;
    for (;;) {
      const length = recordLength(words, this.#read);
      const chunk = Math.floor(this.#read / CHUNK_WORDS);
      if (length === 0 && chunk === published) return;
      if (length === 0) {
        this.#read = (chunk + 1) * CHUNK_WORDS + HEADER_WORDS;
        continue;
      }
      const word = words[this.#read]!;
      if ((word & KIND_MASK) === RecordKind.Site) {
        expect(this.lines.has(word >>> KIND_BITS)).toBe(false);
        this.lines.set(word >>> KIND_BITS, words[this.#read + 3]!);
      }
      this.#read += length;
    }
  }
}

function repeat(count: number, what: (n: number) => void): void {
  for (let n = 0; n < count; n++) what(n);
}

/**
 * How often a key is looked at in its first `uses` uses, with ample budget: each of the first, then whenever they have
 * doubled.
 */
function looks(uses: number): number {
  let count = 0;
  for (let n = 1; n <= uses; n++) if (n <= OFTEN || n % VERIFY === 0 || Number.isInteger(Math.log2(n))) count++;
  return count;
}

beforeEach(() => {
  stack.captures = 0;
  stack.deep = 0;
});

describe('call sites', () => {
  it('are captured until they are known, then named without a look, but for one in many', () => {
    const program = new Program();
    const body = [10, 11, 12, 11, 13];
    repeat(LEARN, () => void expect(program.call(1, body)).toEqual(body));
    expect(stack.captures).toBe(LEARN * body.length);
    repeat(2 * VERIFY, () => void expect(program.call(1, body)).toEqual(body));
    expect(stack.captures).toBe(looks(2 * VERIFY + LEARN) * body.length);
    expect(looks(2 * VERIFY + LEARN)).toBeLessThan(OFTEN + 10);
    expect([...program.lines.values()].sort()).toEqual([10, 11, 12, 13]);
  });

  it('of different functions are kept apart by what they do', () => {
    const program = new Program();
    const bodies = [
      { line: 20, act: () => {} },
      { line: 30, act: () => program.sites.resourceBorn(9, 1, hook) },
      { line: 40, act: () => program.sites.resourceBorn(9, 2, hook) },
      { line: 50, act: () => program.sites.tickBorn() },
      { line: 60, act: () => program.sites.promiseBorn(0, hook) },
      { line: 70, act: () => program.sites.settled(0) },
    ];
    repeat(40, (n) => {
      const { line, act } = bodies[(n * 7) % bodies.length]!;
      expect(program.call(1, [line, line + 1], act)).toEqual([line, line + 1]);
    });
    expect(stack.captures).toBeLessThanOrEqual(bodies.length * 2 * looks(7));
  });

  it('that nothing tells apart are looked at while there is budget to spare, and never named by a guess', () => {
    const program = new Program();
    // A branch that leaves no trace.
    repeat(BUDGET, (n) => {
      const line = n % 2 === 0 ? 80 : 90;
      expect([line, UNKNOWN]).toContain(program.call(1, [line])[0]);
    });
    expect(program.call(1, [80])).toEqual([UNKNOWN]);
    expect(stack.captures).toBe(BUDGET - SPARE);
    program.sites.refill();
    expect(program.call(1, [80])).toEqual([80]);
  });

  it('that turn out to stand for two places are given up at the next look', () => {
    const program = new Program();
    repeat(100, () => void program.call(1, [100]));
    repeat(28, () => void program.call(1, [110]));
    const { captures } = stack;
    repeat(50, () => void expect(program.call(1, [110])).toEqual([110]));
    expect(stack.captures - captures).toBe(50);
  });

  it('that are rare are not taken for those that are common and leave the same trace', () => {
    const program = new Program();
    repeat(30, () => void expect(program.call(1, [100])).toEqual([100]));
    expect(program.call(1, [110])).toEqual([110]);
    repeat(30, () => void expect(program.call(1, [100])).toEqual([100]));
  });

  it('that are trusted are looked at only when their uses have doubled, if budget is not ample', () => {
    const program = new Program();
    repeat(LEARN, () => void program.call(1, [100]));
    let line = 1000;
    while (stack.captures < BUDGET - AMPLE) program.call(1, [++line], () => program.sites.promiseBorn(line, hook));
    const { captures } = stack;
    repeat(4 * LEARN, () => void expect(program.call(1, [100])).toEqual([100]));
    expect(stack.captures - captures).toBe(2);
  });

  it('are the same whatever runs nested in between', () => {
    const program = new Program();
    [1, 50, 51].forEach((id) => void program.sites.resourceBorn(id, id, hook));
    const nested = (n: number) => () => {
      if (n % 3 === 0) program.call(50, [200]);
      if (n % 3 === 1) program.call(51, [201, 202]);
    };
    repeat(60, (n) => void expect(program.call(1, [120, 121], nested(n))).toEqual([120, 121]));
    // Those two, and the three that are nested.
    expect(stack.captures).toBe(2 * looks(60) + 3 * looks(20));
  });

  it('survive slices within slices beyond any depth, and ends without a beginning', () => {
    const program = new Program();
    repeat(500, (n) => void program.sites.callbackBegins(n));
    repeat(600, () => void program.sites.sliceEnds());
    repeat(LEARN + 1, () => void expect(program.call(1, [130])).toEqual([130]));
  });

  it('cost a budget, beyond which they are left out, and which grows again', () => {
    const program = new Program();
    /** A look at the resource that is born, which is a deep one, and one at the suspension. */
    const PER_CALL = 3;
    let line = 1000;
    /** Calls functions that have never been called before; how many of them got their name. */
    const named = (count: number): number => {
      let names = 0;
      repeat(count, () => {
        const own = ++line;
        const said = program.call(1, [own], () => program.sites.resourceBorn(9, own, hook))[0]!;
        expect([own, UNKNOWN]).toContain(said);
        if (said === own) names++;
      });
      return names;
    };
    expect(named(BUDGET + 100)).toBe(Math.floor(BUDGET / PER_CALL));
    expect(named(100)).toBe(0);
    program.sites.refill();
    expect(named(REFILL + 100)).toBe(Math.floor(REFILL / PER_CALL));
    repeat(20, () => program.sites.refill());
    expect(named(BUDGET + 100)).toBe(Math.floor(BUDGET / PER_CALL));
  });

  it('of resources are learned in the same way, and marked when they were not looked at', () => {
    const program = new Program();
    const born = (line: number): number => {
      program.sites.callbackBegins(1);
      stack.line = line;
      const marked = program.sites.resourceBorn(2, line, hook);
      program.sites.sliceEnds();
      expect(program.line(marked)).toBe(line);
      return marked & LEARNED_SITE;
    };
    repeat(OFTEN, () => void expect([born(300), born(310)]).toEqual([0, 0]));
    repeat(OFTEN - 1, () => void expect([born(300), born(310)]).toEqual([LEARNED_SITE, LEARNED_SITE]));
    expect([born(300), born(310)]).toEqual([0, 0]);
    expect(stack.deep).toBe(2 * looks(2 * OFTEN));
  });

  it('of resources that Node makes are those of the callback that they are made in, or for', () => {
    const program = new Program();
    const { sites } = program;
    stack.line = 400;
    sites.resourceBorn(1, 7, hook);
    sites.callbackBegins(1);
    stack.line = 0;
    const inside = sites.resourceBorn(2, 8, hook);
    sites.sliceEnds();
    expect([program.line(inside), inside & LEARNED_SITE]).toEqual([400, LEARNED_SITE]);
    // Born outside of all callbacks, right before the one that it is made for begins.
    expect(sites.resourceBorn(3, 8, hook)).toBe(UNKNOWN);
    const late = sites.callbackBegins(1);
    sites.sliceEnds();
    expect([program.line(late), late & LEARNED_SITE]).toEqual([400, LEARNED_SITE]);
    // What came in between may be what made it.
    sites.resourceBorn(4, 8, hook);
    sites.promiseBorn(1, hook);
    expect(sites.callbackBegins(1)).toBe(UNKNOWN);
  });

  it('of promises that a job resolves are looked at once such a job has been seen', () => {
    const program = new Program();
    const { sites } = program;
    let promise = 0;
    const resolve = (line: number): number => {
      sites.callbackBegins(1);
      stack.line = line;
      sites.promiseBorn(++promise, hook);
      sites.settled(promise);
      sites.sliceEnds();
      const marked = sites.jobBegins(promise);
      sites.sliceEnds();
      return program.line(marked);
    };
    expect(resolve(500)).toBe(UNKNOWN);
    repeat(20, () => void expect(resolve(500)).toBe(500));
    expect(stack.captures).toBe(looks(20));
  });

  it('of callbacks that return a promise name the job that resolves theirs', () => {
    const program = new Program();
    const { sites } = program;
    stack.line = 600;
    sites.callbackBegins(1);
    sites.promiseBorn(1, hook);
    sites.suspends(2, 1, 1, hook);
    sites.sliceEnds();
    expect(sites.jobBegins(2)).toBe(UNKNOWN);
    sites.settled(2);
    sites.sliceEnds();
    expect(program.line(sites.jobBegins(2))).toBe(600);
  });

  it('are not those of another promise that has taken the place of an old one', () => {
    const program = new Program();
    const { sites } = program;
    const OLD = 5;
    const suspend = (line: number, promise: number): void => {
      sites.callbackBegins(line);
      stack.line = line;
      sites.suspends(promise, 0, 20, hook);
      sites.sliceEnds();
    };
    const goOn = (promise: number, line: number): number => {
      sites.jobBegins(promise);
      stack.line = line;
      const site = program.line(sites.suspends(1000 + promise, 0, 20, hook));
      sites.sliceEnds();
      return site;
    };
    sites.resourceBorn(700, 1, hook);
    sites.resourceBorn(800, 2, hook);
    repeat(2 * LEARN, (n) => {
      suspend(800, 10 + n);
      expect(goOn(10 + n, 801)).toBe(801);
    });
    suspend(700, OLD);
    suspend(800, OLD + (1 << 16));
    expect(goOn(OLD, 701)).toBe(701);
  });

  it('behind a promise that is forgotten are looked at or left out, and teach nothing', () => {
    const program = new Program();
    const { sites } = program;
    let promise = 100;
    /** A function whose promise nobody remembers goes on, twice. */
    const goOn = (line: number): number[] => {
      stack.line = line;
      sites.jobBegins(++promise);
      const first = sites.suspends(++promise, 0, 20, hook);
      sites.sliceEnds();
      stack.line = line + 1;
      sites.jobBegins(promise);
      const second = sites.suspends(++promise, 0, 20, hook);
      sites.sliceEnds();
      return [first, second].map((site) => program.line(site));
    };
    for (let n = 0; n < 2 * LEARN; n++) expect(goOn(900)).toEqual([900, 901]);
    while (goOn(900)[0] !== UNKNOWN);
    // The budget is spent, and another function comes along.
    for (let n = 0; n < 2 * LEARN; n++) expect(goOn(950)).toEqual([UNKNOWN, UNKNOWN]);
  });

  it('of what runs in ticks depend on who queued them', () => {
    const program = new Program();
    const { sites } = program;
    const queue = (resource: number): void => {
      sites.callbackBegins(resource);
      sites.tickBorn();
      sites.sliceEnds();
    };
    const run = (line: number): number => {
      sites.tickBegins();
      stack.line = line;
      const site = program.line(sites.resourceBorn(9, 1, hook));
      sites.sliceEnds();
      return site;
    };
    [1, 2].forEach((id) => void sites.resourceBorn(id, id, hook));
    const deep = stack.deep;
    repeat(20, () => {
      queue(1);
      queue(2);
      expect([run(900), run(910)]).toEqual([900, 910]);
    });
    expect(stack.deep - deep).toBe(2 * looks(20));
  });
});
