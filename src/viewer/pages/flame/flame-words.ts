/** What the frames of a flame graph are called, and their colours: packages (files) and states. */
import {
  DisplayState,
  type FlameGraph,
  type FlameSamples,
  NO_STACK,
  nameForms,
  reasonWord,
  stateWord,
} from '../../../analysis/index.ts';
import type { OpenTrace } from '../../state/open-trace.ts';
import { groupColour, STATE_NAMES } from '../../theme/tokens.ts';

export class FlameWords {
  readonly #trace: OpenTrace;
  readonly #samples: FlameSamples;
  readonly #colours = new Map<number, string>();
  readonly #file: Int32Array;

  constructor(trace: OpenTrace, samples: FlameSamples) {
    this.#trace = trace;
    this.#samples = samples;
    this.#file = fileOfFunctions(trace);
  }

  /** Forms of a frame's name, longest first. */
  forms(graph: FlameGraph, node: number): string[] {
    const { dialect } = this.#trace.model.info;
    const leaf = graph.leaf[node]!;
    if (leaf >= 0) return [this.reason(leaf)];
    if (node === 0) return ['all'];
    const name = this.func(graph.func[node]!);
    return dialect === 'go' ? nameForms(name) : [name];
  }

  name(graph: FlameGraph, node: number): string {
    return this.forms(graph, node)[0]!;
  }

  func(id: number): string {
    return id === NO_STACK ? '(no stack)' : this.#trace.names.text(id) || '(unnamed)';
  }

  /** Source file of a function, as its first frame says; empty if none does. */
  file(id: number): string {
    return id < 0 || this.#file[id]! <= 0 ? '' : this.#trace.names.text(this.#file[id]!);
  }

  /** What was waited for: the reason where there is one, else the word of the state. */
  reason(leaf: number): string {
    const { display, reason } = this.#samples.leaves[leaf]!;
    const { strings, info } = this.#trace.model;
    const isWait = display !== DisplayState.Ready && display !== DisplayState.Run;
    const text = isWait ? reasonWord(info.dialect, strings[reason]!) : '';
    return this.#trace.names.clean(text) || stateWord(info.dialect, display);
  }

  /** Class of a frame's colour: its state, or its package. */
  colour(graph: FlameGraph, node: number): string {
    const leaf = graph.leaf[node]!;
    if (leaf >= 0) return `leaf fill-${STATE_NAMES[this.#samples.leaves[leaf]!.display]}`;
    const func = graph.func[node]!;
    if (func < 0) return 'all';
    let colour = this.#colours.get(func);
    if (colour === undefined) {
      colour = `fill-g${groupColour(this.#package(func))}`;
      this.#colours.set(func, colour);
    }
    return colour;
  }

  /** Package of a Go function, file of a Node function. */
  #package(func: number): string {
    const { strings, info } = this.#trace.model;
    const name = strings[func]!;
    if (info.dialect === 'node') return this.#file[func]! > 0 ? strings[this.#file[func]!]! : name;
    const slash = name.lastIndexOf('/');
    const dot = name.indexOf('.', slash + 1);
    return dot < 0 ? name : name.slice(0, dot);
  }
}

const files = new WeakMap<OpenTrace, Int32Array>();

/** String id of the file of each function, by string id; worked out once per trace. */
function fileOfFunctions(trace: OpenTrace): Int32Array {
  let found = files.get(trace);
  if (found === undefined) {
    const { strings, stacks } = trace.model;
    found = new Int32Array(strings.length);
    for (let frame = stacks.func.length - 1; frame >= 0; frame--) found[stacks.func[frame]!] = stacks.file[frame]!;
    files.set(trace, found);
  }
  return found;
}
