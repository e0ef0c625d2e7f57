/**
 * What a recording that begins runs in worker threads that are there already: see running-workers.ts. Older versions warn
 * when `require` loads an ES module; the worker must not print.
 */
type Channel = import('node:worker_threads').BroadcastChannel;
type Inherited = import('./workers.js').Inherited;

const { BroadcastChannel, receiveMessageOnPort } =
  require('node:worker_threads') as typeof import('node:worker_threads');

let channel: Channel | undefined;

/** Begins to listen for a recording; keeps nothing alive. */
exports.listen = (name: string): void => {
  channel?.close();
  channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }: { data: unknown }) => joinIn(data as Inherited);
  // Missing in the types: the channel is a message port and can be unreferenced like one.
  (channel as Channel & { unref(): void }).unref();
};

/** Takes the recording that was posted meanwhile, and joins it: at once, unless the event loop has done so already. */
exports.join = (): void => {
  if (channel === undefined) return;
  // A channel can be asked for its messages as a port can; the types know ports only.
  const posted = receiveMessageOnPort(channel as unknown as import('node:worker_threads').MessagePort);
  if (posted !== undefined) joinIn(posted.message as Inherited);
};

function joinIn(recording: Inherited): void {
  channel?.close();
  channel = undefined;
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    const { joinRunning } = require('./recording.js') as typeof import('./recording.js');
    joinRunning(recording);
  } finally {
    process.emitWarning = emitWarning;
  }
}
