/**
 * The preload: `node --import exectrace/register` (or `--require`, or through NODE_OPTIONS) records the program from
 * its first line. `exectrace run` uses it.
 *
 *   EXECTRACE_OUT     file to write; `%p` becomes the process id. Without it nothing is recorded.
 *   EXECTRACE_LEVEL   0, 1 or 2 (default 2)
 *   EXECTRACE_SOURCES sources beyond the level's, with commas between: sync
 *   EXECTRACE_PARENT  only the process with this parent writes to EXECTRACE_OUT itself, its descendants to files beside
 *                     it with their process id in the name. Set by `exectrace run`, else by the first process
 *
 * In a worker thread it joins the recording of the process. It must not throw or keep anything alive, and prints only
 * when there will be no trace, or no whole one.
 */
import { writeSync } from 'node:fs';
import { isMainThread, workerData } from 'node:worker_threads';
import { optionsFromText } from './options.ts';
import { joinRecording, startRecording } from './recording.ts';

function outputFile(): string | undefined {
  const { EXECTRACE_OUT: out, EXECTRACE_PARENT: parent } = process.env;
  if (out === undefined || out === '') return undefined;
  const file = out.replaceAll('%p', String(process.pid));
  if (parent === undefined || Number(parent) === process.ppid || file !== out) return file;
  return file.replace(/(\.[^./\\]*)?(\.gz|\.zst)?$/, `-${process.pid}$&`);
}

function isWriter(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'exectraceWriter' in data;
}

function register(): void {
  if (isWriter(workerData)) return;
  const file = isMainThread ? outputFile() : undefined;
  try {
    if (!isMainThread) joinRecording();
    else if (file !== undefined) recordInto(file);
  } catch (error) {
    say(`not recorded: ${error instanceof Error ? error.message : error}`);
  }
}

function recordInto(file: string): void {
  const { EXECTRACE_LEVEL: level, EXECTRACE_SOURCES: sources } = process.env;
  startRecording(file, optionsFromText(level, sources), (reason) => say(`not recorded to the end: ${reason}`));
  // From here on descendants can tell that they are not the process that the file is meant for.
  process.env.EXECTRACE_PARENT ??= String(process.ppid);
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
