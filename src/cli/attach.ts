/**
 * Reaches a Node process by its id: at the socket that it serves captures on, or by opening one in it.
 *
 *   1. What it was started with says whether it listens (EXECTRACE_LISTEN; readable on Linux only).
 *   2. Else its inspector is asked. SIGUSR1 opens it where it is closed, unless the process handles that signal itself
 *      or was started with --disable-sigusr1. (Windows has no such signal.) Through it the process loads `exectrace/live` from this installation, and
 *      serves captures on a socket that only this user can open. Afterwards socket and inspector are closed again.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { InputError } from './errors.ts';
import { type Inspected, inspect, inspectorAt } from './inspector.ts';

const ATTACH = fileURLToPath(new URL('../recorder/live/attach.cjs', import.meta.url));
/** Where SIGUSR1 opens the inspector. */
const INSPECTOR_PORT = 9229;
/** How often, and how long in between (ms), a process that was sent SIGUSR1 is looked for. */
const ATTEMPTS = 50;
const PAUSE = 100;
/** How long the inspector is given to close, ms. */
const LAST_WAIT = 2000;

export interface Attached {
  /** The socket, or a URL, to ask for captures. */
  readonly socket: string;
  /** Leaves the process as it was. */
  release(): Promise<void>;
}

/** Makes process `pid` serve captures. */
export async function attachTo(pid: number): Promise<Attached> {
  const listening = listeningAddress(pid);
  if (listening !== undefined) return { socket: listening, release: async () => {} };
  const { process: inspected, opened } = await inspectProcess(pid);
  const folder = mkdtempSync(join(tmpdir(), 'exectrace-'));
  const socket = join(folder, 'live.sock');
  await inspected.evaluate(`process.getBuiltinModule('node:module').createRequire(${JSON.stringify(ATTACH)})(${JSON.stringify(ATTACH)})
    .attach(${JSON.stringify(socket)}).then((endpoint) => { globalThis[Symbol.for('exectrace.attached')] = endpoint; })`);
  return {
    socket,
    async release() {
      await inspected.evaluate(`globalThis[Symbol.for('exectrace.attached')].close()`);
      await inspected.evaluate(`delete globalThis[Symbol.for('exectrace.attached')]`);
      // The answer to this would come after the end of the connection.
      const close = `process.getBuiltinModule('node:inspector').close()`;
      if (opened) {
        await inspected.evaluate(`void setTimeout(() => ${close}, 0)`);
        await Promise.race([inspected.ended, sleep(LAST_WAIT, undefined, { ref: false })]);
      }
      inspected.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Where the process listens by its environment; undefined when it does not, or that cannot be known. */
function listeningAddress(pid: number): string | undefined {
  const environment = readProc(pid, 'environ');
  const given = /(?:^|\0)EXECTRACE_LISTEN=([^\0]+)/.exec(environment)?.[1]?.replaceAll('%p', String(pid));
  if (given === undefined) return undefined;
  const port = /^(?:127\.0\.0\.1:|localhost:)?(\d+)$/.exec(given)?.[1];
  return port === undefined ? resolve(`/proc/${pid}/cwd`, given) : `http://127.0.0.1:${port}`;
}

function readProc(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}

async function inspectProcess(pid: number): Promise<{ readonly process: Inspected; readonly opened: boolean }> {
  const open = await inspectedAs(pid);
  if (open !== undefined) return { process: open, opened: false };
  // The signal would end anything else.
  if (!isNode(pid)) throw new InputError(`there is no process ${pid} of this user that is certain to be Node.js`);
  try {
    process.kill(pid, 'SIGUSR1');
  } catch (error) {
    throw new InputError(`process ${pid} cannot be asked: ${(error as Error).message}`);
  }
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    await sleep(PAUSE);
    const found = await inspectedAs(pid);
    if (found !== undefined) return { process: found, opened: true };
  }
  throw new InputError(
    `process ${pid} does not open its inspector on port ${INSPECTOR_PORT}: is it Node.js, and the port free? ` +
      'Start it with EXECTRACE_LISTEN, and record that socket',
  );
}

/** Whether a process runs the program `node`. */
function isNode(pid: number): boolean {
  try {
    if (process.platform === 'linux') return basename(readlinkSync(`/proc/${pid}/exe`)).startsWith('node');
    if (process.platform === 'win32') return false;
    return basename(execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }).trim()) === 'node';
  } catch {
    return false;
  }
}

/** The inspected process, if it is `pid` that listens. */
async function inspectedAs(pid: number): Promise<Inspected | undefined> {
  const url = await inspectorAt(INSPECTOR_PORT);
  if (url === undefined) return undefined;
  const inspected = await inspect(url);
  if ((await inspected.evaluate('process.pid')) === pid) return inspected;
  inspected.close();
  return undefined;
}
