/**
 * What a Node trace says of its tasks beyond Go's format, in log lines of the reserved category: the own name of a
 * request and its trace context (`request`), how it ended (`response`), and the kind that a task has turned out to be
 * (`task`), such as the route that a framework has found. Columns with a row per task of the model.
 */
import { Float64List, Int32List } from '../../base/index.ts';
import { taskRoute } from '../task-route.ts';

export interface TaskFactColumns {
  readonly name: Int32Array;
  readonly kind: Int32Array;
  readonly status: Int32Array;
  readonly failure: Int32Array;
  readonly traceparent: Int32Array;
}

/** How a task ended that was cut off without an error. */
const ABORTED = 'aborted';
const HIGHEST_STATUS = 999;

export class TaskFacts {
  /** Rows, in the order of the facts: task, column, value (of a text: its number here). */
  readonly #task = new Int32List();
  readonly #column = new Int32List();
  readonly #value = new Float64List();
  readonly #texts: string[] = [''];
  readonly #numbers = new Map<string, number>();

  /** Takes in what the recorder has said of task `task`, a row of the model. False: it is no fact about a task. */
  read(task: number, said: Readonly<Record<string, unknown>>): boolean {
    if (task < 0) return false;
    const { kind, name, status, traceparent, error, aborted } = said;
    switch (kind) {
      case 'request':
        this.#text(task, Column.Name, name);
        this.#text(task, Column.Traceparent, traceparent);
        return true;
      case 'response':
        if (typeof status === 'number' && status > 0 && status <= HIGHEST_STATUS)
          this.#add(task, Column.Status, status);
        this.#text(task, Column.Failure, error ?? (aborted === true ? ABORTED : undefined));
        return true;
      case 'task':
        this.#text(task, Column.Kind, name);
        return true;
      default:
        return false;
    }
  }

  /**
   * The columns for tasks of types `type` (ids of `strings`); `intern` gives the id of a text. What nothing was said
   * about: the name is the type, the kind is the type's route.
   */
  finish(type: Int32Array, strings: readonly string[], intern: (text: string) => number): TaskFactColumns {
    const routes = new Map<number, number>();
    const kind = type.map((id) => {
      const route = routes.get(id) ?? routeOf(id, strings, intern);
      routes.set(id, route);
      return route;
    });
    const name = type.slice();
    const none = (): Int32Array => new Int32Array(type.length);
    const columns = { name, kind, status: none(), failure: none(), traceparent: none() };
    for (let i = 0; i < this.#task.length; i++) {
      const column = this.#column.at(i);
      const value = this.#value.at(i);
      columns[COLUMNS[column]!][this.#task.at(i)] = column === Column.Status ? value : intern(this.#texts[value]!);
    }
    return columns;
  }

  #text(task: number, column: number, text: unknown): void {
    if (typeof text !== 'string' || text === '') return;
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.#texts.push(text) - 1;
      this.#numbers.set(text, number);
    }
    this.#add(task, column, number);
  }

  #add(task: number, column: number, value: number): void {
    this.#task.push(task);
    this.#column.push(column);
    this.#value.push(value);
  }
}

const COLUMNS = ['name', 'kind', 'status', 'failure', 'traceparent'] as const;
const Column = { Name: 0, Kind: 1, Status: 2, Failure: 3, Traceparent: 4 } as const;

function routeOf(type: number, strings: readonly string[], intern: (text: string) => number): number {
  const name = strings[type]!;
  const route = taskRoute(name);
  return route === name ? type : intern(route);
}
