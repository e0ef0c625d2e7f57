/** A measured process as the harness sees it: start it, let it do a window of work, read its CPU clock, end it. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { LoadClient } from './load-client.mjs';
import { recordingOptions, SUBJECT } from './recording.mjs';
import { threadClocks } from './threads.mjs';

export class Contestant {
  #child;
  #client;

  constructor(child, client) {
    this.#child = child;
    this.#client = client;
  }

  /**
   * Starts `program` (its name and its `connections`) on the node binary `execPath`, recorded at `level`, and with
   * further `sources`, to `file`; level undefined is not recorded.
   */
  static async start(name, program, { execPath, level, file, sources }) {
    return await Contestant.startWith(name, program, { execPath, ...recordingOptions(level, file, sources) });
  }

  /** The same, with options of `child_process.fork`. */
  static async startWith(name, program, options) {
    const child = fork(SUBJECT, [name], options);
    const [{ port }] = await nextMessage(child);
    const client = port === undefined ? undefined : await LoadClient.connect(port, program.connections);
    return new Contestant(child, client);
  }

  /** One window: `count` requests from this process, or `count` units of work in the child itself. */
  async window(count) {
    if (this.#client === undefined) await this.#ask({ ask: 'work', count });
    else await this.#client.run(count);
  }

  /** CPU time of the whole process since its start, µs. */
  async cpu() {
    return await this.#ask({ ask: 'cpu' });
  }

  /** CPU time by kind of thread, µs; undefined where it cannot be told. */
  threads() {
    return threadClocks(this.#child.pid);
  }

  async end() {
    this.#client?.close();
    const exit = once(this.#child, 'exit');
    this.#child.disconnect();
    await exit;
  }

  async #ask(message) {
    const answer = nextMessage(this.#child);
    this.#child.send(message);
    return (await answer)[0].answer;
  }
}

/** The child's next message; an error if it ends instead. */
async function nextMessage(child) {
  const abort = new AbortController();
  const ended = once(child, 'exit', { signal: abort.signal }).then(([code, signal]) => {
    throw new Error(`the measured process ended (${signal ?? `status ${code}`})`);
  });
  try {
    return await Promise.race([once(child, 'message', { signal: abort.signal }), ended]);
  } finally {
    ended.catch(() => {});
    abort.abort();
  }
}
