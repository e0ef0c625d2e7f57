/** State without a page: selection, address, commands, findings, words. */

import { signal } from '@preact/signals';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { openModel, openSynthetic } from '../../../test/e2e/support/open-trace.ts';
import { EventScript, NotExist, Runnable, Running, Undetermined, Waiting } from '../../../test/support/event-script.ts';
import { DISPLAY_STATES, DisplayState, intervalWaker } from '../../analysis/index.ts';
import { stateTable } from '../panels/task-parts.ts';
import { selectionSentence } from './announce.ts';
import { AppState, type LegendKey } from './app-state.ts';
import { COMMANDS, commandFor } from './commands.ts';
import { findFindings } from './findings.ts';
import { Navigation } from './navigation.ts';
import { OpenTrace } from './open-trace.ts';
import { levelUp, NOTHING } from './selection.ts';
import { describeTask } from './task-answer.ts';
import { traceFacts, traceTitle } from './trace-facts.ts';
import { decodeHash, encodeHash, HASH_FIELDS, type Stated } from './url-hash.ts';

let trace: OpenTrace;

beforeAll(async () => {
  trace = await openSynthetic({ seconds: 3, requestsPerSecond: 60 });
});

describe('Escape', () => {
  it('goes up: interval, strand, request, nothing', () => {
    const levels = [{ task: 1, strand: 2, interval: 3 }];
    for (let i = 0; i < 3; i++) levels.push(levelUp(levels[i]!));
    expect(levels).toEqual([
      { task: 1, strand: 2, interval: 3 },
      { task: 1, strand: 2, interval: -1 },
      { task: 1, strand: -1, interval: -1 },
      NOTHING,
    ]);
  });
});

/** The parts of the page that the address holds, without a page. */
function stated(): Stated & { navigation: Navigation } {
  const app = new AppState();
  app.open(trace);
  const theme = { chosen: signal(undefined) } as unknown as Stated['theme'];
  return { app, theme, navigation: new Navigation({ app, theme }) };
}

describe('a trace that is being read', () => {
  const part = () => new OpenTrace(trace.model, trace.summary, 'app.trace', { expectedEnd: trace.bounds.end * 2 });

  it('is shown as a whole, as long as it is likely to be; in the end the slowest request is', () => {
    const app = new AppState();
    const first = part();
    app.open(first);
    expect(first.bounds.end).toBe(trace.bounds.end * 2);
    expect(app.window.value).toEqual(first.bounds);
    expect(app.focusTask.value).toBe(-1);
    app.open(trace);
    expect(app.window.value).toEqual(trace.firstWindow);
    expect(app.wentOn).toBe(false);
  });

  it('keeps the view of whoever has looked around: window, selection, open rows', () => {
    const app = new AppState();
    app.open(part());
    const strand = trace.model.intervals.goroutine[100]!;
    app.selectStrand(strand, 100);
    app.moveWindow({ start: 1e9, end: 1.2e9 });
    app.toggleRow('g:1');
    for (const next of [part(), trace]) {
      app.open(next);
      expect(app.window.value).toEqual({ start: 1e9, end: 1.2e9 });
      expect(app.selection.value).toEqual({ task: -1, strand, interval: 100 });
      expect([...app.toggled.value]).toEqual(['g:1']);
    }
    expect(app.wentOn).toBe(true);
  });

  it('reports on rows that are there already, and on a page without rows before', () => {
    const app = new AppState();
    const progress = { fileName: 'a', bytes: 5, total: 10, events: 1, since: 0, time: 0 };
    app.read(progress);
    expect(app.phase.value).toEqual({ kind: 'loading', progress });
    app.open(part());
    app.read(progress);
    expect(app.phase.value.kind).toBe('open');
    expect(app.reading.value).toBe(progress);
    app.open(trace);
    expect(app.reading.value).toBeUndefined();
  });
});

