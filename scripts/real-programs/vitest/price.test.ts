import { beforeEach, describe, expect, it, vi } from 'vitest';
import { checkOut, price } from '../shop.mjs';

interface Line {
  readonly cents: number;
  readonly quantity: number;
}

describe('price', () => {
  let lines: Line[] = [];
  beforeEach(async () => {
    await new Promise((resolve) => setTimeout(resolve, 2));
    lines = Array.from({ length: 5 }, (_, i) => ({ cents: i * 100, quantity: 2 }));
  });

  it('adds up', async () => {
    expect(await price({ lines })).toBe(2000);
  });

  it.each([1, 2, 3, 4])('of %i lines', async (count) => {
    expect(await price({ lines: lines.slice(0, count) })).toBeGreaterThanOrEqual(0);
  });
});

describe('checkOut', () => {
  it('pays', async () => {
    const pay = vi.fn(async (cents: number) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return { paid: cents };
    });
    expect(await checkOut({ lines: [{ cents: 5, quantity: 3 }] }, pay)).toEqual({ paid: 15, cents: 15 });
    expect(pay).toHaveBeenCalledOnce();
  });
});
