/**
 * Source: how late the event loop comes around, as Node's own histogram has it. What it saw is said with each pulse, as a
 * line of the reserved category.
 *
 * Newer versions of Node (such as 24.22 and 26.12) look at every turn of the loop: how long it was busy, which is how late whatever
 * became ready meanwhile was taken up. It is exact, and wakes nobody. Older ones have but a native timer, which wakes an idle
 * loop to see how late it is.
 */
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { RecordWriter } from '../record/record-writer.ts';
import type { Texts } from '../record/texts.ts';
import { message, RESERVED_CATEGORY } from '../reserved.ts';
import type { LoopIdle } from './loop-idle.ts';
import type { PulsedSource } from './pulse.ts';

// The true one: tests of the program may replace the clock while it is recorded.
const { setImmediate } = globalThis;

/** Period of the native timer, ms. The histogram holds the whole time between two firings. */
const RESOLUTION = 50;

/** Options of monitorEventLoopDelay that Node's types do not have yet. */
interface MonitorOptions {
  readonly samplePerIteration?: unknown;
  readonly resolution?: number;
}

interface Monitor {
  readonly histogram: IntervalHistogram;
  /** What the histogram holds for a loop that is not late, ns. */
  readonly expected: number;
  /** It looks by a timer, rather than at every turn of the loop. */
  readonly isTimed: boolean;
}

/** Starts recording the loop's delay. */
export function recordLoopDelay(record: RecordWriter, texts: Texts, loop: LoopIdle): PulsedSource {
  const { histogram, expected, isTimed } = monitorDelay();
  histogram.enable();
  let stopped = false;
  const say = (): void => {
    if (histogram.count === 0) return;
    const delay = (ns: number): number => Math.max(0, Math.round(ns - expected));
    const fact = {
      mean: delay(histogram.mean),
      p99: delay(histogram.percentile(99)),
      max: delay(histogram.max),
      count: histogram.count,
    };
    histogram.reset();
    if (record.depth === 0) record.idleBefore(loop.take());
    const category = texts.name(RESERVED_CATEGORY);
    record.log(0, category, texts.passing(message('loop delay', fact)));
  };
  /**
   * A histogram that is reset forgets when it looked last, and would never see a block that has just delayed the pulse
   * too. By the end of this turn of the loop its timer has fired.
   */
  const sayLater = (): void => {
    const sayNow = (): void => {
      if (record.depth > 0) record.own();
      if (!stopped) say();
    };
    setImmediate(sayNow).unref();
  };
  return {
    pulse: isTimed ? sayLater : say,
    stop: () => {
      say();
      stopped = true;
      histogram.disable();
    },
  };
}

/**
 * The best that this Node has. Older ones ignore the option, and so do not mind a wrong value. No histogram may be made in
 * vain: Node dies of listing its handles (inventory.ts) when one is gone.
 */
function monitorDelay(): Monitor {
  const monitor: (options: MonitorOptions) => IntervalHistogram = monitorEventLoopDelay;
  try {
    const histogram = monitor({ samplePerIteration: 'known?', resolution: RESOLUTION });
    return { histogram, expected: RESOLUTION * 1e6, isTimed: true };
  } catch {
    return { histogram: monitor({ samplePerIteration: true }), expected: 0, isTimed: false };
  }
}
