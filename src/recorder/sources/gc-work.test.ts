import { expect, it } from 'vitest';
import { gcWorkName } from './gc-work.ts';

it.each([
  ['V8.GC_MC_CLEAR_MAPS', 'clear maps'],
  ['V8.GC_MC_BACKGROUND_MARKING', 'marking'],
  ['V8.GC_SCAVENGER_BACKGROUND_SCAVENGE_PARALLEL', 'scavenge parallel'],
  ['V8.GC_BACKGROUND_UNMAPPER', 'unmapper'],
  ['V8.GC_HEAP_PROLOGUE', 'prologue'],
  ['V8.GC_MC_INCREMENTAL', 'incremental'],
])('%s is %s', (name, words) => {
  expect(gcWorkName(name)).toBe(words);
});
