/** Asks `exectrace stat` about a trace that a bench recorded, and refuses one that would flatter the recorder. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const EXECTRACE = fileURLToPath(new URL('../../bin/exectrace.js', import.meta.url));

/** The JSON of `exectrace stat`. Throws if records were dropped or the file is incomplete: both are cheaper than to record. */
export function traceStat(file) {
  const stat = JSON.parse(execFileSync(process.execPath, [EXECTRACE, 'stat', '--json', file], { encoding: 'utf8' }));
  if (stat.lost > 0) throw new Error(`the recorder dropped ${stat.lost} records; the figure would be too good`);
  if (stat.problem !== undefined) throw new Error(`the trace is incomplete: ${stat.problem.message}`);
  return stat;
}
