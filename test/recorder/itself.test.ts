/**
 * The recorder does not trace itself: a program that does nothing but wait has no strand of the recorder's in its trace, and
 * none of its threads, whatever is switched on.
 */
import { describe, expect, it } from 'vitest';
import { nodeBinary, testedMajors } from '../../scripts/node-versions.mjs';
import { recordProgram } from './support/record-program.ts';
import { logLine, modelOf, words } from './support/recorded-trace.ts';

/** Strands that stand for the thread as a whole, not for anything that was made. */
const OF_THE_THREAD = new Set(['main script', 'microtasks and native', 'event loop', 'process.nextTick', 'V8 GC']);

describe.each(testedMajors())('on Node %i', (major) => {
  it.each([0, 1, 2] as const)(
    'at level %i, with all sources, only what the program makes is a strand',
    async (level) => {
      const options = { node: nodeBinary(major)!, level, sources: ['sync', 'cpu', 'gc'] };
      const { file, code, stderr } = await recordProgram('waiting.mjs', options);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const model = await modelOf(file);
      const from = logLine(model, 'begins to wait').time;
      const to = logLine(model, 'has waited').time;
      const { goroutines, stacks, intervals } = model;
      const made = words(model, goroutines.name).filter((name, row) => {
        const start = intervals.start[goroutines.offset[row]!]!;
        return start > from && start < to && !OF_THE_THREAD.has(name) && !name.startsWith('GC helper: ');
      });
      // It waits twice, for a timer each, in an async function.
      expect(made.filter((name) => name.endsWith('timer'))).toHaveLength(level === 0 ? 0 : 2);
      expect(made.filter((name) => !name.endsWith('timer') && name !== 'waits')).toEqual([]);
      // One event loop: the writer's thread is not one of the trace's.
      expect(model.procs.count).toBe(1);
      // No code of the recorder's is in a stack; that the program reads its files, when it imports it, may be.
      const functions = words(model, stacks.func);
      const ours = words(model, stacks.file).filter(
        (path, frame) => /(dist|src)\/recorder/.test(path) && !functions[frame]!.startsWith('fs.'),
      );
      expect(ours).toEqual([]);
    },
  );
});
