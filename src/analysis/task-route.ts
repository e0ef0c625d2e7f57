/**
 * The kind of a task by its name. A request that no framework has named carries its path as it came, so every order
 * would be a kind of its own: path segments that can only be keys are replaced by `:id`.
 */

/** An HTTP method and a path. */
const REQUEST = /^[A-Z]+ \//;
/** Decimal numbers, UUIDs, and hexadecimal keys of 12 digits and more. */
const KEY = /^(\d+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{12,})$/i;

/** `GET /orders/17/lines` becomes `GET /orders/:id/lines`; every other name stays as it is. */
export function taskRoute(name: string): string {
  if (!REQUEST.test(name)) return name;
  return name
    .split('/')
    .map((segment) => (KEY.test(segment) ? ':id' : segment))
    .join('/');
}
