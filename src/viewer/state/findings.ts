/** The findings that the page shows: the first few of those that the analysis makes. */
import type { Finding } from '../../analysis/index.ts';
import type { OpenTrace } from './open-trace.ts';

export type { Finding, FindingTarget, Severity } from '../../analysis/index.ts';

/** Findings that are shown. */
export const MOST_FINDINGS = 5;

export function findFindings({ summary }: OpenTrace): Finding[] {
  return summary.findings.slice(0, MOST_FINDINGS);
}
