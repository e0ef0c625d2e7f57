/** What is known of the selected frame of a profile: its time here and in all, who called it, whom it called. */
import { type FlameGraph, heldMeanwhile } from '../../../analysis/index.ts';
import { TableTools } from '../../panels/table-tools.tsx';
import { useBackground } from '../../state/background.ts';
import type { Viewer } from '../../state/viewer.ts';
import { count, duration, percent } from '../../theme/numbers.ts';
import type { FlameWords } from './flame-words.ts';
import { aroundSteps, type ProfileResult } from './profile-data.ts';

interface FactsProps {
  readonly viewer: Viewer;
  readonly result: ProfileResult;
  readonly words: FlameWords;
  readonly graph: FlameGraph;
  readonly node: number;
  readonly noun: string;
  readonly all: number;
}

/** Rows of callers and callees. */
const MOST_AROUND = 8;

export function FrameFacts({ viewer, result, words, graph, node, noun, all }: FactsProps) {
  const { app } = viewer;
  const trace = app.trace.value!;
  const func = graph.func[node]!;
  const total = result.totals.find((entry) => entry.func === func);
  const around = useBackground(
    () => (func < 0 ? undefined : aroundSteps(trace, result.samples, func)),
    [result.samples, func],
  ).value;
  const range = viewer.scope.range.value ?? trace.bounds;
  // Of CPU time, nobody waited.
  const waits = result.samples.leaves.length > 0;
  const held = useBackground(
    () => (func < 0 || !waits ? undefined : heldMeanwhile(trace.model, trace.names, func, range)),
    [result.samples, func],
  ).value;
  const sandwich = () => app.changeView({ turn: 'sandwich', f: trace.model.strings[func]! });
  return (
    <aside class="profile-facts" aria-label="Selected frame">
      <b class="cut" title={words.name(graph, node)}>
        {words.name(graph, node)}
      </b>
      <div class="muted cut">{func >= 0 ? words.file(func) : ' '}</div>
      <table class="numbers">
        <tbody>
          <FactRow name="here" value={graph.value[node]!} all={all} />
          {total !== undefined && <FactRow name="in all" value={total.total} all={all} />}
          {total !== undefined && <FactRow name="itself" value={total.self} all={all} />}
          <tr>
            <td>{noun}</td>
            <td>{count(graph.times[node]!)}</td>
            <td />
          </tr>
        </tbody>
      </table>
      {func >= 0 && (
        <button type="button" class="link" onClick={sandwich}>
          Callers and callees as a graph
        </button>
      )}
      {around !== undefined && func >= 0 && (
        <>
          <AroundTable
            title="Callers"
            rows={around.callers.map(([one, value]) => [words.func(one), value])}
            all={total?.total ?? 0}
          />
          <AroundTable
            title="Held meanwhile by"
            rows={held ?? []}
            all={(held ?? []).reduce((sum, [, time]) => sum + time, 0)}
          />
          <AroundTable
            title="Goes to"
            rows={around.callees.map(([one, value, leaf]) => [leaf >= 0 ? words.reason(leaf) : words.func(one), value])}
            all={total?.total ?? 0}
          />
        </>
      )}
    </aside>
  );
}

function FactRow({ name, value, all }: { name: string; value: number; all: number }) {
  return (
    <tr>
      <td>{name}</td>
      <td>
        <b>{duration(value)}</b>
      </td>
      <td class="muted">{percent(all > 0 ? value / all : 0)}</td>
    </tr>
  );
}

function AroundTable({
  title,
  rows,
  all,
}: {
  title: string;
  rows: readonly (readonly [string, number])[];
  all: number;
}) {
  if (rows.length === 0) return null;
  return (
    <>
      <div class="around-head">
        <h3>{title}</h3>
        <TableTools name={title.toLowerCase()} table={() => [['function', 'time, ns'], ...rows]} />
      </div>
      <table class="numbers dense">
        <tbody>
          {rows.slice(0, MOST_AROUND).map(([name, value], i) => (
            <tr key={i}>
              <td class="cut" title={name}>
                {name}
              </td>
              <td>{duration(value)}</td>
              <td class="muted">{percent(all > 0 ? value / all : 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > MOST_AROUND && <p class="muted">and {count(rows.length - MOST_AROUND)} more</p>}
    </>
  );
}
