/**
 * The row names left of the timeline, and the section heads across it: real text and buttons, so that they can be read
 * aloud, focused and copied. Only rows on screen are in the document.
 */
import type { AppState } from '../state/app-state.ts';
import { Icon } from '../theme/icons.tsx';
import { cutEnd, type TextMeasure } from './labels.ts';
import type { Measures } from './row-context.ts';
import { NAME_ABOVE, type Row, rowsInView } from './rows.ts';
import type { TimelineModel } from './timeline-model.ts';

/** Design pixels: left padding, step of indent, room for a chevron, right padding, gap between name and the rest. */
const PADDING = 16;
const INDENT = 8;
const CHEVRON = 12;
const RIGHT = 10;
const GAP = 6;
/** A detail narrower than this is left out. */
const DETAIL_MIN = 30;

/** Texts of a row's gutter after what does not fit was given up: first the value, then the detail, the name last. */
export interface GutterTexts {
  readonly name: string;
  readonly detail: string;
  readonly value: string;
}

export function gutterTexts(row: Row, gutter: number, measures: Measures): GutterTexts {
  const room = gutter - nameX(row) - RIGHT;
  const measure = row.strong ? measures.bold : measures.normal;
  const nameWidth = measure.width(row.name);
  const valueWidth = row.value === '' ? 0 : measures.normal.width(row.value) + GAP;
  const value = nameWidth + valueWidth <= room ? row.value : '';
  const left = room - (value === '' ? 0 : valueWidth);
  const name = cutName(row.name, left, measure);
  const detailRoom = left - measure.width(name) - GAP;
  const detail = detailRoom >= DETAIL_MIN ? cutEnd(row.detail, detailRoom, measures.normal) : '';
  return { name, detail, value };
}

function cutName(name: string, pixels: number, measure: TextMeasure): string {
  return cutEnd(name, pixels, measure) || name.slice(0, 4);
}

function nameX(row: Row): number {
  return PADDING + row.level * INDENT + (row.open === undefined ? 0 : CHEVRON);
}

export function Gutter({
  app,
  model,
  gutter,
  measures,
}: {
  app: AppState;
  model: TimelineModel;
  gutter: number;
  measures: Measures;
}) {
  const rows = model.rows.value;
  const layout = model.layout.value;
  const [first, last] = rowsInView(layout, model.scroll.value, model.viewport.value);
  const selection = app.selection.value;
  return (
    <div class="gutter" role="tree" aria-label="Rows of the timeline" style={{ height: rem(layout.height) }}>
      {rows.slice(first, last).map((row, i) => {
        const top = rem(layout.tops[first + i]!);
        if (row.kind === 'head') return <Head key={row.key} row={row} top={top} app={app} />;
        const selected =
          (row.kind === 'strand' && row.ref === selection.strand) ||
          (row.kind === 'task' && row.ref === selection.task);
        return (
          <RowName
            key={row.key}
            row={row}
            top={top}
            app={app}
            selected={selected}
            texts={gutterTexts(row, gutter, measures)}
          />
        );
      })}
    </div>
  );
}

function Head({ row, top, app }: { row: Row; top: string; app: AppState }) {
  return (
    <div class="row-head" role="treeitem" aria-level={1} aria-expanded={row.open === true} style={{ top }}>
      <button type="button" class="head-button" onClick={() => app.toggleRow(row.key)}>
        <Icon name={row.open ? 'chevronDown' : 'chevronRight'} />
        {row.key === 'section:focus' && <Icon name="pin" />}
        <b>{row.name}</b>
      </button>
      <span class="head-detail">{row.detail}</span>
      <span class="head-value">{row.value}</span>
    </div>
  );
}

interface RowNameProps {
  readonly row: Row;
  readonly top: string;
  readonly app: AppState;
  readonly selected: boolean;
  readonly texts: GutterTexts;
}

function RowName({ row, top, app, selected, texts }: RowNameProps) {
  const full = [row.name, row.detail, row.value].filter((text) => text !== '').join('  ');
  const cut = texts.name !== row.name || texts.detail !== row.detail || texts.value !== row.value;
  // Where there is no gutter, the name has a line of its own above the bar.
  const above = row.top > NAME_ABOVE;
  const plain = row.kind === 'group' || row.kind === 'more' || row.kind === 'type' ? row.height : 2 * row.top + row.bar;
  const style = {
    top,
    height: rem(above ? NAME_ABOVE : row.height - 1),
    lineHeight: rem(above ? NAME_ABOVE : plain),
    paddingLeft: rem(PADDING + row.level * INDENT),
  };
  return (
    <div
      class={`row-name${row.strong ? ' strong' : ''}${above ? ' above' : ''}`}
      role="treeitem"
      aria-level={row.level + 1}
      aria-selected={selected}
      {...(row.open === undefined ? {} : { 'aria-expanded': row.open })}
      title={cut ? full : undefined}
      style={style}
    >
      <RowButton row={row} app={app} texts={texts} />
    </div>
  );
}

function RowButton({ row, app, texts }: Pick<RowNameProps, 'row' | 'app' | 'texts'>) {
  const toggle = () => app.toggleRow(row.key);
  if (row.kind === 'more') {
    return (
      <button type="button" class="row-button link" onClick={toggle}>
        {texts.name}
      </button>
    );
  }
  const chevron = row.open !== undefined && <Icon name={row.open ? 'chevronDown' : 'chevronRight'} />;
  const content = (
    <>
      <span class="name">{texts.name}</span>
      {texts.detail !== '' && <span class="detail">{texts.detail}</span>}
      {texts.value !== '' && <span class="value">{texts.value}</span>}
    </>
  );
  if (row.kind === 'task') {
    return (
      <>
        <button type="button" class="row-chevron" aria-label={row.open ? 'fold' : 'expand'} onClick={toggle}>
          {chevron}
        </button>
        <button type="button" class="row-button" onClick={() => app.selectTask(row.ref)}>
          {content}
        </button>
      </>
    );
  }
  const act = row.kind === 'strand' ? () => app.selectStrand(row.ref) : row.open === undefined ? undefined : toggle;
  return act === undefined ? (
    <span class="row-button">{content}</span>
  ) : (
    <button type="button" class="row-button" onClick={act}>
      {chevron}
      {content}
    </button>
  );
}

function rem(design: number): string {
  return `${design / 16}rem`;
}
