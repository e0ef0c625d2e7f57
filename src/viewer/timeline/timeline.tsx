/** The timeline panel: head, canvases, row names, and the keyboard focus of the whole. */
import { useEffect, useRef } from 'preact/hooks';
import { taskNoun } from '../state/task-words.ts';
import type { Viewer } from '../state/viewer.ts';
import { Icon } from '../theme/icons.tsx';
import { FilterField } from './filter-field.tsx';
import { AXIS_HEIGHT, LANE_HEIGHT } from './frame.ts';
import { TimelineGestures } from './gestures.ts';
import { Gutter, PinnedGutter } from './gutter.tsx';
import { RangeTotals } from './range-totals.tsx';
import { RowsMenu } from './rows-menu.tsx';
import { Tooltip } from './tooltip.tsx';
import { UnreadRows } from './unread.tsx';
import { RIGHT_MARGIN, rootScale, type TimelineCanvases, TimelineView } from './view.ts';

/** Below this many design pixels there is no gutter. */
const LEAST_GUTTER = 100;

export function Timeline({ viewer }: { viewer: Viewer }) {
  const { app, timeline } = viewer;
  const host = useRef<HTMLDivElement>(null);
  const rects = useRef<HTMLCanvasElement>(null);
  const marks = useRef<HTMLCanvasElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const canvases = { host: host.current!, rects: rects.current!, marks: marks.current! };
    return mount(viewer, canvases, scroller.current!);
  }, [viewer]);
  useEffect(() => reveal(viewer, scroller.current!), [app.revealed.value]);
  return (
    <section class="timeline" id="panel-3" aria-label="Timeline">
      <TimelineHead viewer={viewer} />
      <div
        class="timeline-host"
        id="timeline"
        ref={host}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: an application has keys of its own, so it takes the focus.
        tabIndex={0}
        role="application"
        aria-label="Timeline. Arrow keys move between slices and rows, W and S zoom, A and D pan, question mark lists all keys."
      >
        <canvas ref={rects} />
        <canvas ref={marks} />
        {app.trace.value!.isPartial && <UnreadRows viewer={viewer} />}
        <PinnedGutter app={app} model={timeline} gutter={viewer.gutter.value} measures={viewer.measures} />
        <div
          class="timeline-rows"
          ref={scroller}
          style={{ top: `${(ROWS_TOP + timeline.layout.value.pinnedHeight) / 16}rem` }}
          onScroll={(event) => {
            timeline.scroll.value = event.currentTarget.scrollTop / rootScale();
          }}
        >
          <Gutter app={app} model={timeline} gutter={viewer.gutter.value} measures={viewer.measures} />
        </div>
        <RangeTotals viewer={viewer} />
        <Tooltip viewer={viewer} />
      </div>
    </section>
  );
}

/** Brings canvases and gestures to life; returns how to end them. */
function mount(viewer: Viewer, canvases: TimelineCanvases, rows: HTMLElement): () => void {
  const { app, timeline } = viewer;
  const { host } = canvases;
  const view = new TimelineView(viewer, canvases);
  const gestures = new TimelineGestures(viewer, view, host, rows);
  const resized = new ResizeObserver(() => {
    timeline.viewport.value = rows.clientHeight / rootScale();
    const gutter = Number.parseFloat(getComputedStyle(host).getPropertyValue('--gutter'));
    app.narrow.value = gutter < LEAST_GUTTER;
    viewer.gutter.value = app.narrow.value ? host.clientWidth / rootScale() - RIGHT_MARGIN : gutter;
  });
  resized.observe(rows);
  viewer.timelineView = view;
  return () => {
    resized.disconnect();
    gestures.dispose();
    view.dispose();
  };
}

/** Design pixels above the rows: the axis, and the lane for brackets. */
const ROWS_TOP = AXIS_HEIGHT + LANE_HEIGHT;

