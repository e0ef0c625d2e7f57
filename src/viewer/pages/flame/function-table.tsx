/** The functions of a profile: what the graph shows, as numbers. */
import { type FunctionTotal, NO_STACK } from '../../../analysis/index.ts';
import { TableTools } from '../../panels/table-tools.tsx';
import type { Viewer } from '../../state/viewer.ts';
import { columnUnit, count, duration, durationIn, percent } from '../../theme/numbers.ts';
import { type Column, SortTable, tableOf } from '../parts/sort-table.tsx';
import type { FlameWords } from './flame-words.ts';
import { functionMatcher } from './function-search.ts';

interface FunctionTableProps {
  readonly viewer: Viewer;
  readonly totals: readonly FunctionTotal[];
  readonly words: FlameWords;
  readonly all: number;
  readonly search: string;
  readonly noun: string;
}

export function FunctionTable({ viewer, totals, words, all, search, noun }: FunctionTableProps) {
  const { app } = viewer;
  const trace = app.trace.value!;
  const isFound = functionMatcher(trace, search);
  const rows = search === '' ? totals : totals.filter(({ func }) => func >= 0 && isFound(func));
  const unit = columnUnit(all);
  const share = (value: number) => percent(all > 0 ? value / all : 0);
  const columns: Column<FunctionTotal>[] = [
    {
      key: 'function',
      head: 'function',
      text: true,
      class: 'cut',
      value: ({ func }) => words.func(func),
      cell: ({ func }) => words.func(func),
    },
    {
      key: 'file',
      head: 'file',
      text: true,
      class: 'cut muted wide',
      value: ({ func }) => words.file(func),
      cell: ({ func }) => words.file(func),
    },
    {
      key: 'total, ns',
      head: `in all, ${unit.name}`,
      value: ({ total }) => total,
      cell: ({ total }) => <b>{durationIn(total, unit)}</b>,
    },
    { key: 'total share', head: 'share', value: ({ total }) => total / (all || 1), cell: ({ total }) => share(total) },
    {
      key: 'self, ns',
      head: `itself, ${unit.name}`,
      value: ({ self }) => self,
      cell: ({ self }) => durationIn(self, unit),
    },
    { key: 'self share', head: 'share', value: ({ self }) => self / (all || 1), cell: ({ self }) => share(self) },
    { key: noun, head: noun, value: ({ times }) => times, cell: ({ times }) => count(times) },
  ];
  return (
    <div class="page-scroll">
      <div class="table-head">
        <span class="muted">
          {count(rows.length)} functions, {duration(all)}; a row opens its callers and callees
        </span>
        <TableTools name="functions" table={() => tableOf(columns, rows)} />
      </div>
      <SortTable
        label="Functions"
        columns={columns}
        rows={rows}
        sortBy="total, ns"
        rowKey={({ func }) => func}
        onChoose={({ func }) =>
          func !== NO_STACK && app.changeView({ turn: 'sandwich', as: undefined, f: trace.model.strings[func]! })
        }
      />
    </div>
  );
}
