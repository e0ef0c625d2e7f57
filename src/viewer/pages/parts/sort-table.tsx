/**
 * A table that is sorted by the column whose head is pressed: largest first, names from A to Z, what is not known last;
 * pressed again, the other way round. Rows are put into the document a few hundred at a time.
 */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Table } from '../../../exporters/index.ts';
import { count } from '../../theme/numbers.ts';

/** Rows that are shown at first, and that are added when more are asked for. */
const PAGE = 200;

export interface Column<R> {
  /** Names it, in files too: with its unit. */
  readonly key: string;
  readonly head: string;
  /** What the head means, where the word does not say it. */
  readonly title?: string;
  /** A column of text or of a drawing, on the left; numbers are on the right. */
  readonly text?: boolean;
  /** What is sorted by, and written into files (times in ns); undefined: neither. */
  readonly value?: (row: R) => number | string;
  readonly cell: (row: R) => ComponentChildren;
  readonly class?: string;
}

interface SortTableProps<R> {
  readonly columns: readonly Column<R>[];
  readonly rows: readonly R[];
  /** Key of the column that sorts at first. */
  readonly sortBy: string;
  readonly rowKey: (row: R) => string | number;
  readonly label: string;
  readonly isSelected?: (row: R) => boolean;
  readonly onChoose?: (row: R) => void;
  /** Rows that are shown at first: fewer where a row is costly to draw. */
  readonly atFirst?: number;
}

export function SortTable<R>({
  columns,
  rows,
  sortBy,
  rowKey,
  label,
  isSelected,
  onChoose,
  atFirst = PAGE,
}: SortTableProps<R>) {
  const by = useSignal(sortBy);
  const reversed = useSignal(false);
  const most = useSignal(atFirst);
  const column = columns.find((candidate) => candidate.key === by.value) ?? columns.find(({ key }) => key === sortBy)!;
  const sorted = useMemo(() => sortRows(rows, column.value, reversed.value), [rows, column, reversed.value]);
  const choose = (key: string) => {
    reversed.value = key === by.value && !reversed.value;
    by.value = key;
  };
  return (
    <>
      <table class="numbers tall" aria-label={label}>
        <thead>
          <tr>
            {columns.map((candidate) => (
              <Head
                key={candidate.key}
                column={candidate}
                sorted={candidate.key === column.key}
                reversed={reversed.value}
                choose={choose}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted.slice(0, most.value).map((row) => (
            <Row
              key={rowKey(row)}
              row={row}
              columns={columns}
              selected={isSelected?.(row) ?? false}
              onChoose={onChoose}
            />
          ))}
        </tbody>
      </table>
      {sorted.length > most.value && (
        <p class="muted">
          {count(sorted.length - most.value)} more are not listed.{' '}
          <button
            type="button"
            class="link"
            onClick={() => {
              most.value += PAGE;
            }}
          >
            List {count(Math.min(PAGE, sorted.length - most.value))} more
          </button>
        </p>
      )}
    </>
  );
}

interface HeadProps<R> {
  readonly column: Column<R>;
  readonly sorted: boolean;
  readonly reversed: boolean;
  readonly choose: (key: string) => void;
}

function Head<R>({ column, sorted, reversed, choose }: HeadProps<R>) {
  const { key, head, title, text, value } = column;
  const cell = text === true ? 'text' : '';
  if (value === undefined) {
    return (
      <th class={cell} title={title}>
        {head}
      </th>
    );
  }
  return (
    <th class={cell} title={title} aria-sort={!sorted ? 'none' : reversed ? 'ascending' : 'descending'}>
      <button type="button" class={sorted ? 'sorted' : ''} onClick={() => choose(key)}>
        {head}
        {sorted ? (reversed ? ' ▴' : ' ▾') : ''}
      </button>
    </th>
  );
}

interface RowProps<R> {
  readonly row: R;
  readonly columns: readonly Column<R>[];
  readonly selected: boolean;
  readonly onChoose: ((row: R) => void) | undefined;
}

function Row<R>({ row, columns, selected, onChoose }: RowProps<R>) {
  const classes = [onChoose && 'clickable', selected && 'selected'].filter(Boolean).join(' ');
  return (
    <tr class={classes} onClick={onChoose && (() => onChoose(row))}>
      {columns.map(({ key, text, cell, class: name }, i) => (
        <td key={key} class={[text === true && 'text', name].filter(Boolean).join(' ')}>
          {i === 0 && onChoose !== undefined ? (
            <button type="button" class="row-button" aria-current={selected ? 'true' : undefined}>
              {cell(row)}
            </button>
          ) : (
            cell(row)
          )}
        </td>
      ))}
    </tr>
  );
}

/** The table with all its digits, for other programs. */
export function tableOf<R>(columns: readonly Column<R>[], rows: readonly R[]): Table {
  const used = columns.filter(({ value }) => value !== undefined);
  return [used.map(({ key }) => key), ...rows.map((row) => used.map(({ value }) => value!(row)))];
}

/** The rows in order: largest first, texts from A to Z; reversed, the other way; NaN always last. */
export function sortRows<R>(
  rows: readonly R[],
  value: ((row: R) => number | string) | undefined,
  reversed: boolean,
): readonly R[] {
  if (value === undefined) return rows;
  const keyed = rows.map((row) => ({ row, key: value(row) }));
  const turn = reversed ? -1 : 1;
  keyed.sort((a, b) => {
    if (typeof a.key === 'string' || typeof b.key === 'string')
      return turn * String(a.key).localeCompare(String(b.key));
    if (Number.isNaN(a.key) || Number.isNaN(b.key)) return Number(Number.isNaN(a.key)) - Number(Number.isNaN(b.key));
    return turn * (b.key - a.key);
  });
  return keyed.map(({ row }) => row);
}
