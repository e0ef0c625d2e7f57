/**
 * What of a row's texts fits into the gutter: when it is too narrow, the value is given up first, then the detail; the
 * name is cut last.
 */
import { cutEnd, type TextMeasure } from './labels.ts';
import type { Measures } from './row-context.ts';
import type { Row } from './rows.ts';

/** Design pixels: left padding, step of indent, room for a chevron, right padding, gap between name and the rest. */
const PADDING = 16;
const INDENT = 8;
const CHEVRON = 12;
const RIGHT = 10;
const GAP = 6;
/** A detail narrower than this is left out. */
const DETAIL_MIN = 30;

/** Texts of a row's gutter after what does not fit was given up: first the value, then the detail, the name last. */
export interface GutterTexts {
  readonly name: string;
  readonly detail: string;
  readonly value: string;
}

export function gutterTexts(row: Row, gutter: number, measures: Measures): GutterTexts {
  const room = gutter - nameLeft(row) - (row.open === undefined ? 0 : CHEVRON) - RIGHT;
  const measure = row.strong ? measures.bold : measures.normal;
  const nameWidth = measure.width(row.name);
  const valueWidth = row.value === '' ? 0 : measures.normal.width(row.value) + GAP;
  const value = nameWidth + valueWidth <= room ? row.value : '';
  const left = room - (value === '' ? 0 : valueWidth);
  const name = cutName(row.name, left, measure);
  const detailRoom = left - measure.width(name) - GAP;
  const detail = detailRoom >= DETAIL_MIN ? cutEnd(row.detail, detailRoom, measures.normal) : '';
  return { name, detail, value };
}

function cutName(name: string, pixels: number, measure: TextMeasure): string {
  return cutEnd(name, pixels, measure) || name.slice(0, 4);
}

/** Where a row's chevron or name begins. */
export function nameLeft(row: Row): number {
  return PADDING + row.level * INDENT;
}
