/**
 * Paints what is not a rectangle: the axis, labels, brackets, outlines, wake-ups, counters, diamonds. One canvas above
 * the rectangles; or the same part of a vector picture (`picture.ts`).
 */
import { DisplayState } from '../../analysis/index.ts';
import type { Theme } from '../theme/tokens.ts';
import type { Tick } from './axis.ts';
import type {
  Bracket,
  Frame,
  Geometry,
  Label,
  Layer,
  Outline,
  PathArrow,
  Polyline,
  RangeMark,
  TextColour,
  Wake,
} from './frame.ts';
import type { Measures } from './row-context.ts';

export interface MarkFonts {
  readonly normal: string;
  readonly bold: string;
}

/** The part of a 2D context that marks need. */
export type MarkSurface = Pick<
  CanvasRenderingContext2D,
  | 'fillRect'
  | 'strokeRect'
  | 'clearRect'
  | 'fillText'
  | 'save'
  | 'restore'
  | 'beginPath'
  | 'closePath'
  | 'moveTo'
  | 'lineTo'
  | 'arc'
  | 'rect'
  | 'roundRect'
  | 'setLineDash'
  | 'fillStyle'
  | 'strokeStyle'
  | 'lineWidth'
  | 'lineJoin'
  | 'globalAlpha'
  | 'font'
> & {
  readonly canvas: { width: number; height: number };
  textBaseline: string;
  fill(): void;
  stroke(): void;
  clip(): void;
};

export class MarkPainter {
  readonly #context: MarkSurface;
  #theme!: Theme;
  #geometry!: Geometry;
  #fonts!: MarkFonts;
  #measures!: Measures;

  constructor(context: MarkSurface) {
    this.#context = context;
  }

