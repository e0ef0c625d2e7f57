/**
 * Requests to HTTP/2 servers on Node 20, which does not announce them: what `http2.server.stream.…` is elsewhere.
 *
 * Loading `http2` to look for its servers would cost every program. But a server's connections are announced, and so is the
 * server with the first: from then on, before it has seen a stream, the method by which servers of its class emit their
 * events tells of streams first. To the program nothing changes but that one property of a class that it cannot name.
 */
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { ChannelHandlers } from './channels.ts';

const CLASSES = new Set(['Http2Server', 'Http2SecureServer']);

interface Emitter {
  emit(event: string | symbol, ...given: unknown[]): boolean;
}

/** What `found` is told of: a stream before its server is, in the context that the server's listeners run in. */
export type FoundStream = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

export class Http2Streams {
  readonly #found: FoundStream;
  readonly #patched = new Set<Emitter>();

  constructor(found: FoundStream) {
    this.#found = found;
  }

  /** The channel that announces connections. */
  handlers(): ChannelHandlers {
    return {
      'net.server.socket': ({ socket }: { readonly socket: { readonly server?: Emitter } }) => {
        const { server } = socket;
        if (server !== undefined && CLASSES.has(server.constructor.name)) this.#patch(Object.getPrototypeOf(server));
      },
    };
  }

  /** Leaves the servers as they were. */
  stop(): void {
    for (const prototype of this.#patched) Reflect.deleteProperty(prototype, 'emit');
    this.#patched.clear();
  }

  #patch(prototype: Emitter): void {
    if (this.#patched.has(prototype) || Object.hasOwn(prototype, 'emit')) return;
    const inherited = Object.getPrototypeOf(prototype) as Emitter;
    const found = this.#found;
    const emit = function emit(this: Emitter, ...given: Parameters<Emitter['emit']>): boolean {
      if (given[0] === 'stream') {
        try {
          found(given[1] as ServerHttp2Stream, given[2] as IncomingHttpHeaders);
        } catch {
          // Emitted by somebody else.
        }
      }
      return Reflect.apply(inherited.emit, this, given);
    };
    Object.defineProperty(prototype, 'emit', { value: emit, writable: true, configurable: true });
    this.#patched.add(prototype);
  }
}
