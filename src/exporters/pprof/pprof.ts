/**
 * A profile as a file that `go tool pprof` and its kin read: the message `Profile` of
 * https://github.com/google/pprof/blob/main/proto/profile.proto, not compressed (readers take both; who writes a file may
 * gzip it).
 *
 * A location is a place in the source: frames with the same function, file and line are one. Stacks keep their order,
 * innermost frame first.
 */
import type { Profile, TraceModel } from '../../analysis/index.ts';
import { Message } from './protobuf.ts';

/** Field numbers of the messages, as far as they are used. */
const PROFILE = {
  sampleType: 1,
  sample: 2,
  location: 4,
  function: 5,
  stringTable: 6,
  timeNanos: 9,
  durationNanos: 10,
  periodType: 11,
  period: 12,
  defaultSampleType: 14,
} as const;
const VALUE_TYPE = { type: 1, unit: 2 } as const;
const SAMPLE = { location: 1, value: 2 } as const;
const LOCATION = { id: 1, line: 4 } as const;
const LINE = { function: 1, line: 2 } as const;
const FUNCTION = { id: 1, name: 2, systemName: 3, filename: 4 } as const;

/** The bytes of a profile of a model. */
export function pprofOf(model: TraceModel, profile: Profile): Uint8Array {
  return new PprofWriter(model).write(profile);
}

class PprofWriter {
  readonly #model: TraceModel;
  readonly #out = new Message();
  readonly #strings = new Map<string, number>([['', 0]]);
  readonly #functions = new Map<string, number>();
  readonly #locations = new Map<string, number>();

  constructor(model: TraceModel) {
    this.#model = model;
  }

  write(profile: Profile): Uint8Array {
    const { info } = this.#model;
    const out = this.#out;
    out.message(PROFILE.sampleType, this.#valueType(profile.countOf, 'count'));
    out.message(PROFILE.sampleType, this.#valueType(profile.valueOf, profile.unit));
    for (let row = 0; row < profile.stack.length; row++) {
      const locations = this.#locationsOf(profile.stack[row]!);
      const values = [profile.count[row]!, Math.round(profile.value[row]!)];
      out.message(PROFILE.sample, new Message().numbers(SAMPLE.location, locations).numbers(SAMPLE.value, values));
    }
    if (info.wallOrigin !== undefined) out.number(PROFILE.timeNanos, Number(info.wallOrigin));
    out.number(PROFILE.durationNanos, Math.round(info.end - info.start));
    out.message(PROFILE.periodType, this.#valueType('trace', 'count')).number(PROFILE.period, 1);
    out.number(PROFILE.defaultSampleType, this.#string(profile.valueOf));
    for (const text of this.#strings.keys()) out.text(PROFILE.stringTable, text);
    return out.finish();
  }

  #valueType(type: string, unit: string): Message {
    return new Message().number(VALUE_TYPE.type, this.#string(type)).number(VALUE_TYPE.unit, this.#string(unit));
  }

  #string(text: string): number {
    return numberOf(this.#strings, text, 0);
  }

  #locationsOf(stack: number): number[] {
    const { offset } = this.#model.stacks;
    const ids: number[] = [];
    for (let frame = offset[stack]!; frame < offset[stack + 1]!; frame++) ids.push(this.#location(frame));
    return ids;
  }

  #location(frame: number): number {
    const { func, file, line } = this.#model.stacks;
    const key = `${func[frame]} ${file[frame]} ${line[frame]}`;
    const known = this.#locations.get(key);
    if (known !== undefined) return known;
    const id = numberOf(this.#locations, key, 1);
    const where = new Message().number(LINE.function, this.#function(frame)).number(LINE.line, line[frame]!);
    this.#out.message(PROFILE.location, new Message().number(LOCATION.id, id).message(LOCATION.line, where));
    return id;
  }

  #function(frame: number): number {
    const { strings, stacks } = this.#model;
    const key = `${stacks.func[frame]} ${stacks.file[frame]}`;
    const known = this.#functions.get(key);
    if (known !== undefined) return known;
    const id = numberOf(this.#functions, key, 1);
    const name = this.#string(strings[stacks.func[frame]!]!);
    const file = this.#string(strings[stacks.file[frame]!]!);
    this.#out.message(
      PROFILE.function,
      new Message()
        .number(FUNCTION.id, id)
        .number(FUNCTION.name, name)
        .number(FUNCTION.systemName, name)
        .number(FUNCTION.filename, file),
    );
    return id;
  }
}

/** The number of a key in a table, counting from `first`; a new key gets the next. */
function numberOf(table: Map<string, number>, key: string, first: number): number {
  const known = table.get(key);
  if (known !== undefined) return known;
  const number = table.size + first;
  table.set(key, number);
  return number;
}
