/** Fuzzy matching: what matches, and what comes first. */
import { describe, expect, it } from 'vitest';
import { fuzzyPick, fuzzyScore } from './fuzzy.ts';

const pick = (typed: string, ...texts: string[]) => fuzzyPick(typed, texts, (text) => text, 10);

describe('fuzzy matching', () => {
  it('wants the letters in order, whatever is between them', () => {
    expect(pick('fwt', 'fit the whole trace', 'filter what', 'zoom out')).toEqual([
      'fit the whole trace',
      'filter what',
    ]);
    expect(fuzzyScore('xyz', 'fit the whole trace')).toBeUndefined();
    expect(fuzzyScore('ecart', 'trace')).toBeUndefined();
  });

  it('puts the text as it was typed first, and at the beginning of words', () => {
    expect(pick('order', 'recorder', 'loadOrder', 'order', 'o-r-d-e-r')).toEqual([
      'order',
      'loadOrder',
      'recorder',
      'o-r-d-e-r',
    ]);
  });

  it('takes capitals inside a name for beginnings of words', () => {
    expect(pick('lo', 'allow', 'loadOrder')[0]).toBe('loadOrder');
    expect(pick('hcs', 'http.(*conn).serve', 'hacksaw')[0]).toBe('http.(*conn).serve');
  });

  it('ignores case and spaces, and the empty text matches all in their order', () => {
    expect(pick('ZOOM OUT', 'zoom out')).toEqual(['zoom out']);
    expect(pick('zo ou', 'zoom out')).toEqual(['zoom out']);
    expect(pick('', 'b', 'a')).toEqual(['b', 'a']);
  });
});
