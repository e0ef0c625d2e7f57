/** What the panel of findings shows when asked, or when nothing stands out; and the way to a place of a finding. */
import { batch } from '@preact/signals';
import { DISPLAY_STATES, DisplayState } from '../../analysis/index.ts';
import type { Finding, FindingTarget } from '../state/findings.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import { groupsByWeight } from '../state/scope.ts';
import { targetTime } from '../state/target-time.ts';
import type { Viewer } from '../state/viewer.ts';
import { duration, percent } from '../theme/numbers.ts';
import { rowId } from '../timeline/row-id.ts';

/** Goes to a place of a finding, and keeps its row on top; what was pinned so before is let go. */
export function show({ app }: Viewer, target: FindingTarget): void {
  const trace = app.trace.peek()!;
  batch(() => {
    app.pinShown(rowOf(target));
    if (target.kind === 'task') app.showTask(target.task);
    else if (target.kind === 'group') app.showGroup(target.group);
    else {
      if (target.kind === 'interval') app.select({ task: -1, strand: target.strand, interval: target.interval });
      const { start, end } = targetTime(trace, target);
      app.goAround(start, end);
    }
  });
}

/** Id of the row that shows a place; '' for a stretch of time. */
function rowOf(target: FindingTarget): string {
  if (target.kind === 'interval') return rowId('strand', target.strand);
  if (target.kind === 'group') return rowId('group', target.group);
  // The selected task has a section of its own.
  return '';
}

interface WhyProps {
  readonly viewer: Viewer;
  readonly trace: OpenTrace;
  readonly finding: Finding;
}

/** The threshold, what was found, and how to check. */
export function WhyFinding({ viewer, trace, finding }: WhyProps) {
  return (
    <div class="why">
      <p>{finding.why.definition}</p>
      <p>Found: {finding.why.found}</p>
      <Evidence viewer={viewer} trace={trace} finding={finding} />
      <p>
        Check: <code>exectrace explain {trace.fileName}</code>
      </p>
    </div>
  );
}

/** The other places that show it, as links. */
function Evidence({ viewer, trace, finding }: WhyProps) {
  const places = finding.evidence.filter((place) => place.kind !== 'group').slice(0, MOST_PLACES);
  if (places.length < 2) return null;
  return (
    <p>
      Look at:{' '}
      {places.map((place, i) => {
        const { start, end } = targetTime(trace, place);
        return (
          <>
            {i > 0 && ', '}
            <button key={start} type="button" class="link" onClick={() => show(viewer, place)}>
              {duration(end - start)} at {trace.clock(start, 10e6)}
            </button>
          </>
        );
      })}
    </p>
  );
}

/** Places of a finding that `Why` links to. */
const MOST_PLACES = 5;
/** Groups that are named when no check passed its threshold. */
const LARGEST = 3;
/** Width of the longest bar, rem. */
const LARGEST_BAR = 9.5;

export function NothingWrong({ viewer, trace }: { viewer: Viewer; trace: OpenTrace }) {
  const range = viewer.scope.range.value;
  const time = viewer.scope.groupTime.value;
  const run = (group: number) => time[group * DISPLAY_STATES + DisplayState.Run]!;
  const { start, end } = range ?? trace.bounds;
  const whole = end - start;
  const largest = groupsByWeight(time)
    .sort((a, b) => run(b) - run(a))
    .slice(0, LARGEST);
  return (
    <>
      <div class="nothing-title">Nothing stands out</div>
      <div class="muted">
        {trace.summary.checks} checks ran,{' '}
        {range === undefined ? 'none passed its threshold' : 'none points into this range'}. The largest users of time:
      </div>
      <table class="numbers largest">
        <tbody>
          {largest.map((group) => (
            <tr key={group}>
              <td class="cut">{trace.names.group(group)}</td>
              <td class="text">
                <div
                  class={`largest-bar fill-g${trace.groupColour(group)}`}
                  style={{ width: `${(run(group) / run(largest[0]!)) * LARGEST_BAR}rem` }}
                />
              </td>
              <td>{duration(run(group))}</td>
              <td class="muted">{percent(run(group) / whole)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
