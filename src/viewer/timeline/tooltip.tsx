/**
 * What is under the pointer, in words: who, what, how long; why; when. Shows after a moment, at once when the pointer
 * moves from slice to slice, and never over the row it explains.
 */
import { useSignal, useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { DisplayState, reasonWord, stateWord, wakeupOf } from '../../analysis/index.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import type { Viewer } from '../state/viewer.ts';
import { duration } from '../theme/numbers.ts';
import type { Hover } from './frame-input.ts';
import type { Row } from './rows.ts';

const DELAY = 120;
/** Design pixels: distance from the row, widest box. */
const DISTANCE = 12;
const WIDEST = 340;

export interface TooltipTexts {
  readonly title: string;
  readonly why: string;
  readonly when: string;
}

/** Texts for what is under the pointer; undefined if there is nothing to say. */
export function tooltipTexts(trace: OpenTrace, row: Row, hover: Hover): TooltipTexts | undefined {
  if (hover.interval >= 0) return intervalTexts(trace, hover.interval);
  if (hover.gap !== undefined) {
    const { start, end } = hover.gap;
    const length = duration(end - start);
    return {
      title: `${trace.names.proc(row.ref)} was idle for ${length}`,
      why: 'It had nothing to run.',
      when: span(trace, start, end),
    };
  }
  if (row.kind === 'task') {
    const { start, end } = trace.breakdown(row.ref);
    return {
      title: `${trace.names.task(row.ref)} took ${duration(end - start)}`,
      why: '',
      when: span(trace, start, end),
    };
  }
  return undefined;
}

function intervalTexts(trace: OpenTrace, interval: number): TooltipTexts {
  const { model, names } = trace;
  const { start, end, goroutine, display, reason, proc } = model.intervals;
  const { dialect } = model.info;
  const state = display[interval]! as DisplayState;
  const who = names.strand(goroutine[interval]!);
  const length = duration(end[interval]! - start[interval]!);
  const title = `${who} was ${verb(stateWord(dialect, state), state)} for ${length}`;
  const woken = wakeupOf(model, interval);
  const parts: string[] = [];
  if (state === DisplayState.Ready) parts.push(sentence(trace.heldBy(interval) ?? ''));
  const why = reasonWord(dialect, names.text(reason[interval]!));
  if (why !== '' && state !== DisplayState.Ready) parts.push(sentence(`reason: ${why}`));
  if (proc[interval]! >= 0) parts.push(sentence(`on ${names.proc(proc[interval]!)}`));
  const waker =
    woken === undefined ? '' : woken.waker < 0 ? 'woken from outside' : `woken by ${names.strand(woken.waker)}`;
  const when = span(trace, start[interval]!, end[interval]!);
  return { title, why: parts.join(' ').trim(), when: waker === '' ? when : `${when} · ${waker}` };
}

/** The legend's word as it stands in a sentence. */
function verb(word: string, state: DisplayState): string {
  if (state === DisplayState.Run || state === DisplayState.Ready) return word;
  return `in ${word}`;
}

function sentence(text: string): string {
  return text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function span(trace: OpenTrace, start: number, end: number): string {
  const step = Math.max(1, (end - start) / 100);
  return `${trace.clock(start, step)} to ${trace.clock(end, step)}`;
}

export function Tooltip({ viewer }: { viewer: Viewer }) {
  const { app, timeline } = viewer;
  const visible = useSignal(false);
  const place = useRef({ x: 0, y: 0 });
  useSignalEffect(() => {
    const hover = timeline.hover.value;
    const something = hover.interval >= 0 || hover.gap !== undefined;
    if (!something) {
      visible.value = false;
      return;
    }
    if (visible.peek()) return;
    const timer = setTimeout(() => {
      visible.value = true;
    }, DELAY);
    return () => clearTimeout(timer);
  });
  const trace = app.trace.value;
  const hover = timeline.hover.value;
  const row = timeline.rows.value[hover.row];
  if (!visible.value || trace === undefined || row === undefined || hover.time === undefined) return null;
  const texts = tooltipTexts(trace, row, hover);
  if (texts === undefined) return null;
  place.current = tooltipPlace(viewer, hover);
  const { x, y } = place.current;
  return (
    <div class="tooltip" role="tooltip" style={{ left: `${x / 16}rem`, top: `${y / 16}rem` }}>
      <b>{texts.title}</b>
      {texts.why !== '' && <div>{texts.why}</div>}
      <div class="muted">{texts.when}</div>
    </div>
  );
}

/** Below the row, or above it where there is no room; kept inside the timeline. */
function tooltipPlace(viewer: Viewer, hover: Hover): { x: number; y: number } {
  const view = viewer.timelineView!;
  const geometry = view.geometry();
  const { timeline } = viewer;
  const row = timeline.rows.peek()[hover.row]!;
  const top = geometry.rowsTop / geometry.ratio + timeline.layout.peek().tops[hover.row]! - timeline.scroll.peek();
  const height = geometry.height / geometry.ratio;
  const pointer = view.scale(geometry).x(hover.time!) / geometry.ratio;
  const x = Math.min(pointer + DISTANCE, geometry.width / geometry.ratio - WIDEST - 8);
  const below = top + row.height + DISTANCE;
  return { x: Math.max(8, x), y: below + 80 > height ? Math.max(4, top - 84) : below };
}
