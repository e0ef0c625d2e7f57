/**
 * What a moment of a goroutine or strand is called on screen and in breakdowns, and how it follows from the wire's
 * state and reason. Rules are data: a new reason is one row of `REASON_CLASSES`.
 */

/** The states of the viewer's legend, in stacking order (bottom to top). */
export const DisplayState = { Run: 0, Sys: 1, Gc: 2, Ready: 3, Net: 4, Sync: 5, Sleep: 6, Off: 7 } as const;
export type DisplayState = (typeof DisplayState)[keyof typeof DisplayState];
export const DISPLAY_STATES = 8;

/** Classes of ranges: collector at work, world stopped, anything else. */
export const RangeClass = { Gc: 0, StopTheWorld: 1, Other: 2 } as const;
export type RangeClass = (typeof RangeClass)[keyof typeof RangeClass];
