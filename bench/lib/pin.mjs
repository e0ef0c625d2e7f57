/**
 * Keeps the harness and all processes that it starts on one CPU, where the system can (Linux with util-linux).
 *
 * Why: what a request costs in CPU depends on where its processes run. A wake-up across CPUs costs an interrupt, a
 * neighbour on the other thread of a core slows both, and which of it happens is chance. On one CPU the same work costs
 * the same within a few per cent, while the writer's share is counted as before.
 */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Pins to the last CPU; returns a phrase for the report. */
export function pinToOneCpu() {
  const cpu = String(availableParallelism() - 1);
  const { status } = spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', cpu, String(process.pid)]);
  return status === 0 ? 'all processes on one CPU' : 'not pinned to one CPU, so noisier';
}
