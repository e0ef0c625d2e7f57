/** The trace as tables, and what can be asked of it. Pure; runs anywhere. */
export * from './dialect.ts';
export * from './metric-pyramid.ts';
export type * from './model.ts';
export * from './model-builder.ts';
export * from './states.ts';
export * from './tile-pyramid.ts';
export * from './tracks.ts';
export * from './transferables.ts';
