/** What the tasks of a trace are called: requests, if they look like it. */
import type { OpenTrace } from './open-trace.ts';

export interface Noun {
  readonly singular: string;
  readonly plural: string;
  readonly Plural: string;
  /** What stands behind a number. */
  of(n: number): string;
}

const REQUEST = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT|TRACE|QUERY)\b/;

function noun(singular: string): Noun {
  const plural = `${singular}s`;
  const Plural = plural.charAt(0).toUpperCase() + plural.slice(1);
  return { singular, plural, Plural, of: (n) => (n === 1 ? singular : plural) };
}

const REQUESTS = noun('request');
const TASKS = noun('task');

/** `request` if most tasks are named by an HTTP method, else `task`. */
export function taskNoun(trace: OpenTrace): Noun {
  const first = trace.summary.taskTypes[0];
  return first !== undefined && REQUEST.test(first.name) ? REQUESTS : TASKS;
}
