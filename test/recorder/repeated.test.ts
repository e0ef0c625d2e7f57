/** Several recordings in one process: each is whole, none knows anything of another. */
import { describe, expect, it } from 'vitest';
import { nodeBinary, testedMajors } from '../../scripts/node-versions.mjs';
import { judge } from '../oracle/judge.ts';
import { recordProgram, traceFile } from './support/record-program.ts';
import { logLines, modelOf, words } from './support/recorded-trace.ts';

const LEVELS = [2, 0, 2, 1, 2];

describe.each(testedMajors())('on Node %i', (major) => {
  it('records at changing levels, and leaves nothing behind', async () => {
    const file = traceFile();
    const { code, stdout, stderr } = await recordProgram('repeated.mjs', {
      node: nodeBinary(major)!,
      unrecorded: true,
      args: [file, ...LEVELS],
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      totals: LEVELS.map(() => ({ recorded: true, lost: 0 })),
      symbols: 0,
      listeners: true,
    });
    const files = LEVELS.map((_, round) => `${file}.${round}`);
    for (const [round, each] of files.entries()) {
      const model = await modelOf(each);
      expect(model.info.facts.level).toBe(LEVELS[round]);
      const lines = logLines(model, 'line').filter(({ message }) => message !== 'interval');
      expect(lines.map(({ message, task }) => `${message}: ${task}`)).toEqual([
        'former: undefined',
        'in former: undefined',
        `round ${round}: task ${round}`,
      ]);
      expect(words(model, model.tasks.type)).toEqual([`task ${round}`]);
    }
    for (const verdict of (await judge(files)) ?? []) expect(verdict.error).toBeUndefined();
  });

  it('keeps functions that wait apart and whole in the second recording as in the first', async () => {
    const file = traceFile();
    const args = [file, 2, 2];
    const { code } = await recordProgram('repeated.mjs', { node: nodeBinary(major)!, unrecorded: true, args });
    expect(code).toBe(0);
    const counts = [];
    for (const round of [0, 1]) {
      const model = await modelOf(`${file}.${round}`);
      const names = words(model, model.goroutines.name);
      const ended = names.filter((name, i) => name === 'waiting' && !Number.isNaN(model.goroutines.ended[i]));
      counts.push({ waiting: names.filter((name) => name === 'waiting').length, ended: ended.length });
    }
    expect(counts).toEqual([
      { waiting: 50, ended: 50 },
      { waiting: 50, ended: 50 },
    ]);
  });
});
