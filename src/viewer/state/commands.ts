/**
 * Every command of the keyboard, as data: its keys, what it is called in the help, what it does. Letters are bound by
 * their place on the keyboard, so that W A S D works on every layout; no key works while a text field has the focus.
 */
import { panBy, type TimeWindow, zoomAt } from '../timeline/scale.ts';
import { followWake, hideRow, moveInRow, moveToRow, pinRow } from './move.ts';
import type { Viewer } from './viewer.ts';

export interface Key {
  /** `KeyboardEvent.code`, or `KeyboardEvent.key` for signs that move with the layout. */
  readonly code?: string;
  readonly key?: string;
  /** Ctrl, or Cmd on a Mac. */
  readonly ctrl?: boolean;
  readonly shift?: boolean;
  /** As the help shows it. */
  readonly label: string;
}

export interface Command {
  readonly id: string;
  readonly group: 'Time' | 'Selection' | 'Page';
  readonly title: string;
  /** None: it is run from the palette. */
  readonly keys: readonly Key[];
  readonly run: (viewer: Viewer) => void;
  /** Makes sense while no trace is open. */
  readonly always?: boolean;
  /** Its keys are left to the browser now. */
  readonly yields?: () => boolean;
}

const ZOOM_STEP = 0.72;
const PAN_STEP = 0.15;
const PAN_STEP_FAST = 0.6;

const letter = (name: string, shift = false): Key => ({
  code: `Key${name}`,
  shift,
  label: shift ? `Shift ${name}` : name,
});

function zoom(factor: number): (viewer: Viewer) => void {
  return (viewer) => move(viewer, (window, bounds) => zoomAt(window, pointerTime(viewer), factor, bounds));
}

function pan(part: number): (viewer: Viewer) => void {
  return (viewer) => move(viewer, (window, bounds) => panBy(window, part, bounds));
}

function move({ app }: Viewer, change: (window: TimeWindow, bounds: TimeWindow) => TimeWindow): void {
  const trace = app.trace.peek();
  if (trace !== undefined) app.moveWindow(change(app.window.peek(), trace.bounds));
}

/** Time under the pointer if it is over the timeline, else the middle of the window. */
function pointerTime({ app, timeline }: Viewer): number {
  const { start, end } = app.window.peek();
  return timeline.hover.peek().time ?? (start + end) / 2;
}

function focusPanel(id: string): (viewer: Viewer) => void {
  return () => document.getElementById(id)?.focus();
}

function openPalette(text: string): (viewer: Viewer) => void {
  return ({ app }) => {
    app.palette.value = text;
  };
}

/** To the next or previous of the places that the last search found. */
function stepHits(viewer: Viewer, step: -1 | 1): void {
  if (viewer.hits === undefined || viewer.hits.places.length === 0) return;
  const { places, at } = viewer.hits;
  const next = (at + step + places.length) % places.length;
  viewer.hits = { places, at: next };
  places[next]!.go();
  viewer.app.announcement.value = `${next + 1} of ${places.length}: ${places[next]!.kind} ${places[next]!.name}`;
}

