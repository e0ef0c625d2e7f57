/**
 * Drawing calls in, SVG out: the part of the browser's 2D context that the viewer's painters use, as a writer of text. So
 * what is drawn on screen and what is saved as a vector picture are drawn by the same code.
 *
 * The law: whatever a trace calls its things, it is text in the file. Every string passes `escaped`, which leaves no
 * markup, no character that XML forbids, and no character that turns the direction of what follows.
 *
 * Rectangles of one colour that follow one another share a group; a clip and a translation are groups too, closed by
 * `restore`. Only what the painters call is here; there are no gradients or images.
 */

/** What `save` keeps and `restore` brings back. */
interface State {
  fillStyle: string;
  strokeStyle: string;
  lineWidth: number;
  globalAlpha: number;
  font: string;
  dash: readonly number[];
}

/** A size, a weight and a family, as the 2D context takes them: `600 11px Arial`. */
const FONT = /^(?:(\d+) )?([\d.]+)px (.+)$/;
const COLOUR = /^(?:#[0-9a-f]{3,8}|rgba?\([\d., %]+\)|url\(#[\w-]+\)|[a-z]+)$/i;

export class SvgCanvas {
  /** What painters ask and set; the file keeps the size that it was made with. */
  readonly canvas: { width: number; height: number };
  readonly #size: { readonly width: number; readonly height: number };
  fillStyle = '#000';
  strokeStyle = '#000';
  lineWidth = 1;
  lineJoin: CanvasJoin = 'miter';
  textBaseline: 'alphabetic' = 'alphabetic';
  globalAlpha = 1;
  font = '10px sans-serif';
  #dash: readonly number[] = [];
  #path = '';
  readonly #saved: { readonly state: State; readonly groups: number }[] = [];
  /** Clip groups that are open. */
  #groups = 0;
  /** Attributes of the group of rectangles that is open. */
  #run: string | undefined;
  readonly #out: string[] = [];
  readonly #defs: string[] = [];
  #ids = 0;
  readonly #prefix: string;

  /** @param prefix of the ids in the file, which must differ where two pictures share a page */
  constructor(width: number, height: number, prefix = 'x') {
    this.canvas = { width, height };
    this.#size = { width, height };
    this.#prefix = prefix;
  }

  /**
   * The file.
   * @param title and `description` are what a screen reader says of the picture
   */
  toSvg(title: string, description: string): string {
    this.#endRun();
    const { width, height } = this.#size;
    const close = '</g>'.repeat(this.#groups);
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${number(width)}" height="${number(height)}"`,
      ` viewBox="0 0 ${number(width)} ${number(height)}" role="img">\n`,
      `<title>${escaped(title)}</title>\n<desc>${escaped(description)}</desc>\n`,
      this.#defs.length === 0 ? '' : `<defs>\n${this.#defs.join('\n')}\n</defs>\n`,
      this.#out.join('\n'),
      close,
      '\n</svg>\n',
    ].join('');
  }

  /**
   * A square tile that fills areas by repetition, as a fill style.
   * @param paint draws the tile, from 0 to `size`
   * @param shift by which the tiles are moved along x
   */
  tile(size: number, shift: number, paint: (tile: SvgCanvas) => void): string {
    const id = this.#id();
    const tile = new SvgCanvas(size, size, id);
    paint(tile);
    tile.#endRun();
    this.#defs.push(
      `<pattern id="${id}" width="${number(size)}" height="${number(size)}" patternUnits="userSpaceOnUse"` +
        ` patternTransform="translate(${number(shift)} 0)">${tile.#out.join('')}</pattern>`,
    );
    return `url(#${id})`;
  }

  save(): void {
    const { fillStyle, strokeStyle, lineWidth, globalAlpha, font } = this;
    const state = { fillStyle, strokeStyle, lineWidth, globalAlpha, font, dash: this.#dash };
    this.#saved.push({ state, groups: this.#groups });
  }

  restore(): void {
    const saved = this.#saved.pop();
    if (saved === undefined) return;
    this.#endRun();
    for (; this.#groups > saved.groups; this.#groups--) this.#out.push('</g>');
    const { dash, ...state } = saved.state;
    Object.assign(this, state);
    this.#dash = dash;
  }

  /** What is drawn until `restore` is moved. */
  translate(x: number, y: number): void {
    this.#endRun();
    this.#out.push(`<g transform="translate(${number(x)} ${number(y)})">`);
    this.#groups++;
  }

  /** What is drawn until `restore` shows inside of the path only. */
  clip(): void {
    this.#endRun();
    const id = this.#id();
    this.#defs.push(`<clipPath id="${id}"><path d="${this.#path}"/></clipPath>`);
    this.#out.push(`<g clip-path="url(#${id})">`);
    this.#groups++;
  }

  /** A new picture is empty already. */
  clearRect(): void {}

  fillRect(x: number, y: number, width: number, height: number): void {
    const run = `${this.#fill()} shape-rendering="crispEdges"`;
    if (run !== this.#run) {
      this.#endRun();
      this.#out.push(`<g${run}>`);
      this.#run = run;
    }
    const size = `width="${number(width)}" height="${number(height)}"`;
    this.#out.push(`<rect x="${number(x)}" y="${number(y)}" ${size}/>`);
  }

  strokeRect(x: number, y: number, width: number, height: number): void {
    const size = `width="${number(width)}" height="${number(height)}"`;
    this.#put(`<rect x="${number(x)}" y="${number(y)}" ${size} fill="none"${this.#stroke()}/>`);
  }

  beginPath(): void {
    this.#path = '';
  }

  moveTo(x: number, y: number): void {
    this.#path += `M${number(x)} ${number(y)}`;
  }

  /** The first point of a path begins it, as in a 2D context. */
  lineTo(x: number, y: number): void {
    this.#path += `${this.#path === '' ? 'M' : 'L'}${number(x)} ${number(y)}`;
  }

  closePath(): void {
    this.#path += 'Z';
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.#path += `M${number(x)} ${number(y)}h${number(width)}v${number(height)}h${number(-width)}Z`;
  }

  roundRect(x: number, y: number, width: number, height: number, radius: number): void {
    const r = Math.max(0, Math.min(radius, width / 2, height / 2));
    const corner = (dx: number, dy: number) => `a${number(r)} ${number(r)} 0 0 1 ${number(dx)} ${number(dy)}`;
    const across = number(width - 2 * r);
    const down = number(height - 2 * r);
    this.#path += `M${number(x + r)} ${number(y)}h${across}${corner(r, r)}v${down}${corner(-r, r)}`;
    this.#path += `h-${across}${corner(-r, -r)}v-${down}${corner(r, -r)}Z`;
  }

  /** A whole circle, as two halves; the painters draw no other arcs. */
  arc(x: number, y: number, radius: number): void {
    const half = (dx: number) => `a${number(radius)} ${number(radius)} 0 1 1 ${number(dx)} 0`;
    this.#path += `M${number(x - radius)} ${number(y)}${half(2 * radius)}${half(-2 * radius)}Z`;
  }

  fill(): void {
    if (this.#path !== '') this.#put(`<path d="${this.#path}"${this.#fill()}/>`);
  }

  stroke(): void {
    const join = this.lineJoin === 'miter' ? '' : ` stroke-linejoin="${this.lineJoin}"`;
    if (this.#path !== '') this.#put(`<path d="${this.#path}" fill="none"${this.#stroke()}${join}/>`);
  }

  setLineDash(dash: readonly number[]): void {
    this.#dash = [...dash];
  }

  fillText(text: string, x: number, y: number): void {
    const [, weight, size, family] = FONT.exec(this.font) ?? ['', undefined, '10', 'sans-serif'];
    const bold = weight === undefined ? '' : ` font-weight="${weight}"`;
    const font = `font-family="${escaped(family!)}" font-size="${number(Number(size))}"${bold}`;
    this.#put(`<text x="${number(x)}" y="${number(y)}" ${font}${this.#fill()}>${escaped(text)}</text>`);
  }

  #id(): string {
    this.#ids++;
    return `${this.#prefix}${this.#ids}`;
  }

  #put(element: string): void {
    this.#endRun();
    this.#out.push(element);
  }

  #endRun(): void {
    if (this.#run !== undefined) this.#out.push('</g>');
    this.#run = undefined;
  }

  #fill(): string {
    const opacity = this.globalAlpha === 1 ? '' : ` fill-opacity="${number(this.globalAlpha)}"`;
    return ` fill="${colour(this.fillStyle)}"${opacity}`;
  }

  #stroke(): string {
    const opacity = this.globalAlpha === 1 ? '' : ` stroke-opacity="${number(this.globalAlpha)}"`;
    const dash = this.#dash.length === 0 ? '' : ` stroke-dasharray="${this.#dash.map(number).join(' ')}"`;
    return ` stroke="${colour(this.strokeStyle)}" stroke-width="${number(this.lineWidth)}"${opacity}${dash}`;
  }
}

type CanvasJoin = 'bevel' | 'miter' | 'round';

/** Hundredths of a pixel are enough. */
function number(value: number): string {
  return Number.isFinite(value) ? String(Math.round(value * 100) / 100) : '0';
}

/** Colours come from the theme, never from a trace; what is none is not written. */
function colour(style: string): string {
  return COLOUR.test(style) ? style : 'none';
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Control characters, half surrogate pairs and what XML 1.0 forbids, and marks that turn the direction of text. */
const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** A string as text or as the value of an attribute of an XML file. What may not stand there becomes `�`. */
export function escaped(text: string): string {
  return text.replace(FORBIDDEN, '\ufffd').replace(/[&<>"']/g, (sign) => ENTITIES[sign]!);
}