describe('the address', () => {
  it('brings back what it was made from, all fields of it', () => {
    const from = stated();
    const strand = trace.model.intervals.goroutine[100]!;
    from.app.window.value = { start: 1e9, end: 1.5e9 };
    from.app.range.value = { start: 1.1e9, end: 1.2e9 };
    from.app.selection.value = { task: 3, strand, interval: 100 };
    from.app.lengths.value = { start: 1e6, end: 2e8 };
    from.app.page.value = 'groups';
    from.app.pageView.value = { open: 'GET /a?b=c&d, “e”', columns: 'buckets' };
    from.app.hidden.value = new Set<LegendKey>([DisplayState.Run, 'stw']);
    from.app.toggled.value = new Set(['g:1', 'section:groups', 'more:g:1']);
    from.app.pinned.value = [`s:${strand}`, 'p:0', 'c:1'];
    from.app.hiddenRows.value = new Set(['g:0', 't:5']);
    from.app.filterText.value = 'state=ready dur>1ms func=~a&b "c#d"';
    from.app.sort.value = 'net';
    from.app.compact.value = true;
    from.app.showBands.value = false;
    from.app.detailsOpen.value = false;
    from.app.tooltips.value = false;
    from.theme.chosen.value = 'dark';
    const hash = encodeHash(from, trace);
    const to = stated();
    const decoded = decodeHash(hash, trace);
    expect(decoded.ignored).toEqual([]);
    expect(decoded.named.size).toBe(HASH_FIELDS.length);
    to.navigation.restore(decoded, true);
    for (const field of HASH_FIELDS) expect(field.signal(to).value, field.key).toEqual(field.signal(from).value);
    expect(encodeHash(to, trace)).toBe(hash);
  });

  it.each(['', '#', '#&&'])('may be %j, which says nothing', (hash) => {
    const { named, ignored } = decodeHash(hash, trace);
    expect([named.size, ignored]).toEqual([0, []]);
  });

  it.each([
    ['#w=5,3', 'the time window'],
    ['#pin=s:99999999', 'the pinned rows'],
    ['#norows=x', 'the hidden rows'],
    ['#sort=luck', 'the order of rows'],
    ['#w=x,y', 'the time window'],
    ['#w=1e300,2e300', 'the time window'],
    ['#range=0', 'the chosen range'],
    ['#sel=task:99999999', 'the selection'],
    ['#sel=__proto__:1', 'the selection'],
    ['#sel=task:', 'the selection'],
    ['#page=admin', 'the page'],
    ['#len=9,1', 'the lengths of requests'],
    ['#hide=run,constructor', 'what the legend hides'],
    ['#rows=<img src=x>', 'the rows that are open or folded'],
    [`#rows=${'g:1,'.repeat(3000)}`, 'the rows that are open or folded'],
    ['#theme=url(x)', 'the theme'],
    ['#compact=yes', 'compact rows'],
    ['#<script>=1', '“<script>”'],
  ])('leaves out %j, and says so', (hash, what) => {
    const to = stated();
    const before = encodeHash(to, trace);
    const decoded = decodeHash(hash, trace);
    expect(decoded.ignored).toEqual([what]);
    to.navigation.restore(decoded, true);
    expect(encodeHash(to, trace)).toBe(before);
  });

  it('survives any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(...HASH_FIELDS.map((field) => field.key)), (text, key) => {
        const to = stated();
        to.navigation.restore(decodeHash(`#${key}=${text}`, trace), true);
        const { start, end } = to.app.window.value;
        expect(start >= trace.bounds.start && end <= trace.bounds.end && start < end).toBe(true);
        expect(decodeHash(encodeHash(to, trace), trace).ignored).toEqual([]);
      }),
    );
  });
});

describe('pins', () => {
  it('of what is shown take the place of each other, and leave those of people alone', () => {
    const { app } = stated();
    app.togglePin('p:0');
    app.pinShown('s:1');
    app.pinShown('s:2');
    expect(app.pinned.value).toEqual(['p:0', 's:2']);
    app.pinShown('p:0');
    expect(app.pinned.value).toEqual(['p:0']);
    app.pinShown('');
    expect(app.pinned.value).toEqual(['p:0']);
  });
});

