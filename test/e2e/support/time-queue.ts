/** A queue of things by time, smallest first: a binary heap. */
export class TimeQueue<T> {
  readonly #items: { readonly time: number; readonly item: T }[] = [];

  /** Time of the first thing; infinity when there is none. */
  nextTime(): number {
    return this.#items[0]?.time ?? Number.POSITIVE_INFINITY;
  }

  push(time: number, item: T): void {
    const items = this.#items;
    let at = items.push({ time, item }) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (items[up]!.time <= time) break;
      [items[up], items[at]] = [items[at]!, items[up]!];
      at = up;
    }
  }

  /** Takes the first thing. */
  pop(): T {
    const items = this.#items;
    const top = items[0]!;
    const last = items.pop()!;
    if (items.length > 0) {
      items[0] = last;
      this.#sink();
    }
    return top.item;
  }

  #sink(): void {
    const items = this.#items;
    for (let at = 0; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < items.length && items[child]!.time < items[least]!.time) least = child;
      }
      if (least === at) return;
      [items[least], items[at]] = [items[at]!, items[least]!];
      at = least;
    }
  }
}
