/**
 * The critical path of a task for the page: its steps with what they are called, adjoining steps of one kind as one, and
 * the sentence that says what the end of the task depended on.
 */
import { Part, type PathStep, partWord } from '../../analysis/index.ts';
import { duration } from '../theme/numbers.ts';
import type { OpenTrace } from './open-trace.ts';

export interface PathStretch {
  /** Strand and its interval row; -1 where the trace does not know who. */
  readonly strand: number;
  readonly interval: number;
  readonly start: number;
  readonly end: number;
  readonly part: Part;
  /** 0: a strand that works for the task. */
  readonly depth: number;
  readonly who: string;
}

/** The path in time order. Steps of the same strand and part that adjoin are one stretch. */
export function pathStretches(trace: OpenTrace, path: readonly PathStep[]): PathStretch[] {
  const stretches: PathStretch[] = [];
  for (const { goroutine, row, start, end, part, depth } of path) {
    const last = stretches.at(-1);
    if (last !== undefined && last.strand === goroutine && last.part === part && last.end === start) {
      stretches[stretches.length - 1] = { ...last, end };
      continue;
    }
    const who = goroutine < 0 ? '' : whoOf(trace, goroutine);
    stretches.push({ strand: goroutine, interval: row, start, end, part, depth, who });
  }
  return stretches;
}

/** `loadOrder`; in Go, where a number alone says little, `G 51 http.(*conn).serve`. */
function whoOf({ model, names }: OpenTrace, strand: number): string {
  return model.info.dialect === 'go' ? `${names.strand(strand)} ${names.functionOf(strand)}` : names.strand(strand);
}

/** Causes that are told: this many, and at least this share of the whole. */
const MOST_CAUSES = 3;
const WORTH = 0.04;

interface Cause {
  readonly part: Part;
  readonly own: boolean;
  time: number;
  /** Time per function. */
  readonly who: Map<string, number>;
}

/**
 * `Its end depended on the network for 46.1 ms (pg.query), on a free event loop for 38.0 ms (loadOrder), on running
 * refreshCatalog for 9.00 ms.` Empty when the path says no more than the states do.
 */
export function pathSentence(trace: OpenTrace, stretches: readonly PathStretch[]): string {
  const causes = new Map<string, Cause>();
  let whole = 0;
  for (const { part, depth, start, end, strand } of stretches) {
    const own = depth === 0;
    const key = `${part} ${part === Part.Run && own}`;
    const cause = causes.get(key) ?? { part, own: part === Part.Run && own, time: 0, who: new Map() };
    cause.time += end - start;
    whole += end - start;
    const who = strand < 0 ? '' : trace.names.functionOf(strand);
    cause.who.set(who, (cause.who.get(who) ?? 0) + end - start);
    causes.set(key, cause);
  }
  const told = [...causes.values()]
    .filter((cause) => cause.time >= whole * WORTH)
    .sort((a, b) => b.time - a.time)
    .slice(0, MOST_CAUSES);
  if (told.length === 0) return '';
  return `Its end depended on ${told.map((cause) => causeText(trace, cause)).join(', on ')}.`;
}

function causeText(trace: OpenTrace, cause: Cause): string {
  const node = trace.model.info.dialect === 'node';
  const [who, time] = [...cause.who].reduce((a, b) => (b[1] > a[1] ? b : a));
  const most = who !== '' && time >= cause.time / 2 ? who : '';
  const of = most === '' ? '' : ` (${most})`;
  const length = duration(cause.time);
  if (cause.part === Part.Run) return cause.own ? `its own code for ${length}${of}` : `other code for ${length}${of}`;
  if (cause.part === Part.Ready) return `a free ${node ? 'event loop' : 'P'} for ${length}${of}`;
  return `${partWord(trace.model.info.dialect, cause.part)} for ${length}${of}`;
}
