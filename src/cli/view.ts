/** `exectrace view`: serves the viewer and one trace, or several as one, on this machine until it is interrupted. */
import { fileURLToPath } from 'node:url';
import { startViewServer, type ViewServer } from '../server/index.ts';
import { type Command, parseOptions } from './command.ts';
import { EXIT_OK, InputError, UsageError } from './errors.ts';
import { openBrowser } from './open-browser.ts';
import { write } from './output.ts';
import { checkHeader } from './trace-header.ts';
import { openSet } from './trace-set.ts';

/** The built viewer lies beside the built command line. */
const VIEWER = fileURLToPath(new URL('../viewer/', import.meta.url));

const OPTIONS = {
  'no-open': { type: 'boolean', description: 'Only print the address' },
  compare: { type: 'boolean', description: 'Compare two traces, the one before first' },
  port: { type: 'string', short: 'p', value: 'N', description: 'Port to listen on; any free one by default' },
} as const;

export const view: Command = {
  name: 'view',
  summary: 'Open a trace of Node.js or Go in the browser',
  usage: 'view [--no-open] [--port N] FILE|DIR… | --compare BEFORE AFTER',
  options: OPTIONS,
  details: `The page and the trace are served on 127.0.0.1 to whoever has the printed address. Ctrl-C ends it.

Several files, and the traces in a folder, are opened as one on one clock: a service and its children, or the processes
of a test run.`,
  async run(args) {
    const { values, positionals } = parseOptions('view', OPTIONS, args);
    if (positionals.length === 0) throw new UsageError('exectrace view needs a file; see "exectrace view --help"');
    const port = portOf(values.port);
    const isComparison = values.compare === true;
    if (isComparison && positionals.length !== 2)
      throw new UsageError(`exectrace view --compare takes two files, not ${positionals.length}`);
    const { file, release } = await openSet(isComparison ? positionals.slice(0, 1) : positionals);
    try {
      await serve(file, isComparison ? positionals[1] : undefined, port, values['no-open'] !== true);
    } finally {
      await release();
    }
    return EXIT_OK;
  },
};

/** Serves a trace until the user has seen enough. */
async function serve(file: string, compare: string | undefined, port: number, open: boolean): Promise<void> {
  await checkHeader(file);
  if (compare !== undefined) await checkHeader(compare);
  const server = await startViewServer({ file, compare, viewer: VIEWER, port }).catch((error: unknown) => {
    throw portError(error, port) ?? error;
  });
  await write(`${server.url}\nPress Ctrl-C to end.\n`);
  if (open) openBrowser(server.url);
  await interrupted(server);
}

function portOf(text: string | undefined): number {
  if (text === undefined) return 0;
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65535)) throw new UsageError(`--port needs a number from 0 to 65535, not ${text}`);
  return port;
}

function portError(error: unknown, port: number): InputError | undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return new InputError(`port ${port} is in use; choose another one, or leave --port out for any free one`);
  if (code === 'EACCES' && port > 0 && port < 1024)
    return new InputError(`port ${port} needs special rights; choose one above 1023, or leave --port out`);
  return undefined;
}

function interrupted(server: ViewServer): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      server.close().then(resolve, reject);
    };
    process.once('SIGINT', end);
    process.once('SIGTERM', end);
  });
}