describe('undo', () => {
  it('goes back and forth through windows, selections, ranges and pages', () => {
    const { app, navigation } = stated();
    const first = app.window.value;
    app.fitAll();
    app.showTask(3);
    app.page.value = 'groups';
    const task = app.window.value;
    navigation.undo();
    expect([app.page.value, app.selection.value.task]).toEqual(['overview', 3]);
    navigation.undo();
    expect(app.selection.value).toEqual(NOTHING);
    expect(app.window.value).toEqual(trace.bounds);
    navigation.undo();
    navigation.undo();
    expect(app.window.value).toEqual(first);
    for (let i = 0; i < 3; i++) navigation.redo();
    expect([app.window.value, app.page.value]).toEqual([task, 'groups']);
    navigation.redo();
    expect(app.page.value).toBe('groups');
  });

  it('takes what the hand does in one go as one step', () => {
    const { app, navigation } = stated();
    const first = app.window.value;
    for (let i = 1; i < 20; i++) app.moveWindow({ start: i * 1e6, end: i * 1e6 + 1e9 });
    for (let i = 1; i < 20; i++) app.range.value = { start: 1e6, end: (i + 1) * 1e6 };
    expect(navigation.steps.value).toBe(2);
    navigation.undo();
    expect(app.range.value).toBeUndefined();
    navigation.undo();
    expect(app.window.value).toEqual(first);
  });

  it('forgets what was undone when one goes elsewhere, and everything with another trace', () => {
    const { app, navigation } = stated();
    app.fitAll();
    navigation.undo();
    app.showTask(2);
    const here = app.window.value;
    navigation.redo();
    expect(app.window.value).toBe(here);
    app.open(openModel(trace.model));
    const opened = app.window.value;
    navigation.undo();
    expect(app.window.value).toBe(opened);
  });

  it('leaves settings alone', () => {
    const { app, navigation } = stated();
    app.fitAll();
    app.toggleLegend(DisplayState.Run);
    app.toggleCompact();
    navigation.undo();
    expect([app.hidden.value.size, app.compact.value]).toEqual([1, true]);
  });
});

describe('the state of the page', () => {
  it('opens at the slowest request, with a little before and more after', () => {
    const app = new AppState();
    app.open(trace);
    const { start, end } = trace.breakdown(trace.summary.slowest[0]!);
    expect(app.window.value.start).toBeCloseTo(start - 0.03 * (end - start), 0);
    expect(app.window.value.end).toBeCloseTo(end + 0.07 * (end - start), 0);
    expect(app.focusTask.value).toBe(trace.summary.slowest[0]);
  });

  it('isolates a state, and restores all', () => {
    const app = new AppState();
    const all = [DisplayState.Run, DisplayState.Ready, 'stw', 'user'] as const;
    app.isolateLegend(DisplayState.Ready, all);
    expect([...app.hidden.value]).toEqual([DisplayState.Run, 'stw', 'user']);
    app.isolateLegend(DisplayState.Ready, all);
    expect(app.hidden.value.size).toBe(0);
  });

  it('finds the wake-ups of the selected interval', () => {
    const app = new AppState();
    app.open(trace);
    const { intervals } = trace.model;
    const woken = intervals.link.findIndex((_, row) => intervalWaker(intervals, row) >= 0);
    app.selectStrand(intervals.goroutine[woken]!, woken);
    expect(app.wakes.value).toContain(woken);
  });
});

describe('commands', () => {
  const press = (more: Partial<KeyboardEvent>) =>
    commandFor({ code: '', key: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more })?.id;

  it('have one meaning per key', () => {
    const labels = COMMANDS.flatMap((command) => command.keys.map((key) => key.label));
    expect(new Set(labels).size).toBe(labels.length);
    expect(new Set(COMMANDS.map((command) => command.id)).size).toBe(COMMANDS.length);
  });

  it('go by the place of letters and by what signs are', () => {
    expect(press({ code: 'KeyW', key: 'z' })).toBe('zoom-in');
    expect(press({ code: 'KeyA', key: 'A', shiftKey: true })).toBe('pan-left-fast');
    expect(press({ code: 'Minus', key: '?', shiftKey: true })).toBe('help');
    expect(press({ code: 'KeyF', key: 'f', ctrlKey: true })).toBe('search');
    expect(press({ code: 'KeyF', key: 'f', metaKey: true })).toBe('search');
    expect(press({ code: 'KeyW', key: 'w', ctrlKey: true })).toBeUndefined();
    expect(press({ code: 'KeyW', key: 'w', altKey: true })).toBeUndefined();
    expect(press({ code: 'KeyK', key: 'k', ctrlKey: true })).toBe('palette');
    expect(press({ code: 'KeyP', key: 'P', ctrlKey: true, shiftKey: true })).toBe('palette');
    expect(press({ code: 'KeyP', key: 'p', ctrlKey: true })).toBe('go-to-row');
    expect(press({ code: 'KeyZ', key: 'Z', ctrlKey: true, shiftKey: true })).toBe('redo');
    expect(press({ key: 'Enter', shiftKey: true })).toBe('previous-match');
    expect(press({ key: 'Enter' })).toBe('zoom-range');
  });
});

