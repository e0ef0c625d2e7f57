import { expect, it } from 'vitest';
import { finish, type Steps } from './steps.ts';

function* sum(values: readonly number[]): Steps<number> {
  let total = 0;
  for (const value of values) {
    total += value;
    yield;
  }
  return total;
}

it('a computation in pieces ends with its result', () => {
  expect(finish(sum([1, 2, 3]))).toBe(6);
  expect(finish(sum([]))).toBe(0);
});
