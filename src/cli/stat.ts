/** `exectrace stat`: what is in a trace, as text or as JSON. */
import { loadTrace } from '../analysis/index.ts';
import { type Command, onlyFile, parseOptions } from './command.ts';
import { EXIT_OK } from './errors.ts';
import { write } from './output.ts';
import { reportOf } from './stat-report.ts';
import { reportText } from './stat-text.ts';
import { inFile, openTrace, warnOfProblem } from './trace-file.ts';

const OPTIONS = {
  json: { type: 'boolean', description: 'Print everything as JSON; times are ns, sizes bytes' },
} as const;

export const stat: Command = {
  name: 'stat',
  summary: 'Print what is in a trace: length, events, tasks, where the time went, losses',
  usage: 'stat [--json] FILE',
  options: OPTIONS,
  async run(args) {
    const { values, positionals } = parseOptions('stat', OPTIONS, args);
    const file = onlyFile('stat', positionals);
    const chunks = await openTrace(file);
    const model = await loadTrace(chunks).catch((error: unknown) => {
      throw inFile(file, error);
    });
    const report = reportOf(file, model);
    if (report.problem !== undefined) warnOfProblem(file, report.problem.message);
    await write(values.json === true ? `${JSON.stringify(report, undefined, 2)}\n` : reportText(report));
    return EXIT_OK;
  },
};
