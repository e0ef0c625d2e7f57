/** Time that was not read yet, in the colour of the page over rows and overview: it waits for the rest of the file. */
import type { Viewer } from '../state/viewer.ts';
import { clock } from '../theme/numbers.ts';
import type { TimeWindow } from './scale.ts';
import { RIGHT_MARGIN } from './view.ts';

interface UnreadProps {
  readonly viewer: Viewer;
  /** What the host shows, from the gutter to the right margin. */
  readonly window: TimeWindow;
  /** Says how far the trace was read. */
  readonly words?: boolean;
}

export function Unread({ viewer, window: { start, end }, words = false }: UnreadProps) {
  const trace = viewer.app.trace.value;
  if (trace === undefined || !trace.isPartial || trace.readTo >= end) return undefined;
  const part = Math.max(0, (trace.readTo - start) / (end - start));
  const left = `calc(var(--gutter) * 0.0625rem + ${part} * (100% - (var(--gutter) + ${RIGHT_MARGIN}) * 0.0625rem))`;
  return (
    <div class="unread" style={{ left }}>
      {words && <span class="muted">{clock(trace.readTo, 1e7)} read, more to come</span>}
    </div>
  );
}

/** Over the rows, where it follows the window. */
export function UnreadRows({ viewer }: { viewer: Viewer }) {
  return <Unread viewer={viewer} window={viewer.shown.value.value} words />;
}
