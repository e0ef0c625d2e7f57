const { setTimeout: sleep } = require('node:timers/promises');

async function price(order) {
  await sleep(order.lines.length);
  return order.lines.reduce((sum, line) => sum + line.cents * line.quantity, 0);
}

describe('price', () => {
  beforeEach(async () => {
    await sleep(2);
  });

  test('adds up', async () => {
    expect(await price({ lines: [{ cents: 5, quantity: 3 }] })).toBe(15);
  });

  test.each([1, 2, 3, 4])('of %i lines', async (count) => {
    const lines = Array.from({ length: count }, () => ({ cents: 1, quantity: 1 }));
    expect(await price({ lines })).toBe(count);
  });
});
