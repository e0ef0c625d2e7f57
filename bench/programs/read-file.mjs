/** The benchmark of the article on Go's tracer: read a small file, again and again. (There: +32 % with tracing on.) */
import { readFile } from 'node:fs/promises';

export const title = 'ReadFile, one after another';
export const unit = 'read';
export const windowSize = 200;

const FILE = new URL('settings.json', import.meta.url);

export async function work(count) {
  let bytes = 0;
  for (let i = 0; i < count; i++) bytes += (await readFile(FILE)).length;
  return bytes;
}
