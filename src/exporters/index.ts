/** Other formats: model in, bytes out. */
export * from './pprof/pprof.ts';
