/**
 * For tests that hold a trace to milliseconds by the program's own clock: on a machine that has other work a program is
 * interrupted between two of its own readings, and such a run proves nothing. A defect fails every run.
 */
export const AGAIN = { retry: 8 };
