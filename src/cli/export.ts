/** `exectrace export`: a trace as a page of its own, to be sent to somebody who has nothing installed. */
import { unlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Command, parseOptions } from './command.ts';
import { EXIT_OK, UsageError } from './errors.ts';
import { write, writeJson } from './output.ts';
import { OutputFile } from './output-file.ts';
import { writePage } from './single-page.ts';
import { checkHeader } from './trace-header.ts';
import { openSet } from './trace-set.ts';

const OPTIONS = {
  html: { type: 'boolean', description: 'One HTML file with the viewer and the trace in it' },
  output: { type: 'string', short: 'o', value: 'FILE', description: 'The file to write; needed' },
  json: { type: 'boolean', description: 'Print what was written as JSON' },
} as const;

export const exportCommand: Command = {
  name: 'export',
  summary: 'Write a trace as one HTML page that shows itself',
  usage: 'export --html -o PAGE FILE|DIR…',
  options: OPTIONS,
  details: `The page opens from a disk or any server, offline, and connects to nothing. Several files, and the traces in a
folder, are shown as one on one clock. A page holds everything that the trace does: see SECURITY.md before you send it.`,
  async run(args) {
    const { values, positionals } = parseOptions('export', OPTIONS, args);
    const { output } = values;
    if (values.html !== true) throw new UsageError('exectrace export needs --html, the one format there is');
    if (positionals.length === 0) throw new UsageError('exectrace export needs a file; see "exectrace export --help"');
    if (output === undefined) throw new UsageError('exectrace export needs -o FILE');
    const { file, release } = await openSet(positionals);
    try {
      await checkHeader(file);
      const out = new OutputFile(output);
      const bytes = await writePage(file, basename(file), out).catch(async (error: unknown) => {
        await out.close().catch(() => {});
        await unlink(output).catch(() => {});
        throw error;
      });
      await out.close();
      if (values.json === true) await writeJson({ file: positionals, output, bytes });
      else await write(`${output}: ${(bytes / 1e6).toFixed(1)} MB, opens in any browser\n`);
    } finally {
      await release();
    }
    return EXIT_OK;
  },
};
