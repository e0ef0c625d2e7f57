/**
 * Every analysis on every trace of the corpora, the damaged and the odd ones too: none throws, and what adds up does.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  allExtents,
  compareTraces,
  cpuProfile,
  criticalPath,
  findFindings,
  flowsTo,
  groupBuckets,
  indexFlows,
  indexLogs,
  indexTasks,
  leakSites,
  loadTrace,
  loopBlocks,
  loopDelays,
  MmuCurve,
  PROFILE_TYPES,
  regionTypes,
  stopsOf,
  type TraceModel,
  taskAccount,
  taskNode,
  utilization,
  waitProfile,
  wholeTrace,
} from '../../src/analysis/index.ts';
import { pprofOf } from '../../src/exporters/index.ts';
import { sharedData } from '../support/shared-data.ts';

const DATA = sharedData('all analyses of the corpora');
const FOLDERS = [
  'exp-trace-fuzz-bin',
  'exp-trace-tests-bin',
  'go-v1-bin',
  'gotraceui-fuzz-bin',
  'real-bin',
  'synthetic-v2',
];
/** Tasks of a trace that are looked at one by one. */
const MOST_TASKS = 20;

describe.skipIf(DATA === undefined)('every analysis can be asked of', () => {
  const files =
    DATA === undefined
      ? []
      : FOLDERS.flatMap((folder) =>
          readdirSync(join(DATA, folder))
            .filter((name) => !/\.(json|md)$/.test(name))
            .map((name) => [`${folder}/${name}`, join(DATA, folder, name)] as const),
        );

  it.each(files)('%s', async (_name, path) => {
    const model = await loadTrace([readFileSync(path)]).catch((error: unknown) => {
      expect(error).toMatchObject({ name: 'TraceFormatError' });
      return undefined;
    });
    if (model !== undefined) askAll(model);
  });
});

function askAll(model: TraceModel): void {
  for (const { total, execution, schedulerWait, syscall, syscallBlocked, blocked } of groupBuckets(model)) {
    const waits = Object.values(blocked).reduce((a, b) => a + b, 0);
    expect(execution + schedulerWait + syscall + syscallBlocked + waits).toBeCloseTo(total, 3);
  }
  for (const type of PROFILE_TYPES) {
    const profile = type === 'cpu' ? cpuProfile(model) : waitProfile(model, type, allExtents(model));
    expect(profile.value.every((value) => value >= 0)).toBe(true);
    expect(pprofOf(model, profile).length).toBeGreaterThan(0);
  }
  askTasks(model);
  regionTypes(model);
  leakSites(model);
  loopDelays(model, loopBlocks(model, 1000));
  for (const { measure } of findFindings(model)) expect(measure.value).toBeGreaterThanOrEqual(measure.threshold);
  const series = utilization(model, { stw: true, background: true, assist: true, sweep: true });
  const least = new MmuCurve(series).mmu(1e6);
  expect(least >= 0 && least <= 1).toBe(true);
  expect(compareTraces(model, model).tasks.every(({ verdict }) => verdict === 'same' || verdict === 'unsure')).toBe(
    true,
  );
}

function askTasks(model: TraceModel): void {
  const index = indexTasks(model);
  const logs = indexLogs(model);
  const stops = stopsOf(model);
  flowsTo(model, model.goroutines.id.keys(), wholeTrace(model));
  indexFlows(model);
  for (let task = 0; task < Math.min(MOST_TASKS, model.tasks.count); task++) {
    const { parts, start, end } = taskAccount(model, index, task, stops);
    expect(parts.reduce((a, b) => a + b, 0)).toBeCloseTo(Math.max(0, end - start), 3);
    let at = start;
    for (const step of criticalPath(model, index, task)) {
      expect(step.start).toBe(at);
      at = step.end;
    }
    expect(at).toBe(Math.max(start, end));
    taskNode(model, index, logs, task);
  }
}