  /** @param scrollTop pixel at which the rows that scroll begin, below the pinned ones */
  paint(
    frame: Frame,
    geometry: Geometry,
    scrollTop: number,
    theme: Theme,
    fonts: MarkFonts,
    measures: Measures,
    cursor: string,
    cursorX: number,
  ): void {
    this.#theme = theme;
    this.#geometry = geometry;
    this.#fonts = fonts;
    this.#measures = measures;
    const context = this.#context;
    const { canvas } = context;
    if (canvas.width !== geometry.width || canvas.height !== geometry.height) {
      canvas.width = geometry.width;
      canvas.height = geometry.height;
    }
    context.clearRect(0, 0, geometry.width, geometry.height);
    context.font = fonts.normal;
    context.textBaseline = 'alphabetic';
    this.#gutterLine();
    this.#clipped(scrollTop, geometry.height, () => {
      this.#layer(frame.rows);
      if (frame.ends.begin !== undefined) this.#ring(frame.ends.begin.x, frame.ends.begin.y, false);
      if (frame.ends.end !== undefined) this.#ring(frame.ends.end.x, frame.ends.end.y, true);
      for (const arrow of frame.arrows) this.#arrow(arrow);
    });
    this.#clipped(geometry.rowsTop, scrollTop, () => this.#layer(frame.pinned));
    this.#clipped(geometry.rowsTop, geometry.height, () => {
      for (const wake of frame.wakes) this.#wake(wake);
    });
    for (const label of frame.lane) this.#label(label);
    for (const bracket of frame.brackets) this.#bracket(bracket);
    if (frame.range !== undefined) this.#range(frame.range);
    this.#axis(frame.ticks);
    if (cursor !== '') this.#cursor(cursor, cursorX);
  }

  #px(design: number): number {
    return Math.round(design * this.#geometry.ratio);
  }

  #clipped(top: number, bottom: number, paint: () => void): void {
    if (bottom <= top) return;
    const context = this.#context;
    context.save();
    context.beginPath();
    context.rect(0, top, this.#geometry.width, bottom - top);
    context.clip();
    paint();
    context.restore();
  }

  #layer({ lines, labels, diamonds, outlines }: Layer): void {
    for (const line of lines) this.#line(line);
    for (const label of labels) this.#label(label);
    for (const diamond of diamonds) this.#diamond(diamond.x, diamond.y);
    for (const outline of outlines) this.#outline(outline);
  }

  #gutterLine(): void {
    const { left, height } = this.#geometry;
    const pixel = Math.max(1, this.#px(1));
    this.#context.fillStyle = this.#theme.neutral.line;
    this.#context.fillRect(left - pixel, 0, pixel, height);
    this.#context.fillRect(0, this.#geometry.axisBottom - pixel, this.#geometry.width, pixel);
  }

  #axis(ticks: readonly Tick[]): void {
    const context = this.#context;
    const { left, right, ratio } = this.#geometry;
    const pixel = Math.max(1, this.#px(1));
    for (const tick of ticks) {
      if (tick.x < left || tick.x > right) continue;
      context.fillStyle = this.#theme.neutral.line2;
      context.fillRect(tick.x, this.#px(8), pixel, this.#px(10));
      if (tick.x + this.#px(4) + this.#measures.normal.width(tick.label) * ratio > right + this.#px(8)) continue;
      context.fillStyle = this.#theme.neutral.muted;
      context.fillText(tick.label, tick.x + this.#px(4), this.#px(14));
    }
  }

  #label(label: Label): void {
    const context = this.#context;
    const { ratio } = this.#geometry;
    if (label.patch !== -1) {
      const width = Math.round(this.#measures.normal.width(label.text) * ratio) + this.#px(6);
      context.fillStyle = this.#theme.states[label.patch]!.fill;
      context.beginPath();
      context.roundRect(label.x - this.#px(3), label.y - this.#px(11), width, this.#px(14), this.#px(2));
      context.fill();
    }
    context.fillStyle = textColour(this.#theme, label.colour);
    context.fillText(label.text, label.x, label.y);
  }

  #bracket(bracket: Bracket): void {
    const context = this.#context;
    const { left, right, axisBottom } = this.#geometry;
    const colours = bracket.kind === 'stw' ? this.#theme.stw : this.#theme.states[DisplayState.Gc]!;
    const thick = this.#px(2);
    const y = axisBottom + this.#px(12);
    const from = Math.max(bracket.x0, left);
    const to = Math.min(bracket.x1, right);
    context.fillStyle = colours.fill;
    context.fillRect(from, y, to - from, thick);
    if (bracket.x0 >= left) context.fillRect(from, y, thick, this.#px(6));
    if (bracket.x1 <= right) context.fillRect(to - thick, y, thick, this.#px(6));
    if (bracket.text === '') return;
    const top = axisBottom + this.#px(5);
    context.beginPath();
    context.roundRect(bracket.textX, top, bracket.textWidth, this.#px(15), this.#px(2));
    context.fill();
    context.fillStyle = colours.on;
    context.font = this.#fonts.bold;
    context.fillText(bracket.text, bracket.textX + this.#px(6), top + this.#px(11));
    context.font = this.#fonts.normal;
  }

  /** Length of a measured range in a filled label, with arrows to its edges. */
  #range({ x0, x1, text, textX, textWidth }: RangeMark): void {
    const context = this.#context;
    const { axisBottom } = this.#geometry;
    const { accent, surface } = this.#theme.neutral;
    const middle = axisBottom + this.#px(8);
    context.fillStyle = accent;
    if (textX > x0 && textX + textWidth < x1) {
      const pixel = Math.max(1, this.#px(1));
      context.fillRect(x0, middle, textX - x0, pixel);
      context.fillRect(textX + textWidth, middle, x1 - textX - textWidth, pixel);
      for (const [tip, back] of [
        [x0, x0 + this.#px(6)],
        [x1, x1 - this.#px(6)],
      ] as const) {
        context.beginPath();
        context.moveTo(tip, middle + pixel / 2);
        context.lineTo(back, middle - this.#px(3));
        context.lineTo(back, middle + this.#px(4));
        context.fill();
      }
    }
    context.beginPath();
    context.roundRect(textX, middle - this.#px(7), textWidth, this.#px(15), this.#px(2));
    context.fill();
    context.fillStyle = surface;
    context.font = this.#fonts.bold;
    context.fillText(text, textX + this.#px(8), middle + this.#px(4));
    context.font = this.#fonts.normal;
  }

  #outline({ x0, x1, top, height, kind }: Outline): void {
    const context = this.#context;
    const { ratio } = this.#geometry;
    const { neutral } = this.#theme;
    if (kind === 'selected') {
      context.strokeStyle = neutral.accent;
      context.lineWidth = 1.5 * ratio;
      context.beginPath();
      const gap = 1.75 * ratio;
      context.roundRect(x0 - gap, top - gap, x1 - x0 + 2 * gap, height + 2 * gap, 2 * ratio);
      context.stroke();
      return;
    }
    const line = Math.max(1, this.#px(1));
    if (kind === 'same') {
      context.fillStyle = neutral.text;
      context.fillRect(x0, top + height - 2 * line, x1 - x0, 2 * line);
      return;
    }
    context.strokeStyle = neutral.text;
    context.lineWidth = line;
    if (kind === 'gap') context.setLineDash([3 * ratio, 2 * ratio]);
    context.strokeRect(x0 + line / 2, top + line / 2, x1 - x0 - line, height - line);
    context.setLineDash([]);
  }

  /** A line from cause to effect, a square at the cause, a triangle at the effect; dashed if it was inferred. */
  #wake({ x, from, to, inferred, text, textX, textY }: Wake): void {
    const context = this.#context;
    const down = to > from ? 1 : -1;
    const pixel = Math.max(1, this.#px(1));
    const tip = this.#px(5.5);
    context.fillStyle = this.#theme.neutral.text;
    const top = Math.min(from, to - down * tip);
    const length = Math.abs(to - from) - tip;
    if (inferred)
      for (let y = 0; y < length; y += 4 * pixel) context.fillRect(x, top + y, pixel, Math.min(2 * pixel, length - y));
    else context.fillRect(x, top, pixel, length);
    context.fillRect(x - this.#px(2) + Math.floor(pixel / 2), from - this.#px(2), this.#px(4), this.#px(4));
    context.beginPath();
    context.moveTo(x + pixel / 2 - this.#px(3.5), to - down * tip);
    context.lineTo(x + pixel / 2 + this.#px(3.5), to - down * tip);
    context.lineTo(x + pixel / 2, to);
    context.fill();
    if (text === '') return;
    context.fillStyle = this.#theme.neutral.muted;
    context.fillText(text, textX, textY);
  }

  /** Begin (a ring) or end (a dot) of the critical path. */
  #ring(x: number, y: number, filled: boolean): void {
    const context = this.#context;
    const { ratio } = this.#geometry;
    context.beginPath();
    context.arc(x, y, (filled ? 3 : 3.25) * ratio, 0, 2 * Math.PI);
    context.fillStyle = filled ? this.#theme.neutral.text : this.#theme.neutral.surface;
    context.fill();
    if (filled) return;
    context.strokeStyle = this.#theme.neutral.text;
    context.lineWidth = 2 * ratio;
    context.stroke();
  }

  /** Where the path comes to a row. */
  #arrow({ x, y, down }: PathArrow): void {
    const context = this.#context;
    const [half, high] = [this.#px(5), this.#px(8) * (down ? -1 : 1)];
    context.fillStyle = this.#theme.neutral.text;
    context.beginPath();
    context.moveTo(x - half, y + high);
    context.lineTo(x + half, y + high);
    context.lineTo(x, y);
    context.fill();
  }

  #line({ xs, ys, base, kind }: Polyline): void {
    const context = this.#context;
    const colour = lineColour(this.#theme, kind);
    context.strokeStyle = colour;
    context.fillStyle = colour;
    context.lineWidth = 1.25 * this.#geometry.ratio;
    context.lineJoin = 'round';
    if (kind === 'limit') context.setLineDash([this.#px(4), this.#px(3)]);
    for (let from = 0; from < ys.length; ) {
      if (Number.isNaN(ys[from]!)) {
        from++;
        continue;
      }
      let to = from;
      context.beginPath();
      for (; to < ys.length && !Number.isNaN(ys[to]!); to++) context.lineTo(xs[to]!, ys[to]!);
      context.stroke();
      if (kind !== 'limit') {
        context.lineTo(xs[to - 1]!, base);
        context.lineTo(xs[from]!, base);
        context.globalAlpha = 0.16;
        context.fill();
        context.globalAlpha = 1;
      }
      from = to;
    }
    if (kind === 'limit') context.setLineDash([]);
  }

  #diamond(x: number, y: number): void {
    const context = this.#context;
    const r = 4 * this.#geometry.ratio;
    context.beginPath();
    context.moveTo(x, y - r);
    context.lineTo(x + r, y);
    context.lineTo(x, y + r);
    context.lineTo(x - r, y);
    context.closePath();
    context.fillStyle = this.#theme.neutral.surface;
    context.fill();
    context.strokeStyle = this.#theme.neutral.text;
    context.lineWidth = 1.25 * this.#geometry.ratio;
    context.stroke();
  }

  /** The time under the pointer, in an ink label on the axis. */
  #cursor(text: string, x: number): void {
    const context = this.#context;
    const { left, right, ratio } = this.#geometry;
    const width = Math.round(this.#measures.normal.width(text) * ratio) + this.#px(12);
    const at = Math.min(Math.max(x - Math.round(width / 2), left), right - width);
    context.fillStyle = this.#theme.neutral.text;
    context.beginPath();
    context.roundRect(at, this.#px(2), width, this.#px(16), this.#px(2));
    context.fill();
    context.fillStyle = this.#theme.neutral.surface;
    context.fillText(text, at + this.#px(6), this.#px(14));
  }
}

function lineColour(theme: Theme, kind: Polyline['kind']): string {
  if (kind === 'heap') return theme.states[DisplayState.Gc]!.fill;
  if (kind === 'ready') return theme.states[DisplayState.Ready]!.ink;
  if (kind === 'delay') return theme.stw.fill;
  if (kind === 'threads') return theme.states[DisplayState.Sys]!.fill;
  if (kind === 'limit') return theme.neutral.muted;
  return theme.states[DisplayState.Net]!.fill;
}

export function textColour(theme: Theme, colour: TextColour): string {
  if (colour === 'text' || colour === 'muted') return theme.neutral[colour];
  if (colour === 'stwInk') return theme.stw.ink;
  if (colour === 'userOn') return theme.user.on;
  const state = theme.states[Number(colour.slice(colour.startsWith('ink') ? 3 : 2))]!;
  return colour.startsWith('ink') ? state.ink : state.on;
}
