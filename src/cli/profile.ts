/** `exectrace profile`: what was waited for, or computed, by stack, as a file for `go tool pprof` or as a table. */
import { writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import {
  allExtents,
  cpuProfile,
  disjoint,
  type Extent,
  extentsOfGroups,
  extentsOfRegions,
  indexTasks,
  PROFILE_TYPES,
  type Profile,
  type ProfileType,
  type TimeRange,
  type TraceModel,
  taskExtents,
  taskRoute,
  waitProfile,
} from '../analysis/index.ts';
import { count, duration, percent } from '../base/index.ts';
import { pprofOf } from '../exporters/index.ts';
import { type Command, parseOptions, someFiles } from './command.ts';
import { EXIT_OK, InputError, UsageError } from './errors.ts';
import { shortName } from './names.ts';
import { write, writeJson } from './output.ts';
import { headedTable } from './text-table.ts';
import { TIME_OPTIONS, timeRange } from './time-options.ts';
import { loadSet } from './trace-set.ts';

const MOST_ROWS = 25;

const OPTIONS = {
  type: { type: 'string', short: 't', value: 'TYPE', description: `${PROFILE_TYPES.join(', ')}; needed` },
  output: { type: 'string', short: 'o', value: 'FILE', description: 'Write a file for "go tool pprof", gzipped' },
  json: { type: 'boolean', description: 'Print stacks with counts and times (ns) as JSON' },
  ...TIME_OPTIONS,
  group: { type: 'string', value: 'NAME', description: 'Only goroutines or strands of this entry function' },
  task: { type: 'string', value: 'ID|KIND', description: 'Only what worked for a task, or for all tasks of a kind' },
  region: { type: 'string', value: 'NAME', description: 'Only what happened within regions of this name' },
  'go-compatible': { type: 'boolean', description: 'Count as "go tool trace" does, gaps included' },
} as const;

export const profile: Command = {
  name: 'profile',
  summary: 'Print a profile of waiting or of CPU samples, or write it for "go tool pprof"',
  usage: 'profile --type TYPE [-o FILE | --json] [--group NAME | --task ID|KIND | --region NAME] FILE…',
  options: OPTIONS,
  details: `Types: net (network; files too in a Node trace), sync (locks, channels, awaits), syscall (and the thread pool),
sched (runnable but not running), cpu (samples, if the trace has them).`,
  async run(args) {
    const { values, positionals } = parseOptions('profile', OPTIONS, args);
    const paths = someFiles('profile', positionals);
    const file = paths.join(', ');
    const type = typeOf(values.type);
    const rangeOf = timeRange(values);
    if ([values.group, values.task, values.region].filter((value) => value !== undefined).length > 1)
      throw new UsageError('--group, --task and --region exclude each other');
    const model = await loadSet(paths);
    const extents = extentsFor(model, rangeOf(model), values);
    if (type === 'cpu' && model.samples.count === 0) throw new InputError(`${file}: this trace has no CPU samples`);
    // Samples outside of any goroutine belong to the whole trace only.
    const isWhole = extents === undefined;
    const all = (): Extent[] => allExtents(model, rangeOf(model));
    const found =
      type === 'cpu'
        ? cpuProfile(
            model,
            isWhole && values.from === undefined && values.to === undefined ? undefined : (extents ?? all()),
          )
        : waitProfile(model, type, extents ?? all(), { goCompatible: values['go-compatible'] === true });
    if (values.output !== undefined) await writeFile(values.output, gzipSync(pprofOf(model, found)));
    else if (values.json === true) await writeJson({ file, type, samples: samplesOf(model, found) });
    else await write(profileText(model, found));
    return EXIT_OK;
  },
};

function typeOf(text: string | undefined): ProfileType {
  const type = PROFILE_TYPES.find((candidate) => candidate === text);
  if (type !== undefined) return type;
  const given = text === undefined ? '' : `, not ${text}`;
  throw new UsageError(`exectrace profile needs --type ${PROFILE_TYPES.join('|')}${given}`);
}

interface Choice {
  readonly group?: string | undefined;
  readonly task?: string | undefined;
  readonly region?: string | undefined;
}

/** What the options choose; undefined for everything. */
function extentsFor(model: TraceModel, range: TimeRange, { group, task, region }: Choice): Extent[] | undefined {
  const { strings, groups, tasks, regions } = model;
  if (group !== undefined)
    return extentsOfGroups(
      model,
      chosen(groups.count, `no group ${group}`, (row) => strings[groups.name[row]!] === group),
      range,
    );
  if (region !== undefined)
    return extentsOfRegions(
      model,
      chosen(regions.count, `no region ${region}`, (row) => strings[regions.type[row]!] === region),
      range,
    );
  if (task === undefined) return undefined;
  const rows = chosen(
    tasks.count,
    `no task ${task}`,
    (row) => String(tasks.id[row]) === task || taskRoute(strings[tasks.type[row]!]!) === task,
  );
  const index = indexTasks(model);
  return disjoint(
    rows.flatMap((row) => taskExtents(model, index, row)),
    range,
  );
}

function chosen(rows: number, complaint: string, accept: (row: number) => boolean): number[] {
  const found = Array.from({ length: rows }, (_, row) => row).filter(accept);
  if (found.length === 0) throw new InputError(`the trace has ${complaint}`);
  return found;
}

interface StackSample {
  readonly count: number;
  readonly value: number;
  /** Innermost frame first. */
  readonly stack: readonly { readonly func: string; readonly file: string; readonly line: number }[];
}

function samplesOf({ stacks, strings }: TraceModel, { stack, count: counts, value }: Profile): StackSample[] {
  return Array.from(stack, (id, row) => {
    const frames = [];
    for (let frame = stacks.offset[id]!; frame < stacks.offset[id + 1]!; frame++)
      frames.push({
        func: strings[stacks.func[frame]!]!,
        file: strings[stacks.file[frame]!]!,
        line: stacks.line[frame]!,
      });
    return { count: counts[row]!, value: value[row]!, stack: frames };
  });
}

function profileText(model: TraceModel, found: Profile): string {
  const samples = samplesOf(model, found);
  const total = samples.reduce((sum, sample) => sum + sample.value, 0);
  const rows = samples.slice(0, MOST_ROWS).map(({ count: times, value, stack }) => {
    const [inner] = stack;
    const outer = stack.at(-1);
    const place = inner === undefined ? '' : `${inner.file.slice(inner.file.lastIndexOf('/') + 1)}:${inner.line}`;
    const names = [inner?.func ?? '(no stack)', ...(outer === inner || outer === undefined ? [] : [outer.func])];
    return [
      shortName(names.join(' < … < ')),
      place,
      count(times),
      duration(value),
      percent(total > 0 ? value / total : 0),
    ];
  });
  const head = [`Profile ${found.type}: ${duration(total)}`, 'at', found.countOf, found.valueOf, 'share'];
  const left = samples.length - rows.length;
  const lines = headedTable([head, ...rows]);
  if (left > 0) lines.push(`  and ${count(left)} more stacks; -o FILE writes all`);
  return `${lines.join('\n')}\n`;
}
