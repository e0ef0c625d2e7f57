/**
 * The label ladder: every label has forms from long to short; the longest that fits is drawn, else it is cut with `…`
 * if enough remains, else nothing. A duration is never cut.
 *
 * The idea: measuring text is the slow part, so widths come from a table of advances per character that is filled once
 * per font. Kerning is ignored, which is at most a pixel per label.
 */
import { nameForms } from '../../analysis/index.ts';

/** Least width in pixels of a slice that gets a label. */
export const LABEL_MIN_WIDTH = 24;
/** Characters that must remain of a text that is cut. */
export const CUT_MIN_CHARS = 5;

const ELLIPSIS = '…';

/** Code units whose advance is looked up in an array; of others there are few. */
const COMMON = 1024;

/** Width of texts in one font. Called for every label of every frame, so it allocates nothing. */
export class TextMeasure {
  readonly #common = new Float64Array(COMMON).fill(Number.NaN);
  readonly #rare = new Map<string, number>();
  readonly #measure: (text: string) => number;

  /** @param measure width in pixels of a text: `(t) => context.measureText(t).width`, or anything in a test */
  constructor(measure: (text: string) => number) {
    this.#measure = measure;
  }

  width(text: string): number {
    let sum = 0;
    for (let at = 0; at < text.length; at += charSize(text, at)) sum += this.#advance(text, at);
    return sum;
  }

  /** Number of code units of `text` that fit into `pixels`, at most all. */
  fitting(text: string, pixels: number): number {
    let sum = 0;
    let at = 0;
    while (at < text.length) {
      sum += this.#advance(text, at);
      if (sum > pixels) return at;
      at += charSize(text, at);
    }
    return at;
  }

  /** Width of the character that begins at a code unit. */
  #advance(text: string, at: number): number {
    const code = text.charCodeAt(at);
    if (code < COMMON) {
      const known = this.#common[code]!;
      return Number.isNaN(known) ? this.#learn(code) : known;
    }
    const char = text.slice(at, at + charSize(text, at));
    let advance = this.#rare.get(char);
    if (advance === undefined) {
      advance = this.#measure(char);
      this.#rare.set(char, advance);
    }
    return advance;
  }

  #learn(code: number): number {
    const advance = this.#measure(String.fromCharCode(code));
    this.#common[code] = advance;
    return advance;
  }
}

/** Code units of the character at a place: two for a surrogate pair. */
function charSize(text: string, at: number): 1 | 2 {
  const code = text.charCodeAt(at);
  return code >= 0xd800 && code < 0xdc00 && at + 1 < text.length ? 2 : 1;
}

/** Ladder of a full-height slice: name with duration while the name is qualified, then the name alone. */
export function runLadder(name: string, time: string): string[] {
  const forms = nameForms(name);
  const qualified = forms.slice(0, Math.max(1, forms.length - 1));
  return [...qualified.map((form) => `${form} ${time}`), ...forms.slice(-2)];
}

/** Ladder of a waiting slice: reason and object, reason, time alone. */
export function waitLadder(reason: string, object: string, time: string): string[] {
  const ladder = object === '' ? [] : [`${reason} ${object} ${time}`];
  return reason === '' ? [time] : [...ladder, `${reason} ${time}`, time];
}

/**
 * The longest form that fits, or the shortest cut with `…`, or nothing.
 * @param cuttable false if the shortest form holds a duration and must not be cut
 */
export function fitLabel(ladder: readonly string[], pixels: number, measure: TextMeasure, cuttable = true): string {
  for (const form of ladder) if (measure.width(form) <= pixels) return form;
  const shortest = ladder[ladder.length - 1];
  if (!cuttable || shortest === undefined) return '';
  return cutEnd(shortest, pixels, measure);
}

/** Cuts the end of a text, `…` included in the width; empty if fewer than five characters would remain. */
export function cutEnd(text: string, pixels: number, measure: TextMeasure): string {
  if (measure.width(text) <= pixels) return text;
  const kept = text.slice(0, measure.fitting(text, pixels - measure.width(ELLIPSIS))).trimEnd();
  return kept.length >= CUT_MIN_CHARS ? kept + ELLIPSIS : '';
}

/**
 * Cuts the middle of a path, `routes/…/orders.ts:27`, never the file and its line; the file alone if even that is too
 * long, and nothing if the file does not fit.
 */
export function cutPath(path: string, pixels: number, measure: TextMeasure): string {
  if (measure.width(path) <= pixels) return path;
  const parts = path.split('/');
  const file = parts[parts.length - 1]!;
  for (let keep = parts.length - 2; keep >= 1; keep--) {
    const form = `${parts.slice(0, keep).join('/')}/${ELLIPSIS}/${file}`;
    if (measure.width(form) <= pixels) return form;
  }
  return measure.width(file) <= pixels ? file : '';
}

/** Where a label may stand in the visible part of a slice. */
export interface LabelBox {
  /** First pixel of the text. */
  readonly x: number;
  /** Pixels that the text may take. */
  readonly width: number;
}

/**
 * Place of a label in a slice: it sticks to the visible left edge while the slice scrolls off.
 * @param inset pixels between the edge and the text: 5 inside a full slice, 2 above a thin one
 */
export function labelBox(x0: number, x1: number, left: number, right: number, inset: number): LabelBox | undefined {
  const from = Math.max(x0, left);
  const to = Math.min(x1, right);
  if (to - from < LABEL_MIN_WIDTH) return undefined;
  return { x: from + inset, width: to - from - inset - 4 };
}
