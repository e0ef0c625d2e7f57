/**
 * The reserved category: log lines in which the recorder itself speaks, for what Go's format has no word. The message
 * is a JSON object with a `kind`; docs/node-mapping.md lists them all. Here are those about a task.
 */

/** Log lines of this category are the recorder's own. */
export const RESERVED_CATEGORY = 'exectrace';

/** What a request is beyond its task's name. */
export interface RequestFact {
  /** Method and path as they came, without the query, where the task's name has `:id` for keys. */
  readonly name?: string | undefined;
  /** The W3C trace context that the request came with: its valid `traceparent` header. */
  readonly traceparent?: string | undefined;
}

/** How a request ended. Without a status nobody answered. */
export interface ResponseFact {
  readonly status?: number | undefined;
  /** It was cut off before its end. */
  readonly aborted?: boolean | undefined;
  /** Code or name of the error that ended it. */
  readonly error?: string | undefined;
}

/** The message for `fact`. Fields that are undefined are left out. */
export function message(kind: string, fact: object): string {
  return JSON.stringify({ kind, ...fact });
}