export const COMMANDS: readonly Command[] = [
  {
    id: 'zoom-in',
    group: 'Time',
    title: 'zoom in at the pointer',
    keys: [letter('W'), { key: '+', label: '+' }, { key: '=', label: '=' }],
    run: zoom(ZOOM_STEP),
  },
  {
    id: 'zoom-out',
    group: 'Time',
    title: 'zoom out',
    keys: [letter('S'), { key: '-', label: '−' }],
    run: zoom(1 / ZOOM_STEP),
  },
  { id: 'pan-left', group: 'Time', title: 'pan to earlier', keys: [letter('A')], run: pan(-PAN_STEP) },
  { id: 'pan-right', group: 'Time', title: 'pan to later', keys: [letter('D')], run: pan(PAN_STEP) },
  {
    id: 'pan-left-fast',
    group: 'Time',
    title: 'pan to earlier, fast',
    keys: [letter('A', true)],
    run: pan(-PAN_STEP_FAST),
  },
  {
    id: 'pan-right-fast',
    group: 'Time',
    title: 'pan to later, fast',
    keys: [letter('D', true)],
    run: pan(PAN_STEP_FAST),
  },
  {
    id: 'fit-all',
    group: 'Time',
    title: 'fit the whole trace',
    keys: [{ key: '0', label: '0' }],
    run: ({ app }) => app.fitAll(),
  },
  {
    id: 'fit-selection',
    group: 'Time',
    title: 'fit the selection or range',
    keys: [letter('F')],
    run: ({ app }) => app.fitSelection(),
  },
  {
    id: 'zoom-range',
    group: 'Time',
    title: 'zoom to the chosen range; after a search, next match',
    keys: [{ key: 'Enter', shift: false, label: 'Enter' }],
    run: (viewer) => (viewer.app.range.peek() === undefined ? stepHits(viewer, 1) : viewer.app.zoomToRange()),
  },
  {
    id: 'previous-match',
    group: 'Time',
    title: 'after a search, previous match',
    keys: [{ key: 'Enter', shift: true, label: 'Shift Enter' }],
    run: (viewer) => stepHits(viewer, -1),
  },
  {
    id: 'mark',
    group: 'Time',
    title: 'selection becomes the range',
    keys: [letter('R')],
    run: ({ app }) => app.rangeFromSelection(),
  },
  {
    id: 'undo',
    group: 'Time',
    title: 'undo navigation',
    keys: [{ code: 'KeyZ', ctrl: true, label: 'Ctrl Z' }],
    run: ({ navigation }) => navigation.undo(),
  },
  {
    id: 'redo',
    group: 'Time',
    title: 'redo navigation',
    keys: [
      { code: 'KeyZ', ctrl: true, shift: true, label: 'Ctrl Shift Z' },
      { code: 'KeyY', ctrl: true, label: 'Ctrl Y' },
    ],
    run: ({ navigation }) => navigation.redo(),
  },
  {
    id: 'previous',
    group: 'Selection',
    title: 'previous slice in the row',
    keys: [
      { key: 'ArrowLeft', label: '←' },
      { key: ',', label: ',' },
    ],
    run: (viewer) => moveInRow(viewer, -1),
  },
  {
    id: 'next',
    group: 'Selection',
    title: 'next slice in the row',
    keys: [
      { key: 'ArrowRight', label: '→' },
      { key: '.', label: '.' },
    ],
    run: (viewer) => moveInRow(viewer, 1),
  },
  {
    id: 'row-up',
    group: 'Selection',
    title: 'row above',
    keys: [{ key: 'ArrowUp', label: '↑' }],
    run: (viewer) => moveToRow(viewer, -1),
  },
  {
    id: 'row-down',
    group: 'Selection',
    title: 'row below',
    keys: [{ key: 'ArrowDown', label: '↓' }],
    run: (viewer) => moveToRow(viewer, 1),
  },
  {
    id: 'wake-back',
    group: 'Selection',
    title: 'who woke it',
    keys: [{ key: '[', label: '[' }],
    run: (viewer) => followWake(viewer, -1),
  },
  {
    id: 'wake-forward',
    group: 'Selection',
    title: 'whom it woke',
    keys: [{ key: ']', label: ']' }],
    run: (viewer) => followWake(viewer, 1),
  },
  { id: 'pin', group: 'Selection', title: 'pin the row, or unpin it', keys: [letter('P')], run: pinRow },
  { id: 'hide', group: 'Selection', title: 'hide the row', keys: [letter('H')], run: hideRow },
  {
    id: 'filter',
    group: 'Selection',
    title: 'filter rows and slices',
    keys: [letter('G')],
    run: focusPanel('filter'),
  },
  {
    id: 'up',
    group: 'Selection',
    title: 'one level up',
    keys: [{ key: 'Escape', label: 'Esc' }],
    run: ({ app }) => app.levelUp(),
  },
  {
    id: 'search',
    group: 'Page',
    title: 'search',
    keys: [
      { key: '/', label: '/' },
      { code: 'KeyF', ctrl: true, label: 'Ctrl F' },
    ],
    run: focusPanel('search'),
  },
  {
    id: 'palette',
    group: 'Page',
    title: 'find and run any command',
    keys: [
      { code: 'KeyK', ctrl: true, label: 'Ctrl K' },
      { code: 'KeyP', ctrl: true, shift: true, label: 'Ctrl Shift P' },
    ],
    run: openPalette(''),
    always: true,
  },
  {
    id: 'go-to-row',
    group: 'Page',
    title: 'go to a row of the timeline',
    keys: [{ code: 'KeyP', ctrl: true, label: 'Ctrl P' }],
    run: openPalette('@'),
  },
  {
    id: 'open',
    group: 'Page',
    always: true,
    title: 'open a trace',
    keys: [{ code: 'KeyO', ctrl: true, label: 'Ctrl O' }],
    run: (viewer) => viewer.openPicker(),
  },
  {
    id: 'export',
    group: 'Page',
    title: 'export',
    keys: [{ code: 'KeyS', ctrl: true, label: 'Ctrl S' }],
    run: ({ app }) => {
      app.exportOpen.value = true;
    },
  },
  {
    id: 'copy-text',
    group: 'Page',
    title: 'copy selection as text',
    keys: [{ code: 'KeyC', ctrl: true, label: 'Ctrl C' }],
    run: (viewer) => void import('./exports.ts').then(({ copySelection }) => copySelection(viewer)),
    // Marked text is what somebody wants to copy.
    yields: () => !(getSelection()?.isCollapsed ?? true),
  },
  {
    id: 'panel-1',
    group: 'Page',
    title: 'what stands out',
    keys: [{ key: '1', label: '1' }],
    run: focusPanel('panel-1'),
  },
  { id: 'panel-2', group: 'Page', title: 'requests', keys: [{ key: '2', label: '2' }], run: focusPanel('panel-2') },
  { id: 'panel-3', group: 'Page', title: 'timeline', keys: [{ key: '3', label: '3' }], run: focusPanel('timeline') },
  { id: 'panel-4', group: 'Page', title: 'details', keys: [{ key: '4', label: '4' }], run: focusPanel('panel-4') },
  {
    id: 'drawer',
    group: 'Page',
    title: 'show or hide the details',
    keys: [letter('Q'), { code: 'KeyB', ctrl: true, label: 'Ctrl B' }],
    run: ({ app }) => app.toggleDetails(),
  },
  { id: 'compact', group: 'Page', title: 'compact rows', keys: [letter('C')], run: ({ app }) => app.toggleCompact() },
  {
    id: 'bands',
    group: 'Page',
    title: 'bands of GC and blocks',
    keys: [letter('O')],
    run: ({ app }) => app.toggleBands(),
  },
  {
    id: 'tooltips',
    group: 'Page',
    title: 'tooltips of the timeline',
    keys: [letter('T')],
    run: ({ app }) => app.toggleTooltips(),
  },
  {
    id: 'show-all',
    group: 'Page',
    title: 'show all again: no range, no lengths, nothing hidden',
    keys: [],
    run: ({ app }) => app.showAll(),
  },
  {
    id: 'copy-link',
    group: 'Page',
    title: 'copy link',
    keys: [],
    run: (viewer) => void import('./exports.ts').then(({ copyLink }) => copyLink(viewer)),
  },
  {
    id: 'theme',
    group: 'Page',
    title: 'light or dark',
    keys: [],
    run: ({ theme }) => theme.toggle(),
    always: true,
  },
  {
    id: 'single-keys',
    group: 'Page',
    title: 'single-letter keys on or off',
    keys: [],
    run: ({ keys }) => keys.toggle(),
    always: true,
  },
  {
    id: 'help',
    group: 'Page',
    title: 'this help',
    keys: [{ key: '?', label: '?' }],
    run: ({ app }) => app.toggleHelp(),
    always: true,
  },
];

