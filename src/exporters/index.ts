/** Other formats: model in, bytes out. */
export * from './csv/csv.ts';
export { type CutOptions, cutTrace } from './go-trace/cut.ts';
export { type MergeOptions, mergeTraces, NoCommonClock } from './go-trace/merge.ts';
export * from './pprof/pprof.ts';
export { escaped, SvgCanvas } from './svg/svg-canvas.ts';
