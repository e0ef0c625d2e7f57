/** Events in, tables and answers out: the trace model and the questions one can ask it. Pure; runs anywhere. */
export * from './dialect.ts';
export * from './model.ts';
export * from './states.ts';
