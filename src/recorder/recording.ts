/**
 * The recording that is going on in this process, if any: one at a time, known to every copy of this package.
 *
 * A program may have loaded the package twice (once by the preload, once by its own import); both must see the same
 * recording, so it hangs on a global symbol.
 */
import type { Annotations } from './annotations.ts';
import { Session, type StartOptions, type TraceTotals } from './session.ts';
import type { TraceSink } from './sinks.ts';
import { nextResourceId } from './sources/async-resources.ts';
import { ThreadRecording } from './thread.ts';
import { type Inherited, inheritedRecording, joinFamily } from './workers.ts';

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

/**
 * Begins a recording of this process; `failed` is told, at most once, when it cannot be brought to its end. Throws when
 * one is going on, or the file cannot be opened.
 */
export function startRecording(
  sink: TraceSink,
  options: StartOptions,
  failed: (reason: string) => void = () => {},
): void {
  if (current.annotations !== undefined) throw new Error('a trace is being recorded already; stop it first');
  const ended = (): void => {
    current.annotations = undefined;
  };
  const session = new Session(sink, options, { ended, failed });
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
  if (inherited !== undefined) join(inherited, true);
}

/** In a worker thread that ran before: takes part in a recording that has begun. */
export function joinRunning(recording: Inherited): void {
  // Who started this thread is not known.
  join({ ...recording, parent: -1 }, false);
}

/** `handles` as for `recordInventory`. */
function join(inherited: Inherited, handles: boolean): void {
  if (current.annotations !== undefined) return;
  const firstOwn = nextResourceId();
  let thread: ThreadRecording | undefined;
  const end = (): void => {
    thread?.end();
    current.annotations = undefined;
    process.off('exit', end);
    leave?.();
  };
  const leave = joinFamily(inherited, end);
  if (leave === undefined) return;
  process.on('exit', end);
  thread = ThreadRecording.begin(inherited.shared, inherited.options, firstOwn, inherited.parent, handles);
  current.annotations = thread?.annotations;
}
