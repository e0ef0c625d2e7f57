/** The trace as tables, and what can be asked of it. Pure; runs anywhere. */
export * from './await-cause.ts';
export { type GroupedRows, groupRows } from './build/group-rows.ts';
export * from './counter-series.ts';
export * from './dialect.ts';
export * from './latency.ts';
export * from './load-trace.ts';
export * from './loop-blocks.ts';
export * from './metric-pyramid.ts';
export type * from './model.ts';
export * from './model-builder.ts';
export * from './search.ts';
export * from './state-totals.ts';
export * from './states.ts';
export * from './task-breakdown.ts';
export * from './tile-pyramid.ts';
export * from './tracks.ts';
export * from './transferables.ts';
export * from './wakeups.ts';
