/**
 * Source: CPU samples of this thread, by V8's profiler: what the code was doing, a thousand times a second.
 *
 * The profiler hands out a profile only when it is ended, and starting one takes tens of milliseconds; but a second one on
 * top of a running one takes a tenth of one. So profiles overlap: each period the next is begun before the last is ended,
 * and what the last one has seen becomes records. `console.profile` does that, for whoever has a session; the functions
 * are taken as Node made them. Samples of an idle loop are left out, as in Go.
 *
 * What it costs: the signal for each sample, which V8 sends to an idle loop too, and each profile's tree of calls, which comes
 * whole. Hence long periods, and nothing is worked out anew for a place that has been seen before.
 */
import type { Profiler, Runtime } from 'node:inspector';
import { createRequire } from 'node:module';
import type { RecordWriter } from '../record/record-writer.ts';
import type { Texts } from '../record/texts.ts';
import { shownPath } from './shown-path.ts';

/** Between two samples, µs. */
const INTERVAL = 1000;
/** Length of a profile, ms. */
const PERIOD = 1000;
/** Places in call trees that are told apart; further ones count as the place they were called from. */
const MAX_NODES = 50_000;
const NO_NODE = 0;
/** The recorder's own code, which runs in the program's. */
const OWN = new URL('../', import.meta.url).href;
const IDLE = '(idle)';
const ROOT = '(root)';
const NO_FILE = 'node';

const { profile, profileEnd } = console;
const { setInterval, clearInterval } = globalThis;

/** Starts sampling; returns what stops it. Does nothing where Node was built without the inspector. */
export function recordCpuSamples(record: RecordWriter, texts: Texts): () => void {
  const inspector = loadInspector();
  if (inspector === undefined) return () => {};
  const session = new inspector.Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: INTERVAL });
  const samples = new Samples(record, texts);
  const prefix = `exectrace ${record.number} `;
  let round = 0;
  session.on('Profiler.consoleProfileFinished', ({ params }) => {
    if (params.title?.startsWith(prefix)) samples.take(params.profile);
  });
  profile(prefix + round);
  samples.begin();
  const timer = setInterval(() => {
    profile(prefix + (round + 1));
    profileEnd(prefix + round++);
  }, PERIOD);
  timer.unref();
  return () => {
    clearInterval(timer);
    profileEnd(prefix + round);
    session.disconnect();
  };
}

function loadInspector(): typeof import('node:inspector') | undefined {
  try {
    return createRequire(import.meta.url)('node:inspector');
  } catch {
    return undefined;
  }
}

/** Turns profiles into records: each place in a call tree once, and each sample. */
class Samples {
  readonly #record: RecordWriter;
  readonly #texts: Texts;
  /** Numbers of places by what they are. */
  readonly #numbers = new Map<string, number>();
  /** Everything up to here has been told, ns. */
  #told = 0;

  constructor(record: RecordWriter, texts: Texts) {
    this.#record = record;
    this.#texts = texts;
  }

  /** From now on there are samples. */
  begin(): void {
    const [seconds, nanoseconds] = process.hrtime();
    this.#tell(seconds * 1e9 + nanoseconds);
  }

  /** Times in a profile are µs, on the clock of `hrtime`. */
  take({ nodes, startTime, endTime, samples = [], timeDeltas = [] }: Profiler.Profile): void {
    const places = new Places(nodes, (key, tell) => this.#number(key, tell), this.#record, this.#texts);
    let time = startTime;
    for (let i = 0; i < samples.length; i++) {
      time += timeDeltas[i]!;
      const ns = time * 1000;
      // Profiles overlap.
      if (ns <= this.#told) continue;
      const place = places.of(samples[i]!);
      if (place !== NO_NODE) this.#record.sample(place, ns);
    }
    this.#tell(Math.max(this.#told, endTime * 1000));
  }

  #tell(until: number): void {
    this.#told = until;
    this.#record.sampledUntil(until);
  }

  #number(key: string, tell: (number: number) => void): number | undefined {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    if (this.#numbers.size >= MAX_NODES) return undefined;
    const number = this.#numbers.size + 1;
    this.#numbers.set(key, number);
    tell(number);
    return number;
  }
}

type Numbering = (key: string, tell: (number: number) => void) => number | undefined;

/** The places of one profile. */
class Places {
  readonly #nodes = new Map<number, Profiler.ProfileNode>();
  readonly #parents = new Map<number, number>();
  readonly #places = new Map<number, number>();
  readonly #numbering: Numbering;
  readonly #record: RecordWriter;
  readonly #texts: Texts;

  constructor(nodes: readonly Profiler.ProfileNode[], numbering: Numbering, record: RecordWriter, texts: Texts) {
    this.#numbering = numbering;
    this.#record = record;
    this.#texts = texts;
    for (const node of nodes) {
      this.#nodes.set(node.id, node);
      for (const child of node.children ?? []) this.#parents.set(child, node.id);
    }
  }

  /** The number of the place of node `id`; NO_NODE for an idle loop and for what belongs to nobody. */
  of(id: number): number {
    const known = this.#places.get(id);
    if (known !== undefined) return known;
    const place = this.#find(id);
    this.#places.set(id, place);
    return place;
  }

  #find(id: number): number {
    const node = this.#nodes.get(id);
    if (node === undefined) return NO_NODE;
    const { functionName, url, scriptId, lineNumber, columnNumber } = node.callFrame;
    if (functionName === ROOT || functionName === IDLE) return NO_NODE;
    const parentId = this.#parents.get(id);
    const parent = parentId === undefined ? NO_NODE : this.of(parentId);
    if (url.startsWith(OWN)) return parent;
    const key = `${parent} ${scriptId} ${lineNumber} ${columnNumber} ${functionName}`;
    return this.#numbering(key, (number) => this.#tell(number, parent, node.callFrame)) ?? parent;
  }

  #tell(number: number, parent: number, { functionName, url, lineNumber }: Runtime.CallFrame): void {
    const line = lineNumber + 1;
    const file = url === '' ? NO_FILE : shownPath(url);
    const func = this.#texts.name(functionName || `(anonymous ${file.slice(file.lastIndexOf('/') + 1)}:${line})`);
    this.#record.profileNode(number, parent, func, this.#texts.name(file), Math.max(1, line));
  }
}
