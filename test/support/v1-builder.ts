/** Writes traces of the formats before 1.22, event by event, for tests: nothing else in this project can. */
import { type LegacyVersion, putUvarint, putUvarint64 } from '../../src/format/index.ts';

/** Ids of the events that the tests use; the reader's own table is in src/reader/v1/events.ts. */
const IDS = {
  Batch: 1,
  Frequency: 2,
  Stack: 3,
  Gomaxprocs: 4,
  ProcStart: 5,
  ProcStop: 6,
  GCStart: 7,
  GCDone: 8,
  STWStart: 9,
  STWDone: 10,
  GCSweepStart: 11,
  GCSweepDone: 12,
  GoCreate: 13,
  GoStart: 14,
  GoEnd: 15,
  GoSched: 17,
  GoBlock: 20,
  GoUnblock: 21,
  GoBlockRecv: 23,
  GoBlockNet: 27,
  GoSysCall: 28,
  GoSysExit: 29,
  GoSysBlock: 30,
  GoWaiting: 31,
  GoInSyscall: 32,
  HeapAlloc: 33,
  FutileWakeup: 36,
  GoStartLabel: 41,
  GCMarkAssistStart: 43,
  GCMarkAssistDone: 44,
  UserTaskCreate: 45,
  UserTaskEnd: 46,
  UserRegion: 47,
  UserLog: 48,
  CPUSample: 49,
} as const;
const STRING_ID = 37;

type Value = number | bigint;

export class V1Builder {
  readonly #bytes: number[] = [];
  readonly #plain: boolean;
  #sequence = 0;

  constructor(version: LegacyVersion) {
    this.#plain = version === 5;
    const header = `go 1.${version} trace`.padEnd(16, '\0');
    for (let i = 0; i < header.length; i++) this.#bytes.push(header.charCodeAt(i));
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.#bytes);
  }

  /** The events that follow are of this proc; `ticks`: when they begin. */
  batch(proc: Value, ticks: Value): this {
    return this.#event('Batch', this.#plain ? [proc, this.#sequence, ticks] : [proc, ticks]);
  }

  /** An event, `ticks` after the one before. In format 1.5 it is the next of all events. */
  add(name: keyof typeof IDS, ticks: Value, ...args: readonly Value[]): this {
    if (!this.#plain) return this.#event(name, [ticks, ...args]);
    this.#sequence++;
    return this.#event(name, [1, ticks, ...args]);
  }

  /** An event without a time: Frequency, Stack. */
  table(name: 'Frequency' | 'Stack', ...args: readonly Value[]): this {
    return this.#event(name, args);
  }

  string(id: Value, text: string): this {
    this.#bytes.push(STRING_ID);
    this.#number(id);
    return this.#text(text);
  }

  log(ticks: Value, task: Value, key: Value, stack: Value, message: string): this {
    this.#event('UserLog', [ticks, task, key, stack]);
    return this.#text(message);
  }

  #event(name: keyof typeof IDS, args: readonly Value[]): this {
    const fewest = this.#plain ? 2 : 1;
    const code = Math.min(args.length - fewest, 3);
    this.#bytes.push(IDS[name] | (code << 6));
    if (code < 3) {
      for (const arg of args) this.#number(arg);
      return this;
    }
    const own = this.#bytes.length;
    for (const arg of args) this.#number(arg);
    const size = this.#bytes.length - own;
    const length = new Uint8Array(10);
    this.#bytes.splice(own, 0, ...length.subarray(0, putUvarint(length, 0, size)));
    return this;
  }

  #text(text: string): this {
    const bytes = new TextEncoder().encode(text);
    this.#number(bytes.length);
    this.#bytes.push(...bytes);
    return this;
  }

  #number(value: Value): void {
    const buf = new Uint8Array(10);
    this.#bytes.push(...buf.subarray(0, putUvarint64(buf, 0, BigInt.asUintN(64, BigInt(value)))));
  }
}

/** A small trace of a format before 1.22 that has one of everything that the format knows. */
export function smallV1Trace(version: LegacyVersion): Uint8Array<ArrayBuffer> {
  const seq = (value: number) => (version === 5 ? [] : [value]);
  const builder = new V1Builder(version);
  builder.batch(0, 1000);
  builder.add('GoCreate', 1, 1, 1, 1).add('GoCreate', 1, 2, 1, 1).add('GoWaiting', 1, 2);
  builder.add('GoCreate', 1, 3, 1, 1).add('GoInSyscall', 1, 3).add('GoCreate', 1, 9, 1, 1);
  builder
    .add('ProcStart', 1, 7)
    .add('GoStart', 1, 1, ...seq(1))
    .add('Gomaxprocs', 1, 2, 1);
  builder.add('HeapAlloc', 1, 4096).add('GoCreate', 1, 4, 1, 1);
  builder
    .add('GCStart', 1, ...seq(0), 1)
    .add('STWStart', 1, ...(version >= 10 ? [1] : []))
    .add('STWDone', 1);
  builder
    .add('GCDone', 1)
    .add('GCSweepStart', 1, 1)
    .add('GCSweepDone', 1, ...(version >= 9 ? [100, 50] : []));
  if (version >= 9) builder.add('GCMarkAssistStart', 1, 1).add('GCMarkAssistDone', 1);
  if (version >= 11) {
    builder.add('UserTaskCreate', 1, 5, 0, 3, 1).add('UserRegion', 1, 5, 0, 4, 1);
    builder.log(1, 5, 5, 1, 'the message').add('UserRegion', 1, 5, 1, 4, 1).add('UserTaskEnd', 1, 5, 1);
  }
  builder
    .add('GoUnblock', 1, 2, ...seq(2), 1)
    .add('GoSysCall', 1, 1)
    .add('GoSysCall', 1, 1)
    .add('GoSysBlock', 1);
  builder
    .add('GoStart', 1, 2, ...seq(3))
    .add('GoBlockNet', 1, 1)
    .add('GoStart', 1, 4, ...seq(1));
  builder.add('GoUnblock', 1, 2, ...seq(4), 1).add('GoSched', 1, 1);
  if (version >= 8) builder.add('GoStartLabel', 1, 2, 5, 6).add('GoEnd', 1);
  builder.add('ProcStop', 1);
  builder.batch(1, 1100).add('ProcStart', 1, 8);
  if (version !== 5) builder.add('GoSysExit', 1, 1, 2, 1101).add('GoStart', 1, 1, 3).add('GoEnd', 1);
  builder.add('ProcStop', 1);
  if (version >= 19) builder.add('CPUSample', 1, 1050, 0, 1, 1);
  if (version === 5) builder.table('Stack', 1, 1, 0x401000).table('Frequency', 1_000_000_000, 0);
  else {
    const texts = ['main.main', 'main.go', 'task', 'region', 'category', 'label'];
    for (const [at, text] of texts.entries()) builder.string(at + 1, text);
    builder.table('Stack', 1, 1, 0x401000, 1, 2, 12).table('Frequency', 1_000_000_000);
  }
  return builder.bytes;
}
