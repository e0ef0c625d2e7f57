/** `exectrace dump`: every event of a trace as a line of text, while the file is read. */
import { feedTrace, TraceReader } from '../reader/index.ts';
import { type Command, onlyFile, parseOptions } from './command.ts';
import { EXIT_OK } from './errors.ts';
import { eventLine } from './event-line.ts';
import { write } from './output.ts';
import { inFile, openTrace, warnOfProblem } from './trace-file.ts';

/** Characters that are collected before they are written. */
const PORTION = 1 << 16;

export const dump: Command = {
  name: 'dump',
  summary: 'Print every event of a trace, one per line',
  usage: 'dump FILE',
  options: {},
  details: 'A line holds time in seconds, thread, proc, goroutine or strand, kind, details, and behind | the stack.',
  async run(args) {
    const { positionals } = parseOptions('dump', {}, args);
    const file = onlyFile('dump', positionals);
    const reader = new TraceReader();
    const chunks = await openTrace(file);
    await feedTrace(reader, chunks, () => writeEvents(reader));
    if (reader.problem === undefined) return EXIT_OK;
    if (reader.version === undefined) throw inFile(file, reader.problem);
    warnOfProblem(file, reader.problem.message);
    return EXIT_OK;
  },
};

/** Writes the events that the bytes so far give, and no more than a portion at a time into the pipe. */
async function writeEvents(reader: TraceReader): Promise<void> {
  let text = '';
  for (let event = reader.next(); event !== undefined; event = reader.next()) {
    text += `${eventLine(reader, event)}\n`;
    if (text.length < PORTION) continue;
    await write(text);
    text = '';
  }
  await write(text);
}
