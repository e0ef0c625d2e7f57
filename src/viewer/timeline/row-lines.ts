/**
 * Vertical lines of this frame, wake-ups and steps of the critical path: known before labels are placed, since a label
 * that a line would cross moves right of it.
 */
export class RowLines {
  #count = 0;
  #x = new Int32Array(64);
  #top = new Int32Array(64);
  #bottom = new Int32Array(64);
  readonly #crossing: number[] = [];

  clear(): void {
    this.#count = 0;
  }

  /** A line at pixel x, between two heights in any order. */
  add(x: number, from: number, to: number): void {
    const i = this.#count;
    if (i === this.#x.length) {
      this.#x = longer(this.#x);
      this.#top = longer(this.#top);
      this.#bottom = longer(this.#bottom);
    }
    this.#x[i] = x;
    this.#top[i] = Math.min(from, to);
    this.#bottom[i] = Math.max(from, to);
    this.#count = i + 1;
  }

  /** Pixels of the lines that cross a box, ascending; the list is used again by the next call. */
  crossing(left: number, right: number, top: number, bottom: number): readonly number[] {
    const found = this.#crossing;
    found.length = 0;
    for (let i = 0; i < this.#count; i++) {
      const x = this.#x[i]!;
      if (x >= left && x <= right && this.#top[i]! < bottom && this.#bottom[i]! > top) found.push(x);
    }
    if (found.length > 1) found.sort((a, b) => a - b);
    return found;
  }
}

function longer(from: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const to = new Int32Array(from.length * 2);
  to.set(from);
  return to;
}
