/**
 * What a painter of rectangles can do, and the measures of the textures that all painters share.
 */
import type { RectList } from './rect-list.ts';
import { type Palette, Texture } from './styles.ts';

/** Style numbers are bytes. */
export const STYLES = 256;

/** Both backends have this shape. */
export interface RectPainter {
  /** Called before the lists of a frame. @param phase pixel of the time origin: textures are fixed to it */
  begin(width: number, height: number, palette: Palette, phase: number, ratio: number): void;
  /**
   * @param clipTop nothing above, and from `clipBottom` on, is painted
   * @param ordered false if no rectangle covers another one of a lower style
   */
  paint(list: RectList, clipTop: number, clipBottom: number, ordered: boolean): void;
}

/** Period of a texture in design pixels, measured along x. */
const HATCH_PERIOD = 6;
const DOT_PERIOD = 4;
/** Width of a stripe in design pixels. */
export const HATCH_STROKE = 1.6;

/** Period of a texture along x in device pixels: hatches run at 45°, so theirs is longer by √2. */
export function texturePeriod(texture: Texture, ratio: number): number {
  return Math.round((texture === Texture.Dots ? DOT_PERIOD : HATCH_PERIOD * Math.SQRT2) * ratio);
}
