/**
 * For `--require`, which reaches every thread (`--import` does not reach workers that are given source text): loads
 * the preload proper, an ES module. Older versions warn when `require` loads one; a preload must not print.
 */
const { emitWarning } = process;
process.emitWarning = (warning: string | Error, ...rest: unknown[]): void => {
  if (rest[0] !== 'ExperimentalWarning') Reflect.apply(emitWarning, process, [warning, ...rest]);
};
try {
  require('./register.js');
} finally {
  process.emitWarning = emitWarning;
}