/** Design pixels that stay above a row that is scrolled into view. */
const CONTEXT_ABOVE = 40;

/** Scrolls the row that `AppState.revealed` asks for into view, if it is outside. */
function reveal({ app, timeline }: Viewer, rows: HTMLElement): void {
  const index = timeline.rows.value.findIndex((row) => row.key === app.revealed.value);
  if (index < timeline.layout.value.pinned) return;
  const top = timeline.layout.value.tops[index]!;
  const bottom = top + timeline.rows.value[index]!.height;
  const scroll = timeline.scroll.value;
  const inView = top >= scroll && bottom <= scroll + timeline.viewport.value;
  if (!inView) rows.scrollTop = Math.max(0, (top - CONTEXT_ABOVE) * rootScale());
  app.revealed.value = undefined;
}

function TimelineHead({ viewer }: { viewer: Viewer }) {
  const { app } = viewer;
  const trace = app.trace.value!;
  const { start, end } = app.window.value;
  const { bounds } = trace;
  const whole = end - start >= (bounds.end - bounds.start) * (1 - 1e-9);
  const step = (end - start) / 1000;
  const { range } = app;
  if (app.narrow.value && app.focusTask.value >= 0) return <PathHead viewer={viewer} />;
  return (
    <div class="timeline-head">
      <span class="panel-number">3</span>
      <h2>Timeline</h2>
      <span class="crumbs">
        {app.selection.value.task >= 0 ? (
          <span>{trace.names.task(app.selection.value.task)} and what it waited for</span>
        ) : whole ? (
          <b>Whole trace</b>
        ) : (
          <>
            <button type="button" class="crumb" onClick={() => app.fitAll()}>
              Whole trace
            </button>
            <span aria-hidden="true">›</span>
            <b>{placeName(viewer)}</b>
          </>
        )}
      </span>
      <span class="space" />
      <FilterField viewer={viewer} />
      {range.value === undefined ? (
        <span class="muted wide">
          {trace.clock(start, step)} to {trace.clock(end, step)}
        </span>
      ) : (
        <span class="range-hint">
          <kbd>Enter</kbd> zoom <kbd>Esc</kbd> clear
        </span>
      )}
      <button type="button" class="button small" title="Show the whole trace (0)" onClick={() => app.fitAll()}>
        Fit
      </button>
      <RowsMenu viewer={viewer} />
    </div>
  );
}

/** On a narrow page: which path is shown, and the way to the next. */
function PathHead({ viewer }: { viewer: Viewer }) {
  const { app } = viewer;
  const trace = app.trace.value!;
  const { tasks } = viewer.scope.requests.value;
  const at = tasks.indexOf(app.focusTask.value);
  const noun = taskNoun(trace).singular;
  const to = (step: -1 | 1, label: string, icon: 'previous' | 'next') => (
    <button
      type="button"
      class="button step"
      aria-label={label}
      disabled={tasks[at + step] === undefined}
      onClick={() => app.showTask(tasks[at + step]!)}
    >
      <Icon name={icon} />
    </button>
  );
  return (
    <div class="timeline-head">
      <h2>Critical path</h2>
      <span class="cut muted">{trace.names.task(app.focusTask.value)}</span>
      <span class="space" />
      {to(-1, `The slower ${noun}`, 'previous')}
      {to(1, `The next faster ${noun}`, 'next')}
    </div>
  );
}

/** What the window shows, in words. */
function placeName({ app }: Viewer): string {
  const trace = app.trace.value!;
  const slowest = trace.summary.slowest[0];
  const window = app.window.value;
  if (slowest === undefined) return 'Part of it';
  const { start, end } = trace.breakdown(slowest);
  const shown = Math.min(end, window.end) - Math.max(start, window.start);
  const fits = shown >= (end - start) * 0.99 && window.end - window.start <= (end - start) * 1.3;
  return fits ? `Slowest ${taskNoun(trace).singular}` : 'Part of it';
}
