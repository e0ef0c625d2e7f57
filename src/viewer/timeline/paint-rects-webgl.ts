/**
 * Paints rectangles with WebGL2: one instanced draw call per list, styles looked up in a palette texture, textures
 * computed per pixel. Tens of thousands of rectangles cost the page's thread next to nothing.
 */
import type { RectList } from './rect-list.ts';
import { HATCH_STROKE, type RectPainter, STYLES, texturePeriod } from './rect-painter.ts';
import { type Palette, Texture } from './styles.ts';

/** Positions are whole device pixels from the top left corner of the canvas. */
const VERTEX = `#version 300 es
layout(location = 0) in int left;
layout(location = 1) in int top;
layout(location = 2) in int width;
layout(location = 3) in int height;
layout(location = 4) in uint style;
uniform vec2 canvas;
out vec2 place;
flat out uint look;
void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  place = vec2(left, top) + corner * vec2(width, height);
  look = style;
  gl_Position = vec4(place / canvas * vec2(2.0, -2.0) + vec2(-1.0, 1.0), 0.0, 1.0);
}`;

/** Row 0 of the palette: colour and opacity. Row 1: colour of the texture, and its number. */
const FRAGMENT = `#version 300 es
precision highp float;
in vec2 place;
flat in uint look;
uniform sampler2D palette;
/** Pixel of the time origin within one period: of the hatches, of the dots. */
uniform vec2 phase;
uniform float hatchPeriod;
uniform float hatchWidth;
uniform float dotPeriod;
uniform float dotSize;
out vec4 colour;

/** Part of a pixel that a 45° stripe covers. */
float stripe(float along) {
  float at = mod(along, hatchPeriod);
  float distance = min(at, hatchPeriod - at) * 0.70711;
  return clamp(hatchWidth * 0.5 + 0.5 - distance, 0.0, 1.0);
}

void main() {
  vec4 body = texelFetch(palette, ivec2(int(look), 0), 0);
  vec4 second = texelFetch(palette, ivec2(int(look), 1), 0);
  int texture_ = int(second.a * 255.0 + 0.5);
  float part = 0.0;
  if (texture_ == ${Texture.Hatch}) part = stripe(place.x - phase.x + place.y);
  else if (texture_ == ${Texture.Loss}) part = stripe(place.x - phase.x - place.y);
  else if (texture_ == ${Texture.Dots}) {
    vec2 cell = floor(mod(vec2(place.x - phase.y, place.y), dotPeriod) / dotSize);
    part = cell.x == cell.y && (cell.x == 1.0 || cell.x == 3.0) ? 1.0 : 0.0;
  }
  colour = vec4(mix(body.rgb, second.rgb, part) * body.a, body.a);
}`;

const UNIFORMS = ['canvas', 'palette', 'phase', 'hatchPeriod', 'hatchWidth', 'dotPeriod', 'dotSize'] as const;
type Uniform = (typeof UNIFORMS)[number];

export class WebglRectPainter implements RectPainter {
  readonly #gl: WebGL2RenderingContext;
  readonly #uniforms: Record<Uniform, WebGLUniformLocation | null>;
  /** Buffers of the columns left, top, width, height, style. */
  readonly #buffers: readonly WebGLBuffer[];
  #palette: Palette | undefined;

  /** @throws Error if the browser cannot compile the shaders */
  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    const program = link(gl);
    gl.useProgram(program);
    const locations = UNIFORMS.map((name) => [name, gl.getUniformLocation(program, name)]);
    this.#uniforms = Object.fromEntries(locations) as Record<Uniform, WebGLUniformLocation | null>;
    this.#buffers = Array.from({ length: 5 }, (_, i) => makeColumn(gl, i));
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.enable(gl.SCISSOR_TEST);
  }

  begin(width: number, height: number, palette: Palette, phase: number, ratio: number): void {
    const gl = this.#gl;
    const { canvas } = gl;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    gl.viewport(0, 0, width, height);
    gl.scissor(0, 0, width, height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    if (palette !== this.#palette) this.#uploadPalette(palette);
    const hatch = texturePeriod(Texture.Hatch, ratio);
    const dots = texturePeriod(Texture.Dots, ratio);
    gl.uniform2f(this.#uniforms.canvas, width, height);
    // The phase may be huge; within one period it is exact.
    gl.uniform2f(this.#uniforms.phase, phase % hatch, phase % dots);
    gl.uniform1f(this.#uniforms.hatchPeriod, hatch);
    gl.uniform1f(this.#uniforms.hatchWidth, HATCH_STROKE * ratio);
    gl.uniform1f(this.#uniforms.dotPeriod, dots);
    gl.uniform1f(this.#uniforms.dotSize, Math.max(1, Math.round(ratio)));
  }

  paint(list: RectList, clipTop: number, clipBottom: number): void {
    if (list.count === 0 || clipBottom <= clipTop) return;
    const gl = this.#gl;
    gl.scissor(0, gl.canvas.height - clipBottom, gl.canvas.width, clipBottom - clipTop);
    const columns = [list.x, list.y, list.width, list.height, list.style];
    columns.forEach((column, i) => {
      gl.bindBuffer(gl.ARRAY_BUFFER, this.#buffers[i]!);
      gl.bufferData(gl.ARRAY_BUFFER, column.subarray(0, list.count), gl.DYNAMIC_DRAW);
    });
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, list.count);
  }

  #uploadPalette(palette: Palette): void {
    const gl = this.#gl;
    const bytes = new Uint8Array(2 * STYLES * 4);
    palette.forEach((entry, style) => {
      bytes.set([...rgb(entry.colour), Math.round(entry.opacity * 255)], style * 4);
      bytes.set([...rgb(entry.second), entry.texture], (STYLES + style) * 4);
    });
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, STYLES, 2, 0, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
    this.#palette = palette;
  }
}

/** Bytes of `#rrggbb`. */
function rgb(colour: string): [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** A buffer for one column of integers, one per instance; the last column is the style, a byte. */
function makeColumn(gl: WebGL2RenderingContext, location: number): WebGLBuffer {
  const buffer = gl.createBuffer();
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  gl.enableVertexAttribArray(location);
  gl.vertexAttribIPointer(location, 1, location === 4 ? gl.UNSIGNED_BYTE : gl.INT, 0, 0);
  gl.vertexAttribDivisor(location, 1);
  return buffer;
}

function link(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(type)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {
    throw new Error(`The shaders do not link: ${gl.getProgramInfoLog(program)}`);
  }
  return program;
}
