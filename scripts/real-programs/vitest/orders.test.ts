import { expect, it } from 'vitest';

const orders = new Map<number, { readonly id: number }>();

async function add(order: { readonly id: number }): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 3));
  orders.set(order.id, order);
  return orders.size;
}

it('adds orders one after another', async () => {
  for (let id = 1; id <= 10; id++) expect(await add({ id })).toBe(id);
});

it('adds orders at once', async () => {
  expect(await Promise.all([11, 12, 13].map((id) => add({ id })))).toEqual([11, 12, 13]);
});
