/**
 * A flame graph as a tree in columns: samples whose paths begin alike share their nodes. Node 0 is the root; a node comes
 * behind its parent. What a path is depends on how the graph is turned:
 *
 * - `plain`: from the outermost function inwards, last what was waited for;
 * - `inverted`: from what was waited for outwards, so that it says where all waits of one kind come from;
 * - `callers` and `callees` of a function: the halves of a sandwich, from its outermost call outwards, and inwards.
 *
 * Functions are told apart by name only, so that recursion and calls from different lines are one.
 */
import { Float64List, Int32List, type Steps } from '../../base/index.ts';
import type { TraceModel } from '../model.ts';
import type { FlameSamples } from './flame-samples.ts';

export type FlameTurn = 'plain' | 'inverted' | 'callers' | 'callees';

export interface FlameGraph {
  readonly count: number;
  readonly parent: Int32Array;
  readonly depth: Int32Array;
  /** String id of the function; -1: the root or a leaf; -2: what has no stack. */
  readonly func: Int32Array;
  /** Index into the samples' leaves, of nodes that stand for what was waited for; else -1. */
  readonly leaf: Int32Array;
  /** Time of a node with all below it, and without; ns. How often it happened. */
  readonly value: Float64Array;
  readonly self: Float64Array;
  readonly times: Float64Array;
  /** Where it begins on the axis of all time, ns: siblings lie side by side, the largest first. */
  readonly start: Float64Array;
  /** Children of node i, largest first: rows childOffset[i] to childOffset[i + 1] of `children`. */
  readonly childOffset: Int32Array;
  readonly children: Int32Array;
  readonly deepest: number;
}

/** The function of stacks without frames. */
export const NO_STACK = -2;
/** Steps of paths between two pauses. */
const STEPS_PER_PAUSE = 60_000;

/** A tree that grows. */
class Trie {
  readonly parent = new Int32List();
  readonly depth = new Int32List();
  /** Function, or -3 - leaf. */
  readonly key = new Int32List();
  readonly value = new Float64List();
  readonly self = new Float64List();
  readonly times = new Float64List();
  readonly #child = new Map<number, number>();
  readonly #keys: number;
  readonly #offset: number;

  /** @param strings how many strings there are, @param leaves how many leaves */
  constructor(strings: number, leaves: number) {
    this.#offset = leaves + 3;
    this.#keys = strings + this.#offset;
    this.#node(-1, -1);
  }

  #node(parent: number, key: number): number {
    this.parent.push(parent);
    this.depth.push(parent < 0 ? 0 : this.depth.at(parent) + 1);
    this.key.push(key);
    for (const column of [this.value, this.self, this.times]) column.push(0);
    return this.parent.length - 1;
  }

  child(parent: number, key: number): number {
    // Numbers below 2^53: fewer than 2^26 nodes and keys.
    const id = parent * this.#keys + key + this.#offset;
    let node = this.#child.get(id);
    if (node === undefined) {
      node = this.#node(parent, key);
      this.#child.set(id, node);
    }
    return node;
  }

  add(node: number, value: number, times: number): void {
    this.value.set(node, this.value.at(node) + value);
    this.times.set(node, this.times.at(node) + times);
  }
}

/**
 * The graph of some samples, in pieces.
 *
 * @param focus string id of the function that `callers` and `callees` are of
 */
export function* flameGraphSteps(
  model: TraceModel,
  samples: FlameSamples,
  turn: FlameTurn = 'plain',
  focus = -1,
): Steps<FlameGraph> {
  const trie = new Trie(model.strings.length, samples.leaves.length);
  let steps = 0;
  for (let row = 0; row < samples.stack.length; row++) {
    const path = pathOf(model, samples, row, turn, focus);
    if (path === undefined) continue;
    let node = 0;
    const value = samples.value[row]!;
    const times = samples.count[row]!;
    trie.add(0, value, times);
    for (const key of path) {
      node = trie.child(node, key);
      trie.add(node, value, times);
    }
    trie.self.set(node, trie.self.at(node) + value);
    steps += path.length + 2;
    if (steps < STEPS_PER_PAUSE) continue;
    steps = 0;
    yield;
  }
  yield;
  return finishGraph(trie);
}

