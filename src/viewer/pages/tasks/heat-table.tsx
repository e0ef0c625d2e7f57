/** Kinds of tasks or of regions: how many, how long as heat cells, quantiles. A row, and a cell of it, can be chosen. */
import { useMemo } from 'preact/hooks';
import { columnUnit, count, durationIn } from '../../theme/numbers.ts';
import { bucketHead, bucketText, cellText, countIn, type Heat, heatAxis, heatStep } from './heat.ts';

export interface HeatRow {
  /** In the address. */
  readonly key: string;
  readonly name: string;
  /** Muted, behind the name. */
  readonly detail: string;
  readonly n: number;
  readonly heat: Heat;
  /** ns; NaN: none has ended. */
  readonly p50: number;
  readonly p99: number;
  readonly total: number;
  /** undefined: the question makes no sense. */
  readonly failed: number | undefined;
  readonly open: number;
}

/** More cells than this are narrower. */
const MANY = 16;

interface HeatTableProps {
  readonly rows: readonly HeatRow[];
  readonly label: string;
  readonly head: string;
  readonly chosen: string | undefined;
  readonly bucket: number | undefined;
  readonly onChoose: (key: string, bucket: number | undefined) => void;
}

export function HeatTable({ rows, label, head, chosen, bucket, onChoose }: HeatTableProps) {
  const axis = useMemo(() => heatAxis(rows.map(({ heat }) => heat)), [rows]);
  const buckets = Array.from({ length: axis.count }, (_, i) => axis.first + i);
  const unit = columnUnit(rows.reduce((most, { p99 }) => Math.max(most, p99 || 0), 0));
  const totalUnit = columnUnit(rows.reduce((most, { total }) => Math.max(most, total || 0), 0));
  const failed = rows.some((row) => row.failed !== undefined);
  return (
    <table
      class={buckets.length > MANY ? 'numbers tall heat-table dense-heat' : 'numbers tall heat-table'}
      aria-label={label}
    >
      <thead>
        <tr>
          <th class="text">{head}</th>
          <th>n</th>
          {decadesOf(buckets).map(({ first, count: span }) => (
            <th key={first} class="heat-head" colSpan={span} aria-label={bucketHead(first) || 'less'}>
              {bucketHead(first)}
            </th>
          ))}
          <th>p50, {unit.name}</th>
          <th>p99, {unit.name}</th>
          <th class="wide">total, {totalUnit.name}</th>
          {failed && <th class="wide">failed</th>}
          <th class="wide">open</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr
            key={row.key}
            class={row.key === chosen ? 'clickable selected' : 'clickable'}
            onClick={() => onChoose(row.key, undefined)}
          >
            <td class="cut" title={row.name}>
              <button type="button" class="row-button" aria-current={row.key === chosen ? 'true' : undefined}>
                {row.name} {row.detail !== '' && <span class="muted">{row.detail}</span>}
              </button>
            </td>
            <td>{count(row.n)}</td>
            {buckets.map((one) => (
              <Cell
                key={one}
                row={row}
                bucket={one}
                chosen={row.key === chosen && one === bucket}
                onChoose={() => onChoose(row.key, one)}
              />
            ))}
            <td>{Number.isNaN(row.p50) ? '' : durationIn(row.p50, unit)}</td>
            <td>{Number.isNaN(row.p99) ? '' : durationIn(row.p99, unit)}</td>
            <td class="wide">{durationIn(row.total, totalUnit)}</td>
            {failed && <td class={row.failed === 0 ? 'wide faint' : 'wide'}>{row.failed ?? ''}</td>}
            <td class={row.open === 0 ? 'wide faint' : 'wide'}>{count(row.open)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The buckets by their power of ten: each is a head over its cells. */
function decadesOf(buckets: readonly number[]): { readonly first: number; count: number }[] {
  const decades: { readonly first: number; count: number }[] = [];
  for (const bucket of buckets) {
    const last = decades.at(-1);
    if (last === undefined || bucket % 5 === 0) decades.push({ first: bucket, count: 1 });
    else last.count++;
  }
  return decades;
}

interface CellProps {
  readonly row: HeatRow;
  readonly bucket: number;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}

function Cell({ row, bucket, chosen, onChoose }: CellProps) {
  const n = countIn(row.heat, bucket);
  const step = heatStep(
    n,
    row.heat.counts.reduce((a, b) => Math.max(a, b), 1),
  );
  if (n === 0)
    return (
      <td class="heat-cell">
        <span class="heat-none" />
      </td>
    );
  return (
    <td class="heat-cell">
      <button
        type="button"
        class={`heat${step}`}
        aria-pressed={chosen}
        title={`${count(n)}, ${bucketText(bucket)}`}
        aria-label={`${row.name}, ${bucketText(bucket)}: ${n}`}
        onClick={(event) => {
          event.stopPropagation();
          onChoose();
        }}
      >
        {cellText(n)}
      </button>
    </td>
  );
}
