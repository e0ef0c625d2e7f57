/**
 * Worker threads that ran before the recording began take part in it as well, whether or not they had the recorder
 * preloaded.
 *
 * Nothing of the recorder may be in such a worker, and it cannot be reached by messages that it does not listen for. But
 * the inspector of the main thread can run code in every worker of the process (domain `NodeWorker`), also in one that is
 * in a loop. Two rounds, as the inspector takes text only and the shared buffer must come by a channel:
 *
 *   1. the worker is made to listen on a channel; when it says so, the recording is posted there
 *   2. it is made to take what was posted, and to begin
 *
 * The session lasts as long as the recording: it also tells when such a worker is gone, which nobody else would.
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { BroadcastChannel, isMainThread } from 'node:worker_threads';
import { type Inherited, markEnded } from './workers.ts';

const ENTRY = JSON.stringify(fileURLToPath(new URL('./join.cjs', import.meta.url)));
const LOAD = `process.getBuiltinModule('node:module').createRequire(${ENTRY})(${ENTRY})`;
/** How Node calls workers. */
const TITLE = /^\[worker (\d+)\]/;
const LISTEN = 1;
const JOIN = 2;

/** What the inspector says. */
interface Attached {
  readonly params: { readonly sessionId: string; readonly workerInfo: { readonly title: string } };
}
interface Answer {
  readonly params: { readonly sessionId: string; readonly message: string };
}
interface Detached {
  readonly params: { readonly sessionId: string };
}

type Session = import('node:inspector').Session;

/** Begun before the recording, so that its resources count as the recorder's own; undefined where there is no way. */
export function openRunningWorkers(): RunningWorkers | undefined {
  if (!isMainThread) return undefined;
  try {
    const inspector = createRequire(import.meta.url)('node:inspector') as typeof import('node:inspector');
    const session = new inspector.Session();
    session.connect();
    return new RunningWorkers(session);
  } catch {
    return undefined;
  }
}

export class RunningWorkers {
  readonly #session: Session;
  /** `threadId` of the workers that were asked to join, by the inspector's name for them. */
  readonly #workers = new Map<string, number>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** Lets the workers that were started before `writer`, the id of the writer's thread, join the recording. */
  invite(recording: Inherited, writer: number): void {
    const session = this.#session;
    const name = `${recording.channel} running`;
    session.on('NodeWorker.attachedToWorker', ({ params: { sessionId, workerInfo } }: Attached) => {
      const threadId = Number(TITLE.exec(workerInfo.title)?.[1] ?? writer);
      if (threadId >= writer) return;
      this.#workers.set(sessionId, threadId);
      this.#evaluate(sessionId, LISTEN, `${LOAD}.listen(${JSON.stringify(name)})`);
    });
    session.on('NodeWorker.receivedMessageFromWorker', ({ params: { sessionId, message } }: Answer) => {
      if ((JSON.parse(message) as { readonly id?: number }).id !== LISTEN) return;
      const channel = new BroadcastChannel(name);
      channel.postMessage(recording);
      channel.close();
      this.#evaluate(sessionId, JOIN, `${LOAD}.join()`);
    });
    session.on('NodeWorker.detachedFromWorker', ({ params: { sessionId } }: Detached) => {
      const threadId = this.#workers.get(sessionId);
      if (threadId !== undefined) markEnded(recording.shared, threadId);
    });
    session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  }

  /** Lets go of the workers. */
  close(): void {
    try {
      this.#session.post('NodeWorker.disable');
      this.#session.disconnect();
    } catch {
      // The inspector has been closed.
    }
  }

  #evaluate(sessionId: string, id: number, expression: string): void {
    const message = JSON.stringify({ id, method: 'Runtime.evaluate', params: { expression, silent: true } });
    this.#session.post('NodeWorker.sendMessageToWorker', { sessionId, message });
  }
}
