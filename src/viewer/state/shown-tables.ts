/**
 * The tables that are on the page now, so that the export menu and the palette can offer them. A table that is shown puts
 * itself here (`panels/table-tools.tsx`), in the order in which it came, and takes itself away.
 */
import type { Table } from '../../exporters/index.ts';

export interface NamedTable {
  /** What it is called: part of the file's name and of the buttons' labels. */
  readonly name: string;
  /** Rows with their head, worked out when they are wanted. Times in ns, with the unit in the head. */
  readonly table: () => Table;
}

export const SHOWN_TABLES = new Set<NamedTable>();
