/** What a profile is: per stack, how often something happened and how much of something it took. */

export interface Profile {
  readonly type: ProfileType;
  /** What is counted, and what is summed with its unit, in the words of pprof. */
  readonly countOf: string;
  readonly valueOf: string;
  readonly unit: 'nanoseconds';
  /** Stack ids, those with the greatest value first; `count` and `value` belong to them row by row. */
  readonly stack: Int32Array;
  readonly count: Float64Array;
  readonly value: Float64Array;
}

export const PROFILE_TYPES = ['net', 'sync', 'syscall', 'sched', 'cpu'] as const;
export type ProfileType = (typeof PROFILE_TYPES)[number];

/** Sums by stack. */
export class ProfileSums {
  readonly #count: Float64Array;
  readonly #value: Float64Array;

  /** @param stacks how many stacks the trace has */
  constructor(stacks: number) {
    this.#count = new Float64Array(stacks);
    this.#value = new Float64Array(stacks);
  }

  add(stack: number, count: number, value: number): void {
    this.#count[stack]! += count;
    this.#value[stack]! += value;
  }

  finish(words: Pick<Profile, 'type' | 'countOf' | 'valueOf'>): Profile {
    const stack = new Int32Array(this.#count.length)
      .map((_, id) => id)
      .filter((id) => this.#count[id]! > 0)
      .sort((a, b) => this.#value[b]! - this.#value[a]! || a - b);
    return {
      ...words,
      unit: 'nanoseconds',
      stack,
      count: Float64Array.from(stack, (id) => this.#count[id]!),
      value: Float64Array.from(stack, (id) => this.#value[id]!),
    };
  }
}
