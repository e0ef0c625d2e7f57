/**
 * Source: how late the event loop comes around, as Node's own histogram has it: a native timer that is to fire every
 * 20 ms, and how much later it does. What it saw is said once a second, as a line of the reserved category.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { RecordWriter } from '../record/record-writer.ts';
import type { Texts } from '../record/texts.ts';
import { message, RESERVED_CATEGORY } from '../reserved.ts';
import type { LoopIdle } from './loop-idle.ts';

/** Period of the native timer, ms. The histogram holds the whole time between two firings. */
const RESOLUTION = 20;
/** Time between two lines, ms. */
const PERIOD = 1000;

const { setInterval, clearInterval } = globalThis;

/** Starts recording the loop's delay; returns what stops it. */
export function recordLoopDelay(record: RecordWriter, texts: Texts, loop: LoopIdle): () => void {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION });
  histogram.enable();
  const say = (): void => {
    if (histogram.count === 0) return;
    const delay = (ns: number): number => Math.max(0, Math.round(ns - RESOLUTION * 1e6));
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
  const timer = setInterval(say, PERIOD);
  timer.unref();
  return () => {
    clearInterval(timer);
    say();
    histogram.disable();
  };
}
