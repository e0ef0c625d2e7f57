/**
 * Time units → nanoseconds, to the last nanosecond as Go computes it: in doubles, cut to a 64-bit integer.
 *
 * Times are kept relative to the origin of the trace. A base time is one product, thus a double, whatever its size;
 * the origin is one too; so their difference is exact, and numbers are enough for traces of 104 days at any uptime.
 */

const TWO_63 = 2 ** 63;

/** Nanoseconds per time unit, for a frequency in units per second. Go divides twice: so do we. */
export function nanosecondsPerUnit(frequency: number): number {
  return 1 / (frequency / 1e9);
}

/**
 * Nanoseconds of `units` time units, an integer. What does not fit 64 bits becomes -2^63, as the conversion that Go's
 * reader uses gives on amd64.
 */
export function toNanoseconds(units: number, perUnit: number): number {
  const product = units * perUnit;
  return product < TWO_63 ? Math.floor(product) : -TWO_63;
}

/** The first instant behind `time`, ns: 1 ns later, or as little as a number can tell. */
export function justAfter(time: number): number {
  return Math.abs(time) < Number.MAX_SAFE_INTEGER ? time + 1 : time + Math.abs(time) * Number.EPSILON;
}
