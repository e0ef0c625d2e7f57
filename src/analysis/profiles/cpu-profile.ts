/**
 * CPU samples by stack. A sample stands for the time between two of them: 10 ms in a Go trace, whose runtime samples at
 * 100 Hz, and else the median distance of samples on one proc.
 */
import type { Extent } from '../extents.ts';
import type { TraceModel } from '../model.ts';
import { type Profile, ProfileSums } from './profile.ts';

const GO_PERIOD = 10e6;

/**
 * The profile of the samples within the extents, or of all, those without a goroutine too.
 *
 * @param extents undefined: the whole trace; those of a goroutine must not overlap
 */
export function cpuProfile(model: TraceModel, extents?: readonly Extent[]): Profile {
  const { samples } = model;
  const period = samplePeriod(model);
  const sums = new ProfileSums(model.stacks.count);
  const isWanted = extents === undefined ? () => true : within(extents);
  for (let row = 0; row < samples.count; row++)
    if (isWanted(samples.goroutine[row]!, samples.time[row]!)) sums.add(samples.stack[row]!, 1, period);
  return sums.finish({ type: 'cpu', countOf: 'samples', valueOf: 'cpu' });
}

/** Time that a sample stands for, ns. */
export function samplePeriod({ info, samples }: TraceModel): number {
  if (info.dialect === 'go') return GO_PERIOD;
  const last = new Map<number, number>();
  const distances: number[] = [];
  for (let row = 0; row < samples.count; row++) {
    const before = last.get(samples.proc[row]!);
    if (before !== undefined) distances.push(samples.time[row]! - before);
    last.set(samples.proc[row]!, samples.time[row]!);
  }
  if (distances.length === 0) return GO_PERIOD;
  return Math.round(distances.sort((a, b) => a - b)[distances.length >> 1]!);
}

function within(extents: readonly Extent[]): (goroutine: number, time: number) => boolean {
  const byGoroutine = new Map<number, Extent[]>();
  for (const extent of extents) {
    const own = byGoroutine.get(extent.goroutine);
    if (own === undefined) byGoroutine.set(extent.goroutine, [extent]);
    else own.push(extent);
  }
  return (goroutine, time) =>
    byGoroutine.get(goroutine)?.some((extent) => extent.start <= time && time < extent.end) ?? false;
}
