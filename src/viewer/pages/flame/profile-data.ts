/** The profile that the page asks for: samples, graphs and totals, in pieces. */
import {
  allWaitSamplesSteps,
  type CallChains,
  callChains,
  cpuSamplesSteps,
  type Extent,
  type FlameGraph,
  type FlameSamples,
  type FunctionTotal,
  flameGraphSteps,
  functionTotalsSteps,
  inRange,
  type ProfileType,
  type TimeRange,
  waitSamplesSteps,
} from '../../../analysis/index.ts';
import type { Steps } from '../../../base/index.ts';
import type { OpenTrace } from '../../state/open-trace.ts';
import { extentsOf, type ProfileScope } from './profile-scope.ts';

/** What is looked at: CPU samples, waiting of one or of all kinds, being ready. */
export const QUESTIONS = ['cpu', 'off', 'net', 'sync', 'syscall', 'sched'] as const;
export type Question = (typeof QUESTIONS)[number];

export type Turn = 'plain' | 'inverted' | 'sandwich';

const TYPES: Readonly<Record<Exclude<Question, 'cpu'>, readonly Exclude<ProfileType, 'cpu'>[]>> = {
  off: ['net', 'sync', 'syscall'],
  net: ['net'],
  sync: ['sync'],
  syscall: ['syscall'],
  sched: ['sched'],
};

export interface ProfileRequest {
  readonly question: Question;
  readonly scope: ProfileScope;
  readonly range: TimeRange;
  /** Stacks begin at the strand that caused this one. */
  readonly chained: boolean;
}

export function* samplesSteps(trace: OpenTrace, request: ProfileRequest): Steps<FlameSamples> {
  const { question, scope, range, chained } = request;
  const chains = chained ? chainsOf(trace) : undefined;
  yield;
  if (question !== 'cpu') {
    if (scope.kind === 'all') return yield* allWaitSamplesSteps(trace.model, TYPES[question], range, chains);
    return yield* waitSamplesSteps(trace.model, TYPES[question], extentsOf(trace, scope, range), chains);
  }
  const accept = scope.kind === 'all' ? inRange(trace.model, range) : within(extentsOf(trace, scope, range));
  return yield* cpuSamplesSteps(trace.model, accept, chains);
}

function within(extents: Iterable<Extent>): (goroutine: number, time: number) => boolean {
  const own = new Map<number, Extent[]>();
  for (const extent of extents) own.set(extent.goroutine, [...(own.get(extent.goroutine) ?? []), extent]);
  return (goroutine, time) => own.get(goroutine)?.some(({ start, end }) => start <= time && time < end) ?? false;
}

const chains = new WeakMap<OpenTrace, CallChains>();

function chainsOf(trace: OpenTrace): CallChains {
  let found = chains.get(trace);
  if (found === undefined) {
    found = callChains(trace.model);
    chains.set(trace, found);
  }
  return found;
}

export interface ProfileResult {
  readonly samples: FlameSamples;
  readonly totals: readonly FunctionTotal[];
  /** One graph; of a sandwich, the callers and the callees. */
  readonly graphs: readonly FlameGraph[];
  /** Function in the middle of the sandwich; -1: none. */
  readonly focus: number;
}

/** @param focus name of the function in the middle of a sandwich; '' takes the one with most time of its own */
export function* resultSteps(trace: OpenTrace, samples: FlameSamples, turn: Turn, focus: string): Steps<ProfileResult> {
  const { model } = trace;
  const totals = yield* functionTotalsSteps(model, samples);
  if (turn !== 'sandwich') {
    return { samples, totals, graphs: [yield* flameGraphSteps(model, samples, turn)], focus: -1 };
  }
  const named = totals.find(({ func }) => func >= 0 && model.strings[func] === focus);
  const first = named ?? totals.filter(({ func }) => func >= 0).sort((a, b) => b.self - a.self)[0];
  if (first === undefined) return { samples, totals, graphs: [], focus: -1 };
  const callers = yield* flameGraphSteps(model, samples, 'callers', first.func);
  const callees = yield* flameGraphSteps(model, samples, 'callees', first.func);
  return { samples, totals, graphs: [callers, callees], focus: first.func };
}

/** Who called a function and whom it called, with their shares of its time: the two ends of a graph around it. */
export interface Around {
  readonly callers: readonly (readonly [func: number, value: number])[];
  readonly callees: readonly (readonly [func: number, value: number, leaf: number])[];
}

export function* aroundSteps(trace: OpenTrace, samples: FlameSamples, func: number): Steps<Around> {
  const callers = yield* flameGraphSteps(trace.model, samples, 'callers', func);
  const callees = yield* flameGraphSteps(trace.model, samples, 'callees', func);
  const next = (graph: FlameGraph): number[] =>
    graph.count < 2 ? [] : Array.from(graph.children.subarray(graph.childOffset[1]!, graph.childOffset[2]!));
  return {
    callers: next(callers).map((node) => [callers.func[node]!, callers.value[node]!] as const),
    callees: next(callees).map((node) => [callees.func[node]!, callees.value[node]!, callees.leaf[node]!] as const),
  };
}
