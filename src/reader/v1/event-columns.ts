/**
 * The events of a v1 file as columns, in the order of the file; a row is an event. What comes later (ordering, replay,
 * conversion) works on rows, and changes a few values in place.
 */
import { Float64List, Int32List, Uint8List } from '../../base/index.ts';

export class V1Columns {
  readonly type = new Uint8List();
  /** First ticks since the first batch, then nanoseconds since the first event. */
  readonly time = new Float64List();
  /** -1 = none. */
  readonly proc = new Int32List();
  /** 0 = none. */
  readonly goroutine = new Float64List();
  /** Arguments in the order of the event table; strings already have their trace-wide ids once `resolve` ran. */
  readonly arg0 = new Float64List();
  readonly arg1 = new Float64List();
  readonly arg2 = new Float64List();
  /** The file's stack id, later the trace-wide one. */
  readonly stack = new Int32List();
  /** Byte offset in the file. */
  readonly offset = new Float64List();

  get count(): number {
    return this.type.length;
  }
}
