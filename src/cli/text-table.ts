/** Tables in plain text: the first column left, all others right, two spaces between, two in front. */

/** Lines of a table; the first row is its head. */
export function textTable(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    `  ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  ')}`.trimEnd(),
  );
}

/** A table whose head stands where titles of sections do: two places to the left of the rows. */
export function headedTable(rows: readonly (readonly string[])[]): string[] {
  return textTable(rows).map((line, row) => (row === 0 ? line.slice(2).replace(/ {2}/, '    ') : line));
}
