/** Who held what a task waited for, as a sentence: the answer to "what holds the lock". */
import { meanwhileText, taskHold } from '../../analysis/index.ts';
import { count, duration } from '../theme/numbers.ts';
import type { OpenTrace } from './open-trace.ts';

/**
 * `It waited 198 ms at main.(*TokenStore).Get (main.go:25), behind 14 others; held meanwhile by …: network 197 ms.` Empty
 * when no long wait was for a lock, a channel or a queue.
 */
export function holdSentence({ model, names, summary }: OpenTrace, task: number): string {
  const hold = taskHold(model, summary.taskIndex, task);
  if (hold === undefined) return '';
  const { row, time, held } = hold;
  const where =
    model.info.dialect === 'go'
      ? `at ${names.caller(model.intervals.stack[row]!)}`
      : `for its turn in ${names.functionOf(held.holder)}`;
  const behind = held.turns < 2 ? '' : `, behind ${count(held.turns)} others`;
  return `It waited ${duration(time)} ${where}${behind}; held meanwhile by ${meanwhileText(model, names, held)}.`;
}
