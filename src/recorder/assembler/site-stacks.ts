/**
 * The stacks of call sites: what a strand is called, and where it waits.
 *
 * A strand that is no async function is called by the function that made it and its type: `sleep: timer`. A function
 * without a name is called by its place: `orders.ts:41`. A name that was learned from earlier looks rather than looked
 * at has an odd pc, others an even one: Go's readers do not mind, ours can tell.
 */
import { madeName, type TraceWriter } from '../../format/index.ts';
import { LEARNED_SITE } from '../record/record-kinds.ts';
import { shownPath } from '../sources/shown-path.ts';

/** A place in a source file. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** The source of what runs at `line` and `column` (from 1) of `file`, as the file's source map says; undefined = none. */
export type FindSource = (file: string, line: number, column: number) => Place | undefined;

/** A place in the code that runs; column 0 says that it is the source's. */
export interface SitePlace extends Place {
  readonly column: number;
  /** Number of the function, 0 = not known. */
  readonly code: number;
}

interface Site {
  readonly func: string;
  readonly file: string;
  readonly line: number;
  /** Number of the function that it is in, 0 = not known. */
  readonly code: number;
  /** Stack by type of the strand, '' = async function; learned ones apart. */
  readonly stacks: Map<string, number>;
  readonly learnedStacks: Map<string, number>;
}

export class SiteStacks {
  readonly #writer: TraceWriter;
  readonly #findSource: FindSource;
  readonly #sites: Site[] = [];
  /** By stack: the number of its function, and the site as the records give it. */
  readonly #codes: number[] = [];
  readonly #marked: number[] = [];
  /** Stacks of async functions by site, and those that were learned: asked for at every suspension. */
  readonly #plain: number[] = [];
  readonly #learnedPlain: number[] = [];

  constructor(writer: TraceWriter, findSource: FindSource) {
    this.#writer = writer;
    this.#findSource = findSource;
  }

  /** Site `number` is there, in a function called `func`, '' = without a name. */
  define(number: number, func: string, { file, line, column, code }: SitePlace): void {
    const source = column === 0 ? undefined : this.#findSource(file, line, column);
    const place = { file: shownPath(source?.file ?? file), line: source?.line ?? line };
    const name = func || placeName(place);
    this.#sites[number] = { func: name, ...place, code, stacks: new Map(), learnedStacks: new Map() };
  }

  /** Number of the function that a stack given out here is of, 0 = not known. */
  codeOf(stack: number): number {
    return this.#codes[stack] ?? 0;
  }

  /** The stack of a strand of type `type` for the site of another stack; 0 if that is of no site. */
  ofType(stack: number, type: string): number {
    const marked = this.#marked[stack];
    return marked === undefined ? 0 : this.stack(marked, type);
  }

  /** The stack for a site as the records give it, of an async function; 0 = not known. */
  ofFunction(marked: number): number {
    const site = marked & ~LEARNED_SITE;
    const stacks = marked === site ? this.#plain : this.#learnedPlain;
    const known = stacks[site];
    if (known !== undefined) return known;
    const stack = this.stack(marked, '');
    if (stack !== 0) stacks[site] = stack;
    return stack;
  }

  /** The same of a strand of type `type`, '' = an async function. */
  stack(marked: number, type: string): number {
    const site = this.#sites[marked & ~LEARNED_SITE];
    if (site === undefined) return 0;
    const learned = (marked & LEARNED_SITE) !== 0;
    const stacks = learned ? site.learnedStacks : site.stacks;
    let stack = stacks.get(type);
    if (stack === undefined) {
      const func = type === '' ? site.func : madeName(site.func, type);
      stack = this.#writer.stack([{ func, file: site.file, line: site.line, learned }]);
      stacks.set(type, stack);
      this.#codes[stack] = site.code;
      this.#marked[stack] = marked;
    }
    return stack;
  }
}

/** `orders.ts:41` */
function placeName({ file, line }: Place): string {
  return `${file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1)}:${line}`;
}
