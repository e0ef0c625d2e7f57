/** Goroutine (strand) groups in short: how many, where their life goes, how long the longest live. */
import { DISPLAY_STATES, DisplayState, stateWord, wordsOf } from '../../analysis/index.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import { groupsByWeight } from '../state/scope.ts';
import type { Viewer } from '../state/viewer.ts';
import { count, durationIn, MS, percent } from '../theme/numbers.ts';
import { lazy } from './lazy.tsx';
import { PanelHead } from './panel-head.tsx';
import { StateBar } from './state-bar.tsx';
import { shortBreakdown, totalParts } from './task-parts.ts';

const LockWaits = lazy(async () => (await import('./lock-waits.tsx')).LockWaits);

/** Rows that fit, and with waits for locks below them. */
const GROUPS = 9;
const GROUPS_ABOVE_LOCKS = 5;
/** Waits for locks that sum up to less of the trace's length are not worth a place here. */
const LOCKS_WORTH = 0.01;
const LOCKS = 2;
/** Width of the bars in the third panel, and where the table has two thirds of the page. */
const BAR = 110;
const WIDE_BAR = 300;

export function GroupsPanel({ viewer, number }: { viewer: Viewer; number?: number }) {
  const trace = viewer.app.trace.value!;
  const { model } = trace;
  const locks = trace.summary.locks.total >= LOCKS_WORTH * (trace.bounds.end - trace.bounds.start);
  const groups = groupsByWeight(viewer.scope.groupTime.value).slice(0, locks ? GROUPS_ABOVE_LOCKS : GROUPS);
  const words = wordsOf(model.info.dialect);
  const title = words.groups.charAt(0).toUpperCase() + words.groups.slice(1);
  return (
    <section class="panel groups" id="panel-groups" tabIndex={-1} aria-label={title}>
      <PanelHead
        {...(number === undefined ? {} : { number })}
        title={title}
        detail={model.info.dialect === 'go' ? 'by entry function' : 'by function'}
        right={
          <button type="button" class="link" onClick={() => viewer.app.goToPage('groups')}>
            All {count(model.groups.count)}
          </button>
        }
      />
      <table class="numbers">
        <thead>
          <tr>
            <th>function</th>
            <th>n</th>
            <th class="text">share of life by state</th>
            <th>{stateWord(model.info.dialect, DisplayState.Ready)}</th>
            <th>p99, ms</th>
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <GroupLine key={group} viewer={viewer} group={group} bar={number === undefined ? BAR : WIDE_BAR} />
          ))}
        </tbody>
      </table>
      {locks && <LockWaits viewer={viewer} most={LOCKS} />}
    </section>
  );
}

function GroupLine({ viewer, group, bar }: { viewer: Viewer; group: number; bar: number }) {
  const trace = viewer.app.trace.value!;
  const { scope } = viewer;
  const name = trace.names.group(group);
  const totals = scope.groupTime.value.subarray(group * DISPLAY_STATES, (group + 1) * DISPLAY_STATES);
  const life = totals.reduce((a, b) => a + b, 0);
  return (
    <tr class="clickable" onClick={() => viewer.app.showGroup(group)}>
      <td class="cut" title={name}>
        <button type="button" class="cell-button">
          {name}
        </button>
      </td>
      <td>{count(scope.groupCount.value[group]!)}</td>
      <td class="text">
        <StateBar
          parts={totalParts(totals)}
          width={bar}
          height={12}
          measure={viewer.measures.normal}
          label={shortBreakdown(trace, totals)}
        />
      </td>
      <td>{percent(life > 0 ? totals[DisplayState.Ready]! / life : 0)}</td>
      <td>
        <Open text={durationIn(trace.summary.lifeP99[group]!, MS)} />
      </td>
    </tr>
  );
}

/** `open`, for what has not ended, and `0` are faint. */
export function Open({ text }: { text: string }) {
  return <span class={text === 'open' || text === '0' ? 'faint' : ''}>{text}</span>;
}

export function groupTotals(trace: OpenTrace, group: number): Float64Array {
  return trace.summary.groupTime.subarray(group * DISPLAY_STATES, (group + 1) * DISPLAY_STATES);
}
