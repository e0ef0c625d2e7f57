/**
 * A trace is being read and has no rows yet. The parts of the page are in their places already, so that nothing jumps
 * when the first rows come.
 */
import type { Progress } from '../state/phase.ts';
import type { Viewer } from '../state/viewer.ts';
import { clock } from '../theme/numbers.ts';
import { FindingBlocks } from './findings-so-far.tsx';
import { LoadingBar, partRead } from './loading-bar.tsx';
import { PanelHead } from './panel-head.tsx';

export function LoadingPage({ viewer, progress }: { viewer: Viewer; progress: Progress }) {
  const { time } = progress;
  const part = partRead(progress);
  return (
    <main class="loading">
      <div class="overview">
        <div class="unread" style={{ left: across(part) }} />
      </div>
      <LoadingBar viewer={viewer} progress={progress} />
      <Placeholders />
      <div class="timeline-head">
        <span class="panel-number">3</span>
        <h2>Timeline</h2>
        <span class="muted">appears with the first part of the file</span>
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
        <FindingBlocks />
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
