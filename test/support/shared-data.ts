/** The traces and golds that Go's own code made; kept beside the repository, not in it. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../shared/go-testdata', import.meta.url));

/** The folder of the corpora; undefined, with the reason printed, when it is not there. */
export function sharedData(what: string): string | undefined {
  if (existsSync(folder)) return folder;
  console.log(`skipped: ${what}, as the corpora of Go's traces are not beside the repository`);
  return undefined;
}
