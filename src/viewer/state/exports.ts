/**
 * Everything that can leave the page, as a table: pictures of the timeline, tables, a part of the trace, text. The export
 * menu and the palette are made from it. Nothing is sent anywhere: files are made in the page, and offered as downloads.
 */
import { tableToCsv } from '../../exporters/index.ts';
import { byteSize, duration } from '../theme/numbers.ts';
import { timelinePicture } from '../timeline/picture.ts';
import type { TimeWindow } from '../timeline/scale.ts';
import { cutOut } from '../worker/loader.ts';
import type { OpenTrace } from './open-trace.ts';
import { overviewTables } from './overview-tables.ts';
import { pngOf } from './png.ts';
import { saveBlob, saveText } from './save.ts';
import { selectionReport } from './selection-report.ts';
import { type NamedTable, SHOWN_TABLES } from './shown-tables.ts';
import { traceTitle } from './trace-facts.ts';
import { encodeHash } from './url-hash.ts';
import type { Viewer } from './viewer.ts';

export type ExportSection = 'Picture of the timeline' | 'Trace' | 'Text' | 'Tables';

export interface Export {
  readonly id: string;
  readonly section: ExportSection;
  readonly title: string;
  /** What is in it, in a few words. */
  readonly detail: string;
  readonly keys?: string;
  /** Does it, and returns the sentence that says so. @throws Error that says why it cannot */
  readonly make: (viewer: Viewer) => Promise<string> | string;
}

/** What can be exported now, in the order of the menu. */
export function exportsOf(viewer: Viewer): Export[] {
  const trace = viewer.app.trace.peek();
  if (trace === undefined) return [];
  const theme = `as shown, in the ${viewer.theme.theme.peek().name} theme`;
  return [
    {
      id: 'png',
      section: 'Picture of the timeline',
      title: 'PNG',
      detail: `${theme}, at twice its size`,
      make: savePng,
    },
    {
      id: 'svg',
      section: 'Picture of the timeline',
      title: 'SVG',
      detail: `${theme}, with its texts as text`,
      make: saveSvg,
    },
    {
      id: 'cut',
      section: 'Trace',
      title: rangeOf(viewer).chosen ? 'The chosen range' : 'What the timeline shows',
      detail: `${placeText(trace, rangeOf(viewer))}, a file for Go’s tools too`,
      make: saveCut,
    },
    {
      id: 'text',
      section: 'Text',
      title: 'Copy what is selected',
      detail: 'in words and figures',
      keys: 'Ctrl C',
      make: copyReport,
    },
    { id: 'link', section: 'Text', title: 'Copy a link', detail: 'to what is shown now', make: copyAddress },
    ...tablesOf(viewer).map(
      ({ name, table }): Export => ({
        id: `table:${name}`,
        section: 'Tables',
        title: name,
        detail: 'CSV, all rows and digits',
        make: () => {
          const file = `${baseName(trace)} ${name}.csv`;
          saveText(file, tableToCsv(table()), 'text/csv');
          return `The table of ${name} was saved.`;
        },
      }),
    ),
  ];
}

/** Does one, and says so; what goes wrong is said on the page. */
export async function runExport(viewer: Viewer, { title, make }: Pick<Export, 'title' | 'make'>): Promise<void> {
  const { app } = viewer;
  try {
    app.announcement.value = await make(viewer);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    app.notice.value = { kind: 'warning', title: `Not exported: ${title}`, detail };
  }
}

export function copySelection(viewer: Viewer): Promise<void> {
  return runExport(viewer, { title: 'what is selected', make: copyReport });
}

export function copyLink(viewer: Viewer): Promise<void> {
  return runExport(viewer, { title: 'a link', make: copyAddress });
}

/** Of the page that is open; those of the first screen have no buttons of their own. */
function tablesOf(viewer: Viewer): NamedTable[] {
  const shown = [...SHOWN_TABLES];
  return viewer.app.page.peek() === 'overview' ? [...overviewTables(viewer), ...shown] : shown;
}

/** What a file of this trace is called, before what is in it. */
function baseName(trace: OpenTrace): string {
  return traceTitle(trace).slice(0, 60);
}

function saveSvg(viewer: Viewer): string {
  const { svg } = timelinePicture(viewer);
  saveText(`${baseName(viewer.app.trace.peek()!)} timeline.svg`, svg, 'image/svg+xml');
  return 'The picture was saved as SVG.';
}

async function savePng(viewer: Viewer): Promise<string> {
  saveBlob(`${baseName(viewer.app.trace.peek()!)} timeline.png`, await pngOf(timelinePicture(viewer)));
  return 'The picture was saved as PNG.';
}

/** The chosen range, else the window. */
function rangeOf({ app }: Viewer): TimeWindow & { readonly chosen: boolean } {
  const range = app.range.peek();
  return { ...(range ?? app.window.peek()), chosen: range !== undefined };
}

function placeText(trace: OpenTrace, { start, end }: TimeWindow): string {
  return `${duration(end - start)} from ${trace.clock(start, (end - start) / 100)}`;
}

async function saveCut(viewer: Viewer): Promise<string> {
  const { loader, app } = viewer;
  const trace = app.trace.peek()!;
  const range = rangeOf(viewer);
  if (loader.source === undefined) throw new Error('Where the trace came from is not known any more. Open it again.');
  app.announcement.value = 'The trace is read again, to take the part out of it.';
  const { file, events } = await cutOut(loader.source, range);
  if (events === 0) throw new Error('No event of the trace lies in this range.');
  const name = `${baseName(trace)} ${placeText(trace, range)}.trace`;
  saveBlob(name, file);
  return `A trace of ${byteSize(file.size)} was saved.`;
}

async function copyReport(viewer: Viewer): Promise<string> {
  await toClipboard(`${selectionReport(viewer)}\n${addressOf(viewer)}\n`);
  return 'What is selected was copied as text.';
}

async function copyAddress(viewer: Viewer): Promise<string> {
  await toClipboard(addressOf(viewer));
  return 'The link was copied.';
}

/** The address in the browser follows the state with a little delay; this is that of now. */
function addressOf(viewer: Viewer): string {
  return new URL(encodeHash(viewer, viewer.app.trace.peek()!), location.href).href;
}

async function toClipboard(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    throw new Error('The browser did not let this page write to the clipboard.');
  }
}
