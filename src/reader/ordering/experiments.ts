/** Events of experiments: passed on with their arguments as they are. */
import { eventName } from '../../format/index.ts';
import { EventKind } from '../event.ts';
import type { Handler } from './ordering.ts';

/** Whatever the row says. */
export const experimental: Handler = (order, row, thread) => {
  order.require(row, thread);
  const event = order.emit(EventKind.Experimental, row, thread);
  event.name = order.names.intern(eventName(order.typeOf(row)));
  for (let i = 0; i < event.args.length; i++) event.args[i] = order.arg(row, i + 1);
  return true;
};
