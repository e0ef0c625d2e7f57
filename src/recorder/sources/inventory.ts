/**
 * What is alive when a recording starts: sockets, servers, pipes, children and requests under way, by id and type.
 *
 * It is what Node can list. Timers and promises cannot be enumerated; they are announced when they first stir. The two
 * functions used are old and undocumented, so whatever they do not give is left out.
 */
import type { RecordWriter } from '../record/record-writer.ts';
import type { Texts } from '../record/texts.ts';

interface AsyncWrap {
  getAsyncId?(): number;
}

interface ActiveProcess {
  _getActiveHandles?(): { readonly _handle?: AsyncWrap | null }[];
  _getActiveRequests?(): AsyncWrap[];
}

/** Writers of earlier recordings of which something may be left. */
let remains = 0;

/**
 * A writer has been started: until it has ended, and its ports with it, no handles are listed for a further recording, as
 * Node may not bear it. Returns what is to be called when it has exited.
 */
export function holdInventory(): () => void {
  remains++;
  // What it has left is closed in the turn of the loop that comes next.
  return () => void setImmediate(() => setImmediate(() => remains--));
}

/** Records that each of them exists, unless `isOwn` knows its id. */
export function recordInventory(record: RecordWriter, texts: Texts, isOwn: (id: number) => boolean): void {
  const { _getActiveHandles: handles, _getActiveRequests: requests } = process as ActiveProcess;
  const exists = (wrap: AsyncWrap | null | undefined, type: () => string): void => {
    try {
      const id = wrap?.getAsyncId?.();
      if (id !== undefined && !isOwn(id)) record.resourceExists(texts.name(type()), id);
    } catch {
      // An object that the program has changed: it announces itself when it stirs.
    }
  };
  // Where there is no handle this must not be asked: Node ends the process when it meets one whose object the collector has
  // just taken, such as the port of a worker that died (getActiveResourcesInfo leaves such ones out).
  const owners = remains === 0 && process.getActiveResourcesInfo().some(isHandle) ? (handles?.call(process) ?? []) : [];
  for (const owner of owners) exists(owner._handle, () => handleType(owner, owner._handle));
  for (const request of requests?.call(process) ?? []) exists(request, () => request.constructor.name.toUpperCase());
}

/** Whether an active resource of that type is a handle, and not a timer or a request. */
function isHandle(type: string): boolean {
  return !/^(Timeout|Immediate|.*Req.*)$/.test(type);
}

/** The type that `async_hooks` gives such a handle: a server's listening socket is one of its own. */
function handleType(owner: object, handle: AsyncWrap | null | undefined): string {
  const name = (handle?.constructor.name ?? '').toUpperCase().replace(/WRAP$/, '');
  const listens = owner.constructor.name === 'Server' && (name === 'TCP' || name === 'PIPE');
  return `${name}${listens ? 'SERVER' : ''}WRAP`;
}
