/** What the CPU samples found a goroutine doing within a stretch. */
import { lowerBound } from '../../base/index.ts';
import type { ExplainContext } from './context.ts';

/** Samples that are looked at: what is on top of most shows among the first. */
const LOOK = 5000;

/** Number of samples of a goroutine in [from, to); the function that most of them were in, and their share. */
export function samplesWithin(
  { model, names }: ExplainContext,
  goroutine: number,
  from: number,
  to: number,
): { samples: number; top: string; share: number } {
  const { count, time, goroutine: owner, stack } = model.samples;
  const byFunction = new Map<number, number>();
  let samples = 0;
  for (let i = lowerBound(time, from); i < count && time[i]! < to && samples < LOOK; i++) {
    if (owner[i] !== goroutine) continue;
    const frame = model.stacks.offset[stack[i]!]!;
    if (frame === model.stacks.offset[stack[i]! + 1]) continue;
    samples++;
    const func = model.stacks.func[frame]!;
    byFunction.set(func, (byFunction.get(func) ?? 0) + 1);
  }
  const [func, most] = [...byFunction].reduce((a, b) => (b[1] > a[1] ? b : a), [0, 0]);
  return { samples, top: names.text(func), share: samples === 0 ? 0 : most / samples };
}
