const orders = new Map();

async function add(order) {
  await new Promise((resolve) => setTimeout(resolve, 3));
  orders.set(order.id, order);
  return orders.size;
}

test('orders are added one after another', async () => {
  for (let id = 1; id <= 10; id++) expect(await add({ id })).toBe(id);
});

test('orders are added at once', async () => {
  const sizes = await Promise.all([11, 12, 13].map((id) => add({ id })));
  expect(sizes).toEqual([11, 12, 13]);
});
