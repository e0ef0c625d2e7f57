/**
 * The contract between layout and paint: rectangles in whole device pixels, each with a style number. Layout fills
 * lists, a painter draws them, and neither knows the other.
 *
 * The idea: columns in typed arrays that are kept and refilled each frame, so that a frame allocates nothing.
 */

export class RectList {
  count = 0;
  x = new Int32Array(1024);
  y = new Int32Array(1024);
  width = new Int32Array(1024);
  height = new Int32Array(1024);
  style = new Uint8Array(1024);

  clear(): void {
    this.count = 0;
  }

  /** Adds a rectangle; empty ones are ignored. */
  add(x: number, y: number, width: number, height: number, style: number): void {
    if (width <= 0 || height <= 0) return;
    const i = this.count;
    if (i === this.x.length) this.#grow();
    this.x[i] = x;
    this.y[i] = y;
    this.width[i] = width;
    this.height[i] = height;
    this.style[i] = style;
    this.count = i + 1;
  }

  #grow(): void {
    const capacity = this.x.length * 2;
    const wider = (from: Int32Array) => {
      const to = new Int32Array(capacity);
      to.set(from);
      return to;
    };
    this.x = wider(this.x);
    this.y = wider(this.y);
    this.width = wider(this.width);
    this.height = wider(this.height);
    const style = new Uint8Array(capacity);
    style.set(this.style);
    this.style = style;
  }
}
