/** `exectrace dump`: every event of a trace as a line, of text or of JSON, while the file is read. */
import { feedTrace, type TraceEvent, TraceReader } from '../reader/index.ts';
import { type Command, onlyFile, parseOptions } from './command.ts';
import { EXIT_OK } from './errors.ts';
import { eventLine } from './event-line.ts';
import { eventRecord } from './event-record.ts';
import { write } from './output.ts';
import { inFile, openTrace, warnOfProblem } from './trace-file.ts';

/** Characters that are collected before they are written. */
const PORTION = 1 << 16;

const OPTIONS = {
  json: { type: 'boolean', description: 'Print an object of JSON per line; times are ns' },
} as const;

export const dump: Command = {
  name: 'dump',
  summary: 'Print every event of a trace, one per line',
  usage: 'dump [--json] FILE',
  options: OPTIONS,
  details: 'A line holds time in seconds, thread, proc, goroutine or strand, kind, details, and behind | the stack.',
  async run(args) {
    const { values, positionals } = parseOptions('dump', OPTIONS, args);
    const line = values.json === true ? jsonLine : eventLine;
    const file = onlyFile('dump', positionals);
    const reader = new TraceReader();
    const chunks = await openTrace(file);
    await feedTrace(reader, chunks, () => writeEvents(reader, line));
    if (reader.problem === undefined) return EXIT_OK;
    if (reader.version === undefined) throw inFile(file, reader.problem);
    warnOfProblem(file, reader.problem.message);
    return EXIT_OK;
  },
};

/** Writes the events that the bytes so far give, and no more than a portion at a time into the pipe. */
async function writeEvents(reader: TraceReader, line: typeof eventLine): Promise<void> {
  let text = '';
  for (let event = reader.next(); event !== undefined; event = reader.next()) {
    text += `${line(reader, event)}\n`;
    if (text.length < PORTION) continue;
    await write(text);
    text = '';
  }
  await write(text);
}

function jsonLine(reader: TraceReader, event: TraceEvent): string {
  return JSON.stringify(eventRecord(reader, event));
}
