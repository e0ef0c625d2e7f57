/** What stands out in a trace: a number, a sentence, why it was said, and where to look. */
import type { TraceFacts } from './facts.ts';

/** 3 is serious, 2 notable, 1 for your information. */
export type Severity = 1 | 2 | 3;

/** Where to look: indices into the model's tables, times in ns. */
export type FindingTarget =
  | { readonly kind: 'task'; readonly task: number }
  | { readonly kind: 'interval'; readonly strand: number; readonly interval: number }
  | { readonly kind: 'time'; readonly start: number; readonly end: number }
  | { readonly kind: 'group'; readonly group: number };

export interface Finding {
  readonly id: string;
  readonly severity: Severity;
  /** Number and title read as one sentence. */
  readonly value: string;
  readonly title: string;
  readonly detail: string;
  /** What is looked for, and what was found. */
  readonly why: { readonly definition: string; readonly found: string };
  /** The number that was compared with the threshold: ns, a share of 1, or a count. */
  readonly measure: { readonly value: number; readonly threshold: number; readonly unit: 'ns' | 'share' | 'count' };
  readonly target: FindingTarget;
  /** More places that show it, the clearest first. */
  readonly evidence: readonly FindingTarget[];
}

/** A check: undefined when its threshold is not passed. */
export type Check = (facts: TraceFacts) => Finding | undefined;
