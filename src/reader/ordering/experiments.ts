/** Events of experiments: passed on with their arguments as they are. */
import { eventName, MAX_ARGUMENTS } from '../../format/index.ts';
import { EventKind } from '../event.ts';
import { DETAILS, Word } from '../event-block.ts';
import type { Handler } from './ordering.ts';

/** Whatever the row says. */
export const experimental: Handler = (order, row, thread) => {
  order.require(row, thread);
  const { block } = order;
  const out = order.plain(EventKind.Experimental, row, thread);
  block.setWord(out, Word.Name, order.names.intern(eventName(order.typeOf(row))));
  for (let i = 0; i < MAX_ARGUMENTS; i++) block.details[out * DETAILS + i] = order.arg(row, i + 1);
  return true;
};
