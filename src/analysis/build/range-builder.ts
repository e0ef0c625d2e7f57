/**
 * Ranges: named stretches that are no states, such as a collection, a stopped world, a sweep.
 *
 * A range is open per subject (a goroutine, a proc, or the trace as a whole) and name. A subject has at most a
 * handful of open ranges, so they form a list through the rows themselves (`below`), found from the subject's newest.
 */
import { Float64List, Int32List, Uint8List } from '../../base/index.ts';
import { EventKind, type TraceEvent } from '../../reader/index.ts';
import type { Dialect, RangeTable } from '../model.ts';
import { rangeClass } from '../states.ts';

export class RangeBuilder {
  /** Time of the trace's first event, ns. */
  start = 0;
  readonly #start = new Float64List();
  readonly #end = new Float64List();
  readonly #name = new Int32List();
  readonly #scope = new Uint8List();
  readonly #subject = new Int32List();
  readonly #proc = new Int32List();
  readonly #below = new Int32List();
  /** By scope (ResourceKind): the newest open range per subject. */
  readonly #open: readonly Map<number, number>[] = [new Map(), new Map(), new Map(), new Map()];

  /**
   * A range begins, is found open, or ends.
   *
   * @param subject goroutine index, builder's proc number or -1, by the event's resource
   * @param proc builder's number of the event's proc
   * @returns whether anything began or ended: a reminder that an open range is still open changes nothing
   */
  event(event: TraceEvent, subject: number, proc: number): boolean {
    const row = this.#find(event.resource, subject, event.name);
    if (event.kind === EventKind.RangeEnd) {
      if (row < 0) return false;
      this.#end.set(row, event.time);
      this.#unlink(event.resource, subject, row);
      return true;
    }
    if (row >= 0) return false;
    const open = this.#open[event.resource]!;
    // Found open at its first mention: it was on before the trace began.
    this.#start.push(event.kind === EventKind.RangeActive ? this.start : event.time);
    this.#end.push(Number.NaN);
    this.#name.push(event.name);
    this.#scope.push(event.resource);
    this.#subject.push(subject);
    this.#proc.push(proc);
    open.set(subject, this.#below.push(open.get(subject) ?? -1));
    return true;
  }

  #find(scope: number, subject: number, name: number): number {
    let row = this.#open[scope]!.get(subject) ?? -1;
    while (row >= 0 && this.#name.at(row) !== name) row = this.#below.at(row);
    return row;
  }

  #unlink(scope: number, subject: number, row: number): void {
    const open = this.#open[scope]!;
    const below = this.#below.at(row);
    let above = open.get(subject)!;
    if (above === row) {
      if (below < 0) open.delete(subject);
      else open.set(subject, below);
      return;
    }
    while (this.#below.at(above) !== row) above = this.#below.at(above);
    this.#below.set(above, below);
  }

  /** The finished table. `procRank` gives the final index per builder's proc number. */
  finish(strings: readonly string[], dialect: Dialect, procRank: Int32Array, procScope: number): RangeTable {
    const count = this.#start.length;
    const name = this.#name.toArray();
    const scope = this.#scope.toArray();
    const ranked = (proc: number): number => (proc < 0 ? -1 : procRank[proc]!);
    return {
      count,
      start: this.#start.toArray(),
      end: this.#end.toArray(),
      name,
      class: Uint8Array.from(name, (id) => rangeClass(strings[id]!, dialect)),
      scope,
      subject: this.#subject.toArray().map((subject, row) => (scope[row] === procScope ? ranked(subject) : subject)),
      proc: this.#proc.toArray().map(ranked),
    };
  }
}
