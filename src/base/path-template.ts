/**
 * From a path to what all paths of its kind have in common: segments that can only be keys become `:id`, so that
 * `/orders/17` and `/orders/18` are one. Nothing is known of the program's routes; what might be a word stays.
 */

/** Decimal numbers, UUIDs, and hexadecimal keys of 12 digits and more. */
const KEY = /^(\d+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{12,})$/i;
/** What every key has somewhere: most paths are answered by one look. */
const MAY_HAVE_KEY = /\d|[a-f]{12}/i;

/** `/orders/17/lines` becomes `/orders/:id/lines`; a path without keys is returned as it is. */
export function pathTemplate(path: string): string {
  if (!MAY_HAVE_KEY.test(path)) return path;
  return path
    .split('/')
    .map((segment) => (KEY.test(segment) ? ':id' : segment))
    .join('/');
}
