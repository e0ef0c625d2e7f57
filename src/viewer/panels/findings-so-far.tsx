/** The place of the findings while the trace is read: what stands out is known when all of it is. */
import type { Viewer } from '../state/viewer.ts';
import { duration } from '../theme/numbers.ts';
import { PanelHead } from './panel-head.tsx';

export function FindingsSoFar({ viewer }: { viewer: Viewer }) {
  const trace = viewer.app.trace.value!;
  return (
    <section class="panel findings loading" id="panel-1" tabIndex={-1} aria-label="What stands out">
      <PanelHead number={1} title="What stands out" right={`first ${duration(trace.readTo - trace.bounds.start)}`} />
      <p class="muted">Findings are ranked when the file is complete.</p>
      <FindingBlocks />
    </section>
  );
}

/** Blocks where texts will be. */
export function FindingBlocks() {
  return (
    <div aria-hidden="true">
      {[0, 1, 2].map((row) => (
        <div key={row} class="finding-block">
          <div class="block short" />
          <div>
            <div class="block long" />
            <div class="block" />
          </div>
        </div>
      ))}
    </div>
  );
}
