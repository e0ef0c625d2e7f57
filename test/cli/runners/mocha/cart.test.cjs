const assert = require('node:assert');
const { setTimeout: sleep } = require('node:timers/promises');
const { describe, it } = globalThis;

describe('cart', () => {
  it('waits', () => sleep(20));
  describe('deep', () => {
    it('fails', async () => {
      await sleep(1);
      assert.equal(1, 2);
    });
    it('calls back', (done) => void setTimeout(done, 1));
  });
});
it('top', () => sleep(1));
