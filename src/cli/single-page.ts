/**
 * A trace and the viewer as one HTML file: the page that was built with everything in it (scripts/single-page.mjs), and
 * the trace at its mark, compressed and in base64, as data that no browser runs.
 */
import { open, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createGzip } from 'node:zlib';
import { ViewerNotBuiltError } from '../server/index.ts';
import { InputError } from './errors.ts';
import type { OutputFile } from './output-file.ts';
import { openTrace } from './trace-file.ts';

/** The built page lies beside the built command line. */
const PAGE = fileURLToPath(new URL('../viewer-single/', import.meta.url));
const TRACE_MARK = '<!--trace-->';
/** Bytes per element of the page: a multiple of three, so that their base64 forms join. */
const PART = 12 << 20;
/** Compressed bytes that a page may hold: browsers refuse documents that are much larger. */
const MOST = 700e6;
const GZIP = [0x1f, 0x8b];
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];

/**
 * Writes the page.
 *
 * @param name of the trace, as the page shows it
 * @returns bytes that were written
 * @throws InputError when the trace is too large for one page; ViewerNotBuiltError
 */
export async function writePage(file: string, name: string, out: OutputFile): Promise<number> {
  const page = await readFile(`${PAGE}index.html`, 'utf8').catch(() => {
    throw new ViewerNotBuiltError(PAGE);
  });
  const [before, after] = page.split(TRACE_MARK) as [string, string];
  let written = 0;
  const write = async (text: string): Promise<void> => {
    const bytes = Buffer.from(text);
    written += bytes.length;
    out.write(bytes);
    await out.pause();
  };
  await write(before);
  let held = 0;
  for await (const part of inParts(await compressed(file))) {
    held += part.length;
    if (held > MOST) throw new InputError(`${file}: too large for one page; "exectrace cut" takes a part of it`);
    await write(
      `<script type="text/plain" class="exectrace-trace" data-name="${escaped(name)}">${part.toString('base64')}</script>\n`,
    );
  }
  await write(after);
  return written;
}

/** The bytes of a file, compressed if they are not yet. */
async function compressed(file: string): Promise<AsyncIterable<Buffer>> {
  const bytes = (await openTrace(file)) as AsyncIterable<Buffer> & NodeJS.ReadableStream;
  return (await isCompressed(file)) ? bytes : bytes.pipe(createGzip());
}

async function isCompressed(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const head = Buffer.alloc(ZSTD.length);
    await file.read(head, 0, head.length, 0);
    return [GZIP, ZSTD].some((magic) => magic.every((byte, i) => head[i] === byte));
  } finally {
    await file.close();
  }
}

/** The same bytes in parts of PART, the last one shorter. */
async function* inParts(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let kept: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    kept.push(chunk);
    size += chunk.length;
    if (size < PART) continue;
    const all = Buffer.concat(kept);
    let at = 0;
    for (; size - at >= PART; at += PART) yield all.subarray(at, at + PART);
    kept = [all.subarray(at)];
    size -= at;
  }
  if (size > 0) yield Buffer.concat(kept);
}

/** Text as the value of an attribute. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
