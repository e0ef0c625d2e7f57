/** `exectrace mmu`: minimum mutator utilization, what the collector leaves to the program. */
import { MMU_QUANTILES, MmuCurve, type UtilizationFlags, utilization, windowsUpTo } from '../analysis/index.ts';
import { duration, percent } from '../base/index.ts';
import { type Command, parseOptions, someFiles } from './command.ts';
import { EXIT_OK, InputError, UsageError } from './errors.ts';
import { write, writeJson } from './output.ts';
import { headedTable } from './text-table.ts';
import { timeOf } from './time-options.ts';
import { loadSet } from './trace-set.ts';

const KINDS = ['stw', 'background', 'assist', 'sweep'] as const;
const DEFAULT_KINDS = 'stw,background,assist';
const MOST_WINDOWS = 10;

const OPTIONS = {
  json: { type: 'boolean', description: 'Print everything as JSON; times are ns, utilization is 0 to 1' },
  count: {
    type: 'string',
    value: 'LIST',
    description: `What counts as the collector's: ${KINDS.join(', ')} (default ${DEFAULT_KINDS})`,
  },
  'per-proc': { type: 'boolean', description: 'What one goroutine can count on: each proc (event loop) on its own' },
  window: {
    type: 'string',
    short: 'w',
    value: 'TIME',
    description: `Print the ${MOST_WINDOWS} worst windows of this length`,
  },
  'go-compatible': { type: 'boolean', description: 'Compute as "go tool trace" does, errors included' },
} as const;

export const mmu: Command = {
  name: 'mmu',
  summary: 'Print how much of the processors the collector leaves to the program, at worst',
  usage: 'mmu [--json] [--count LIST] [--per-proc] [-w TIME] FILE…',
  options: OPTIONS,
  details: `For each length of window: the least share of processor time that was left in any such window, and the share that was
left in all but 0.1, 1 and 5 % of them.`,
  async run(args) {
    const { values, positionals } = parseOptions('mmu', OPTIONS, args);
    const paths = someFiles('mmu', positionals);
    const file = paths.join(', ');
    const flags: UtilizationFlags = {
      ...kindsOf(values.count ?? DEFAULT_KINDS),
      perProc: values['per-proc'] === true,
      goCompatible: values['go-compatible'] === true,
    };
    const window = values.window === undefined ? undefined : timeOf(values.window, 'window');
    const series = utilization(await loadSet(paths), flags);
    if (series.length === 0) throw new InputError(`${file}: the trace does not say how many procs there were`);
    const curve = new MmuCurve(series);
    const rows = windowsUpTo(curve.length).map((length) => ({
      window: length,
      mmu: curve.mmu(length),
      quantiles: curve.quantiles(length, MMU_QUANTILES),
    }));
    const worst = window === undefined ? [] : curve.worst(window, MOST_WINDOWS);
    if (values.json === true) await writeJson({ file, flags, quantiles: MMU_QUANTILES, curve: rows, window, worst });
    else await write(mmuText(rows, window, worst));
    return EXIT_OK;
  },
};

function kindsOf(list: string): UtilizationFlags {
  const wanted = list.split(',').map((kind) => kind.trim());
  const unknown = wanted.find((kind) => !KINDS.some((known) => known === kind));
  if (unknown !== undefined) throw new UsageError(`--count takes ${KINDS.join(', ')}, not ${unknown}`);
  return Object.fromEntries(wanted.map((kind) => [kind, true]));
}

interface MmuRow {
  readonly window: number;
  readonly mmu: number;
  readonly quantiles: readonly number[];
}

function mmuText(
  rows: readonly MmuRow[],
  window: number | undefined,
  worst: readonly { readonly time: number; readonly utilization: number }[],
): string {
  const heads = ['Window', 'least', ...MMU_QUANTILES.map((q) => `${percent(1 - q)} have`)];
  const lines = headedTable([
    heads,
    ...rows.map(({ window: length, mmu: least, quantiles }) => [duration(length), ...[least, ...quantiles].map(share)]),
  ]);
  if (window !== undefined) {
    const times = worst.map(({ time, utilization: value }) => [`${(time / 1e6).toFixed(3)} ms`, share(value)]);
    lines.push('', ...headedTable([[`Worst windows of ${duration(window)} from`, 'utilization'], ...times]));
  }
  return `${lines.join('\n')}\n`;
}

function share(value: number): string {
  return value === 0 ? '0 %' : percent(value);
}
