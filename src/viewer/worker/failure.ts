/** What went wrong while a trace was read, for a person: what is so, and what to do. */
import { TraceFormatError } from '../../reader/index.ts';
import type { Message } from '../state/phase.ts';
import { byteSize } from '../theme/numbers.ts';
import { recognise } from './sniff.ts';

/** Memory that a trace takes, as a multiple of the size of its file (the viewer's budget). */
const MEMORY_FACTOR = 7;

/** What browsers say when there is no memory for an array. */
const NO_MEMORY = /allocation|out of memory|invalid (typed )?array( buffer)? length|array size/i;

/**
 * @param head first bytes of the file; undefined if not even those came
 * @param total size of the file in bytes, if it is known
 */
export function failureMessage(error: unknown, head: Uint8Array | undefined, total: number | undefined): Message {
  const say = (title: string, detail: string): Message => ({ kind: 'error', title, detail });
  const detail = error instanceof Error ? error.message : String(error);
  if (head === undefined) return say('The trace could not be fetched', detail);
  if (head.length === 0) return say('The file is empty', 'Record a trace: npx exectrace run -- node server.js');
  const known = recognise(head);
  if (known !== undefined) return known;
  if (error instanceof RangeError && NO_MEMORY.test(detail)) {
    const need = total === undefined ? '' : `: needs about ${byteSize(total * MEMORY_FACTOR)}`;
    const cut = 'exectrace cut -o part.trace --to 10s FILE';
    return say(`Too big for this tab${need}`, `Open a part of it, which the command line cuts out: ${cut}`);
  }
  if (error instanceof TraceFormatError && error.code === 'unknown-version') {
    const version = /1\.\d+/.exec(detail)?.[0] ?? '';
    const title = `This trace has format ${version}, which this viewer does not know`;
    return say(title, 'A newer exectrace may: npm install exectrace@latest. Formats 1.5 to 1.26 open here.');
  }
  return say('This is not a trace that can be read', detail);
}
