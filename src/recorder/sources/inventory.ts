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

/**
 * Records that each of them exists, unless `isOwn` knows its id. Without `handles` requests only.
 *
 * `handles` must be false where a worker thread may have ended before: Node ends the process, by an assertion, when it is
 * asked for its handles while one is being closed whose object the collector has taken, and the port of a worker that
 * is gone is such a one (seen on Node 20, in 1 of 50 recordings that followed another one).
 */
export function recordInventory(
  record: RecordWriter,
  texts: Texts,
  handles: boolean,
  isOwn: (id: number) => boolean,
): void {
  const { _getActiveHandles: list, _getActiveRequests: requests } = process as ActiveProcess;
  const exists = (wrap: AsyncWrap | null | undefined, type: () => string): void => {
    try {
      const id = wrap?.getAsyncId?.();
      if (id !== undefined && !isOwn(id)) record.resourceExists(texts.name(type()), id);
    } catch {
      // An object that the program has changed: it announces itself when it stirs.
    }
  };
  const owners = handles && process.getActiveResourcesInfo().some(isHandle) ? (list?.call(process) ?? []) : [];
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
