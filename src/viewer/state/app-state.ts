/**
 * The state of the page, as signals: one selection and one time window for all panels. Panels read signals; commands and
 * pointer handlers call the methods here; nothing else changes state.
 *
 * Longer than most files, as it is the one place where state changes: a method per change, each a few lines.
 */

import { batch, computed, signal } from '@preact/signals';
import { type DisplayState, intervalWaker, wokenBy } from '../../analysis/index.ts';
import { GROUPS_SHOWN } from '../timeline/build-rows.ts';
import type { RowSort } from '../timeline/row-sort.ts';
import { clampWindow, type TimeWindow } from '../timeline/scale.ts';
import type { OpenTrace } from './open-trace.ts';
import type { Page, PageView } from './pages.ts';
import type { Message, Phase, Progress } from './phase.ts';
import { isNothing, levelUp, NOTHING, type Selection } from './selection.ts';
import { decodeSelection, encodeSelection } from './selection-text.ts';

/** What the legend can filter out: a display state, the bands, or regions. */
export type LegendKey = DisplayState | 'stw' | 'user';

const NO_VIEW: PageView = {};

/** Least stretch of time around a log or a short region, ns. */
const MARK_CONTEXT = 10e6;

export class AppState {
  readonly phase = signal<Phase>({ kind: 'empty' });
  /** How far reading has come, while a trace is read that is shown already. */
  readonly reading = signal<Progress | undefined>(undefined);
  readonly page = signal<Page>('overview');
  readonly pageView = signal<PageView>(NO_VIEW);
  /** The two traces that are compared, A before B; one of them is shown by all other pages. */
  readonly compared = signal<{ readonly a: OpenTrace; readonly b: OpenTrace } | undefined>(undefined);
  /** Where the window is going; the timeline animates towards it. */
  readonly window = signal<TimeWindow>({ start: 0, end: 1 });
  /** True when the last change of the window should be animated. */
  readonly animated = signal(false);
  readonly selection = signal<Selection>(NOTHING);
  /** The chosen stretch of time: all panels show what is in it. */
  readonly range = signal<TimeWindow | undefined>(undefined);
  /** Least and greatest length of the requests that are shown, ns. */
  readonly lengths = signal<TimeWindow | undefined>(undefined);
  /** Something about the page, not about the trace, that a person should know. */
  readonly notice = signal<Message | undefined>(undefined);
  readonly hidden = signal<ReadonlySet<LegendKey>>(new Set());
  /** Rows whose state differs from the default: expanded or folded. */
  readonly toggled = signal<ReadonlySet<string>>(new Set());
  /** Ids of the rows that stay on top, in this order, and of those that are not wanted. */
  readonly pinned = signal<readonly string[]>([]);
  readonly hiddenRows = signal<ReadonlySet<string>>(new Set());
  /** Filter of rows and slices, as it was typed. */
  readonly filterText = signal('');
  readonly sort = signal<RowSort>('active');
  readonly compact = signal(false);
  /** The page is too narrow for a gutter. */
  readonly narrow = signal(false);
  readonly showBands = signal(true);
  /** What is under the pointer explains itself. */
  readonly tooltips = signal(true);
  readonly helpOpen = signal(false);
  readonly exportOpen = signal(false);
  /** Text with which the palette opens; undefined: it is closed. */
  readonly palette = signal<string | undefined>(undefined);
  readonly detailsOpen = signal(true);
  /** Key of the row that the arrow keys act on. */
  readonly activeRow = signal<string | undefined>(undefined);
  /** Sentence for screen readers about the newest selection. */
  readonly announcement = signal('');
  /** Key of a row that should be scrolled into view. */
  readonly revealed = signal<string | undefined>(undefined);

  /** The trace that is open was looked at before all of it was read: its view stayed where it was. */
  wentOn = false;

  /** Row that was pinned in order to show something. */
  #shownPin: string | undefined;

  readonly trace = computed<OpenTrace | undefined>(() =>
    this.phase.value.kind === 'open' ? this.phase.value.trace : undefined,
  );

