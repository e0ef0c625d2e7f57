/** `exectrace explain`: what stands out, the slowest tasks, and where their time went, in sentences. */
import { type Command, parseOptions, someFiles } from './command.ts';
import { EXIT_OK, UsageError } from './errors.ts';
import { explainReport } from './explain-report.ts';
import { explainText } from './explain-text.ts';
import { write, writeJson } from './output.ts';
import { loadSet } from './trace-set.ts';

const DEFAULT_TASKS = 5;

const OPTIONS = {
  json: { type: 'boolean', description: 'Print everything as JSON; times are ns' },
  tasks: { type: 'string', short: 'n', value: 'N', description: `How many slowest tasks; ${DEFAULT_TASKS} by default` },
} as const;

export const explain: Command = {
  name: 'explain',
  summary: 'Say what stands out, which tasks were slowest, and where their time went',
  usage: 'explain [--json] [-n N] FILE…',
  options: OPTIONS,
  async run(args) {
    const { values, positionals } = parseOptions('explain', OPTIONS, args);
    const paths = someFiles('explain', positionals);
    const file = paths.join(', ');
    const tasks = values.tasks === undefined ? DEFAULT_TASKS : numberOf(values.tasks);
    const report = explainReport(file, await loadSet(paths), tasks);
    if (values.json === true) await writeJson(report);
    else await write(explainText(report));
    return EXIT_OK;
  },
};

function numberOf(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new UsageError(`--tasks needs a number, not ${text}`);
  return Number(text);
}
