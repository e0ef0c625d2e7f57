/**
 * What is still there at the end of the trace, by where it was created: goroutines or strands that may be leaks.
 *
 * A site is the place of the creation (innermost frame of the creator's stack) and the entry function of what was created.
 * Only what was created within the trace counts: how long the rest has been there is not known.
 */

import { worksForCreator } from '../reader/index.ts';
import { intervalReason } from './interval-links.ts';
import type { TraceModel } from './model.ts';
import { DisplayState } from './states.ts';

export interface LeakSite {
  /** Group of what was created, and one stack of its creation (0 = not known). */
  readonly group: number;
  readonly createStack: number;
  /** How many were created in the trace, and how many of them were there at its end. */
  readonly created: number;
  readonly open: number;
  /**
   * Of the open ones, those that wait for somebody else or for the network: what idles by design is not among them, nor
   * what Node does not tell the end of.
   */
  readonly stuck: number;
  /** Of the stuck ones, those that are there for several times as long as any that ended. */
  readonly outlived: number;
  /** Of the open ones: since when the oldest is there, ns, and its index. */
  readonly since: number;
  readonly oldest: number;
  /** Reason (string id) that most of the open ones wait for. */
  readonly reason: number;
}

/** What is there for so many times the longest life that ended will not end either. */
const OUTLIVES = 4;

/** Sites with open goroutines, those with most stuck ones first, then most open ones. Linear in the goroutines. */
export function leakSites(model: TraceModel): LeakSite[] {
  const { goroutines } = model;
  const places = placesOf(model);
  const sites = new Map<number, Site>();
  for (let goroutine = 0; goroutine < goroutines.count; goroutine++) {
    if (Number.isNaN(goroutines.created[goroutine]!)) continue;
    const key = goroutines.group[goroutine]! * model.stacks.count + places[goroutines.createStack[goroutine]!]!;
    let site = sites.get(key);
    if (site === undefined) {
      site = new Site(goroutines.group[goroutine]!, goroutines.createStack[goroutine]!);
      sites.set(key, site);
    }
    site.add(model, goroutine);
  }
  return [...sites.values()]
    .filter((site) => site.open > 0)
    .map((site) => site.finish(model))
    .sort((a, b) => b.stuck - a.stuck || b.open - a.open);
}

/** Per stack a number for its innermost frame: the same for the same function, file and line. */
function placesOf({ stacks }: TraceModel): Int32Array {
  const known = new Map<string, number>();
  const place = (_: unknown, stack: number): number => {
    const frame = stacks.offset[stack]!;
    const empty = frame === stacks.offset[stack + 1]!;
    const key = empty ? '' : `${stacks.func[frame]} ${stacks.file[frame]} ${stacks.line[frame]}`;
    const number = known.get(key) ?? known.size;
    known.set(key, number);
    return number;
  };
  return Int32Array.from({ length: stacks.count }, place);
}

/** Whether the trace would tell the end of this one. Of a Node resource that may call back again it is not known. */
function endIsTold({ info, goroutines, stacks, strings }: TraceModel, goroutine: number): boolean {
  if (info.dialect === 'go') return true;
  const frame = stacks.offset[goroutines.entryStack[goroutine]! + 1]! - 1;
  return worksForCreator(strings[goroutines.name[goroutine]!]!, strings[stacks.file[frame]!] ?? '');
}

class Site {
  readonly group: number;
  readonly createStack: number;
  created = 0;
  open = 0;
  stuck = 0;
  oldest = -1;
  readonly #stuckSince: number[] = [];
  #longest = 0;
  readonly #reasons = new Map<number, number>();

  constructor(group: number, createStack: number) {
    this.group = group;
    this.createStack = createStack;
  }

  add(model: TraceModel, goroutine: number): void {
    const { goroutines, intervals } = model;
    this.created++;
    const life = goroutines.ended[goroutine]! - goroutines.created[goroutine]!;
    if (life > this.#longest) this.#longest = life;
    if (!Number.isNaN(life)) return;
    this.open++;
    // Goroutines are in order of appearance, so the first is the oldest.
    if (this.oldest < 0) this.oldest = goroutine;
    const last = goroutines.offset[goroutine + 1]! - 1;
    const display = intervals.display[last];
    const waits = display === DisplayState.Sync || display === DisplayState.Net;
    if (waits && endIsTold(model, goroutine)) {
      this.stuck++;
      this.#stuckSince.push(goroutines.created[goroutine]!);
    }
    this.#reasons.set(intervalReason(intervals, last), (this.#reasons.get(intervalReason(intervals, last)) ?? 0) + 1);
  }

  finish({ goroutines, info }: TraceModel): LeakSite {
    const { group, createStack, created, open, stuck, oldest } = this;
    const [reason] = [...this.#reasons].reduce((a, b) => (b[1] > a[1] ? b : a));
    const outlived = this.#stuckSince.filter((since) => info.end - since > OUTLIVES * this.#longest).length;
    return { group, createStack, created, open, stuck, outlived, oldest, since: goroutines.created[oldest]!, reason };
  }
}
