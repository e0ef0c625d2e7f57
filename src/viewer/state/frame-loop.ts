/**
 * The one animation frame loop of the page. Whoever has something to paint asks for a frame; however many ask, there is
 * one frame, and none when nothing changes.
 */
export class FrameLoop {
  readonly #painters = new Set<(now: number) => void>();
  #requested = false;

  /** Adds a painter that runs in every frame; returns how to remove it. */
  add(painter: (now: number) => void): () => void {
    this.#painters.add(painter);
    this.request();
    return () => this.#painters.delete(painter);
  }

  /** Asks for a frame. */
  request(): void {
    if (this.#requested) return;
    this.#requested = true;
    requestAnimationFrame((now) => {
      this.#requested = false;
      for (const paint of this.#painters) paint(now);
    });
  }
}