  /** Task with a section of its own in the timeline: the selected one, else the slowest. */
  readonly focusTask = computed(() => {
    const { task } = this.selection.value;
    const trace = this.trace.value;
    if (task >= 0 || trace === undefined) return task;
    // While a trace is read, the slowest one changes, and rows would jump.
    return trace.isPartial ? -1 : (trace.summary.slowest[0] ?? -1);
  });

  /** Interval rows made ready by a direct wake-up from or to the selected interval. */
  readonly wakes = computed<readonly number[]>(() => {
    const trace = this.trace.value;
    const { strand, interval } = this.selection.value;
    if (trace === undefined || interval < 0) return [];
    const { intervals } = trace.model;
    const { start, end, goroutine, count } = intervals;
    const woken = wokenBy(trace.model, strand, start[interval]!, end[interval]!);
    const next = interval + 1;
    const own = [interval, next].filter(
      (row) => row < count && goroutine[row] === strand && intervalWaker(intervals, row) >= 0,
    );
    return [...own, ...woken];
  });

  /** A trace is being read: this far. */
  read(progress: Progress): void {
    if (progress.bytes > 0 && this.trace.peek()?.isPartial === true) this.reading.value = progress;
    else {
      this.reading.value = undefined;
      this.phase.value = { kind: 'loading', progress };
    }
  }

  /** Reading came to nothing. */
  fail(message: Message): void {
    this.reading.value = undefined;
    this.phase.value = { kind: 'failed', message };
  }

  /**
   * Shows a trace: the slowest request, or all of it. When it is more of the one that is being read, everything stays
   * where the person at the page has put it.
   */
  open(trace: OpenTrace): void {
    const before = this.trace.peek();
    this.wentOn = before?.isPartial === true && (trace.isPartial || this.#isTouched(before));
    if (this.wentOn) this.#goOn(before!, trace);
    else this.#begin(trace);
    if (!trace.isPartial) this.reading.value = undefined;
  }

  /** Whether anybody has looked at more than what the page shows by itself. */
  #isTouched({ bounds }: OpenTrace): boolean {
    const { start, end } = this.window.peek();
    const moved = start !== bounds.start || end !== bounds.end;
    return (
      moved || !isNothing(this.selection.peek()) || this.toggled.peek().size > 0 || this.page.peek() !== 'overview'
    );
  }

