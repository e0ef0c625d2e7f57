import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cell, tableToCsv, tableToText } from './csv.ts';

/** Reads CSV as RFC 4180 says. */
function parse(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    let cell = '';
    if (text[at] === '"') {
      at++;
      while (text[at] !== '"' || text[at + 1] === '"') {
        if (text[at] === '"') at++;
        cell += text[at++];
      }
      at++;
    } else while (text[at] !== ',' && text[at] !== '\r') cell += text[at++];
    row.push(cell);
    if (text[at] === ',') at++;
    else {
      at += 2;
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

describe('tableToCsv', () => {
  it('quotes what needs it, keeps numbers whole, leaves empty what is not known', () => {
    expect(
      tableToCsv([
        ['function', 'life, ns', 'n'],
        ['say "hi"', -1.5, Number.NaN],
        ['two\nlines', 12345678901234, undefined],
      ]),
    ).toBe('function,"life, ns",n\r\n"say ""hi""",-1.5,\r\n"two\nlines",12345678901234,\r\n');
  });

  it('gives no cell that a spreadsheet would run', () => {
    const hostile = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '=HYPERLINK("http://x","y")'];
    for (const text of hostile) {
      expect(parse(tableToCsv([[text]]))).toEqual([[`'${text}`]]);
      expect(tableToText([[text]])[0]).toBe("'");
    }
  });

  it('can be read back, whatever is in it', () => {
    const cell = fc.oneof(fc.string(), fc.constantFrom('"', ',', '\r\n', '=', "'", ''), fc.double({ noNaN: true }));
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { maxLength: 8 }), (table) => {
        const expected = table.map((row) =>
          row.map((value: Cell) => {
            const text = String(value);
            return typeof value === 'string' && /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
          }),
        );
        expect(parse(tableToCsv(table))).toEqual(expected);
      }),
    );
  });
});

describe('tableToText', () => {
  it('has a line per row and a tab per border, whatever is in the cells', () => {
    expect(
      tableToText([
        ['a\tb', 'c\nd'],
        [1, undefined],
      ]),
    ).toBe('a b\tc d\n1\t\n');
  });
});
