/**
 * Counts of goroutines where one is zoomed in: worked out from the intervals around the window, and kept, so that panning
 * within it costs nothing.
 */
import {
  type LivingKind,
  livingSteps,
  type RangeIndex,
  type StepSeries,
  type TraceModel,
} from '../../analysis/index.ts';
import type { TimeWindow } from '../timeline/scale.ts';

/** Windows on either side of the one that is asked for that are worked out with it. */
const BESIDE = 0.5;

interface Kept {
  readonly window: TimeWindow;
  readonly steps: StepSeries;
}

export class LivingStepsCache {
  readonly #model: TraceModel;
  readonly #index: RangeIndex;
  readonly #kept = new Map<LivingKind, Kept>();

  constructor(model: TraceModel, index: RangeIndex) {
    this.#model = model;
    this.#index = index;
  }

  /** The steps within a window, and perhaps some before and behind it. */
  read(kind: LivingKind, window: TimeWindow): StepSeries {
    const known = this.#kept.get(kind);
    if (known !== undefined && known.window.start <= window.start && known.window.end >= window.end) return known.steps;
    const beside = (window.end - window.start) * BESIDE;
    const wider = { start: window.start - beside, end: window.end + beside };
    const steps = livingSteps(this.#model, this.#index, kind, wider);
    this.#kept.set(kind, { window: wider, steps });
    return steps;
  }
}
