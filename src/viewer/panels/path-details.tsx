/**
 * The critical path of a selected task as a list: when, who, doing what, for how long. Its lengths add up to the task's. The
 * longest stretch is marked, as the place to begin.
 */
import { displayOfPart, partWord } from '../../analysis/index.ts';
import type { Table } from '../../exporters/index.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import { type PathStretch, pathSentence, pathStretches } from '../state/task-path.ts';
import type { Viewer } from '../state/viewer.ts';
import { columnUnit, count, duration, partsThatAddUp } from '../theme/numbers.ts';
import { PanelHead } from './panel-head.tsx';
import { Swatch } from './state-bar.tsx';
import { TableTools } from './table-tools.tsx';

/** Stretches that are listed; shorter ones give way. */
const LISTED = 100;

export function PathDetails({ viewer, trace, task }: { viewer: Viewer; trace: OpenTrace; task: number }) {
  const stretches = pathStretches(trace, trace.path(task));
  const { start, end } = trace.breakdown(task);
  const unit = columnUnit(end - start);
  const { listed, rest } = longest(stretches, 0.05 * unit.ns);
  const values = listed.map((stretch) => (stretch.end - stretch.start) / unit.ns);
  const { parts } = partsThatAddUp(values, 1);
  const worst = values.indexOf(Math.max(...values));
  const { strand, interval } = viewer.app.selection.value;
  return (
    <div class="details-column path">
      <PanelHead
        title="Critical path"
        detail={`${count(stretches.length)} ${stretches.length === 1 ? 'step' : 'steps'}, ${duration(end - start)}`}
        right={<TableTools name="critical path" table={() => pathTable(trace, stretches, start)} />}
      />
      <p class="path-sentence">{pathSentence(trace, stretches)}</p>
      <table class="numbers dense">
        <thead class="unseen">
          <tr>
            <th>since its start, {unit.name}</th>
            <th>who</th>
            <th>what</th>
            <th>length, {unit.name}</th>
          </tr>
        </thead>
        <tbody>
          {listed.map((stretch, i) => {
            const selected = stretch.strand >= 0 && stretch.strand === strand && stretch.interval === interval;
            return (
              <tr
                key={stretch.start}
                class={`clickable${selected ? ' selected' : ''}`}
                onClick={() => stretch.strand >= 0 && viewer.app.selectStrand(stretch.strand, stretch.interval)}
              >
                <td class="muted">{((stretch.start - start) / unit.ns).toFixed(1)}</td>
                <td class="text cut">
                  {stretch.strand < 0 ? (
                    '–'
                  ) : (
                    <button type="button" class="cell-button">
                      {stretch.who}
                    </button>
                  )}
                </td>
                <td class="text">
                  <span class="swatched">
                    <Swatch display={displayOfPart(stretch.part)} />
                    {partWord(trace.model.info.dialect, stretch.part)}
                  </span>
                </td>
                <td>{i === worst ? <b>{parts[i]}</b> : parts[i]}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {rest > 0 && <p class="muted">{count(rest)} shorter steps are not listed.</p>}
    </div>
  );
}

/** The longest stretches, in time order; none that would be shown as 0. @param least ns */
function longest(stretches: readonly PathStretch[], least: number): { listed: readonly PathStretch[]; rest: number } {
  const length = ({ start, end }: PathStretch) => end - start;
  const seen = stretches.filter((stretch) => length(stretch) >= least);
  const byLength = [...seen].sort((a, b) => length(b) - length(a));
  const limit = byLength[LISTED] === undefined ? least : length(byLength[LISTED]);
  const listed = seen.filter((stretch) => length(stretch) >= limit).slice(0, LISTED);
  return { listed, rest: stretches.length - listed.length };
}

function pathTable(trace: OpenTrace, stretches: readonly PathStretch[], origin: number): Table {
  return [
    ['since start, ns', 'who', 'id', 'what', 'length, ns'],
    ...stretches.map(({ start, end, who, strand, part }) => [
      start - origin,
      who,
      strand < 0 ? '' : trace.model.goroutines.id[strand]!,
      partWord(trace.model.info.dialect, part),
      end - start,
    ]),
  ];
}
