/**
 * Tables as CSV (RFC 4180) and as tab-separated text for the clipboard.
 *
 * Cells of a trace are written by strangers, and spreadsheets run what begins like a formula. So a *text* that begins
 * with `= + - @`, a tab or a line end gets an apostrophe in front, which spreadsheets take for "this is text"; a
 * *number* is written as it is, a negative one too.
 */

/** A text is quoted where needed; a number has all its digits; what is undefined or NaN is an empty cell. */
export type Cell = string | number | undefined;

/** Rows of cells; the first one is the head, with units (`life, ns`). */
export type Table = readonly (readonly Cell[])[];

const FORMULA = /^[=+\-@\t\r\n]/;
const NEEDS_QUOTES = /[",\r\n]/;

/** The table as CSV, with the line ends of RFC 4180. */
export function tableToCsv(table: Table): string {
  const line = (row: readonly Cell[]) => row.map((cell) => quoted(textOf(cell))).join(',');
  return table.map((row) => `${line(row)}\r\n`).join('');
}

/** The table as spreadsheets take it from the clipboard: tabs between cells, and none inside. */
export function tableToText(table: Table): string {
  const line = (row: readonly Cell[]) => row.map((cell) => textOf(cell).replace(/[\t\r\n]+/g, ' ')).join('\t');
  return table.map((row) => `${line(row)}\n`).join('');
}

function textOf(cell: Cell): string {
  if (typeof cell === 'number') return Number.isNaN(cell) ? '' : String(cell);
  if (cell === undefined) return '';
  return FORMULA.test(cell) ? `'${cell}` : cell;
}

function quoted(text: string): string {
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
