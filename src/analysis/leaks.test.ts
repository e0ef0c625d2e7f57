import { describe, expect, it } from 'vitest';
import { EventScript, NotExist, Runnable, Running, Undetermined, Waiting } from '../../test/support/event-script.ts';
import { leakSites } from './leaks.ts';
import { loopBlocks } from './loop-blocks.ts';
import { loopDelays } from './loop-delays.ts';

describe('leak sites', () => {
  it('count what was created and never ended, by the place of creation', () => {
    const script = new EventScript().go(1, 1, Undetermined, Running, { proc: 0, subjectStack: ['main.main'] });
    for (let id = 2; id < 8; id++) {
      script.go(10 * id, id, NotExist, Runnable, {
        by: 1,
        subjectStack: ['main.worker'],
        stack: [id < 4 ? 'main.a' : 'main.b'],
      });
      script.go(10 * id + 1, id, Runnable, Running, { proc: 1 });
      if (id === 4) script.go(10 * id + 2, id, Running, NotExist);
      else script.go(10 * id + 2, id, Running, Waiting, { reason: id === 7 ? 'sleep' : 'chan send' });
    }
    const model = script.sync(200).model();
    const sites = leakSites(model).map(({ createStack, reason, ...rest }) => ({
      ...rest,
      by: model.strings[model.stacks.func[model.stacks.offset[createStack]!]!],
      reason: model.strings[reason],
    }));
    expect(sites).toEqual([
      { group: 1, created: 4, open: 3, stuck: 2, outlived: 2, since: 50, oldest: 4, by: 'main.b', reason: 'chan send' },
      { group: 1, created: 2, open: 2, stuck: 2, outlived: 2, since: 20, oldest: 1, by: 'main.a', reason: 'chan send' },
    ]);
  });
});

describe('delays by a block of a loop', () => {
  it('are of the tasks that were ready behind it and ran when it was over', () => {
    const model = new EventScript()
      .go(1, 1, Undetermined, Running, { proc: 0 })
      .task('TaskBegin', 2, 1, 11, 'report')
      .region('RegionBegin', 3, 1, 11, 'report')
      .go(4, 2, Undetermined, Waiting, { reason: 'network' })
      .go(5, 3, Undetermined, Waiting, { reason: 'network' })
      .go(30, 2, Waiting, Runnable)
      .go(100, 1, Running, Waiting, { reason: 'sleep' })
      .go(101, 2, Runnable, Running, { proc: 0 })
      .task('TaskBegin', 102, 2, 12, 'order')
      .region('RegionBegin', 103, 2, 12, 'order')
      .go(110, 2, Running, Waiting, { reason: 'sync' })
      .go(111, 3, Waiting, Runnable)
      .go(112, 3, Runnable, Running, { proc: 0 })
      .sync(120)
      .model();
    const blocks = loopBlocks(model, 50);
    expect(blocks).toHaveLength(1);
    expect(loopDelays(model, blocks)).toEqual([[{ task: 1, time: 70 }]]);
  });
});
