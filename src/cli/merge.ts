/** `exectrace merge`: several traces as one, on one clock. */
import { mergeTraces, NoCommonClock } from '../exporters/index.ts';
import { type Command, parseOptions } from './command.ts';
import { EXIT_OK, InputError, UsageError } from './errors.ts';
import { write, writeJson } from './output.ts';
import { OutputFile } from './output-file.ts';
import { withProgress } from './progress.ts';
import { inFile, openTrace } from './trace-file.ts';

const OPTIONS = {
  output: { type: 'string', short: 'o', value: 'FILE', description: 'The file to write; needed' },
  json: { type: 'boolean', description: 'Print what was written as JSON' },
  'align-starts': { type: 'boolean', description: 'Let all begin at one moment, for traces without a clock' },
} as const;

export const merge: Command = {
  name: 'merge',
  summary: 'Write several traces as one, on one clock',
  usage: 'merge -o FILE [--align-starts] FILE FILE…',
  options: OPTIONS,
  details: `Traces are put on their wall clocks, which formats from 1.25 on have, so of one machine. Procs stand side by side
under new numbers, goroutines and tasks get new ids, metrics are sums. Go's tools open the result.`,
  async run(args) {
    const { values, positionals } = parseOptions('merge', OPTIONS, args);
    const { output } = values;
    if (output === undefined) throw new UsageError('exectrace merge needs -o FILE');
    if (positionals.length < 2) throw new UsageError('exectrace merge needs two files or more');
    // The first file stands for all: they are read in step.
    const [first, ...others] = await Promise.all(positionals.map(openTrace));
    const chunks = [withProgress(positionals[0]!, first!), ...others];
    const out = new OutputFile(output);
    const alignStarts = values['align-starts'] === true;
    await mergeTraces(chunks, { alignStarts }, out.write, out.pause).catch((error: unknown) => {
      if (!(error instanceof NoCommonClock)) throw inFile(positionals.join(', '), error);
      throw new InputError(`${positionals[error.file]}: ${error.message}; use --align-starts`);
    });
    await out.close();
    if (values.json === true) await writeJson({ files: positionals, output });
    else await write(`${output}: ${positionals.length} traces as one\n`);
    return EXIT_OK;
  },
};
