/** The search for functions of a profile: part of the name, in any case. */
import type { OpenTrace } from '../../state/open-trace.ts';

/** Says of a function (string id) whether the search finds it. */
export function functionMatcher({ model }: OpenTrace, search: string): (func: number) => boolean {
  const wanted = search.toLowerCase();
  return (func) => model.strings[func]!.toLowerCase().includes(wanted);
}
