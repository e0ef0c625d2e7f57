/** What the page and the load worker say to each other. */
import type { TraceModel } from '../../analysis/index.ts';
import type { Message } from '../state/phase.ts';
import type { TimeWindow } from '../timeline/scale.ts';
import type { Summary } from './summarise.ts';

/** Where a trace comes from: a file of this machine, or an address. */
export type TraceSource =
  | { readonly kind: 'file'; readonly file: File }
  | { readonly kind: 'url'; readonly url: string };

export type ToWorker =
  | { readonly kind: 'open'; readonly source: TraceSource }
  /** Answered with `cut`; the range in ns since the start of the trace. */
  | { readonly kind: 'cut'; readonly source: TraceSource; readonly range: TimeWindow }
  /** Stop reading, and use what is there. */
  | { readonly kind: 'stop' };

export type FromWorker =
  | {
      readonly kind: 'progress';
      readonly bytes: number;
      readonly total: number | undefined;
      readonly events: number;
      readonly time: number;
    }
  /** What was read so far, to be looked at while the rest is read. Each replaces the one before. */
  | {
      readonly kind: 'partial';
      readonly model: TraceModel;
      readonly summary: Summary;
      /** When the trace is likely to end, ns since the origin: a guess from the bytes that are left. */
      readonly expectedEnd: number;
    }
  | { readonly kind: 'loaded'; readonly model: TraceModel; readonly summary: Summary; readonly stopped: boolean }
  | { readonly kind: 'cut'; readonly file: Blob; readonly events: number }
  | { readonly kind: 'failed'; readonly message: Message };
