/**
 * The two buttons of every table: copy its rows, save them as CSV. The table is given as data, so that what leaves the
 * page has all rows and all digits, also those that the page folds or rounds.
 */
import { useSignal } from '@preact/signals';
import { type Table, tableToCsv, tableToText } from '../../exporters/index.ts';
import { saveText } from '../state/save.ts';

interface TableToolsProps {
  /** What the table is called: part of the file's name and of the buttons' labels. */
  readonly name: string;
  /** Rows with their head, worked out when a button is pressed. Times in ns, with the unit in the head. */
  readonly table: () => Table;
}

export function TableTools({ name, table }: TableToolsProps) {
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
