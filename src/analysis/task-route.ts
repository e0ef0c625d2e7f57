/**
 * The kind of a task by its name. A request whose name carries its path as it came would make every order a kind of
 * its own: path segments that can only be keys are replaced by `:id`. Our recorder names requests that way itself;
 * other programs' traces, Go's above all, may not.
 */
import { pathTemplate } from '../base/index.ts';

/** An HTTP method and a path. */
const REQUEST = /^[A-Z]+ \//;

/** `GET /orders/17/lines` becomes `GET /orders/:id/lines`; every name that is no request stays as it is. */
export function taskRoute(name: string): string {
  return REQUEST.test(name) ? pathTemplate(name) : name;
}
