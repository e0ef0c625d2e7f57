/**
 * A trace is being read: how far, how fast, how long still, and a way to stop and use what is there. The parts of the
 * page are in their places already, so that nothing jumps when the trace opens.
 */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Progress } from '../state/phase.ts';
import type { Viewer } from '../state/viewer.ts';
import { byteSize, clock, count, duration } from '../theme/numbers.ts';
import { PanelHead } from './panel-head.tsx';

/** Below this, the time left is not worth a word, ms. */
const SOON = 800;
/** Milliseconds between two looks at the clock. */
const TICK = 250;

export function LoadingPage({ viewer, progress }: { viewer: Viewer; progress: Progress }) {
  const now = useSignal(performance.now());
  useEffect(() => {
    const timer = setInterval(() => {
      now.value = performance.now();
    }, TICK);
    return () => clearInterval(timer);
  }, []);
  const { bytes, total, events, since, time } = progress;
  const part = total === undefined || total === 0 ? 0 : Math.min(1, bytes / total);
  const elapsed = Math.max(1, now.value - since);
  const left = part > 0.02 ? (elapsed / part) * (1 - part) : 0;
  const facts = [
    ...(events > 0 ? [`${count(events)} events`] : []),
    ...(part < 1 ? [`${byteSize(bytes / (elapsed / 1000))}/s`] : []),
  ];
  return (
    <main class="loading">
      <div class="overview">
        <div class="unread" style={{ left: across(part) }} />
      </div>
      <div class="loading-bar">
        <b>{part < 1 ? 'Reading' : 'Putting it together'}</b>
        <span>
          {byteSize(bytes)}
          {total !== undefined && part < 1 && ` of ${byteSize(total)}`}
        </span>
        <span class="muted">{facts.join(', ')}</span>
        <span class="space" />
        {left > SOON && <span class="muted">about {duration(left * 1e6)} left</span>}
        <button type="button" class="button small" onClick={() => viewer.loader.stop()}>
          Stop and use what is here
        </button>
      </div>
      <Placeholders />
      <div class="timeline-head">
        <span class="panel-number">3</span>
        <h2>Timeline</h2>
        <span class="muted">appears when the file is read</span>
      </div>
      <div
        class="loading-timeline"
        role="progressbar"
        aria-label={`Reading ${progress.fileName}`}
        aria-valuenow={Math.round(part * 100)}
      >
        <div class="loading-done" style={{ width: `calc(${across(part)} - var(--gutter) * 0.0625rem)` }} />
        <div class="unread" style={{ left: across(part) }}>
          {time > 0 && part < 1 && <span class="muted">{clock(time, 1e7)} read, more to come</span>}
        </div>
      </div>
    </main>
  );
}

/** Position of a part of the time area, from the gutter to the right margin. */
function across(part: number): string {
  return `calc(var(--gutter) * 0.0625rem + ${part} * (100% - var(--gutter) * 0.0625rem - 1rem))`;
}

/** The panels with blocks where their texts will be. */
function Placeholders() {
  return (
    <div class="panels" aria-hidden="true">
      <section class="panel">
        <PanelHead number={1} title="What stands out" />
        {[0, 1, 2].map((row) => (
          <div key={row} class="finding-block">
            <div class="block short" />
            <div>
              <div class="block long" />
              <div class="block" />
            </div>
          </div>
        ))}
      </section>
      <section class="panel">
        <PanelHead number={2} title="Requests" />
        <div class="block long" />
        <div class="block" />
      </section>
      <section class="panel blocks">
        <PanelHead title="Groups" />
        {[0, 1, 2, 3].map((row) => (
          <div key={row} class="block long" />
        ))}
      </section>
    </div>
  );
}
