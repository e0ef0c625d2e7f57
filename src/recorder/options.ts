/**
 * What a recording takes in: a level, and sources that are switched on by name because not every program can afford
 * them. The same choice holds for all threads of the process, and reaches descendants through the environment.
 */

export type Level = 0 | 1 | 2;

/** Sources that are off unless they are asked for. */
export interface ExtraSources {
  /** Blocking calls: `fs.…Sync`, `child_process.…Sync`, `crypto.…Sync`, `zlib.…Sync`, `Atomics.wait`. */
  readonly sync?: boolean;
  /** CPU samples: what the code was doing, a thousand times a second. */
  readonly cpu?: boolean;
  /** What each collection does: the heap it begins and ends with, its phases, V8's helper threads. */
  readonly gc?: boolean;
}

/** What each thread of a recording takes in. */
export interface ThreadOptions extends ExtraSources {
  /** Strands get no names: for measuring what naming costs, so not for users. */
  readonly unnamed?: boolean;
  readonly level: Level;
}

const EXTRA_SOURCES: readonly (keyof ExtraSources)[] = ['sync', 'cpu', 'gc'];
/** Goes with the names of sources in the environment. */
const UNNAMED = 'unnamed';
const DEFAULT_LEVEL = 2;

/** The choice without anything else that `options` may hold, its defaults filled in. */
export function threadOptions(options: Partial<ThreadOptions>): ThreadOptions {
  const { level = DEFAULT_LEVEL, unnamed = false } = options;
  return { level, unnamed, ...extraSources((name) => options[name] === true) };
}

/** The choice as the environment holds it: a level as a digit, and the names of extra sources with commas between. */
export function optionsFromText(level: string | undefined, sources: string | undefined): ThreadOptions {
  const names = (sources ?? '').split(',');
  return {
    level: level === '0' ? 0 : level === '1' ? 1 : DEFAULT_LEVEL,
    ...extraSources((name) => names.includes(name)),
    unnamed: names.includes(UNNAMED),
  };
}

/** The names of the extra sources of `options`, as `optionsFromText` takes them. */
export function sourcesText(options: ExtraSources): string {
  return EXTRA_SOURCES.filter((name) => options[name]).join(',');
}

function extraSources(isOn: (name: keyof ExtraSources) => boolean): ExtraSources {
  return Object.fromEntries(EXTRA_SOURCES.map((name) => [name, isOn(name)]));
}
