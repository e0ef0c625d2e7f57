/**
 * The timeline as a vector picture: what is on screen now, with its row names, a title that says which stretch of which
 * trace it is, and the legend. Whole rows only: a row that is cut off on screen is left out.
 *
 * It is painted by the painters of the screen, into an `SvgCanvas` instead of a canvas. What the page has as text beside
 * its canvases, row names, title and legend, is drawn here.
 */
import { DisplayState, wordsOf } from '../../analysis/index.ts';
import { SvgCanvas } from '../../exporters/index.ts';
import { LEGEND_ORDER } from '../state/legend-order.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import { traceFacts, traceTitle } from '../state/trace-facts.ts';
import type { Viewer } from '../state/viewer.ts';
import { duration, percent } from '../theme/numbers.ts';
import type { Theme } from '../theme/tokens.ts';
import { isFullHeight } from '../theme/tokens.ts';
import { composeFrame } from './compose.ts';
import { AXIS_HEIGHT, Frame, LANE_HEIGHT, timelineGeometry } from './frame.ts';
import { type FrameInput, NO_HOVER } from './frame-input.ts';
import { gutterTexts, nameLeft } from './gutter-texts.ts';
import { cutEnd } from './labels.ts';
import { paintFrame } from './paint-frame.ts';
import { MarkPainter } from './paint-marks.ts';
import { CanvasRectPainter, drawTile, type TextureMaker } from './paint-rects-2d.ts';
import { RectList } from './rect-list.ts';
import { texturePeriod } from './rect-painter.ts';
import { NAME_ABOVE, type Row, type RowLayout } from './rows.ts';
import { ShareCache } from './share-cache.ts';
import { type PaletteEntry, paletteOf, Style, stateInkStyle, texturedStyle } from './styles.ts';
import { frameInput, markFonts, RIGHT_MARGIN, rootScale } from './view.ts';

/** Design pixels: margins, the title above, the legend below, sizes of texts. */
const MARGIN = 16;
const TITLE_HEIGHT = 56;
const LEGEND_HEIGHT = 34;
const TITLE = 16;
const TEXT = 12;
const LABEL = 11;
/** Width and height of a legend's swatch, and the gaps around its word. */
const SWATCH = { width: 14, height: 12, gap: 6, between: 18 } as const;
/** Least width: narrower ones have no room for a title. */
const LEAST_WIDTH = 480;

export interface TimelinePicture {
  readonly svg: string;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
}

/** @param viewer with a trace */
export function timelinePicture(viewer: Viewer): TimelinePicture {
  return new PicturePainter(viewer).paint();
}

/** Which of the rows are in the picture: where they are scrolled to, and how high they are. */
function wholeRows(rows: readonly Row[], { tops, pinned }: RowLayout, scroll: number, viewport: number) {
  const end = scroll + viewport;
  let first = pinned;
  while (first < rows.length - 1 && tops[first]! < scroll) first++;
  let last = first;
  while (last < rows.length && (last === first || tops[last]! + rows[last]!.height <= end)) last++;
  const top = first < rows.length ? tops[first]! : 0;
  const bottom = last > first ? tops[last - 1]! + rows[last - 1]!.height : top;
  return { first, last, scroll: top, height: bottom - top };
}

class PicturePainter {
  readonly #viewer: Viewer;
  readonly #trace: OpenTrace;
  readonly #theme: Theme;
  readonly #svg: SvgCanvas;
  readonly #rects: CanvasRectPainter;
  readonly #input: FrameInput;
  readonly #shown: { readonly first: number; readonly last: number };
  readonly #height: number;

