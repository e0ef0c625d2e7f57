/**
 * The legend, always there: each state with its true swatch, the word of the dialect and its share in view. A click
 * filters, Shift-click isolates, again restores.
 */
import type { ComponentChildren } from 'preact';
import { wordsOf } from '../../analysis/index.ts';
import type { LegendKey } from '../state/app-state.ts';
import { LEGEND_ORDER } from '../state/legend-order.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import type { Viewer } from '../state/viewer.ts';
import { percent } from '../theme/numbers.ts';
import { BandSwatch, RegionSwatch, Swatch } from './state-bar.tsx';

const ALL: readonly LegendKey[] = [...LEGEND_ORDER, 'stw', 'user'];

export function Legend({ viewer }: { viewer: Viewer }) {
  const { app } = viewer;
  const trace = app.trace.value;
  const totals = viewer.inView.value;
  const sum = totals?.reduce((a, b) => a + b, 0) ?? 0;
  const dialect = trace?.model.info.dialect ?? 'node';
  const words = wordsOf(dialect);
  return (
    <footer class="legend">
      <div class="legend-entries" role="toolbar" aria-label="Legend">
        {LEGEND_ORDER.map((display) => (
          <Entry
            key={display}
            viewer={viewer}
            id={display}
            word={words.states[display]!}
            share={totals && sum > 0 ? totals[display]! / sum : undefined}
          >
            <Swatch display={display} />
          </Entry>
        ))}
        <Entry viewer={viewer} id="stw" word={dialect === 'node' ? 'loop blocked' : words.stopTheWorld}>
          <BandSwatch />
        </Entry>
        {trace !== undefined && hasRegions(trace) && (
          <Entry viewer={viewer} id="user" word="region">
            <RegionSwatch />
          </Entry>
        )}
      </div>
      <span class="space" />
      <span class="legend-hint">click filters · shift-click isolates</span>
    </footer>
  );
}

function hasRegions(trace: OpenTrace): boolean {
  return trace.model.regions.count > 0;
}

interface EntryProps {
  readonly viewer: Viewer;
  readonly id: LegendKey;
  readonly word: string;
  readonly share?: number | undefined;
  readonly children: ComponentChildren;
}

function Entry({ viewer, id, word, share, children }: EntryProps) {
  const { app } = viewer;
  const hidden = app.hidden.value.has(id);
  return (
    <button
      type="button"
      class={hidden ? 'legend-entry off' : 'legend-entry'}
      aria-pressed={!hidden}
      onClick={(event) => (event.shiftKey ? app.isolateLegend(id, ALL) : app.toggleLegend(id))}
    >
      {children}
      <span class="legend-word">{word}</span>
      {share !== undefined && share > 0 && <span class="legend-share">{percent(share)}</span>}
    </button>
  );
}
