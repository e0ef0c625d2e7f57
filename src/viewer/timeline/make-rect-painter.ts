/** Chooses the backend for a canvas: WebGL2 where it is done by hardware, else the 2D canvas. */
import { paintOnCanvas } from './paint-rects-2d.ts';
import { WebglRectPainter } from './paint-rects-webgl.ts';
import type { RectPainter } from './rect-painter.ts';

const OPTIONS: WebGLContextAttributes = {
  alpha: true,
  antialias: false,
  premultipliedAlpha: true,
  failIfMajorPerformanceCaveat: true,
};

/** Renderers without hardware, which are slower than the 2D canvas; not every browser refuses them as asked. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

/**
 * @param onRestored called when the browser took the graphics context away and gave it back: everything is to be
 * painted again, by a painter made anew
 */
export function makeRectPainter(canvas: HTMLCanvasElement, onRestored: () => void): RectPainter {
  // A canvas is of one kind for ever, so the question is put to one of its own.
  const gl = hasHardware() ? canvas.getContext('webgl2', OPTIONS) : null;
  if (gl === null) return paintOnCanvas(canvas);
  // Without this, a lost context is never given back.
  canvas.addEventListener('webglcontextlost', (event) => event.preventDefault(), { once: true });
  canvas.addEventListener('webglcontextrestored', onRestored, { once: true });
  return new WebglRectPainter(gl);
}

function hasHardware(): boolean {
  const gl = document.createElement('canvas').getContext('webgl2', OPTIONS);
  if (gl === null) return false;
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const renderer = String(gl.getParameter(info?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER));
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return !SOFTWARE.test(renderer);
}
