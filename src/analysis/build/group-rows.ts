/** The one sort of the model: rows by the parent they belong to, in linear time, order kept within a parent. */

export interface GroupedRows {
  /** Rows of parent p are rows[offset[p]] to rows[offset[p + 1]]. */
  readonly offset: Int32Array<ArrayBuffer>;
  readonly rows: Int32Array<ArrayBuffer>;
}

/**
 * Groups rows by parent.
 *
 * @param parentOf per row its parent's number; negative: none, the row is left out
 * @param rank final index per parent's number
 * @param parents how many parents there are
 */
export function groupRows(parentOf: Int32Array, rank: Int32Array | undefined, parents: number): GroupedRows {
  const offset = new Int32Array(parents + 1);
  const final = (parent: number): number => (rank === undefined ? parent : rank[parent]!);
  for (const parent of parentOf) if (parent >= 0) offset[final(parent) + 1]!++;
  for (let parent = 0; parent < parents; parent++) offset[parent + 1]! += offset[parent]!;
  const next = offset.slice();
  const rows = new Int32Array(offset[parents]!);
  for (let row = 0; row < parentOf.length; row++) {
    const parent = parentOf[row]!;
    if (parent >= 0) rows[next[final(parent)]!++] = row;
  }
  return { offset, rows };
}
