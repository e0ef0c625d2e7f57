/**
 * What is selected: a request, a strand, one of its intervals, or several of these at once (a strand within a request).
 * -1 is none. Escape goes one level up.
 */
export interface Selection {
  readonly task: number;
  readonly strand: number;
  readonly interval: number;
}

export const NOTHING: Selection = { task: -1, strand: -1, interval: -1 };

export function isNothing(selection: Selection): boolean {
  return selection.task < 0 && selection.strand < 0;
}

/** One level up: interval, strand, request, nothing. */
export function levelUp(selection: Selection): Selection {
  if (selection.interval >= 0) return { ...selection, interval: -1 };
  if (selection.strand >= 0) return { ...selection, strand: -1 };
  return NOTHING;
}
