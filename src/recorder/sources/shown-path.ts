/** How a trace shows the path of a file: relative to the working directory when below it. */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const NO_FILE = /^(node:|(?!file:)[a-z][a-z+.-]+:\/\/)/i;

/** The path of `file`, a path or a file URL. Never throws: a program may make up files, or lose its directory. */
export function shownPath(file: string): string {
  // Node's own modules, and what is no file at all, such as `webpack://shop/orders.ts`.
  if (NO_FILE.test(file)) return file;
  try {
    const path = file.startsWith('file:') ? fileURLToPath(file) : file;
    const short = relative(process.cwd(), path);
    return short.startsWith('..') ? path : short;
  } catch {
    return file;
  }
}
