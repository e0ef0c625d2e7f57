/** Parts of the details that strands and tasks share: facts, and logs with regions. */
import type { OpenTrace } from '../state/open-trace.ts';
import type { FactRow } from '../state/strand-facts.ts';
import { count, duration } from '../theme/numbers.ts';
import { PanelHead } from './panel-head.tsx';
import { TableTools } from './table-tools.tsx';

/** Logs and regions that are listed. */
const LISTED = 60;

export function FactList({ facts }: { facts: readonly FactRow[] }) {
  return (
    <dl>
      {facts.map((fact) => (
        <Fact key={fact.name} fact={fact} />
      ))}
    </dl>
  );
}

function Fact({ fact }: { fact: FactRow }) {
  return (
    <>
      <dt>{fact.name}</dt>
      <dd>
        {fact.go === undefined ? (
          fact.text
        ) : (
          <button type="button" class="link" onClick={fact.go}>
            {fact.text}
          </button>
        )}
      </dd>
    </>
  );
}

interface MarksProps {
  readonly trace: OpenTrace;
  readonly of: string;
  /** Time from which they are counted, ns. */
  readonly origin: number;
  readonly regions: Int32Array;
  readonly logs: Int32Array;
}

/** Logs and regions in order of time, as times since the begin of what they belong to. */
export function Marks({ trace, of, origin, regions, logs }: MarksProps) {
  const { model, names } = trace;
  const known = (time: number) => (Number.isNaN(time) ? origin : time);
  const marks = [
    ...Array.from(regions, (region) => {
      const length = model.regions.end[region]! - model.regions.start[region]!;
      const name = names.text(model.regions.type[region]!);
      const time = known(model.regions.start[region]!);
      return { time, kind: 'region', name, length, text: `${name} ${duration(length)}` };
    }),
    ...Array.from(logs, (log) => {
      const text = names.text(model.logs.message[log]!);
      const kind = names.text(model.logs.category[log]!);
      return { time: model.logs.time[log]!, kind, name: text, length: undefined, text };
    }),
  ].sort((a, b) => a.time - b.time);
  const table = () => [
    ['time, ns', 'kind', 'text', 'length, ns'],
    ...marks.map(({ time, kind, name, length }) => [time, kind, name, length]),
  ];
  return (
    <div class="details-column marks">
      <PanelHead
        title="Logs and regions"
        detail={`of ${of}, ms`}
        right={marks.length > 0 && <TableTools name="logs and regions" table={table} />}
      />
      {marks.length === 0 && <p class="muted">none</p>}
      {marks.slice(0, LISTED).map((mark, i) => (
        <div key={i} class="mark-row">
          <span class="muted number">{((mark.time - origin) / 1e6).toFixed(1)}</span>
          <span class="muted cut">{mark.kind}</span>
          <span class="cut" title={mark.text}>
            {mark.text}
          </span>
        </div>
      ))}
      {marks.length > LISTED && <p class="muted">{count(marks.length - LISTED)} more</p>}
    </div>
  );
}
