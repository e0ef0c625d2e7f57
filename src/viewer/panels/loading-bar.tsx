/** How far reading has come, how fast, how long still, and a way to stop and use what is there. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Progress } from '../state/phase.ts';
import type { Viewer } from '../state/viewer.ts';
import { byteSize, count, duration } from '../theme/numbers.ts';

/** Below this, the time left is not worth a word, ms. */
const SOON = 800;
/** Milliseconds between two looks at the clock. */
const TICK = 250;

export function LoadingBar({ viewer, progress }: { viewer: Viewer; progress: Progress }) {
  const now = useSignal(performance.now());
  const stopping = useSignal(false);
  useEffect(() => {
    const timer = setInterval(() => {
      now.value = performance.now();
    }, TICK);
    return () => clearInterval(timer);
  }, []);
  const { bytes, total, events, since } = progress;
  const part = partRead(progress);
  const elapsed = Math.max(1, now.value - since);
  const left = part > 0.02 ? (elapsed / part) * (1 - part) : 0;
  const facts = [
    ...(events > 0 ? [`${count(events)} events`] : []),
    ...(part < 1 ? [`${byteSize(bytes / (elapsed / 1000))}/s`] : []),
  ];
  return (
    <div class="loading-bar" role="status">
      <b>{part < 1 && !stopping.value ? 'Reading' : 'Putting it together'}</b>
      <span>
        {byteSize(bytes)}
        {total !== undefined && part < 1 && ` of ${byteSize(total)}`}
      </span>
      <span class="muted">{facts.join(', ')}</span>
      <span class="space" />
      {left > SOON && !stopping.value && <span class="muted">about {duration(left * 1e6)} left</span>}
      <button
        type="button"
        class="button small"
        disabled={stopping.value}
        onClick={() => {
          stopping.value = true;
          viewer.loader.stop();
        }}
      >
        Stop and use what is here
      </button>
    </div>
  );
}

/** The same while the trace is shown already. A part of its own, as it changes often and the page does not. */
export function StillReading({ viewer }: { viewer: Viewer }) {
  const progress = viewer.app.reading.value;
  return progress === undefined ? undefined : <LoadingBar viewer={viewer} progress={progress} />;
}

/** Share of the file that was read, 0 to 1; 0 when its size is not known. */
export function partRead({ bytes, total }: Progress): number {
  return total === undefined || total === 0 ? 0 : Math.min(1, bytes / total);
}
