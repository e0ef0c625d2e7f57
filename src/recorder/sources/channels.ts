/** Listening on Node's diagnostics channels, on which anybody may publish anything. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** What to do with the messages of each channel, by its name. */
export type ChannelHandlers = Readonly<Record<string, (message: never) => void>>;

/** Begins to listen; returns what stops it. What a handler throws is dropped: it would end the process. */
export function listen(handlers: ChannelHandlers): () => void {
  const listeners = Object.entries(handlers).map(([name, handle]) => {
    const listener = (message: unknown): void => {
      try {
        handle(message as never);
      } catch {
        // Not a message of the kind that the channel is for.
      }
    };
    subscribe(name, listener);
    return () => unsubscribe(name, listener);
  });
  return () => {
    for (const stop of listeners) stop();
  };
}
