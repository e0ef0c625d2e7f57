/** What stands out: at most five findings, the first one larger than everything else on the page. */
import { batch, useSignal } from '@preact/signals';
import { DISPLAY_STATES, DisplayState } from '../../analysis/index.ts';
import type { Finding, FindingTarget, Severity } from '../state/findings.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import { groupsByWeight } from '../state/scope.ts';
import { targetTime } from '../state/target-time.ts';
import type { Viewer } from '../state/viewer.ts';
import { duration, percent } from '../theme/numbers.ts';
import { rowId } from '../timeline/row-id.ts';
import { PanelHead } from './panel-head.tsx';
import { RangeChip } from './scope-chip.tsx';

export function FindingsPanel({ viewer }: { viewer: Viewer }) {
  const findings = viewer.scope.findings.value;
  const open = useSignal<string | undefined>(undefined);
  const trace = viewer.app.trace.value!;
  return (
    <section class="panel findings" id="panel-1" tabIndex={-1} aria-label="What stands out">
      <PanelHead number={1} title="What stands out" right={<RangeChip viewer={viewer} />} />
      {findings.length === 0 && <NothingWrong viewer={viewer} trace={trace} />}
      {findings.map((finding, i) => (
        <FindingRow
          key={finding.id}
          viewer={viewer}
          finding={finding}
          first={i === 0}
          open={open.value === finding.id}
          onWhy={() => {
            open.value = open.value === finding.id ? undefined : finding.id;
          }}
          onShow={() => show(viewer, finding.target)}
        />
      ))}
    </section>
  );
}

/** Goes to a place of a finding, and keeps its row on top; what was pinned so before is let go. */
function show({ app }: Viewer, target: FindingTarget): void {
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

interface FindingRowProps {
  readonly viewer: Viewer;
  readonly finding: Finding;
  readonly first: boolean;
  readonly open: boolean;
  readonly onWhy: () => void;
  readonly onShow: () => void;
}

function FindingRow({ viewer, finding, first, open, onWhy, onShow }: FindingRowProps) {
  const trace = viewer.app.trace.value!;
  return (
    <div class={first ? 'finding first' : 'finding'}>
      <SeverityMark severity={finding.severity} />
      <span class="finding-value">{finding.value}</span>
      <div class="finding-text">
        <b title={finding.title}>{finding.title}</b>
        <div class="muted" title={finding.detail}>
          {finding.detail}
        </div>
      </div>
      <span class="finding-actions">
        <button type="button" class={first ? 'button small primary' : 'link'} onClick={onShow}>
          Show
        </button>
        <button type="button" class="link" aria-expanded={open} onClick={onWhy}>
          Why
        </button>
      </span>
      {open && (
        <div class="why">
          <p>{finding.why.definition}</p>
          <p>Found: {finding.why.found}</p>
          <Evidence viewer={viewer} trace={trace} finding={finding} />
          <p>
            Check: <code>exectrace explain {trace.fileName}</code>
          </p>
        </div>
      )}
    </div>
  );
}

/** The other places that show it, as links. */
function Evidence({ viewer, trace, finding }: { viewer: Viewer; trace: OpenTrace; finding: Finding }) {
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

const SEVERITY_NAMES: Readonly<Record<Severity, string>> = { 3: 'serious', 2: 'notable', 1: 'for your information' };

function SeverityMark({ severity }: { severity: Severity }) {
  return (
    <svg class="severity" viewBox="0 0 12 12" role="img" aria-label={SEVERITY_NAMES[severity]}>
      {severity === 3 && <path class="fill-stw" d="M6 .8L11.6 11H.4z" />}
      {severity === 2 && <path class="diamond" d="M6 .6L11.4 6 6 11.4.6 6z" />}
      {severity === 1 && <circle class="ring" cx="6" cy="6" r="4.3" />}
    </svg>
  );
}

/** Places of a finding that `Why` links to. */
const MOST_PLACES = 5;
/** Groups that are named when no check passed its threshold. */
const LARGEST = 3;
/** Width of the longest bar, rem. */
const LARGEST_BAR = 9.5;

function NothingWrong({ viewer, trace }: { viewer: Viewer; trace: OpenTrace }) {
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
