/**
 * Just enough of the inspector's protocol to evaluate an expression in another Node process: a WebSocket client (RFC 6455)
 * over node:http, as Node 20 has none of its own, and one method.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { InputError } from './errors.ts';

const Opcode = { Text: 1, Close: 8 } as const;
const LONG = 126;
const LONGER = 127;

/** A process whose inspector is open. */
export interface Inspected {
  /** The value of an expression, as JSON; a promise is waited for. Rejects with what it throws. */
  evaluate(expression: string): Promise<unknown>;
  /** Resolves when the connection has ended, from either side. */
  readonly ended: Promise<void>;
  close(): void;
}

/** The address of the inspector that listens on `port`; undefined when there is none. */
export async function inspectorAt(port: number): Promise<string | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/json/list`);
    const [target] = (await response.json()) as { readonly webSocketDebuggerUrl: string }[];
    return target?.webSocketDebuggerUrl;
  } catch {
    return undefined;
  }
}

/** Connects to the inspector at `url`. */
export async function inspect(url: string): Promise<Inspected> {
  const socket = await upgrade(new URL(url));
  const pending = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let calls = 0;
  receive(socket, (text) => {
    const { id, result, error } = JSON.parse(text);
    const call = pending.get(id);
    pending.delete(id);
    const thrown = error?.message ?? result?.exceptionDetails?.exception?.description;
    if (thrown === undefined) call?.resolve(result?.result?.value);
    else call?.reject(new InputError(`the process answers: ${String(thrown).split('\n')[0]}`));
  });
  const ended = once(socket, 'close').then(() => {
    for (const { reject } of pending.values()) reject(new InputError('the process has ended the inspection'));
  });
  return {
    evaluate(expression) {
      const id = ++calls;
      const params = { expression, awaitPromise: true, returnByValue: true };
      socket.write(frame(JSON.stringify({ id, method: 'Runtime.evaluate', params })));
      return new Promise((resolve, reject) => pending.set(id, { resolve, reject }));
    },
    ended,
    close: () => socket.destroy(),
  };
}

function upgrade({ host, hostname, port, pathname }: URL): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const headers = {
      Host: host,
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': 13,
      'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    };
    const asked = request({ host: hostname, port, path: pathname, headers });
    asked.on('upgrade', (_response, socket) => resolve(socket as Socket));
    asked.on('response', ({ statusCode }) => reject(new InputError(`the inspector refuses: status ${statusCode}`)));
    asked.on('error', reject);
    asked.end();
  });
}

/** A text message as one frame; those of a client are masked. */
function frame(text: string): Buffer {
  const data = Buffer.from(text);
  const head = Buffer.alloc(data.length < LONG ? 2 : 4);
  head[0] = 0x80 | Opcode.Text;
  head[1] = 0x80 | Math.min(data.length, LONG);
  if (data.length >= LONG) head.writeUInt16BE(data.length, 2);
  const mask = randomBytes(4);
  for (let i = 0; i < data.length; i++) data[i]! ^= mask[i & 3]!;
  return Buffer.concat([head, mask, data]);
}

/** Calls `take` with each text message. The inspector does not split messages, and does not mask them. */
function receive(socket: Socket, take: (text: string) => void): void {
  let buffer = Buffer.alloc(0);
  socket.on('data', (part: Buffer) => {
    buffer = Buffer.concat([buffer, part]);
    for (;;) {
      if (buffer.length < 2) return;
      const short = buffer[1]! & 0x7f;
      const head = short < LONG ? 2 : short === LONG ? 4 : 10;
      if (buffer.length < head) return;
      const length = short < LONG ? short : short < LONGER ? buffer.readUInt16BE(2) : Number(buffer.readBigUInt64BE(2));
      if (buffer.length < head + length) return;
      const opcode = buffer[0]! & 0xf;
      const text = buffer.toString('utf8', head, head + length);
      buffer = buffer.subarray(head + length);
      if (opcode === Opcode.Text) take(text);
      else if (opcode === Opcode.Close) socket.destroy();
    }
  });
}
