/**
 * The row names left of the timeline, and the section heads across it: real text and buttons, so that they can be read
 * aloud, focused and copied. Only rows on screen are in the document. The pinned rows have a list of their own above
 * those that scroll.
 */
import type { AppState } from '../state/app-state.ts';
import { Icon } from '../theme/icons.tsx';
import { type GutterTexts, gutterTexts, nameLeft } from './gutter-texts.ts';
import type { Measures } from './row-context.ts';
import { NAME_ABOVE, type Row, rowsInView } from './rows.ts';
import type { TimelineModel } from './timeline-model.ts';

/** A length in design pixels. */
const rem = (design: number) => `${design / 16}rem`;

interface GutterProps {
  readonly app: AppState;
  readonly model: TimelineModel;
  readonly gutter: number;
  readonly measures: Measures;
}

/** Names of the rows that scroll. */
export function Gutter(props: GutterProps) {
  const { model } = props;
  const rows = model.rows.value;
  const layout = model.layout.value;
  const [first, last] = rowsInView(layout, model.scroll.value, model.viewport.value);
  return (
    <ul class="gutter" aria-label="Rows of the timeline" style={{ height: rem(layout.height) }}>
      {rows.slice(first, last).map((row, i) => (
        <GutterRow key={row.key} row={row} top={rem(layout.tops[first + i]!)} {...props} />
      ))}
    </ul>
  );
}

/** Names of the pinned rows. */
export function PinnedGutter(props: GutterProps) {
  const { model } = props;
  const layout = model.layout.value;
  if (layout.pinned === 0) return null;
  return (
    <ul class="gutter pinned-rows" aria-label="Pinned rows" style={{ height: rem(layout.pinnedHeight) }}>
      {model.rows.value.slice(0, layout.pinned).map((row, i) => (
        <GutterRow key={row.key} row={row} top={rem(layout.tops[i]!)} {...props} />
      ))}
    </ul>
  );
}

function GutterRow({ row, top, app, gutter, measures }: GutterProps & { readonly row: Row; readonly top: string }) {
  if (row.kind === 'head') return <Head row={row} top={top} app={app} />;
  const selection = app.selection.value;
  const selected =
    (row.kind === 'strand' && row.ref === selection.strand) || (row.kind === 'task' && row.ref === selection.task);
  return <RowName row={row} top={top} app={app} selected={selected} texts={gutterTexts(row, gutter, measures)} />;
}

function Head({ row, top, app }: { row: Row; top: string; app: AppState }) {
  return (
    <li class="row-head" style={{ top }}>
      <button
        type="button"
        class="head-button"
        aria-expanded={row.open === true}
        onClick={() => app.toggleRow(row.key)}
      >
        <Icon name={row.open ? 'chevronDown' : 'chevronRight'} />
        {row.key === 'section:focus' && <Icon name="pin" />}
        <b>{row.name}</b>
      </button>
      <span class="head-detail">{row.detail}</span>
      <span class="head-value">{row.value}</span>
    </li>
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
  const plain =
    row.kind === 'group' || row.kind === 'more' || row.kind === 'type' || row.kind === 'procs'
      ? row.height
      : 2 * row.top + row.bar;
  const style = {
    top,
    height: rem(above ? NAME_ABOVE : row.height - 1),
    lineHeight: rem(above ? NAME_ABOVE : Math.min(plain, row.height)),
    paddingLeft: rem(nameLeft(row)),
  };
  const classes = `row-name${row.strong ? ' strong' : ''}${above ? ' above' : ''}`;
  return (
    <li class={classes} aria-current={selected ? 'true' : undefined} title={cut ? full : undefined} style={style}>
      <RowButton row={row} app={app} texts={texts} />
      {row.id !== '' && !above && <RowTools row={row} app={app} />}
    </li>
  );
}

/** Pin and hide: there while the pointer or the focus is in the row. */
function RowTools({ row, app }: Pick<RowNameProps, 'row' | 'app'>) {
  return (
    <span class="row-tools">
      <button
        type="button"
        class="row-tool"
        aria-label={row.pinned ? `Unpin ${row.name}` : `Pin ${row.name}`}
        aria-pressed={row.pinned}
        title={row.pinned ? 'Unpin (P)' : 'Keep on top (P)'}
        onClick={() => app.togglePin(row.id)}
      >
        <Icon name="pin" />
      </button>
      {!row.pinned && (
        <button
          type="button"
          class="row-tool"
          aria-label={`Hide ${row.name}`}
          title="Hide (H)"
          onClick={() => app.hideRow(row.id)}
        >
          <Icon name="close" />
        </button>
      )}
    </span>
  );
}

function RowButton({ row, app, texts }: Pick<RowNameProps, 'row' | 'app' | 'texts'>) {
  const toggle = () => app.toggleRow(row.key);
  if (row.kind === 'more') {
    if (row.open === undefined) return <span class="row-button muted">{texts.name}</span>;
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
        {row.open !== undefined && (
          <button
            type="button"
            class="row-chevron"
            aria-label={`What belongs to ${row.name}`}
            aria-expanded={row.open}
            onClick={toggle}
          >
            {chevron}
          </button>
        )}
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
    <button
      type="button"
      class="row-button"
      aria-expanded={row.kind === 'strand' ? undefined : row.open === true}
      onClick={act}
    >
      {chevron}
      {content}
    </button>
  );
}
