import { describe, expect, it } from 'vitest';
import { EventScript, NotExist, Runnable, Running, Undetermined, Waiting } from '../../../test/support/event-script.ts';
import { indexTasks } from '../task-breakdown.ts';
import { criticalPath } from './critical-path.ts';
import { pathThroughHolders } from './path-holders.ts';

describe('the path as it is drawn', () => {
  it('leads through the one who held the loop while the task was ready', () => {
    const model = new EventScript()
      .sync(0)
      .go(0, 1, Undetermined, Running, { proc: 0, subjectStack: ['serve'] })
      .task('TaskBegin', 0, 1, 7, 'GET /')
      .region('RegionBegin', 0, 1, 7, 'work')
      .go(10, 1, Running, Waiting, { by: 1, reason: 'network' })
      .go(20, 2, NotExist, Runnable, { subjectStack: ['refresh'] })
      .go(30, 1, Waiting, Runnable)
      .go(35, 2, Runnable, Running, { proc: 0 })
      .go(95, 2, Running, NotExist, { by: 2 })
      .go(100, 1, Runnable, Running, { proc: 0 })
      .region('RegionEnd', 110, 1, 7, 'work')
      .task('TaskEnd', 110, 1, 7, 'GET /')
      .sync(120)
      .model();
    const path = pathThroughHolders(model, criticalPath(model, indexTasks(model), 0));
    expect(path.map(({ goroutine, start, end, holds }) => [goroutine, start, end, holds])).toEqual([
      [0, 0, 35, false],
      [1, 35, 95, true],
      [0, 95, 110, false],
    ]);
  });
});
