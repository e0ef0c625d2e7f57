/**
 * The two buttons of every table: copy its rows, save them as CSV. The table is given as data, so that what leaves the
 * page has all rows and all digits, also those that the page folds or rounds.
 */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { tableToCsv, tableToText } from '../../exporters/index.ts';
import { saveText } from '../state/save.ts';
import { type NamedTable, SHOWN_TABLES } from '../state/shown-tables.ts';

export function TableTools({ name, table }: NamedTable) {
  const newest = useRef(table);
  newest.current = table;
  useEffect(() => {
    const shown = { name, table: () => newest.current() };
    SHOWN_TABLES.add(shown);
    return () => void SHOWN_TABLES.delete(shown);
  }, [name]);
  const copied = useSignal(false);
  const copy = async () => {
    await navigator.clipboard.writeText(tableToText(table()));
    copied.value = true;
    setTimeout(() => {
      copied.value = false;
    }, 1500);
  };
  return (
    <span class="table-tools">
      <button type="button" class="link" aria-label={`Copy the table of ${name}`} onClick={() => void copy()}>
        {copied.value ? 'Copied' : 'Copy'}
      </button>
      <button
        type="button"
        class="link"
        aria-label={`Save the table of ${name} as CSV`}
        onClick={() => saveText(`${name}.csv`, tableToCsv(table()), 'text/csv')}
      >
        CSV
      </button>
    </span>
  );
}
