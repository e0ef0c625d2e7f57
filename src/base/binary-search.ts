/**
 * Binary search in sorted columns. Both functions return an insertion point, so that "not found" needs no special
 * value: `lowerBound` the first index whose value is not below `value`, `upperBound` the first whose value is above.
 */

/** First index in [from, to) of the ascending `column` with `column[i] >= value`; `to` when there is none. */
export function lowerBound(column: ArrayLike<number>, value: number, from = 0, to: number = column.length): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (column[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** First index in [from, to) of the ascending `column` with `column[i] > value`; `to` when there is none. */
export function upperBound(column: ArrayLike<number>, value: number, from = 0, to: number = column.length): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (column[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
