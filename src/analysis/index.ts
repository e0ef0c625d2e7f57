/** The trace as tables, and what can be asked of it. */
export type * from './model.ts';
export { DISPLAY_STATES, DisplayState, RangeClass } from './states.ts';
