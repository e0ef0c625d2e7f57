/** `exectrace stat`: what is in a trace, as text or as JSON. */
import { type Command, parseOptions, someFiles } from './command.ts';
import { EXIT_OK } from './errors.ts';
import { write, writeJson } from './output.ts';
import { reportOf } from './stat-report.ts';
import { reportText } from './stat-text.ts';
import { loadSet } from './trace-set.ts';

const OPTIONS = {
  json: { type: 'boolean', description: 'Print everything as JSON; times are ns, sizes bytes' },
} as const;

export const stat: Command = {
  name: 'stat',
  summary: 'Print what is in a trace: length, events, tasks, where the time went, losses',
  usage: 'stat [--json] FILE…',
  options: OPTIONS,
  async run(args) {
    const { values, positionals } = parseOptions('stat', OPTIONS, args);
    const paths = someFiles('stat', positionals);
    const file = paths.join(', ');
    const report = reportOf(file, await loadSet(paths));
    if (values.json === true) await writeJson(report);
    else await write(reportText(report));
    return EXIT_OK;
  },
};
