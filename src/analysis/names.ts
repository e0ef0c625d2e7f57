/**
 * What the things of a trace are called on screen and in sentences. All text that comes from a trace passes through here, so that it is
 * one line without control characters.
 */
import { oneLine } from '../base/index.ts';
import { procName, wordsOf } from './dialect.ts';
import type { TraceModel } from './model.ts';
import { findProcesses, type ProcessTable } from './processes.ts';

/** Go's own packages of locks, below which the program begins. */
const LIBRARY = /^(?:internal\/)?(?:sync|runtime)\./;
/** Packages of Go's library: their import paths begin with one of its folders. Functions of the program do not. */
const STANDARD =
  /^(?:archive|bufio|bytes|compress|container|context|crypto|database|encoding|errors|fmt|hash|html|image|internal|io|iter|log|maps|math|mime|net|os|reflect|regexp|runtime|slices|sort|strconv|strings|sync|syscall|testing|text|time|unicode|vendor)[/.]/;

export class Names {
  readonly #model: TraceModel;
  readonly #clean = new Map<number, string>();
  #processes: ProcessTable | undefined;
  #processesKnown = false;

  constructor(model: TraceModel) {
    this.#model = model;
  }

  /** A string of the trace, fit for the screen. */
  text(id: number): string {
    let text = this.#clean.get(id);
    if (text === undefined) {
      text = oneLine(this.#model.strings[id] ?? '');
      this.#clean.set(id, text);
    }
    return text;
  }

  /** Any other text that comes from a trace. */
  clean(text: string): string {
    return oneLine(text);
  }

  /** Function that a strand runs, without its import path: `http.(*conn).serve`. */
  functionOf(goroutine: number): string {
    return this.#short(this.text(this.#model.goroutines.name[goroutine]!));
  }

  /** `loadOrder` in a Node trace, `G 4711` in a Go trace, where the number is what people know. */
  strand(goroutine: number): string {
    const { dialect } = this.#model.info;
    const name = this.functionOf(goroutine);
    if (dialect === 'node' && name !== '') return name;
    return `${dialect === 'go' ? 'G' : wordsOf(dialect).goroutine} ${this.#model.goroutines.id[goroutine]}`;
  }

  /** What stands muted behind the name: the place in a Node trace, the function in a Go trace. */
  strandDetail(goroutine: number): string {
    if (this.#model.info.dialect === 'go') return this.functionOf(goroutine);
    return this.place(this.#model.goroutines.entryStack[goroutine]!);
  }

  /** File name and line of the outermost frame: `orders.ts:54`; empty for an empty stack. */
  place(stack: number): string {
    const { offset, file, line } = this.#model.stacks;
    const frame = offset[stack + 1]! - 1;
    if (stack === 0 || frame < offset[stack]!) return '';
    const path = this.text(file[frame]!);
    const name = path.slice(path.lastIndexOf('/') + 1);
    // What has no ending is no file: Node's own resources are said to be at "node".
    return name.includes('.') ? `${name}:${line[frame]}` : '';
  }

  /** File name and line of the innermost frame; empty for an empty stack. */
  innermost(stack: number): string {
    const { offset, file, line } = this.#model.stacks;
    const frame = offset[stack]!;
    if (frame === offset[stack + 1]!) return '';
    const path = this.text(file[frame]!);
    return `${path.slice(path.lastIndexOf('/') + 1)}:${line[frame]}`;
  }

  /** Function and place that called into the library at the top of a stack: its first frame of another package. */
  caller(stack: number): string {
    const frame = this.#frameBelow(stack, LIBRARY);
    if (frame < 0) return 'an unknown place';
    const { file, line } = this.#model.stacks;
    const path = this.text(file[frame]!);
    return `${this.#frame(frame)} (${path.slice(path.lastIndexOf('/') + 1)}:${line[frame]})`;
  }

  /** The function of `caller` alone; empty for an empty stack. */
  callerFunction(stack: number): string {
    return this.#frame(this.#frameBelow(stack, LIBRARY));
  }

  /** Go: the innermost function of a stack that is not of Go's library: `main.fetch`. Empty when all of them are. */
  ownFunction(stack: number): string {
    const frame = this.#frameBelow(stack, STANDARD);
    return frame < 0 || STANDARD.test(this.text(this.#model.stacks.func[frame]!)) ? '' : this.#frame(frame);
  }

  /** The innermost function of a stack; empty for an empty stack. */
  topFunction(stack: number): string {
    const { offset } = this.#model.stacks;
    return offset[stack] === offset[stack + 1] ? '' : this.#frame(offset[stack]!);
  }

  /** The innermost frame whose function is not of a library, else the outermost; -1 for an empty stack. */
  #frameBelow(stack: number, library: RegExp): number {
    const { offset, func } = this.#model.stacks;
    const last = offset[stack + 1]! - 1;
    let frame = offset[stack]!;
    while (frame < last && library.test(this.text(func[frame]!))) frame++;
    return frame <= last ? frame : -1;
  }

  #frame(frame: number): string {
    return frame < 0 ? '' : this.#short(this.text(this.#model.stacks.func[frame]!));
  }

  group(group: number): string {
    const name = this.#short(this.text(this.#model.groups.name[group]!));
    return name === '' ? `unnamed ${wordsOf(this.#model.info.dialect).goroutines}` : name;
  }

  /** What the colour of a group stands for: its Go package, or its function in a Node trace. */
  package(group: number): string {
    const name = this.#model.strings[this.#model.groups.name[group]!]!;
    if (this.#model.info.dialect === 'node') return name;
    const slash = name.lastIndexOf('/');
    const dot = name.indexOf('.', slash + 1);
    return dot < 0 ? name : name.slice(0, dot);
  }

  /** `Main loop`, `Worker 2`, `P 3`; in a trace of several processes, numbered within its own. */
  proc(proc: number): string {
    const { info, procs } = this.#model;
    const processes = this.processes;
    const own = processes?.ofProc[proc] ?? -1;
    if (processes === undefined || own < 0) return procName(info.dialect, procs.id[proc]!);
    let before = 0;
    for (let other = 0; other < proc; other++)
      if (processes.ofProc[other] === own && other !== processes.main[own]) before++;
    if (processes.name[own] === 'Go program') return procName('go', before + (proc === processes.main[own] ? 0 : 1));
    return procName('node', proc === processes.main[own] ? 0 : before + 1);
  }

  /** `Main loop of server.js, pid 4711` where the trace is of several processes; else as `proc`. */
  procInFull(proc: number): string {
    const own = this.processes?.ofProc[proc] ?? -1;
    return own < 0 ? this.proc(proc) : `${this.proc(proc)} of ${this.clean(this.processes!.name[own]!)}`;
  }

  /** The processes of a trace that was merged of several; undefined for one. Found when first asked for. */
  get processes(): ProcessTable | undefined {
    if (!this.#processesKnown) {
      this.#processesKnown = true;
      this.#processes = findProcesses(this.#model);
    }
    return this.#processes;
  }

  /** `GET /orders/:id` */
  taskType(type: number): string {
    return this.text(type) || 'unnamed';
  }

  /** `GET /orders/17 #812`; the number is the task's id, which other tools show too. */
  task(task: number): string {
    return `${this.taskType(this.#model.tasks.name[task]!)} #${this.#model.tasks.id[task]}`;
  }

  #short(name: string): string {
    return nameForms(name)[1] !== undefined && name.includes('/') && !name.includes(' ') ? nameForms(name)[1]! : name;
  }
}

/** Forms of a function name, longest first: `net/http.(*conn).serve`, `http.(*conn).serve`, `serve`. */
export function nameForms(name: string): string[] {
  const forms = [name];
  const noPath = name.slice(name.lastIndexOf('/') + 1);
  if (noPath !== name && noPath !== '' && !name.includes(' ')) forms.push(noPath);
  // Of a generic function, Go writes `slices.insertionSort[...]`.
  const plain = noPath.replaceAll('[...]', '');
  const last = plain.slice(plain.lastIndexOf('.') + 1);
  if (last !== noPath && last !== '' && !name.includes(' ')) forms.push(last);
  return forms;
}
