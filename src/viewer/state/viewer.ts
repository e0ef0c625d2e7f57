/** Everything a part of the page may need, made once and handed down. */
import { computed, effect, signal } from '@preact/signals';
import type { Measures } from '../timeline/row-context.ts';
import type { TimeWindow } from '../timeline/scale.ts';
import { TimelineModel } from '../timeline/timeline-model.ts';
import { measureIn, type TimelineView } from '../timeline/view.ts';
import { Loader } from '../worker/loader.ts';
import { selectionSentence } from './announce.ts';
import { AppState } from './app-state.ts';
import { FrameLoop } from './frame-loop.ts';
import { KeyChoice } from './key-choice.ts';
import type { Hits } from './match.ts';
import { Navigation } from './navigation.ts';
import type { OpenTrace } from './open-trace.ts';
import { Scope, totalsIn } from './scope.ts';
import { ShownWindow } from './shown-window.ts';
import { ThemeChoice } from './theme-choice.ts';

/** Milliseconds without a change after which the window counts as settled: sums over it are worked out then. */
const SETTLE = 150;

export class Viewer {
  readonly app = new AppState();
  readonly theme = new ThemeChoice();
  readonly keys = new KeyChoice();
  readonly navigation = new Navigation(this);
  readonly loop = new FrameLoop();
  readonly loader = new Loader(this.app);
  readonly shown = new ShownWindow(this.app, this.loop);
  /** What the panels are about. */
  readonly scope = new Scope(this.app);
  /** The window once it has stopped changing. */
  readonly settled = signal<TimeWindow>({ start: 0, end: 1 });
  readonly timeline = new TimelineModel(this.app, this.settled, this.scope.mask);
  /** Width of the gutter in design pixels, as the style sheet says for this width of the page. */
  readonly gutter = signal(216);
  /** Where the last search led. */
  hits: Hits | undefined;
  /** The mounted timeline. */
  timelineView: TimelineView | undefined;
  /** Widths of the 11 px font in CSS pixels at the default root size. */
  readonly measures: Measures;
  readonly fontFamily: string;
  /** Time per state in the chosen range, else in the settled window; of all strands, or of brushed requests; ns. */
  readonly inView = computed(() => {
    const trace = this.app.trace.value;
    const window = this.scope.range.value ?? this.settled.value;
    const mask = this.app.lengths.value === undefined ? undefined : this.scope.mask.value;
    return trace === undefined ? undefined : totalsIn(trace, window, mask);
  });

  constructor(family: string) {
    this.fontFamily = family;
    this.measures = { normal: measureIn(`11px ${family}`), bold: measureIn(`600 11px ${family}`) };
    effect(() => {
      const trace = this.app.trace.value;
      if (trace !== undefined) this.app.announcement.value = selectionSentence(trace, this.app.selection.value);
    });
    let seen: OpenTrace | undefined;
    effect(() => {
      const window = this.app.window.value;
      const trace = this.app.trace.value;
      if (trace === undefined) return;
      if (trace !== seen) {
        seen = trace;
        this.settled.value = window;
        return;
      }
      const timer = setTimeout(() => {
        this.settled.value = window;
      }, SETTLE);
      return () => clearTimeout(timer);
    });
  }

  /** Opens a trace of the same origin; an address elsewhere would tell that site who looks at what. */
  openAddress(address: string): void {
    const url = URL.canParse(address, location.href) ? new URL(address, location.href) : undefined;
    if (url?.origin === location.origin && url.protocol !== 'file:') {
      this.loader.open({ kind: 'url', url: url.href });
      return;
    }
    const title = 'The trace is on another server';
    const detail = 'This page opens traces of its own server only. Save the file and drop it here.';
    this.app.fail({ kind: 'error', title, detail });
  }

  /** Asks for a file and opens it. */
  openPicker(): void {
    const input = document.createElement('input');
    input.type = 'file';
    input.addEventListener('change', () => {
      const file = input.files?.[0];
      if (file !== undefined) this.loader.open({ kind: 'file', file });
    });
    input.click();
  }
}
