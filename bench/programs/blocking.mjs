/** Cheap blocking calls, and hardly anything else: what it costs to record one shows here as nowhere else. */
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const title = 'existsSync and statSync in a loop';
export const unit = 'call';
export const windowSize = 20_000;

const FILE = fileURLToPath(new URL('settings.json', import.meta.url));

export function work(count) {
  let bytes = 0;
  for (let i = 0; i < count; i += 2) if (existsSync(FILE)) bytes += statSync(FILE).size;
  return bytes;
}
