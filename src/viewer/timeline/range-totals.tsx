/** Under a measured range: what all strands did in it, per state, and how to go there. */
import { wordsOf } from '../../analysis/index.ts';
import { Swatch } from '../panels/state-bar.tsx';
import { LEGEND_ORDER } from '../state/legend-order.ts';
import type { Viewer } from '../state/viewer.ts';
import { duration } from '../theme/numbers.ts';

export function RangeTotals({ viewer }: { viewer: Viewer }) {
  const { app, scope } = viewer;
  const trace = app.trace.value;
  const range = scope.range.value;
  const totals = viewer.inView.value;
  if (trace === undefined || range === undefined || app.range.value === undefined || totals === undefined) return null;
  const words = wordsOf(trace.model.info.dialect);
  const known = LEGEND_ORDER.filter((display) => totals[display]! > 0 && words.states[display] !== 'unknown');
  return (
    <section class="range-totals" aria-label="Totals of the measured range">
      {known.map((display) => (
        <span class="range-total" key={display} title={words.states[display]}>
          <Swatch display={display} />
          <b>{duration(totals[display]!)}</b>
        </span>
      ))}
      <button type="button" class="link" onClick={() => app.zoomToRange()}>
        <kbd>Enter</kbd> zoom
      </button>
    </section>
  );
}
