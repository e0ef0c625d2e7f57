/**
 * A request as a task. It is named by method and path, without the query and with `:id` for segments that are keys, so
 * that there are few names; what that leaves out, and how the request ended, are facts in the reserved category.
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

export class RequestTasks {
  readonly annotations: Annotations;

  constructor(annotations: Annotations) {
    this.annotations = annotations;
  }

  /** The task of a request that begins; `parent` as for `newTask`. */
  begin({ method, origin, path }: RequestTarget, parent: Task | undefined, traceparent?: string): Task {
    const query = path.search(/[?#]/);
    const bare = query < 0 ? path : path.slice(0, query);
    const template = pathTemplate(bare);
    const task = this.annotations.newTask(`${method} ${origin}${template}`, parent);
    if (template !== bare || traceparent !== undefined) {
      const name = template === bare ? undefined : `${method} ${origin}${bare}`;
      const fact: RequestFact = { name, traceparent };
      this.annotations.say(task, message('request', fact));
    }
    return task;
  }

  /** The request has ended. */
  end(task: Task, fact: ResponseFact): void {
    // Few are different, so they are told as a name, not as a text that passes.
    this.annotations.say(task, message('response', fact), true);
    task.end();
  }
}
