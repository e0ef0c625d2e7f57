/** Where the time of a task went, in one sentence: below the critical path of a narrow page. */
import { describeTask } from '../state/task-answer.ts';
import type { Viewer } from '../state/viewer.ts';

export function AnswerLine({ viewer, task }: { viewer: Viewer; task: number }) {
  const { parts } = describeTask(viewer.app.trace.value!, task);
  return (
    <section class="details answer-line" id="panel-4" tabIndex={-1} aria-label="Details">
      {parts.map((part, i) => (part.strong ? <b key={i}>{part.text}</b> : <span key={i}>{part.text}</span>))}
    </section>
  );
}
