/**
 * The details drawer: what is selected in the timeline, in full; or that nothing is, and then what is in view.
 */
import { DisplayState, wordsOf } from '../../analysis/index.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import { taskNoun } from '../state/task-words.ts';
import type { Viewer } from '../state/viewer.ts';
import { count } from '../theme/numbers.ts';
import { lazy } from './lazy.tsx';
import { StateBar } from './state-bar.tsx';
import { totalParts } from './task-parts.ts';

const StrandDetails = lazy(async () => (await import('./strand-details.tsx')).StrandDetails);
const AnswerLine = lazy(async () => (await import('./answer-line.tsx')).AnswerLine);
const TaskDetails = lazy(async () => (await import('./task-details.tsx')).TaskDetails);

const IN_VIEW_BAR = 420;

export function Details({ viewer }: { viewer: Viewer }) {
  const { app } = viewer;
  const trace = app.trace.value!;
  const { strand, task } = app.selection.value;
  if (!app.detailsOpen.value) return null;
  if (strand < 0 && task < 0) {
    // A narrow page says what happened to the path that it shows.
    if (app.narrow.value && app.focusTask.value >= 0) return <AnswerLine viewer={viewer} task={app.focusTask.value} />;
    return <NothingSelected viewer={viewer} trace={trace} />;
  }
  return (
    <section
      class={strand >= 0 ? 'details open' : 'details open of-task'}
      id="panel-4"
      tabIndex={-1}
      aria-label="Details"
    >
      {strand >= 0 ? (
        <StrandDetails viewer={viewer} trace={trace} strand={strand} />
      ) : (
        <TaskDetails viewer={viewer} trace={trace} task={task} />
      )}
    </section>
  );
}

function NothingSelected({ viewer, trace }: { viewer: Viewer; trace: OpenTrace }) {
  const totals = viewer.inView.value;
  const words = wordsOf(trace.model.info.dialect);
  const range = viewer.scope.range.value;
  const brushed = viewer.scope.requests.value.tasks.length;
  const whose =
    viewer.app.lengths.value === undefined
      ? `all ${words.goroutines}`
      : `${words.goroutines} of ${count(brushed)} ${taskNoun(trace).of(brushed)}`;
  return (
    <section class="details" id="panel-4" tabIndex={-1} aria-label="Details">
      <span>
        <span class="panel-number lead">4</span>
        <b>Nothing selected.</b>{' '}
        <span class="muted">
          Drag to measure, click a bar, or press <kbd>?</kbd>
        </span>
      </span>
      <span class="space" />
      <span class="muted wide">
        {range === undefined ? 'In view' : 'In the range'}, {whose}
      </span>
      {totals !== undefined && (
        <span class="wide">
          <StateBar
            parts={totalParts(totals).filter((part) => part.display !== DisplayState.Off)}
            width={IN_VIEW_BAR}
            height={16}
            flat
            measure={viewer.measures.normal}
            label={`Shares of states ${range === undefined ? 'in view' : 'in the range'}, ${whose}`}
          />
        </span>
      )}
    </section>
  );
}
