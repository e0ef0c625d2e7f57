import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

export default async function hash({ text, rounds }) {
  await sleep(1);
  let sum = text;
  for (let round = 0; round < rounds; round++) sum = createHash('sha256').update(sum).digest('hex');
  return sum;
}
