/**
 * Tells when an async resource hands a job to libuv's thread pool.
 *
 * For files and look-ups the birth of the request is the moment. A crypto job is born the same way whether it will run
 * in the pool or, for `pbkdf2Sync` and the like, on the spot; only the former is given an `ondone`, after its birth. So it
 * is looked at again when the next hook fires. A zlib stream hands over one job per `write` of its native handle.
 */
import type { RecordWriter } from '../record/record-writer.ts';

/** How a type of resource uses the pool. */
const Use = { NotLookedAt: 0, None: 1, AtBirth: 2, IfDone: 3, PerWrite: 4 } as const;

const RULES: readonly (readonly [RegExp, number])[] = [
  [/^(FSREQCALLBACK|FSREQPROMISE|FILEHANDLECLOSEREQ|GETADDRINFOREQWRAP|GETNAMEINFOREQWRAP)$/, Use.AtBirth],
  [/(REQUEST|JOB)$/, Use.IfDone],
  [/^ZLIB$/, Use.PerWrite],
];

/** Numbers of type names are below this, or passing. */
const TYPES = 8192;

const { hrtime } = process;

interface PoolResource {
  ondone?: unknown;
  write?: unknown;
}

export class PoolJobs {
  readonly #record: RecordWriter;
  readonly #uses = new Uint8Array(TYPES);
  #undecided: PoolResource | undefined;
  #undecidedId = 0;
  /** `hrtime` when it was born. */
  #undecidedSince: readonly [number, number] = [0, 0];
  #recording = true;

  constructor(record: RecordWriter) {
    this.#record = record;
  }

  /** A resource is born; `name` is the number of its type's text. */
  born(id: number, name: number, type: string, resource: PoolResource): void {
    const use = this.#uses[name] || this.#look(name, type);
    if (use === Use.None) return;
    if (use === Use.AtBirth) this.#record.poolJob(id, 0);
    else if (use === Use.IfDone) {
      this.#undecided = resource;
      this.#undecidedId = id;
      this.#undecidedSince = hrtime();
    } else this.#follow(id, resource);
  }

  /** Something else happens on the thread: whether the crypto job born last went to the pool shows by now. */
  decide(): void {
    if (this.#undecided === undefined) return;
    if (this.#undecided.ondone !== undefined) this.#record.poolJob(this.#undecidedId, this.#age());
    this.#undecided = undefined;
  }

  stop(): void {
    this.#recording = false;
    this.#undecided = undefined;
  }

  #look(name: number, type: string): number {
    const use = RULES.find(([pattern]) => pattern.test(type))?.[1] ?? Use.None;
    if (name < TYPES) this.#uses[name] = use;
    return use;
  }

  #age(): number {
    const [seconds, nanoseconds] = hrtime();
    return (seconds - this.#undecidedSince[0]) * 1e9 + nanoseconds - this.#undecidedSince[1];
  }

  #follow(id: number, resource: PoolResource): void {
    const { write } = resource;
    if (typeof write !== 'function') return;
    resource.write = (...args: unknown[]): unknown => {
      if (this.#recording) this.#record.poolJob(id, 0);
      return Reflect.apply(write, resource, args);
    };
  }
}
