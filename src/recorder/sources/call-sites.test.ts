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
import { KIND_BITS, KIND_MASK, RecordKind, recordLength } from '../record/record-kinds.ts';
import { RecordWriter } from '../record/record-writer.ts';
import { Texts } from '../record/texts.ts';
import { CallSites } from './call-sites.ts';

/** Where the program is when a stack is captured, as a line; and how often one was. */
const stack = vi.hoisted(() => ({ line: 0, captures: 0 }));
vi.mock('./capture.ts', () => ({
  captureCallSite: () => {
    stack.captures++;
    return { func: 'work', file: 'app.js', line: stack.line, column: 1 };
  },
}));

const LEARN = 4;
const VERIFY = 512;
const BUDGET = 2000;
const REFILL = 500;
const UNKNOWN = 0;
const TIMER = 999;

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
      this.sites.promiseBorn(++this.#promise);
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
    const number = this.sites.suspends(++this.#promise, awaited, this.#promise - awaited, () => {});
    this.#readSites();
    return number === UNKNOWN ? UNKNOWN : this.lines.get(number)!;
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

beforeEach(() => {
  stack.captures = 0;
});

describe('call sites', () => {
  it('are captured until they are known, then named without a look, but for one in many', () => {
    const program = new Program();
    const body = [10, 11, 12, 11, 13];
    repeat(LEARN, () => void expect(program.call(1, body)).toEqual(body));
    expect(stack.captures).toBe(LEARN * body.length);
    repeat(VERIFY - LEARN - 1, () => void expect(program.call(1, body)).toEqual(body));
    expect(stack.captures).toBe(LEARN * body.length);
    repeat(VERIFY, () => void expect(program.call(1, body)).toEqual(body));
    expect(stack.captures).toBe((LEARN + 1) * body.length);
    expect([...program.lines.values()].sort()).toEqual([10, 11, 12, 13]);
  });

  it('of different functions are kept apart by what they do', () => {
    const program = new Program();
    const bodies = [
      { line: 20, act: () => {} },
      { line: 30, act: () => program.sites.resourceBorn(9, 1) },
      { line: 40, act: () => program.sites.resourceBorn(9, 2) },
      { line: 50, act: () => program.sites.tickBorn() },
      { line: 60, act: () => program.sites.promiseBorn(0) },
      { line: 70, act: () => program.sites.settled(0) },
    ];
    repeat(40, (n) => {
      const { line, act } = bodies[(n * 7) % bodies.length]!;
      expect(program.call(1, [line, line + 1], act)).toEqual([line, line + 1]);
    });
    expect(stack.captures).toBeLessThanOrEqual(bodies.length * 2 * LEARN);
  });

  it('that nothing tells apart are named while they are looked at, and never by a guess', () => {
    const program = new Program();
    // A branch that leaves no trace.
    repeat(200, (n) => {
      const line = n % 2 === 0 ? 80 : 90;
      expect([line, UNKNOWN]).toContain(program.call(1, [line])[0]);
    });
    expect(program.call(1, [80])).toEqual([UNKNOWN]);
    expect(stack.captures).toBeLessThanOrEqual(LEARN);
  });

  it('that turn out to stand for two places are given up at the next look', () => {
    const program = new Program();
    repeat(100, () => void program.call(1, [100]));
    repeat(VERIFY, () => void program.call(1, [110]));
    repeat(VERIFY, () => void expect(program.call(1, [110])).toEqual([UNKNOWN]));
  });

  it('are the same whatever runs nested in between', () => {
    const program = new Program();
    [1, 50, 51].forEach((id) => void program.sites.resourceBorn(id, id));
    const nested = (n: number) => () => {
      if (n % 3 === 0) program.call(50, [200]);
      if (n % 3 === 1) program.call(51, [201, 202]);
    };
    repeat(60, (n) => void expect(program.call(1, [120, 121], nested(n))).toEqual([120, 121]));
    // Those two, and the three that are nested.
    expect(stack.captures).toBe(5 * LEARN);
  });

  it('survive slices within slices beyond any depth, and ends without a beginning', () => {
    const program = new Program();
    repeat(500, (n) => void program.sites.callbackBegins(n));
    repeat(600, () => void program.sites.sliceEnds());
    repeat(LEARN + 1, () => void expect(program.call(1, [130])).toEqual([130]));
  });

  it('cost a budget, beyond which they are left out, and which grows again', () => {
    const program = new Program();
    let line = 1000;
    /** Calls functions that have never been called before; how many of them got their name. */
    const named = (count: number): number => {
      let names = 0;
      repeat(count, () => {
        const own = ++line;
        const said = program.call(1, [own], () => program.sites.resourceBorn(9, own))[0]!;
        expect([own, UNKNOWN]).toContain(said);
        if (said === own) names++;
      });
      return names;
    };
    expect(named(BUDGET + 100)).toBe(BUDGET);
    expect(named(100)).toBe(0);
    program.sites.refill();
    expect(named(REFILL + 100)).toBe(REFILL);
    repeat(20, () => program.sites.refill());
    expect(named(BUDGET + 100)).toBe(BUDGET);
  });
});