/** The functions of a sample, outermost first: those that caused the strand, then those of the stack. */
export function functionsOf({ stacks }: TraceModel, { stack, chain, chains }: FlameSamples, row: number): number[] {
  const first = stacks.offset[stack[row]!]!;
  const last = stacks.offset[stack[row]! + 1]!;
  const functions: number[] = [];
  if (chains !== undefined) {
    for (let at = chain[row]!; at >= 0; at = chains.parent[at]!) functions.push(chains.func[at]!);
    functions.reverse();
    // The stack begins with the strand's own function again.
    if (functions.length > 0 && last > first && functions.at(-1) === stacks.func[last - 1]) functions.pop();
  }
  for (let frame = last - 1; frame >= first; frame--) functions.push(stacks.func[frame]!);
  return functions.length === 0 ? [NO_STACK] : functions;
}

/** Keys from the root on; undefined: the sample is not part of the graph. */
function pathOf(
  model: TraceModel,
  samples: FlameSamples,
  row: number,
  turn: FlameTurn,
  focus: number,
): number[] | undefined {
  const functions = functionsOf(model, samples, row);
  const reason = samples.leaf[row]! >= 0 ? [-3 - samples.leaf[row]!] : [];
  if (turn === 'plain') return [...functions, ...reason];
  if (turn === 'inverted') return [...reason, ...functions.reverse()];
  const at = functions.indexOf(focus);
  if (at < 0) return undefined;
  if (turn === 'callees') return [...functions.slice(at), ...reason];
  return functions.slice(0, at + 1).reverse();
}

function finishGraph(trie: Trie): FlameGraph {
  const count = trie.parent.length;
  const parent = trie.parent.toArray();
  const value = trie.value.toArray();
  const key = trie.key.toArray();
  const childOffset = new Int32Array(count + 1);
  for (let node = 1; node < count; node++) childOffset[parent[node]! + 1]!++;
  for (let node = 0; node < count; node++) childOffset[node + 1]! += childOffset[node]!;
  const children = new Int32Array(count - 1);
  const filled = childOffset.slice();
  for (let node = 1; node < count; node++) children[filled[parent[node]!]!++] = node;
  const start = new Float64Array(count);
  for (let node = 0; node < count; node++) {
    const own = children.subarray(childOffset[node]!, childOffset[node + 1]!);
    if (own.length > 1) own.sort((a, b) => value[b]! - value[a]! || key[a]! - key[b]!);
    let at = start[node]!;
    for (const child of own) {
      start[child] = at;
      at += value[child]!;
    }
  }
  const depth = trie.depth.toArray();
  return {
    count,
    parent,
    depth,
    func: key.map((k) => (k < NO_STACK ? -1 : k)),
    leaf: key.map((k) => (k < NO_STACK ? -3 - k : -1)),
    value,
    self: trie.self.toArray(),
    times: trie.times.toArray(),
    start,
    childOffset,
    children,
    deepest: depth.reduce((a, b) => Math.max(a, b), 0),
  };
}

/** A function in all samples: with what it called, by itself, and how often; ns. */
export interface FunctionTotal {
  /** String id, or `NO_STACK`. */
  readonly func: number;
  readonly total: number;
  readonly self: number;
  readonly times: number;
}

/** Functions by their time, the largest first, in pieces. A sample counts once for a function, however often it recurs. */
export function* functionTotalsSteps(model: TraceModel, samples: FlameSamples): Steps<FunctionTotal[]> {
  const found = new Map<number, { func: number; total: number; self: number; times: number }>();
  let steps = 0;
  for (let row = 0; row < samples.stack.length; row++) {
    const functions = functionsOf(model, samples, row);
    const [value, times] = [samples.value[row]!, samples.count[row]!];
    for (const [i, func] of functions.entries()) {
      if (functions.indexOf(func) < i) continue;
      let entry = found.get(func);
      if (entry === undefined) {
        entry = { func, total: 0, self: 0, times: 0 };
        found.set(func, entry);
      }
      entry.total += value;
      entry.times += times;
    }
    found.get(functions.at(-1)!)!.self += value;
    steps += functions.length + 2;
    if (steps < STEPS_PER_PAUSE) continue;
    steps = 0;
    yield;
  }
  return [...found.values()].sort((a, b) => b.total - a.total || b.self - a.self);
}
