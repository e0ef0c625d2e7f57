/** Events of experiments: passed on with their arguments as they are. */
import { eventName } from '../../format/index.ts';
import { EventKind } from '../event.ts';
import type { Handler } from './ordering.ts';

/** Whatever the row says. */
export const experimental: Handler = (order, raw, thread) => {
  order.require(raw, thread);
  const event = order.emit(EventKind.Experimental, raw, thread);
  event.name = order.names.intern(eventName(raw.type));
  for (let i = 0; i < event.args.length; i++) event.args[i] = raw.args[i + 1]!;
  return true;
};
