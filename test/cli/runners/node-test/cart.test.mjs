// The same tests for each runner: nested suites, a test inside of a test or at the top, one that fails, one by callback.
import assert from 'node:assert';
import test, { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

describe('cart', () => {
  it('waits', () => sleep(20));
  describe('deep', () => {
    it('fails', async () => {
      await sleep(1);
      assert.equal(1, 2);
    });
    it('calls back', (_, done) => void setTimeout(done, 1));
  });
});
test('top', async (context) => {
  await context.test('inner', () => sleep(1));
});
