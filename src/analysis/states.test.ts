import { describe, expect, it } from 'vitest';
import { GoState } from '../reader/index.ts';
import { isSystemGoroutine, procName, reasonWord, stateWord, wordsOf } from './dialect.ts';
import { BY_ACTIVITY, DISPLAY_STATES, DisplayState, displayState, RangeClass, rangeClass } from './states.ts';

describe('displayState', () => {
  it.each([
    [GoState.Running, '', DisplayState.Run],
    [GoState.Runnable, 'preempted', DisplayState.Ready],
    [GoState.Syscall, '', DisplayState.Sys],
    [GoState.Undetermined, '', DisplayState.Off],
    [GoState.Waiting, 'network', DisplayState.Net],
    [GoState.Waiting, 'chan send', DisplayState.Sync],
    [GoState.Waiting, 'GC mark assist wait for work', DisplayState.Gc],
    [GoState.Waiting, 'system goroutine wait', DisplayState.Sleep],
    [GoState.Waiting, 'forever', DisplayState.Off],
    [GoState.Waiting, 'fs', DisplayState.Net],
    [GoState.Waiting, 'crypto', DisplayState.Sys],
    [GoState.Waiting, 'sync (await)', DisplayState.Sync],
    [GoState.Waiting, 'sleep', DisplayState.Sleep],
    [GoState.Waiting, 'immediate', DisplayState.Ready],
    [GoState.Waiting, 'lost records', DisplayState.Off],
  ])('of state %i with reason %j is %i', (state, reason, expected) => {
    expect(displayState(state, reason)).toBe(expected);
  });

  it('calls a wait without a reason unknown, unless it follows running: then it is a switch to another goroutine', () => {
    expect(displayState(GoState.Waiting, '', GoState.Undetermined)).toBe(DisplayState.Off);
    expect(displayState(GoState.Waiting, '', GoState.Running)).toBe(DisplayState.Sync);
  });

  it('takes any text as a reason', () => {
    for (const reason of ['constructor', '__proto__', 'a reason of tomorrow'])
      expect(displayState(GoState.Waiting, reason)).toBe(DisplayState.Sync);
  });
});

describe('rangeClass', () => {
  it.each([
    ['stop-the-world (GC mark termination)', 'go', RangeClass.StopTheWorld],
    ['stop-the-world (GC scavenge)', 'node', RangeClass.Gc],
    ['stop-the-world (start trace)', 'node', RangeClass.StopTheWorld],
    ['GC concurrent mark phase', 'go', RangeClass.Gc],
    ['GC incremental sweep', 'go', RangeClass.Gc],
    ['something new', 'go', RangeClass.Other],
  ] as const)('of %j in a %s trace is %i', (name, dialect, expected) => {
    expect(rangeClass(name, dialect)).toBe(expected);
  });
});

describe('words', () => {
  it('exist for every state in both dialects, all different', () => {
    for (const dialect of ['go', 'node'] as const) {
      const words = wordsOf(dialect).states;
      expect(words).toHaveLength(DISPLAY_STATES);
      expect(new Set(words).size).toBe(DISPLAY_STATES);
    }
    expect(stateWord('go', DisplayState.Ready)).toBe('runnable');
    expect(stateWord('node', DisplayState.Ready)).toBe('ready');
  });

  it('name procs and reasons as their program does', () => {
    expect([procName('go', 3), procName('node', 0), procName('node', 2)]).toEqual(['P 3', 'Main loop', 'Worker 2']);
    expect(reasonWord('node', 'sync (await)')).toBe('await');
    expect(reasonWord('go', 'chan receive')).toBe('chan receive');
    expect(reasonWord('node', 'chan receive')).toBe('message');
  });

  it("know Go's own goroutines", () => {
    expect(isSystemGoroutine('go', 'runtime.bgsweep')).toBe(true);
    expect(isSystemGoroutine('go', '')).toBe(true);
    expect(isSystemGoroutine('go', 'runtime.main')).toBe(false);
    expect(isSystemGoroutine('go', 'main.main')).toBe(false);
    expect(isSystemGoroutine('node', '')).toBe(false);
  });
});

it('BY_ACTIVITY names every state once', () => {
  expect([...BY_ACTIVITY].sort()).toEqual(Object.values(DisplayState).sort());
});
