/** Chooses the backend for a canvas: WebGL2 where it is done by hardware, else the 2D canvas. */
import { CanvasRectPainter } from './paint-rects-2d.ts';
import { WebglRectPainter } from './paint-rects-webgl.ts';
import type { RectPainter } from './rect-painter.ts';

/**
 * @param onRestored called when the browser took the graphics context away and gave it back: everything is to be
 * painted again, by a painter made anew
 */
export function makeRectPainter(canvas: HTMLCanvasElement, onRestored: () => void): RectPainter {
  const gl = canvas.getContext('webgl2', {
    alpha: true,
    antialias: false,
    premultipliedAlpha: true,
    // Rendering without a GPU is slower than the 2D canvas.
    failIfMajorPerformanceCaveat: true,
  });
  if (gl === null) return new CanvasRectPainter(canvas);
  // Without this, a lost context is never given back.
  canvas.addEventListener('webglcontextlost', (event) => event.preventDefault(), { once: true });
  canvas.addEventListener('webglcontextrestored', onRestored, { once: true });
  return new WebglRectPainter(gl);
}
