/** What the tasks of a trace are called: requests, if they look like it. */

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

/**
 * `request` if the most frequent kind of task is named by an HTTP method, else `task`.
 *
 * @param kind name of that kind; undefined = there are no tasks
 */
export function nounOf(kind: string | undefined): Noun {
  return kind !== undefined && REQUEST.test(kind) ? REQUESTS : TASKS;
}
