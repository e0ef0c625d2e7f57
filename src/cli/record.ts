/**
 * `exectrace record`: captures a trace of a program that is running, and goes on running.
 *
 * The program serves captures over HTTP, at a URL or on a unix socket: what `exectrace/live` and Go's net/http/pprof
 * serve. A process that serves none can be asked by its process id: see attach.ts.
 */
import { createWriteStream } from 'node:fs';
import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import { get as getSecurely } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { attachTo } from './attach.ts';
import { type Command, parseOptions } from './command.ts';
import { EXIT_OK, InputError, UsageError } from './errors.ts';
import { complain } from './output.ts';
import { SOURCE_OPTIONS, sourcesOf } from './source-options.ts';

const OPTIONS = {
  output: { type: 'string', short: 'o', value: 'FILE', description: 'Write the trace to FILE (live.trace)' },
  duration: { type: 'string', short: 'd', value: 'TIME', description: 'How long: 500ms, 5s, 1m (5s)' },
  level: { type: 'string', value: 'N', description: 'How much to record: 0, 1 or 2; the program decides by default' },
  ...SOURCE_OPTIONS,
} as const;

const DEFAULT_FILE = 'live.trace';
const TRACE_PATH = '/debug/pprof/trace';
const UNITS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, '': 1 };

export const record: Command = {
  name: 'record',
  summary: 'Record a program that is running',
  usage: 'record [-o FILE] [-d TIME] [--level N] [--sync] [--cpu] [--gc] URL|SOCKET|PID',
  options: OPTIONS,
  details: `The program serves captures with exectrace/live, or was started with EXECTRACE_LISTEN; Go programs serve them
with net/http/pprof. /debug/pprof/trace is added to a URL that names no path. A token is taken from EXECTRACE_TOKEN.

A process id reaches Node.js processes of this user on this machine. One that was not prepared is asked through its
inspector, which SIGUSR1 opens for the length of the capture: anybody on this machine could use it meanwhile.

Examples: exectrace record http://localhost:6060 -d 5s
          exectrace record /run/service/exectrace.sock -o service.trace.gz
          exectrace record $(pgrep -f server.js)`,

  async run(args) {
    const { values, positionals } = parseOptions('record', OPTIONS, args);
    const [target] = positionals;
    if (target === undefined || positionals.length > 1) {
      throw new UsageError('exectrace record needs one URL, socket or process id; see "exectrace record --help"');
    }
    const seconds = secondsOf(values.duration ?? '5s');
    if (values.level !== undefined && !['0', '1', '2'].includes(values.level)) {
      throw new UsageError(`--level is 0, 1 or 2, not ${values.level}`);
    }
    const file = values.output ?? DEFAULT_FILE;
    const query = new URLSearchParams({ seconds: String(seconds) });
    if (values.level !== undefined) query.set('level', values.level);
    const sources = sourcesOf(values);
    if (sources !== '') query.set('sources', sources);
    const attached = /^\d+$/.test(target) ? await attachTo(Number(target)) : undefined;
    const interruption = interrupted();
    try {
      await capture(attached?.socket ?? target, query, file, interruption);
    } finally {
      await attached?.release();
    }
    complain(`wrote ${file}; to open it: exectrace view ${file}`);
    return EXIT_OK;
  },
};

function secondsOf(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|)$/.exec(text) ?? [];
  if (amount === undefined) throw new UsageError(`--duration needs a time such as 500ms, 5s or 1m, not ${text}`);
  return Number(amount) * UNITS[unit!]!;
}

/** Aborts when the user has seen enough: the process that is recorded must not be left as it is now. */
function interrupted(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => controller.abort());
  return controller.signal;
}

/**
 * Asks `target`, a URL or a socket, for a trace, and streams it to `file`. What has come stays when it ends early; the end
 * that the user makes is a good one.
 */
async function capture(target: string, query: URLSearchParams, file: string, interruption: AbortSignal): Promise<void> {
  const response = await answerOf(ask(target, query), target);
  if (response.statusCode !== 200) throw new InputError(`${target}: ${await explanation(response)}`);
  const trace = Readable.from(untilInterrupted(response, interruption));
  try {
    if (file.endsWith('.gz')) await pipeline(trace, createGzip(), createWriteStream(file));
    else await pipeline(trace, createWriteStream(file));
  } catch (error) {
    if (!isCutOff(error)) throw error;
    throw new InputError(`${target}: the capture was cut off; what has come until then is in ${file}`);
  }
}

async function* untilInterrupted(response: IncomingMessage, interruption: AbortSignal): AsyncGenerator<Uint8Array> {
  interruption.addEventListener('abort', () => response.destroy());
  try {
    for await (const part of response) yield part;
  } catch (error) {
    if (!interruption.aborted) throw error;
  }
}

function ask(target: string, query: URLSearchParams): ClientRequest {
  const { EXECTRACE_TOKEN: token } = process.env;
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  if (!/^https?:/.test(target)) {
    return get({ socketPath: target, path: `${TRACE_PATH}?${query}`, headers: { ...headers, Host: 'localhost' } });
  }
  if (!URL.canParse(target)) throw new UsageError(`${target} is no URL`);
  const url = new URL(target);
  if (url.pathname === '/') url.pathname = TRACE_PATH;
  for (const [name, value] of query) url.searchParams.set(name, value);
  return url.protocol === 'https:' ? getSecurely(url, { headers }) : get(url, { headers });
}

function answerOf(request: ClientRequest, target: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on('response', resolve);
    request.on('error', (error: NodeJS.ErrnoException) => {
      const nobody = error.code === 'ECONNREFUSED' || error.code === 'ENOENT';
      reject(
        nobody
          ? new InputError(`${target}: nobody serves captures there`)
          : new InputError(`${target}: ${error.message}`),
      );
    });
  });
}

/** Why there is no trace: the status, and the first line of what the server says. */
async function explanation(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of response.setEncoding('utf8')) if (text.length < 1000) text += part;
  return `status ${response.statusCode}: ${text.trim().split('\n')[0] || response.statusMessage}`;
}

function isCutOff(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE';
}
