/** `exectrace cut`: a range of time, some goroutines or strands, or both, as a trace of its own. */
import { extentsOfGroups, indexTasks, type TraceModel, taskExtents, taskRoute, wholeTrace } from '../analysis/index.ts';
import { cutTrace } from '../exporters/index.ts';
import { type Command, onlyFile, parseOptions } from './command.ts';
import { EXIT_OK, InputError, UsageError } from './errors.ts';
import { loadModel } from './load-model.ts';
import { plural } from './names.ts';
import { write, writeJson } from './output.ts';
import { OutputFile } from './output-file.ts';
import { withProgress } from './progress.ts';
import { TIME_OPTIONS, timeOf } from './time-options.ts';
import { inFile, openTrace } from './trace-file.ts';

const OPTIONS = {
  output: { type: 'string', short: 'o', value: 'FILE', description: 'The file to write; needed' },
  json: { type: 'boolean', description: 'Print what was written as JSON' },
  ...TIME_OPTIONS,
  group: { type: 'string', value: 'NAME', description: 'Only goroutines or strands of this entry function' },
  task: { type: 'string', value: 'ID|KIND', description: 'Only what worked for a task, or for all tasks of a kind' },
} as const;

export const cut: Command = {
  name: 'cut',
  summary: 'Write a part of a trace as a trace: a range of time, some goroutines, or both',
  usage: 'cut -o FILE [--from TIME] [--to TIME] [--group NAME | --task ID|KIND] FILE',
  options: OPTIONS,
  details: "The result begins with the state that everything was in, and Go's tools open it.",
  async run(args) {
    const { values, positionals } = parseOptions('cut', OPTIONS, args);
    const file = onlyFile('cut', positionals);
    const { output, group, task } = values;
    if (output === undefined) throw new UsageError('exectrace cut needs -o FILE');
    if (group !== undefined && task !== undefined) throw new UsageError('--group and --task exclude each other');
    const start = values.from === undefined ? 0 : timeOf(values.from, 'from');
    const end = values.to === undefined ? Number.POSITIVE_INFINITY : timeOf(values.to, 'to');
    if (end < start) throw new UsageError(`--to ${values.to} is before --from ${values.from}`);
    const ids =
      group === undefined && task === undefined ? undefined : chosenIds(await loadModel(file), file, { group, task });
    const chunks = withProgress(file, await openTrace(file));
    const out = new OutputFile(output);
    const keeps = ids === undefined ? () => true : (id: number): boolean => ids.has(id);
    const events = await cutTrace(chunks, { start, end, keeps }, out.write, out.pause).catch((error: unknown) => {
      throw inFile(file, error);
    });
    await out.close();
    if (values.json === true) await writeJson({ file, output, events, goroutines: ids?.size });
    else await write(`${output}: ${plural(events, 'event')} of ${file}\n`);
    return EXIT_OK;
  },
};

interface Choice {
  readonly group: string | undefined;
  readonly task: string | undefined;
}

/** Ids of the goroutines that are asked for. */
function chosenIds(model: TraceModel, file: string, { group, task }: Choice): ReadonlySet<number> {
  const { strings, groups, tasks, goroutines } = model;
  const rows = (count: number, accept: (row: number) => boolean): number[] =>
    Array.from({ length: count }, (_, row) => row).filter(accept);
  const index = indexTasks(model);
  const extents =
    group === undefined
      ? rows(
          tasks.count,
          (row) => String(tasks.id[row]) === task || taskRoute(strings[tasks.type[row]!]!) === task,
        ).flatMap((row) => taskExtents(model, index, row))
      : extentsOfGroups(
          model,
          rows(groups.count, (row) => strings[groups.name[row]!] === group),
          wholeTrace(model),
        );
  if (extents.length === 0)
    throw new InputError(`${file}: the trace has no ${group === undefined ? `task ${task}` : `group ${group}`}`);
  return new Set(extents.map(({ goroutine }) => goroutines.id[goroutine]!));
}
