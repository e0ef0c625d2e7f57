import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

describe('cart', () => {
  it('waits', () => sleep(20));
  describe('deep', () => {
    it('fails', async () => {
      await sleep(1);
      expect(1).toBe(2);
    });
  });
});
it('top', () => sleep(1));
