/**
 * The preload: `node --import exectrace/register` (or `--require`, or through NODE_OPTIONS) records the program from
 * its first line, or lets it be recorded later. `exectrace run` uses it.
 *
 *   EXECTRACE_OUT     file to write; `%p` becomes the process id
 *   EXECTRACE_LEVEL   0, 1 or 2 (default 2)
 *   EXECTRACE_SOURCES sources beyond the level's, with commas between: sync, cpu, gc
 *   EXECTRACE_SIGNAL  signal that begins a recording into EXECTRACE_OUT, and ends it; nothing is recorded before
 *   EXECTRACE_LISTEN  unix socket (a path with a slash) or port of the loopback address on which captures can be asked for
 *   EXECTRACE_TOKEN   token that the endpoint asks for
 *   EXECTRACE_TEST    if set, the tests of node:test, vitest, jest and mocha become tasks. Set by `exectrace test`
 *   EXECTRACE_PARENT  only the process with this parent uses the names above themselves, its descendants add their
 *                     process id. Set by `exectrace run`, else by the first process
 *   EXECTRACE_PROCESS set by the preload: the recorded process that this one descends from
 *
 * Without EXECTRACE_OUT and EXECTRACE_LISTEN it does nothing. In a worker thread it joins the recording of the process.
 * It must not throw or keep anything alive, and prints only when there will be no trace, or no whole one, and to whoever
 * sent the signal.
 */
import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isMainThread, workerData } from 'node:worker_threads';
import { optionsFromText } from './options.ts';
import { joinRecording, startRecording } from './recording.ts';
import { recordBetweenSignals } from './signal-switch.ts';

/** Whether the names in the environment were meant for this process, and not for the one that started it. */
const isAddressed = process.env.EXECTRACE_PARENT === undefined || Number(process.env.EXECTRACE_PARENT) === process.ppid;

/** The name of a file that the environment gives, as this process is to use it; undefined if it gives none. */
function ownName(given: string | undefined): string | undefined {
  if (given === undefined || given === '') return undefined;
  const name = given.replaceAll('%p', String(process.pid));
  return isAddressed || name !== given ? name : withSuffix(name, process.pid);
}

/** `name` with a number before its extension. */
function withSuffix(name: string, number: number): string {
  return name.replace(/(\.[^./\\]*)?(\.gz|\.zst)?$/, `-${number}$&`);
}

function isWriter(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'exectraceWriter' in data;
}

function register(): void {
  if (isWriter(workerData)) return;
  try {
    if (process.env.EXECTRACE_TEST) annotateTests();
    if (!isMainThread) return joinRecording();
    const file = ownName(process.env.EXECTRACE_OUT);
    const { EXECTRACE_SIGNAL: signal, EXECTRACE_LISTEN: address } = process.env;
    if (signal) recordOnSignal(signal, file);
    else if (file !== undefined) recordInto(file);
    if (address) listenAt(address);
    // From here on descendants can tell that they are not the process that the names are meant for.
    if (file !== undefined || address) {
      process.env.EXECTRACE_PARENT ??= String(process.ppid);
      process.env.EXECTRACE_PROCESS = String(process.pid);
    }
  } catch (error) {
    say(`not recorded: ${error instanceof Error ? error.message : error}`);
  }
}

/** Loaded only for those who want it, and at once: the first test may be the program's first line. */
function annotateTests(): void {
  const load = createRequire(import.meta.url);
  (load('./testing/annotate-tests.js') as typeof import('./testing/annotate-tests.ts')).annotateTests();
}

function recordInto(file: string): void {
  const { EXECTRACE_LEVEL: level, EXECTRACE_SOURCES: sources } = process.env;
  startRecording(file, optionsFromText(level, sources), (reason) => say(`not recorded to the end: ${reason}`));
}

function recordOnSignal(signal: string, file: string | undefined): void {
  if (file === undefined) throw new Error('EXECTRACE_SIGNAL needs a file in EXECTRACE_OUT');
  const nameOf = (number: number) => (number === 1 ? file : withSuffix(file, number));
  recordBetweenSignals(
    signal,
    (number) => {
      recordInto(nameOf(number));
      say(`recording into ${nameOf(number)}`);
    },
    (number, problem) => {
      if (problem !== undefined) say(problem);
      else say(`wrote ${nameOf(number)}`);
    },
  );
}

/** Opens the endpoint, in its own time: what it takes is loaded only for those who want it. */
function listenAt(address: string): void {
  const { EXECTRACE_TOKEN: token, EXECTRACE_LEVEL: level, EXECTRACE_SOURCES: sources } = process.env;
  const port = /^(?:127\.0\.0\.1:|localhost:)?(\d+)$/.exec(address)?.[1];
  // A port cannot be shared with the descendants.
  if (port !== undefined && !isAddressed) return;
  const where = port === undefined ? { path: ownName(address)! } : { port: Number(port) };
  const options = { ...optionsFromText(level, sources), ...where, ...(token ? { token } : {}) };
  import('./live/endpoint.js')
    .then(({ listen }) => listen(options))
    .catch((error) => say(`no captures at ${address}: ${error.message}`));
}

/** A line for whoever asked for the recording. Written at once: the process may be about to end. */
function say(message: string): void {
  try {
    writeSync(process.stderr.fd, `exectrace: ${message}\n`);
  } catch {
    // Nobody reads it.
  }
}

register();
