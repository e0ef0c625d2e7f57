// What the suites test.
import { setTimeout as sleep } from 'node:timers/promises';

export async function price(order) {
  await sleep(order.lines.length);
  return order.lines.reduce((sum, line) => sum + line.cents * line.quantity, 0);
}

export async function checkOut(order, pay) {
  const cents = await price(order);
  const receipt = await pay(cents);
  return { ...receipt, cents };
}