  /** The same trace, with more in it. Things are found again by their names in the trace. */
  #goOn(before: OpenTrace, trace: OpenTrace): void {
    const window = this.window.peek();
    const whole = window.start === before.bounds.start && window.end === before.bounds.end;
    const selection = this.selection.peek();
    batch(() => {
      this.phase.value = { kind: 'open', trace };
      if (!isNothing(selection))
        this.selection.value = decodeSelection(encodeSelection(selection, before), trace) ?? NOTHING;
      this.animated.value = false;
      this.window.value = whole ? trace.bounds : clampWindow(window, trace.bounds);
    });
  }

  #begin(trace: OpenTrace): void {
    batch(() => {
      this.phase.value = { kind: 'open', trace };
      this.goToPage('overview');
      this.selection.value = NOTHING;
      this.range.value = undefined;
      this.lengths.value = undefined;
      this.notice.value = undefined;
      this.toggled.value = new Set();
      this.pinned.value = [];
      this.hiddenRows.value = new Set();
      this.filterText.value = '';
      this.animated.value = false;
      this.window.value = trace.firstWindow;
    });
  }

  /** Shows a page, from its beginning or as `view` says. */
  goToPage(page: Page, view: PageView = NO_VIEW): void {
    batch(() => {
      this.page.value = page;
      this.pageView.value = view;
    });
  }

  /** Changes what the page shows; undefined takes a key away. */
  changeView(changes: Readonly<Record<string, string | undefined>>): void {
    const merged = Object.entries({ ...this.pageView.value, ...changes });
    this.pageView.value = Object.fromEntries(
      merged.filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
  }

  /** Leaves a page for the timeline, where `act` shows something. */
  inTimeline(act: (app: this) => void): void {
    batch(() => {
      this.goToPage('overview');
      act(this);
    });
  }

  /** Moves the window at once, as wheel and drag do. */
  moveWindow(window: TimeWindow): void {
    const trace = this.trace.value;
    if (trace === undefined) return;
    batch(() => {
      this.animated.value = false;
      this.window.value = clampWindow(window, trace.bounds);
    });
  }

  /** Goes to a window by animation: a step of navigation. */
  goTo(window: TimeWindow): void {
    const trace = this.trace.value;
    if (trace === undefined) return;
    batch(() => {
      this.animated.value = true;
      this.window.value = clampWindow(window, trace.bounds);
    });
  }

  fitAll(): void {
    const trace = this.trace.value;
    if (trace !== undefined) this.goTo(trace.bounds);
  }

  /** Fits the chosen range, else the selection, else the slowest request. */
  fitSelection(): void {
    const trace = this.trace.value;
    if (trace === undefined) return;
    if (this.range.value !== undefined) return this.zoomToRange();
    const extent = this.#selectedExtent(trace);
    const slowest = trace.summary.slowest[0];
    if (extent !== undefined) this.goAround(extent.start, extent.end);
    else if (slowest !== undefined) this.goTo(trace.firstWindow);
  }

  /** Goes to a stretch of time with margins. */
  goAround(start: number, end: number): void {
    const trace = this.trace.value;
    if (trace !== undefined) this.goTo(trace.windowAround(start, end));
  }

  selectTask(task: number): void {
    this.select({ task, strand: -1, interval: -1 });
  }

  /** Selects a strand, or one of its intervals; the request it belongs to stays selected if it was. */
  selectStrand(strand: number, interval = -1): void {
    this.select({ task: this.selection.value.task, strand, interval });
  }

  /** Selects an interval and goes there. */
  showInterval(strand: number, interval: number): void {
    const trace = this.trace.value;
    if (trace === undefined) return;
    const { start, end } = trace.model.intervals;
    batch(() => {
      this.select({ task: -1, strand, interval });
      this.goAround(start[interval]!, end[interval]!);
    });
  }

  showTask(task: number): void {
    const trace = this.trace.value;
    if (trace === undefined) return;
    batch(() => {
      this.selectTask(task);
      this.goTo(trace.windowOfTask(task));
    });
  }

  /** Selects a strand and goes to its life. */
  showStrand(strand: number): void {
    batch(() => {
      this.selectStrand(strand);
      this.fitSelection();
    });
  }

  /** Opens a group's row, with its strands. */
  showGroup(group: number): void {
    batch(() => {
      this.goToPage('overview');
      const keys = new Set(this.toggled.value);
      keys.delete('section:groups');
      const shown = this.trace.value?.summary.groupOrder.indexOf(group) ?? 0;
      if (shown >= GROUPS_SHOWN) keys.add('more:groups');
      keys.add(`g:${group}`);
      this.toggled.value = keys;
      this.revealed.value = `g:${group}`;
    });
  }

  /** Leaves the selection, and opens the row of a kind of tasks, with its slowest. @param kind index of `taskTypes` */
  showKind(kind: number): void {
    batch(() => {
      this.clearSelection();
      const keys = new Set(this.toggled.value);
      keys.add('section:requests');
      keys.add(`y:${kind}`);
      this.toggled.value = keys;
      this.revealed.value = `y:${kind}`;
    });
  }

  /** Goes to a region or a log: its task if it has one, else its strand. */
  showMark(task: number, strand: number, start: number, end: number): void {
    batch(() => {
      if (task >= 0) this.selectTask(task);
      else if (strand >= 0) this.selectStrand(strand);
      const length = Math.max((Number.isNaN(end) ? start : end) - start, MARK_CONTEXT);
      this.goAround(start, start + length);
    });
  }

  clearSelection(): void {
    this.selection.value = NOTHING;
  }

  /** Escape: the help, what is open on a page, the range, the brushed lengths, then one level of the selection. */
  levelUp(): void {
    if (this.helpOpen.value) this.helpOpen.value = false;
    else if (this.pageView.value.open !== undefined) this.changeView({ open: undefined });
    else if (this.range.value !== undefined) this.range.value = undefined;
    else if (this.lengths.value !== undefined) this.lengths.value = undefined;
    else if (!isNothing(this.selection.value)) this.select(levelUp(this.selection.value));
    else if (this.page.value !== 'overview') this.goToPage('overview');
  }

  activate(key: string): void {
    batch(() => {
      this.activeRow.value = key;
      this.revealed.value = key;
    });
  }

  zoomToRange(): void {
    const range = this.range.value;
    if (range === undefined) return;
    this.range.value = undefined;
    this.goTo(range);
  }

  /** The selected interval, strand or task becomes the measured range. */
  rangeFromSelection(): void {
    const trace = this.trace.value;
    const extent = trace && this.#selectedExtent(trace);
    if (extent !== undefined) this.range.value = extent;
  }

  toggleDetails(): void {
    this.detailsOpen.value = !this.detailsOpen.value;
  }

  toggleCompact(): void {
    this.compact.value = !this.compact.value;
  }

  toggleBands(): void {
    this.showBands.value = !this.showBands.value;
  }

  toggleTooltips(): void {
    this.tooltips.value = !this.tooltips.value;
    this.announcement.value = this.tooltips.value ? 'Tooltips are on.' : 'Tooltips are off.';
  }

  /** Lets go of everything that leaves something out. */
  showAll(): void {
    batch(() => {
      this.range.value = undefined;
      this.lengths.value = undefined;
      this.hidden.value = new Set();
      this.fitAll();
    });
  }

  toggleHelp(): void {
    this.helpOpen.value = !this.helpOpen.value;
  }

  toggleRow(key: string): void {
    const next = new Set(this.toggled.value);
    if (!next.delete(key)) next.add(key);
    this.toggled.value = next;
  }

  /** Pins a row by its id, or unpins it. */
  togglePin(id: string): void {
    if (id === '') return;
    const pinned = this.pinned.value;
    this.pinned.value = pinned.includes(id) ? pinned.filter((other) => other !== id) : [...pinned, id];
  }

  /** Pins the row of what is being shown, instead of the one that was shown before. '' pins none. */
  pinShown(id: string): void {
    const others = this.pinned.value.filter((other) => other !== this.#shownPin);
    const isNew = id !== '' && !others.includes(id);
    this.#shownPin = isNew ? id : undefined;
    this.pinned.value = isNew ? [...others, id] : others;
  }

  hideRow(id: string): void {
    if (id === '') return;
    batch(() => {
      this.pinned.value = this.pinned.value.filter((other) => other !== id);
      this.hiddenRows.value = new Set([...this.hiddenRows.value, id]);
    });
  }

  showHiddenRows(): void {
    this.hiddenRows.value = new Set();
  }

  toggleLegend(key: LegendKey): void {
    const next = new Set(this.hidden.value);
    if (!next.delete(key)) next.add(key);
    this.hidden.value = next;
  }

  /** Hides all but one entry; again, shows all. */
  isolateLegend(key: LegendKey, all: readonly LegendKey[]): void {
    const others = all.filter((other) => other !== key);
    const isolated = !this.hidden.value.has(key) && others.every((other) => this.hidden.value.has(other));
    this.hidden.value = new Set(isolated ? [] : others);
  }

  /** Selects, and opens the details. */
  select(selection: Selection): void {
    batch(() => {
      this.selection.value = selection;
      this.detailsOpen.value = true;
    });
  }

  /** From when to when the selection lasts. */
  #selectedExtent(trace: OpenTrace): TimeWindow | undefined {
    const { task, strand, interval } = this.selection.value;
    const { intervals, goroutines } = trace.model;
    if (interval >= 0) return { start: intervals.start[interval]!, end: intervals.end[interval]! };
    if (strand >= 0) {
      const first = goroutines.offset[strand]!;
      const last = goroutines.offset[strand + 1]! - 1;
      return first <= last ? { start: intervals.start[first]!, end: intervals.end[last]! } : undefined;
    }
    if (task < 0) return undefined;
    const { start, end } = trace.breakdown(task);
    return { start, end };
  }
}
