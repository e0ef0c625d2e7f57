import { expect, it } from 'vitest';
import { LoopPolls } from './loop-polls.ts';

it('what calls back after a sleep was ready when the loop woke', () => {
  const polls = new LoopPolls();
  expect(polls.readySince(100, 10, 100)).toBe(100);
  // A callback of 50 has run before it.
  expect(polls.readySince(150, 20, 100)).toBe(100);
});

it('without a sleep it was not ready when the loop looked the time before', () => {
  const polls = new LoopPolls();
  polls.readySince(100, 10, 100);
  polls.timerRuns();
  expect(polls.readySince(180, 20, 100)).toBe(100);
  polls.timerRuns();
  expect(polls.readySince(300, 20, 100)).toBe(180);
  // Of the same look.
  expect(polls.readySince(320, 30, 100)).toBe(180);
});

it('what began to wait after the last look is of a new one, and not ready before it waited', () => {
  const polls = new LoopPolls();
  polls.readySince(100, 10, 100);
  expect(polls.readySince(200, 120, 100)).toBe(120);
  expect(polls.readySince(220, 50, 100)).toBe(100);
});

it('the loop looks between the birth of an immediate and its callback', () => {
  const polls = new LoopPolls();
  polls.readySince(100, 10, 100);
  for (let born = 200; born <= 1000; born += 100) polls.immediateRuns(born);
  expect(polls.readySince(1150, 20, 100)).toBe(1000);
});

it('nothing is known before the first look', () => {
  const polls = new LoopPolls();
  polls.timerRuns();
  expect(polls.readySince(100, 40, 0)).toBe(100);
});
