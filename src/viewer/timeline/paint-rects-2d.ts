/**
 * Paints rectangles on a 2D canvas: the fallback where WebGL2 is missing, and what print and forced colours use.
 *
 * The idea: changing the fill style is what costs, so a list whose order does not matter is painted style by style, in
 * ascending order (bodies before outlines). Textures are patterns whose phase is fixed to the time origin, so that they
 * move with the data.
 *
 * What it draws on is a part of the 2D context, which the writer of vector pictures has too (`picture.ts`).
 */
import type { RectList } from './rect-list.ts';
import { HATCH_STROKE, type RectPainter, STYLES, texturePeriod } from './rect-painter.ts';
import { type Palette, type PaletteEntry, Texture } from './styles.ts';

/** The part of a 2D context that rectangles need. */
export type RectSurface = Pick<
  CanvasRenderingContext2D,
  'fillRect' | 'clearRect' | 'save' | 'restore' | 'beginPath' | 'rect' | 'fillStyle' | 'globalAlpha'
> & { readonly canvas: { width: number; height: number }; clip(): void };

/** Makes fill styles of textures. */
export interface TextureMaker {
  /** @param shift pixels by which the texture is moved along x */
  style(entry: PaletteEntry, ratio: number, shift: number): string | CanvasPattern;
  /** Another palette or size: what was made is of no use any more. */
  clear(): void;
}

export class CanvasRectPainter implements RectPainter {
  readonly #context: RectSurface;
  readonly #textures: TextureMaker;
  readonly #order = { starts: new Int32Array(STYLES + 1), rows: new Int32Array(0) };
  #palette: Palette = [];
  #ratio = 1;
  #phase = 0;

  constructor(context: RectSurface, textures: TextureMaker) {
    this.#context = context;
    this.#textures = textures;
  }

  begin(width: number, height: number, palette: Palette, phase: number, ratio: number): void {
    const { canvas } = this.#context;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    if (palette !== this.#palette || ratio !== this.#ratio) this.#textures.clear();
    this.#palette = palette;
    this.#ratio = ratio;
    this.#phase = phase;
    this.#context.clearRect(0, 0, width, height);
  }

  paint(list: RectList, clipTop: number, clipBottom: number, ordered: boolean): void {
    if (list.count === 0 || clipBottom <= clipTop) return;
    const context = this.#context;
    context.save();
    context.beginPath();
    context.rect(0, clipTop, context.canvas.width, clipBottom - clipTop);
    context.clip();
    if (ordered) this.#paintOrdered(list);
    else this.#paintByStyle(list);
    context.restore();
  }

  #paintOrdered(list: RectList): void {
    let current = -1;
    for (let i = 0; i < list.count; i++) {
      const style = list.style[i]!;
      if (style !== current) this.#use(style);
      current = style;
      this.#context.fillRect(list.x[i]!, list.y[i]!, list.width[i]!, list.height[i]!);
    }
  }

  /** A counting sort by style, then one run of rectangles per style. */
  #paintByStyle(list: RectList): void {
    const { starts } = this.#order;
    if (this.#order.rows.length < list.count) this.#order.rows = new Int32Array(list.x.length);
    const { rows } = this.#order;
    starts.fill(0);
    for (let i = 0; i < list.count; i++) starts[list.style[i]! + 1]!++;
    for (let style = 0; style < STYLES; style++) starts[style + 1]! += starts[style]!;
    const next = starts.slice(0, STYLES);
    for (let i = 0; i < list.count; i++) rows[next[list.style[i]!]!++] = i;
    const context = this.#context;
    for (let style = 0; style < STYLES; style++) {
      const end = starts[style + 1]!;
      if (starts[style] === end) continue;
      this.#use(style);
      for (let at = starts[style]!; at < end; at++) {
        const i = rows[at]!;
        context.fillRect(list.x[i]!, list.y[i]!, list.width[i]!, list.height[i]!);
      }
    }
  }

  #use(style: number): void {
    const entry = this.#palette[style]!;
    this.#context.globalAlpha = entry.opacity;
    this.#context.fillStyle = entry.texture === Texture.Plain ? entry.colour : this.#texture(entry);
  }

  #texture(entry: PaletteEntry): string | CanvasPattern {
    return this.#textures.style(entry, this.#ratio, this.#phase % texturePeriod(entry.texture, this.#ratio));
  }
}

/** A painter on a canvas of the page. */
export function paintOnCanvas(canvas: HTMLCanvasElement): CanvasRectPainter {
  const context = canvas.getContext('2d', { alpha: true });
  if (context === null) throw new Error('This browser has no 2D canvas.');
  return new CanvasRectPainter(context, new CanvasTextures(context));
}

/** Textures as patterns, each moved to the time origin once per frame, however often it is used. */
class CanvasTextures implements TextureMaker {
  readonly #context: CanvasRenderingContext2D;
  readonly #patterns = new Map<string, { readonly pattern: CanvasPattern; shift: number }>();

  constructor(context: CanvasRenderingContext2D) {
    this.#context = context;
  }

  clear(): void {
    this.#patterns.clear();
  }

  style(entry: PaletteEntry, ratio: number, shift: number): CanvasPattern {
    const key = `${entry.texture}${entry.colour}`;
    let made = this.#patterns.get(key);
    if (made === undefined) {
      made = { pattern: makePattern(this.#context, entry, ratio), shift: Number.NaN };
      this.#patterns.set(key, made);
    }
    if (made.shift !== shift) {
      made.pattern.setTransform(new DOMMatrix([1, 0, 0, 1, shift, 0]));
      made.shift = shift;
    }
    return made.pattern;
  }
}

function makePattern(context: CanvasRenderingContext2D, entry: PaletteEntry, ratio: number): CanvasPattern {
  const size = texturePeriod(entry.texture, ratio);
  const tile = new OffscreenCanvas(size, size);
  drawTile(tile.getContext('2d')!, entry, ratio);
  const pattern = context.createPattern(tile, 'repeat');
  if (pattern === null) throw new Error('This browser has no canvas patterns.');
  return pattern;
}

/** What a tile of a texture is drawn with. */
type TileSurface = Pick<
  CanvasRenderingContext2D,
  'fillRect' | 'beginPath' | 'moveTo' | 'lineTo' | 'fillStyle' | 'strokeStyle' | 'lineWidth'
> & { stroke(): void };

/** Draws one tile of a texture, `texturePeriod` wide and high. */
export function drawTile(ink: TileSurface, entry: PaletteEntry, ratio: number): void {
  const size = texturePeriod(entry.texture, ratio);
  ink.fillStyle = entry.colour;
  ink.fillRect(0, 0, size, size);
  ink.fillStyle = entry.second;
  if (entry.texture === Texture.Dots) {
    const dot = Math.max(1, Math.round(ratio));
    ink.fillRect(dot, dot, dot, dot);
    ink.fillRect(3 * dot, 3 * dot, dot, dot);
    return;
  }
  ink.strokeStyle = entry.second;
  ink.lineWidth = HATCH_STROKE * ratio;
  // Lost records are hatched the other way.
  const [from, to] = entry.texture === Texture.Loss ? [-size, 2 * size] : [2 * size, -size];
  for (const shift of [-size, 0, size]) {
    ink.beginPath();
    ink.moveTo(shift - size, from);
    ink.lineTo(shift + 2 * size, to);
    ink.stroke();
  }
}
