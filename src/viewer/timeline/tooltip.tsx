/**
 * What is under the pointer, in words: who, what, how long; why; when. Shows after a moment, at once when the pointer
 * moves from slice to slice, and never over the row it explains.
 */
import { signal, useSignal, useSignalEffect } from '@preact/signals';
import type { Viewer } from '../state/viewer.ts';
import { type Hover, rowTop } from './frame-input.ts';

const DELAY = 120;
/** Design pixels: distance from the row, widest box. */
const DISTANCE = 12;
const WIDEST = 340;

/** The module that knows what to say, once something was pointed at. */
const texts = signal<typeof import('./hover-texts.ts') | undefined>(undefined);
let asked = false;

function ask(): void {
  if (asked) return;
  asked = true;
  void import('./hover-texts.ts').then((module) => {
    texts.value = module;
  });
}

export function Tooltip({ viewer }: { viewer: Viewer }) {
  const { app, timeline } = viewer;
  const visible = useSignal(false);
  useSignalEffect(() => {
    const hover = timeline.hover.value;
    const something = hover.interval >= 0 || hover.gap !== undefined;
    if (!something) {
      visible.value = false;
      return;
    }
    ask();
    if (visible.peek()) return;
    const timer = setTimeout(() => {
      visible.value = true;
    }, DELAY);
    return () => clearTimeout(timer);
  });
  const trace = app.trace.value;
  const hover = timeline.hover.value;
  const row = timeline.rows.value[hover.row];
  if (!visible.value || !app.tooltips.value || trace === undefined || row === undefined || hover.time === undefined)
    return null;
  const said = texts.value?.tooltipTexts(trace, row, hover);
  if (said === undefined) return null;
  return (
    <div class="tooltip" role="tooltip" style={tooltipStyle(viewer, hover)}>
      <b>{said.title}</b>
      {said.why !== '' && <div>{said.why}</div>}
      <div class="muted">{said.when}</div>
    </div>
  );
}

/**
 * Below the row, or above it where more room is; kept inside the timeline. From above it is placed by its bottom, so that
 * a long text grows away from the row.
 */
function tooltipStyle(viewer: Viewer, hover: Hover): Record<string, string> {
  const view = viewer.timelineView!;
  const geometry = view.geometry();
  const { timeline } = viewer;
  const row = timeline.rows.peek()[hover.row]!;
  const places = { layout: timeline.layout.peek(), geometry, scroll: timeline.scroll.peek() };
  const top = rowTop(places, hover.row) / geometry.ratio;
  const height = geometry.height / geometry.ratio;
  const pointer = view.scale(geometry).x(hover.time!) / geometry.ratio;
  const left = Math.max(8, Math.min(pointer + DISTANCE, geometry.width / geometry.ratio - WIDEST - 8));
  const below = top + row.height + DISTANCE;
  const rem = (design: number) => `${design / 16}rem`;
  if (top > height - below) return { left: rem(left), bottom: rem(Math.max(0, height - top + DISTANCE)) };
  return { left: rem(left), top: rem(below) };
}