  constructor(viewer: Viewer) {
    const { app, timeline } = viewer;
    this.#viewer = viewer;
    this.#trace = app.trace.peek()!;
    this.#theme = viewer.theme.theme.peek();
    const layout = timeline.layout.peek();
    const whole = wholeRows(timeline.rows.peek(), layout, timeline.scroll.peek(), timeline.viewport.peek());
    this.#shown = whole;
    const width = Math.max(LEAST_WIDTH, Math.round(innerWidth / rootScale()));
    this.#height = AXIS_HEIGHT + LANE_HEIGHT + layout.pinnedHeight + whole.height;
    const gutter = app.narrow.peek() ? 0 : viewer.gutter.peek();
    const geometry = timelineGeometry(1, width, this.#height, gutter, RIGHT_MARGIN);
    const own = { trace: this.#trace, geometry, cache: new ShareCache(), hover: NO_HOVER, scroll: whole.scroll };
    this.#input = frameInput(viewer, own);
    this.#svg = new SvgCanvas(width, TITLE_HEIGHT + this.#height + LEGEND_HEIGHT);
    this.#rects = new CanvasRectPainter(this.#svg, new SvgTextures(this.#svg));
  }

  paint(): TimelinePicture {
    const svg = this.#svg;
    const { width, height } = svg.canvas;
    this.#background(0, 0, width, height, 'surface');
    this.#title();
    svg.save();
    svg.translate(0, TITLE_HEIGHT);
    this.#timeline();
    svg.restore();
    svg.save();
    svg.translate(0, TITLE_HEIGHT + this.#height);
    this.#legend();
    svg.restore();
    return { svg: svg.toSvg(traceTitle(this.#trace), this.#place()), width, height };
  }

  #background(x: number, y: number, width: number, height: number, colour: 'bg' | 'surface' | 'line'): void {
    this.#svg.fillStyle = this.#theme.neutral[colour];
    this.#svg.fillRect(x, y, width, height);
  }

  /** Text in a size of the design, cut to a width; how wide it is. */
  #text(
    text: string,
    x: number,
    y: number,
    room: number,
    size: number,
    colour: 'text' | 'muted',
    bold = false,
  ): number {
    const measure = bold ? this.#viewer.measures.bold : this.#viewer.measures.normal;
    const scale = size / LABEL;
    const shown = cutEnd(text, room / scale, measure);
    const fonts = markFonts(scale, this.#viewer.fontFamily);
    this.#svg.font = bold ? fonts.bold : fonts.normal;
    this.#svg.fillStyle = this.#theme.neutral[colour];
    if (shown !== '') this.#svg.fillText(shown, x, y);
    return measure.width(shown) * scale;
  }

  #title(): void {
    const { width } = this.#svg.canvas;
    const room = width - 2 * MARGIN;
    const title = this.#text(traceTitle(this.#trace), MARGIN, 24, room, TITLE, 'text', true);
    const facts = traceFacts(this.#trace)
      .map((fact) => fact.text)
      .join(' · ');
    this.#text(facts, MARGIN + title + 12, 24, room - title - 12, TEXT, 'muted');
    this.#text(this.#place(), MARGIN, 44, room, TEXT, 'text');
    this.#background(0, TITLE_HEIGHT - 1, width, 1, 'line');
  }

  /** Which part of the trace it is, in words. */
  #place(): string {
    const { window, selection, range } = this.#input;
    const trace = this.#trace;
    const step = (window.end - window.start) / 1000;
    const { bounds } = trace;
    const filter = this.#viewer.app.filterText.peek().trim();
    const parts = [
      `${trace.clock(window.start, step)} to ${trace.clock(window.end, step)}`,
      `${duration(window.end - window.start)} of ${duration(bounds.end - bounds.start)}`,
      ...(range === undefined
        ? []
        : [`range ${trace.clock(range.start, step)} + ${duration(range.end - range.start)}`]),
      ...(selection.task < 0 ? [] : [`${trace.names.task(selection.task)} and what it waited for`]),
      ...(filter === '' ? [] : [`filter ${filter}`]),
    ];
    return parts.join(' · ');
  }

  #timeline(): void {
    const { app, fontFamily } = this.#viewer;
    const frame = new Frame();
    composeFrame(this.#input, frame);
    const palette = paletteOf(this.#theme, app.hidden.peek());
    const look = { theme: this.#theme, palette, fonts: markFonts(1, fontFamily) };
    paintFrame(frame, this.#input, look, this.#rects, new MarkPainter(this.#svg));
    const { rows, layout, geometry } = this.#input;
    for (let i = 0; i < layout.pinned; i++) this.#row(rows[i]!, geometry.rowsTop + layout.tops[i]!);
    const top = geometry.rowsTop + layout.pinnedHeight - this.#input.scroll;
    for (let i = this.#shown.first; i < this.#shown.last; i++) this.#row(rows[i]!, top + layout.tops[i]!);
  }

  #row(row: Row, top: number): void {
    if (row.kind === 'head') this.#head(row, top);
    else this.#name(row, top);
  }

  #head(row: Row, top: number): void {
    const { width } = this.#svg.canvas;
    this.#background(0, top, width, row.height, 'bg');
    this.#background(0, top, width, 1, 'line');
    const y = top + row.height / 2 + 4;
    const { normal } = this.#viewer.measures;
    const value = row.value === '' ? 0 : normal.width(row.value) + MARGIN;
    const name = this.#text(row.name, MARGIN, y, width - 2 * MARGIN - value, LABEL, 'text', true);
    this.#text(row.detail, MARGIN + name + 10, y, width - 2 * MARGIN - value - name - 10, LABEL, 'muted');
    this.#text(row.value, width - value, y, value, LABEL, 'muted');
  }

  /** The name as the gutter has it: name, detail behind it, value at its right edge. */
  #name(row: Row, top: number): void {
    const above = row.top > NAME_ABOVE;
    const gutter = above ? this.#svg.canvas.width : this.#input.geometry.left;
    const texts = gutterTexts(row, gutter, this.#viewer.measures);
    const { normal } = this.#viewer.measures;
    const x = nameLeft(row);
    const y = top + (above ? NAME_ABOVE / 2 : Math.min(row.height, 2 * row.top + row.bar || row.height) / 2) + 4;
    const colour = row.kind === 'more' ? 'muted' : 'text';
    const name = this.#text(texts.name, x, y, gutter - x, LABEL, colour, row.strong);
    this.#text(texts.detail, x + name + 6, y, gutter - x - name - 6, LABEL, 'muted');
    this.#text(texts.value, gutter - 10 - normal.width(texts.value), y, gutter, LABEL, 'muted');
  }

  #legend(): void {
    const { app, inView } = this.#viewer;
    const { dialect } = this.#trace.model.info;
    const words = wordsOf(dialect);
    const totals = inView.peek();
    const sum = totals?.reduce((a, b) => a + b, 0) ?? 0;
    const { width } = this.#svg.canvas;
    this.#background(0, 0, width, 1, 'line');
    let x = MARGIN;
    const entry = (word: string, share: number, swatch: (x: number, y: number) => void) => {
      const text = share > 0 ? `${word} ${percent(share)}` : word;
      const needed = SWATCH.width + SWATCH.gap + (this.#viewer.measures.normal.width(text) * TEXT) / LABEL;
      if (x + needed > width - MARGIN) return;
      swatch(x, (LEGEND_HEIGHT - SWATCH.height) / 2);
      const left = x + SWATCH.width + SWATCH.gap;
      this.#text(text, left, LEGEND_HEIGHT / 2 + 4, width - left, TEXT, share === 0 ? 'muted' : 'text');
      x += needed + SWATCH.between;
    };
    for (const display of LEGEND_ORDER) {
      const hidden = app.hidden.peek().has(display) ? ' (hidden)' : '';
      const share = totals !== undefined && sum > 0 ? totals[display]! / sum : 0;
      entry(`${words.states[display]}${hidden}`, share, (left, top) => this.#stateSwatch(display, left, top));
    }
    entry(dialect === 'node' ? 'loop blocked' : words.stopTheWorld, 0, (left, top) => this.#bandSwatch(left, top));
    if (this.#trace.model.regions.count > 0) entry('region', 0, (left, top) => this.#regionSwatch(left, top));
  }

  /** A state's swatch: true height and texture. */
  #stateSwatch(display: DisplayState, x: number, y: number): void {
    const { width, height } = SWATCH;
    const list = new RectList();
    const full = isFullHeight(display);
    const high = full ? height : display === DisplayState.Off ? 1 : display === DisplayState.Sleep ? 3 : 5;
    list.add(x, y + height - high, width, high, texturedStyle(display));
    if (display === DisplayState.Ready) this.#outline(list, x, y, stateInkStyle(display));
    this.#rects.paint(list, 0, LEGEND_HEIGHT, true);
  }

  #bandSwatch(x: number, y: number): void {
    const list = new RectList();
    list.add(x, y, SWATCH.width, SWATCH.height, Style.StwBand);
    list.add(x + 1, y + 1, SWATCH.width - 2, 2, Style.Stw);
    list.add(x + 1, y + 1, 2, 5, Style.Stw);
    list.add(x + SWATCH.width - 3, y + 1, 2, 5, Style.Stw);
    this.#rects.paint(list, 0, LEGEND_HEIGHT, true);
  }

  #regionSwatch(x: number, y: number): void {
    const list = new RectList();
    list.add(x, y, SWATCH.width, SWATCH.height, Style.User);
    this.#outline(list, x, y, Style.UserInk);
    this.#rects.paint(list, 0, LEGEND_HEIGHT, true);
  }

  #outline(list: RectList, x: number, y: number, style: number): void {
    const { width, height } = SWATCH;
    list.add(x, y, width, 1, style);
    list.add(x, y + height - 1, width, 1, style);
    list.add(x, y + 1, 1, height - 2, style);
    list.add(x + width - 1, y + 1, 1, height - 2, style);
  }
}

/** Textures as patterns of the file, each once. */
class SvgTextures implements TextureMaker {
  readonly #svg: SvgCanvas;
  readonly #made = new Map<string, string>();

  constructor(svg: SvgCanvas) {
    this.#svg = svg;
  }

  clear(): void {
    this.#made.clear();
  }

  style(entry: PaletteEntry, ratio: number, shift: number): string {
    const key = `${entry.texture}${entry.colour}${shift}`;
    let made = this.#made.get(key);
    if (made === undefined) {
      const paint = (tile: SvgCanvas) => drawTile(tile, entry, ratio);
      made = this.#svg.tile(texturePeriod(entry.texture, ratio), shift, paint);
      this.#made.set(key, made);
    }
    return made;
  }
}
