/**
 * For `--require`, which reaches every thread (`--import` does not reach workers that are given source text): loads
 * the preload proper, an ES module. Older versions warn when `require` loads one; a preload must not print. Where
 * `require` cannot load one at all, it is imported, which is a moment later than the program's first line. If that fails
 * too, as in a damaged installation, it is said: there will be no trace.
 */
const { emitWarning } = process;
process.emitWarning = (warning: string | Error, ...rest: unknown[]): void => {
  if (rest[0] !== 'ExperimentalWarning') Reflect.apply(emitWarning, process, [warning, ...rest]);
};
try {
  require('./register.js');
} catch {
  import('./register.js').catch((error: unknown) => {
    process.emitWarning(`exectrace cannot be loaded, so nothing is recorded: ${error}`);
  });
} finally {
  process.emitWarning = emitWarning;
}
