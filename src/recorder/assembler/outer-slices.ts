/** The slices that a nested one interrupts, innermost last: a stack of columns, so that nesting allocates nothing. */

/** How a nested slice came about, and so how it gives back. */
export const Nested = {
  /** Its strand is the one it interrupts. */
  Same: 0,
  /** The strand that it interrupts stays ready. */
  Preempted: 1,
  /** The strand that it interrupts waits until it is given back to. */
  Switched: 2,
} as const;
export type Nested = (typeof Nested)[keyof typeof Nested];

const MAX_DEPTH = 255;

export class OuterSlices {
  depth = 0;
  readonly #strand = new Int32Array(MAX_DEPTH);
  readonly #job = new Int32Array(MAX_DEPTH);
  readonly #settled = new Uint8Array(MAX_DEPTH);
  readonly #resource = new Float64Array(MAX_DEPTH);
  readonly #nested = new Uint8Array(MAX_DEPTH);

  get isFull(): boolean {
    return this.depth === MAX_DEPTH;
  }

  /** A slice is interrupted: its strand, its job and whether that has settled, its resource; and how. */
  push(strand: number, job: number, settled: boolean, resource: number, nested: Nested): void {
    const at = this.depth++;
    this.#strand[at] = strand;
    this.#job[at] = job;
    this.#settled[at] = settled ? 1 : 0;
    this.#resource[at] = resource;
    this.#nested[at] = nested;
  }

  /** Takes the innermost one off. */
  pop(): void {
    this.depth--;
  }

  /** How the running slice came about; there must be an outer one. */
  get nested(): number {
    return this.#nested[this.depth - 1]!;
  }

  /** The strand of the innermost one. */
  get strand(): number {
    return this.#strand[this.depth - 1]!;
  }

  get job(): number {
    return this.#job[this.depth - 1]!;
  }

  get settled(): boolean {
    return this.#settled[this.depth - 1] === 1;
  }

  get resource(): number {
    return this.#resource[this.depth - 1]!;
  }

  /** Whether one of them is of `strand`. */
  has(strand: number): boolean {
    return this.#strand.subarray(0, this.depth).includes(strand);
  }
}
