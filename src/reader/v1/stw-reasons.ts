/** Why the world was stopped: in v1 a number, in v2 the words below. */

/** The reasons of format 1.21, by number, in the words of Go's converter. */
export const STW_REASONS: readonly string[] = [
  '',
  'GC mark termination',
  'GC sweep termination',
  'write heap dump',
  'goroutine profile',
  'goroutine profile cleanup',
  'all goroutine stack trace',
  'read mem stats',
  'AllThreadsSyscall',
  'GOMAXPROCS',
  'start trace',
  'stop trace',
  'CountPagesInUse (test)',
  'ReadMetricsSlow (test)',
  'ReadMemStatsSlow (test)',
  'PageCachePagesLeaked (test)',
  'ResetDebugLog (test)',
];
/** Before 1.21 there were two, and before 1.10 only the first of them. */
const NUMBERED_SINCE = 21;

/** Index in `STW_REASONS` of the number that an event of a format states; 0 for an unknown one. */
export function stwReason(version: number, kind: number): number {
  if (version < NUMBERED_SINCE) return kind === 0 || kind === 1 ? kind + 1 : 0;
  return kind > 0 && kind < STW_REASONS.length ? kind : 0;
}
