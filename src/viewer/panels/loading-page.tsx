/** A trace is being read: how far, how fast, how long still, and a way to stop and use what is there. */

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Progress } from '../state/phase.ts';
import type { Viewer } from '../state/viewer.ts';
import { byteSize, clock, count, duration } from '../theme/numbers.ts';

/** Below this, the time left is not worth a word, ms. */
const SOON = 800;

export function LoadingPage({ viewer, progress }: { viewer: Viewer; progress: Progress }) {
  const now = useSignal(performance.now());
  useEffect(() => {
    const timer = setInterval(() => {
      now.value = performance.now();
    }, 250);
    return () => clearInterval(timer);
  }, []);
  const { bytes, total, events, since, time } = progress;
  const part = total === undefined || total === 0 ? undefined : Math.min(1, bytes / total);
  const elapsed = Math.max(1, now.value - since);
  const left = part !== undefined && part > 0.02 ? (elapsed / part) * (1 - part) : undefined;
  return (
    <main class="loading">
      <div class="overview" />
      <div class="loading-bar">
        <b>Reading</b>
        <span>
          {byteSize(bytes)}
          {total !== undefined && ` of ${byteSize(total)}`}
        </span>
        <span class="muted">
          {count(events)} events, {clock(time, 1e7)} so far, {byteSize(bytes / (elapsed / 1000))}/s
        </span>
        <span class="space" />
        {left !== undefined && left > SOON && <span class="muted">about {duration(left * 1e6)} left</span>}
        <button type="button" class="button small" onClick={() => viewer.loader.stop()}>
          Stop and use what is here
        </button>
      </div>
      <div
        class="loading-progress"
        role="progressbar"
        aria-valuenow={part === undefined ? undefined : Math.round(part * 100)}
      >
        <div class="loading-done" style={{ width: `${(part ?? 0) * 100}%` }} />
      </div>
      <div class="panels loading-panels" aria-hidden="true">
        {[1, 2, 3].map((panel) => (
          <section key={panel} class="panel">
            <div class="block wide" />
            <div class="block" />
            <div class="block" />
          </section>
        ))}
      </div>
      <div class="loading-rows" aria-hidden="true" />
    </main>
  );
}
