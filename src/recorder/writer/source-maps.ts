/**
 * Where code comes from that was compiled before it was run: the source maps of files, read by the writer, on its own
 * thread, when a call site in such a file is seen for the first time.
 *
 * A map is named by a comment at the end of the file, and is in it (`data:`) or in a file beside it
 * (https://tc39.es/ecma426/). Node's own decoder reads it.
 */
import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Place } from '../assembler/site-stacks.ts';

/** Larger files and maps are left alone: decoding them would keep the writer from its work. */
const MAX_BYTES = 32 << 20;
/** Maps that are kept decoded; the least recently read go first. */
const MAPS_KEPT = 16;
const COMMENT = /^\/\/[#@] sourceMappingURL=(\S+)\s*$/gm;
const INLINE = /^data:application\/json[^,]*;base64,/;

interface KnownMap {
  readonly map: SourceMap;
  /** What sources are relative to. */
  readonly base: URL;
}

export class SourceMaps {
  readonly #maps = new Map<string, KnownMap | undefined>();

  /** The source of what is at `line` and `column` (from 1) of `file`, a path or file URL; undefined when none is known. */
  find(file: string, line: number, column: number): Place | undefined {
    try {
      const known = this.#mapOf(file);
      const entry = known?.map.findEntry(line - 1, column - 1);
      if (known === undefined || entry === undefined || !('originalSource' in entry)) return undefined;
      return { file: new URL(entry.originalSource, known.base).href, line: entry.originalLine + 1 };
    } catch {
      return undefined;
    }
  }

  #mapOf(file: string): KnownMap | undefined {
    if (this.#maps.has(file)) {
      const known = this.#maps.get(file);
      this.#maps.delete(file);
      this.#maps.set(file, known);
      return known;
    }
    const known = read(file);
    this.#maps.set(file, known);
    const decoded = [...this.#maps].filter(([, each]) => each !== undefined);
    if (decoded.length > MAPS_KEPT) this.#maps.delete(decoded[0]![0]);
    return known;
  }
}

/** The map of a file; undefined when it has none that can be read. */
function read(file: string): KnownMap | undefined {
  try {
    const url = file.startsWith('file:') ? new URL(file) : pathToFileURL(file);
    const last = [...textOf(url).matchAll(COMMENT)].at(-1)?.[1];
    if (last === undefined) return undefined;
    const base = INLINE.test(last) ? url : new URL(last, url);
    if (base.protocol !== 'file:') return undefined;
    const text = INLINE.test(last) ? Buffer.from(last.replace(INLINE, ''), 'base64').toString() : textOf(base);
    const payload = JSON.parse(text);
    const root = typeof payload.sourceRoot === 'string' && payload.sourceRoot !== '' ? `${payload.sourceRoot}/` : '';
    return { map: new SourceMap({ ...payload, sourceRoot: '' }), base: new URL(root, base) };
  } catch {
    return undefined;
  }
}

function textOf(url: URL): string {
  const bytes = readFileSync(fileURLToPath(url));
  if (bytes.length > MAX_BYTES) throw new RangeError(`${url.href} is too large`);
  return bytes.toString();
}
