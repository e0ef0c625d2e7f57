/** What the tasks of a trace are called: requests, if they look like it. */
import { type Noun, nounOf } from '../../analysis/index.ts';
import type { OpenTrace } from './open-trace.ts';

export type { Noun };

/** `request` if most tasks are named by an HTTP method, else `task`. */
export function taskNoun(trace: OpenTrace): Noun {
  return nounOf(trace.summary.taskTypes[0]?.name);
}
