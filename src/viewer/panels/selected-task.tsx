/** A selected task: where one is, what else explains it, and the panels about it. */
import { batch } from '@preact/signals';
import type { Viewer } from '../state/viewer.ts';
import { blockBehind, RequestPanels } from './request-panels.tsx';

export function SelectedTask({ viewer, task }: { viewer: Viewer; task: number }) {
  return (
    <>
      <Breadcrumbs viewer={viewer} task={task} />
      <RequestPanels viewer={viewer} task={task} />
    </>
  );
}

/** Whole trace, kind, task, strand: each leads back to itself. */
function Breadcrumbs({ viewer, task }: { viewer: Viewer; task: number }) {
  const { app } = viewer;
  const trace = app.trace.value!;
  const { tasks } = trace.model;
  const block = blockBehind(trace, task);
  const { strand } = app.selection.value;
  const type = trace.kindOf(task);
  const kind = type === undefined ? -1 : trace.summary.taskTypes.indexOf(type);
  const leave = () =>
    batch(() => {
      app.clearSelection();
      app.fitAll();
    });
  return (
    <nav class="breadcrumbs" aria-label="Where you are">
      <button type="button" class="crumb" onClick={leave}>
        Whole trace
      </button>
      <span aria-hidden="true">›</span>
      {kind >= 0 && (
        <>
          <button type="button" class="crumb cut" onClick={() => app.showKind(kind)}>
            {trace.names.text(tasks.kind[task]!)}
          </button>
          <span aria-hidden="true">›</span>
        </>
      )}
      <button
        type="button"
        class={strand < 0 ? 'crumb here' : 'crumb'}
        aria-current={strand < 0 ? 'true' : undefined}
        onClick={() => app.showTask(task)}
      >
        {kind >= 0 ? `#${tasks.id[task]}` : trace.names.task(task)}
      </button>
      {strand >= 0 && (
        <>
          <span aria-hidden="true">›</span>
          <b class="cut">{trace.names.strand(strand)}</b>
        </>
      )}
      <span class="space" />
      {block !== undefined && (
        <span class="wide explains">
          <svg class="severity" viewBox="0 0 12 12" aria-hidden="true">
            <path class="fill-stw" d="M6 .8L11.6 11H.4z" />
          </svg>
          <span class="muted cut">{block.text}</span>
          <button type="button" class="link" onClick={() => app.showInterval(block.strand, block.interval)}>
            Show
          </button>
        </span>
      )}
      <span class="muted wide">
        <kbd>Esc</kbd> one step up
      </span>
    </nav>
  );
}