/** Whether a command can do anything now. */
export function isAvailable(command: Command, { app }: Viewer): boolean {
  return command.always === true || app.trace.peek() !== undefined;
}

/** The command of a key press, if any. Signs are matched by what they are, letters by where they are. */
export function commandFor(
  event: Pick<KeyboardEvent, 'code' | 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>,
): Command | undefined {
  if (event.altKey) return undefined;
  const ctrl = event.ctrlKey || event.metaKey;
  return COMMANDS.find((command) =>
    command.keys.some((key) => {
      if (ctrl !== (key.ctrl ?? false)) return false;
      if (key.code !== undefined) return event.code === key.code && (key.shift ?? false) === event.shiftKey;
      return event.key === key.key && (key.shift === undefined || key.shift === event.shiftKey);
    }),
  );
}

/** Binds the keys to the page. */
export function bindCommands(viewer: Viewer): void {
  const { app, keys } = viewer;
  document.addEventListener('keydown', (event) => {
    const command = commandFor(event);
    if (command === undefined || app.palette.peek() !== undefined || app.exportOpen.peek()) return;
    if (isTyping(event.target) && command.id !== 'palette') return;
    if (isOperated(event.target, event.key)) return;
    if (app.helpOpen.peek() && command.id !== 'up' && command.id !== 'help') return;
    if (!isAvailable(command, viewer) || command.yields?.() === true) return;
    if (!keys.singleKeys.peek() && isSingleKey(event)) return;
    event.preventDefault();
    command.run(viewer);
  });
}

/** One letter, digit or sign, without Ctrl. */
function isSingleKey(event: KeyboardEvent): boolean {
  return event.key.length === 1 && !event.ctrlKey && !event.metaKey;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}

/** Enter on a focused button presses the button; lists and tables with keys of their own keep the arrows. */
function isOperated(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  if (key === 'Enter' && target.closest('button, a, summary') !== null) return true;
  return key.startsWith('Arrow') && target.closest('select, [role=slider], [role=tab], [role=grid]') !== null;
}
