/** What the page is doing: waiting for a file, reading one, showing one, or saying why it cannot. */
import type { OpenTrace } from './open-trace.ts';

/** A message to the reader of the page: what is so, and what to do. */
export interface Message {
  /** `warning`: usable. `error`: not. */
  readonly kind: 'warning' | 'error';
  readonly title: string;
  readonly detail: string;
}

export interface Progress {
  readonly fileName: string;
  readonly bytes: number;
  /** Size of the file; undefined if the server does not say. */
  readonly total: number | undefined;
  readonly events: number;
  /** `performance.now()` at the start. */
  readonly since: number;
  /** Time of the newest event, ns since the origin. */
  readonly time: number;
}

export type Phase =
  | { readonly kind: 'empty' }
  | { readonly kind: 'loading'; readonly progress: Progress }
  | { readonly kind: 'open'; readonly trace: OpenTrace }
  | { readonly kind: 'failed'; readonly message: Message };
