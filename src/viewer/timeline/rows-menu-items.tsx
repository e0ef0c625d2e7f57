/** What is in the menu Rows. */
import { type DialectWords, wordsOf } from '../../analysis/index.ts';
import type { Viewer } from '../state/viewer.ts';
import { count } from '../theme/numbers.ts';
import { type RowSort, SORTS, STATE_OF_SORT } from './row-sort.ts';

export function RowsMenuItems({ viewer }: { viewer: Viewer }) {
  const { app } = viewer;
  return (
    <>
      <SortField viewer={viewer} />
      <Check label="compact rows" keys="C" on={app.compact.value} toggle={() => app.toggleCompact()} />
      <Check label="bands of GC and blocks" keys="O" on={app.showBands.value} toggle={() => app.toggleBands()} />
      <div class="menu-row">
        <span>{count(app.pinned.value.length)} pinned</span>
        <button
          type="button"
          class="link"
          disabled={app.pinned.value.length === 0}
          onClick={() => {
            app.pinned.value = [];
          }}
        >
          Unpin all
        </button>
      </div>
      <div class="menu-row">
        <span>{count(app.hiddenRows.value.size)} hidden</span>
        <button
          type="button"
          class="link"
          disabled={app.hiddenRows.value.size === 0}
          onClick={() => app.showHiddenRows()}
        >
          Show all
        </button>
      </div>
    </>
  );
}

function SortField({ viewer }: { viewer: Viewer }) {
  const { app } = viewer;
  const words = wordsOf(app.trace.value?.model.info.dialect ?? 'node');
  return (
    <label class="menu-row">
      <span>sort by</span>
      <select
        value={app.sort.value}
        onChange={(event) => {
          app.sort.value = event.currentTarget.value as RowSort;
        }}
      >
        {SORTS.map((sort) => (
          <option key={sort} value={sort}>
            {sortName(sort, words)}
          </option>
        ))}
      </select>
    </label>
  );
}

function sortName(sort: RowSort, words: DialectWords): string {
  switch (sort) {
    case 'active':
      return 'activity in view';
    case 'start':
      return 'start';
    case 'name':
      return 'name';
    case 'length':
      return 'length';
    default:
      return `time ${words.states[STATE_OF_SORT[sort]]}`;
  }
}

interface CheckProps {
  readonly label: string;
  readonly keys: string;
  readonly on: boolean;
  readonly toggle: () => void;
}

function Check({ label, keys, on, toggle }: CheckProps) {
  return (
    <label class="menu-row">
      <span>
        <input type="checkbox" checked={on} onChange={toggle} /> {label}
      </span>
      <kbd>{keys}</kbd>
    </label>
  );
}