describe('findings', () => {
  it('name what blocks the loop, with the number of its blocks, and lead to the worst', () => {
    const findings = findFindings(trace);
    expect(findings[0]!.id).toBe('loop-block');
    expect(findings[0]!.title).toBe('Main loop blocked by refreshCatalog');
    const { target } = findings[0]!;
    const longest = trace.summary.blocks.reduce((a, b) => (b.end - b.start > a.end - a.start ? b : a));
    expect(target).toEqual({ kind: 'interval', strand: longest.goroutine, interval: longest.interval });
    expect(findings.map((finding) => finding.severity)).toEqual(
      findings.map((finding) => finding.severity).sort((a, b) => b - a),
    );
    expect(findings.length).toBeLessThanOrEqual(5);
  });

  it('are silent about a quiet trace', () => {
    const quiet = new EventScript()
      .sync(0)
      .go(1, 1, Undetermined, Running, { proc: 0, subjectStack: ['main.main'] })
      .go(50, 1, Running, Waiting, { by: 1, reason: 'sleep' })
      .sync(100);
    expect(findFindings(openModel(quiet.model()))).toEqual([]);
  });

  it('see goroutines that wait for ever', () => {
    const script = new EventScript().sync(0).go(1, 1, Undetermined, Running, { proc: 0, subjectStack: ['main.main'] });
    for (let g = 2; g < 130; g++) {
      script.go(g * 10, g, NotExist, Runnable, { by: 1, subjectStack: ['main.watch'] });
    }
    script.go(1299, 1, Running, Waiting, { by: 1, reason: 'sleep' });
    for (let g = 2; g < 130; g++) {
      script.go(1290 + g * 10, g, Runnable, Running, { proc: 0 });
      script.go(1295 + g * 10, g, Running, Waiting, { by: g, reason: 'chan receive' });
    }
    const leak = findFindings(openModel(script.sync(1e4).model())).find((finding) => finding.id === 'never-ending');
    expect(leak).toMatchObject({ value: '128', title: 'goroutines never end' });
  });
});

describe('words about a task', () => {
  it('say how long it took against the typical one, and who held the loop', () => {
    const { title, parts } = describeTask(trace, trace.summary.slowest[0]!);
    expect(title).toMatch(/ took \d{3} ms; [\d.]+ ms is typical$/);
    const text = parts.map((part) => part.text).join('');
    expect(text).toMatch(/^It was ready, and not run, for \d+ ms while refreshCatalog ran for \d+ ms, /);
    expect(text.endsWith('.')).toBe(true);
  });

  it('add up in the table of states, however few rows it has', () => {
    for (const task of trace.summary.slowest.subarray(0, 50)) {
      const { totals } = trace.breakdown(task);
      for (const most of [2, 3, DISPLAY_STATES]) {
        const { rows, sum, decimals } = stateTable(trace, totals, 1e6, most);
        expect(rows.length).toBeLessThanOrEqual(most);
        const unit = 10 ** decimals;
        const shown = rows.reduce((all, row) => all + Math.round(Number(row.text) * unit), 0);
        expect(shown).toBe(Math.round(Number(sum) * unit));
      }
    }
  });
});

describe('words about the trace', () => {
  it('name the program and its facts', () => {
    expect(traceTitle(trace)).toBe('orders-api.js');
    const facts = traceFacts(trace).map((fact) => fact.text);
    expect(facts.slice(0, 4)).toEqual(['node 24.11', 'linux/x64', '3.00 s', 'main loop']);
  });

  it('say what is selected in one sentence', () => {
    const block = trace.summary.blocks[0]!;
    const sentence = selectionSentence(trace, { task: -1, strand: block.goroutine, interval: block.interval });
    expect(sentence).toMatch(/^refreshCatalog, running, \d+ ms$/);
    expect(selectionSentence(trace, NOTHING)).toBe('');
  });

  it('show control characters of the trace as what they are not', () => {
    expect(trace.names.clean('a\u001b[31m\u202eb')).toBe('a\ufffd[31m\ufffdb');
  });
});
