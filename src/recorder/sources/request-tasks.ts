/**
 * A request as a task. It is named by method and path, without the query and with `:id` for segments that are keys, so
 * that there are few names; what that leaves out, and how the request ended, are facts in the reserved category.
 *
 * Most requests are like one before: what was worked out for a method and path, and for a status, is remembered.
 */
import { pathTemplate } from '../../base/index.ts';
import type { Annotations, Task } from '../annotations.ts';
import { message, type RequestFact, type ResponseFact } from '../reserved.ts';

/** What a request asks, and whom. */
export interface RequestTarget {
  readonly method: string;
  /** `https://example.org`; empty for a request that is served. */
  readonly origin: string;
  /** May have a query. */
  readonly path: string;
}

/** What is remembered of a request's target. */
interface Kind {
  readonly method: string;
  readonly origin: string;
  /** Of the task. */
  readonly name: string;
  /** The request's own, if it is another. */
  readonly ownName: string | undefined;
}

/** Paths that are remembered; when there are more, all are forgotten. */
const MAX_KINDS = 500;
const LONGEST_PATH = 200;
/** Statuses that are remembered. */
const MAX_ENDS = 100;

export class RequestTasks {
  readonly annotations: Annotations;
  /** By path: of one method and origin, the last that came. */
  readonly #kinds = new Map<string, Kind>();
  /** Messages of responses that came whole, by status. */
  readonly #ends = new Map<number, string>();

  constructor(annotations: Annotations) {
    this.annotations = annotations;
  }

  /** The task of a request that begins; `parent` as for `newTask`. */
  begin(target: RequestTarget, parent: Task | undefined, traceparent?: string): Task {
    const { name, ownName } = this.#kindOf(target);
    const task = this.annotations.newTask(name, parent);
    if (ownName !== undefined || traceparent !== undefined) {
      const fact: RequestFact = { name: ownName, traceparent };
      this.annotations.say(task, message('request', fact));
    }
    return task;
  }

  /** The request has ended. */
  end(task: Task, fact: ResponseFact): void {
    this.annotations.endTaskWith(task, message('response', fact));
  }

  /** The request has been answered in full. */
  answered(task: Task, status: number): void {
    let said = this.#ends.get(status);
    if (said === undefined) {
      const fact: ResponseFact = { status };
      said = message('response', fact);
      if (this.#ends.size < MAX_ENDS) this.#ends.set(status, said);
    }
    this.annotations.endTaskWith(task, said);
  }

  #kindOf(target: RequestTarget): Kind {
    const { method, origin, path } = target;
    const known = this.#kinds.get(path);
    if (known !== undefined && known.method === method && known.origin === origin) return known;
    const kind = kindOf(target);
    if (this.#kinds.size >= MAX_KINDS) this.#kinds.clear();
    if (path.length <= LONGEST_PATH) this.#kinds.set(path, kind);
    return kind;
  }
}

function kindOf({ method, origin, path }: RequestTarget): Kind {
  const query = path.search(/[?#]/);
  const bare = query < 0 ? path : path.slice(0, query);
  const template = pathTemplate(bare);
  const ownName = template === bare ? undefined : `${method} ${origin}${bare}`;
  return { method, origin, name: `${method} ${origin}${template}`, ownName };
}
