const { describe, expect, it } = require('@jest/globals');
const { setTimeout: sleep } = require('node:timers/promises');

describe('cart', () => {
  it('waits', () => sleep(20));
  describe('deep', () => {
    it('fails', async () => {
      await sleep(1);
      expect(1).toBe(2);
    });
    it('calls back', (done) => void setTimeout(done, 1));
  });
});
it('top', () => sleep(1));
