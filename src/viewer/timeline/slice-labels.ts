/**
 * Which words stand on a slice: the ladder of forms by state, and their place inside a full slice or above a thin one.
 */
import { DisplayState, intervalReason, reasonWord, stateWord, wakeupOf } from '../../analysis/index.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import { duration } from '../theme/numbers.ts';
import { isFullHeight } from '../theme/tokens.ts';
import type { DrawnSlice } from './bars.ts';
import type { TextColour } from './frame.ts';
import { fitLabel, LABEL_MIN_WIDTH, type LabelBox, labelBox, runLadder, waitLadder } from './labels.ts';
import type { RowContext } from './row-context.ts';
import { Fade } from './styles.ts';

/** Insets of the text in design pixels: inside a full slice, on the plain patch of a textured one, above a thin one. */
const INSET = 5;
const PATCH_INSET = 6;
const THIN_INSET = 2;
/** Bars lower than this have smaller text or none. */
const TEXT_MIN_BAR = 14;

/**
 * Adds the label of a slice, if one fits.
 * @param ladder forms, longest first
 * @param colour overrides the colour that follows from the state: for group colours
 */
export function addSliceLabel(
  context: RowContext,
  slice: DrawnSlice,
  ladder: readonly string[],
  cuttable: boolean,
  colour?: TextColour,
): void {
  const { geometry, box, layer } = context;
  const { ratio } = geometry;
  if (box.height < TEXT_MIN_BAR * ratio || slice.display === DisplayState.Off || slice.fade === Fade.Dim) return;
  const full = isFullHeight(slice.display);
  const textured = colour === undefined && (slice.display === DisplayState.Ready || slice.display === DisplayState.Sys);
  const inset = Math.round((full ? (textured ? PATCH_INSET : INSET) : THIN_INSET) * ratio);
  const place = labelBox(
    slice.x0 / ratio,
    slice.x1 / ratio,
    geometry.left / ratio,
    geometry.right / ratio,
    inset / ratio,
  );
  if (place === undefined) return;
  const y = full ? slice.top + Math.round(slice.height / 2) + Math.round(4 * ratio) : slice.top - Math.round(3 * ratio);
  const fitted = fitBeside(context, ladder, cuttable, place, y);
  if (fitted === undefined) return;
  const own: TextColour = full ? `on${slice.display}` : `ink${slice.display}`;
  layer.labels.push({
    x: Math.round(fitted.x * ratio),
    y,
    text: fitted.text,
    colour: slice.fade === Fade.Pale ? 'muted' : (colour ?? own),
    patch: textured && slice.fade === Fade.None ? slice.display : -1,
  });
}

/** Design pixels: half of a line with its halo. */
const HALO = 2;
/** Design pixels between a line and the label that gave way to it. */
const BESIDE = 4;

/** A text and where it begins, design pixels. */
interface Fitted {
  readonly x: number;
  readonly text: string;
}

/**
 * The longest form that fits into a place without a line through it: left of the first line that crosses it, or right of
 * one of them.
 */
function fitBeside(
  { crossings, geometry, measures }: RowContext,
  ladder: readonly string[],
  cuttable: boolean,
  place: LabelBox,
  y: number,
): Fitted | undefined {
  const { ratio } = geometry;
  const right = place.x + place.width;
  // A line just left of the text touches its first letter: it is as wide as its halo.
  const lines = crossings.crossing((place.x - HALO) * ratio, right * ratio, y - 9 * ratio, y + 2 * ratio);
  let best: (Fitted & { readonly rank: number }) | undefined;
  let from = place.x;
  for (let i = 0; i <= lines.length; i++) {
    const to = i < lines.length ? lines[i]! / ratio - 2 : right;
    if (to - from >= LABEL_MIN_WIDTH - BESIDE || lines.length === 0) {
      const text = fitLabel(ladder, to - from, measures.normal, cuttable);
      const rank = text === '' ? ladder.length + 1 : ladder.indexOf(text) < 0 ? ladder.length : ladder.indexOf(text);
      if (text !== '' && (best === undefined || rank < best.rank)) best = { x: from, text, rank };
    }
    if (i < lines.length) from = Math.max(from, lines[i]! / ratio + 2 + BESIDE);
  }
  return best;
}

/** Ladders that are kept: of what is on screen, and of what was there a moment ago. */
const KEPT = 8192;
const ladders = new WeakMap<OpenTrace, Map<number, readonly string[]>>();

/** Ladder of an interval in the row of its strand, or of its proc. It does not depend on the window, so it is kept. */
export function strandLadder({ trace }: RowContext, row: number, display: DisplayState): readonly string[] {
  let known = ladders.get(trace);
  if (known === undefined || known.size >= KEPT) {
    known = new Map();
    ladders.set(trace, known);
  }
  let ladder = known.get(row);
  if (ladder === undefined) {
    ladder = makeLadder(trace, row, display);
    known.set(row, ladder);
  }
  return ladder;
}

function makeLadder(trace: OpenTrace, row: number, display: DisplayState): readonly string[] {
  const { model, names } = trace;
  const { start, end, goroutine } = model.intervals;
  const time = duration(end[row]! - start[row]!);
  const { dialect } = model.info;
  if (display === DisplayState.Run) return runLadder(names.functionOf(goroutine[row]!), time);
  const state = stateWord(dialect, display);
  if (display === DisplayState.Ready) {
    const busy = trace.heldBy(row);
    const why = busy === undefined ? [] : [`${state} ${time}: ${busy}`];
    return [...why, `${state} ${time}`, time];
  }
  const word = reasonWord(dialect, names.text(intervalReason(model.intervals, row))) || state;
  return waitLadder(word, display === DisplayState.Sync ? awaitedBy(trace, row) : '', time);
}

/** What a wait for others is for: in Go the place that waits tells locks and channels apart, in Node who ended it. */
function awaitedBy({ model, names }: OpenTrace, row: number): string {
  const stack = model.intervals.stack[row]!;
  if (model.info.dialect === 'go') return names.ownFunction(stack) || names.callerFunction(stack);
  const waker = wakeupOf(model, row)?.waker ?? -1;
  return waker < 0 ? '' : names.functionOf(waker);
}
