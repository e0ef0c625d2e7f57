/**
 * The recording that is going on in this process, if any: one at a time, known to every copy of this package.
 *
 * A program may have loaded the package twice (once by the preload, once by its own import); both must see the same
 * recording, so it hangs on a global symbol.
 */
import type { Annotations } from './annotations.ts';
import { Session, type StartOptions, type TraceSink, type TraceTotals } from './session.ts';
import { nextResourceId } from './sources/async-resources.ts';
import { ThreadRecording } from './thread.ts';
import { inheritedRecording, onRecordingEnd, replaceWorker } from './workers.ts';

interface Current {
  /** Annotations of this thread; undefined while nothing is recorded. */
  annotations: Annotations | undefined;
  session: Session | undefined;
}

const KEY = Symbol.for('exectrace.recording.1');
const holder = globalThis as { [KEY]?: Current };
holder[KEY] ??= { annotations: undefined, session: undefined };

/** The recording of this thread. */
export const current: Current = holder[KEY];

/** Begins a recording of this process. Throws when one is going on, or the file cannot be opened. */
export function startRecording(sink: TraceSink, options: StartOptions): void {
  if (current.annotations !== undefined) throw new Error('a trace is being recorded already; stop it first');
  const session = new Session(sink, options, () => {
    current.annotations = undefined;
  });
  current.session = session;
  current.annotations = session.thread.annotations;
}

/** Ends the recording that `startRecording` began. */
export async function stopRecording(): Promise<TraceTotals> {
  const { session } = current;
  if (session === undefined) throw new Error('no trace is being recorded in this thread');
  current.session = undefined;
  return session.stop();
}

/** In a worker thread: takes part in the recording that the process is in, if any. */
export function joinRecording(): void {
  const inherited = inheritedRecording();
  if (inherited === undefined || current.annotations !== undefined) return;
  const firstOwn = nextResourceId();
  const restoreWorker = replaceWorker(inherited.shared);
  const end = (): void => {
    restoreWorker();
    current.annotations = undefined;
    thread?.end();
  };
  onRecordingEnd(inherited.channel, end);
  process.on('exit', end);
  const thread = ThreadRecording.begin(inherited.shared, inherited.level, firstOwn);
  current.annotations = thread?.annotations;
}
