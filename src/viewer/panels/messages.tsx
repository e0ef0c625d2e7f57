/** Bars between the overview and the panels: what is wrong with the trace that is open, and what can be done. */
import type { OpenTrace } from '../state/open-trace.ts';
import type { Message } from '../state/phase.ts';
import { count, percent } from '../theme/numbers.ts';

/** Codes of a file that is right as far as it goes. */
const ENDS_EARLY: ReadonlySet<string> = new Set(['truncated', 'truncated-event', 'stalled']);

/** What must be said about a trace that opened. */
export function traceMessages(trace: OpenTrace): Message[] {
  const { info } = trace.model;
  const messages: Message[] = [];
  const last = trace.clock(info.end, 1e7);
  if (trace.stopped) {
    const detail = `Reading was stopped at ${last}. Open the file again to read all of it.`;
    messages.push({ kind: 'warning', title: 'This is a part of the file', detail });
  } else if (info.problem !== undefined) {
    const title = ENDS_EARLY.has(info.problem.code) ? 'The file ends early' : 'The file is damaged';
    const why = trace.names.clean(info.problem.message);
    const detail = `Everything up to ${last} is here and complete. ${why.charAt(0).toUpperCase()}${why.slice(1)}.`;
    messages.push({ kind: 'warning', title, detail });
  }
  if (info.lost > 0) {
    const recorded = info.events.reduce((a, b) => a + b, 0);
    const detail = `${percent(info.lost / (info.lost + recorded))} of the trace: the writer fell behind. What is shown is right, but not complete.`;
    messages.push({ kind: 'warning', title: `${count(info.lost)} records were not written`, detail });
  }
  return messages;
}

/** @param onClose given for what a person may put away */
export function MessageBar({ message, onClose }: { message: Message; onClose?: () => void }) {
  return (
    <div class={`message ${message.kind}`} role={message.kind === 'error' ? 'alert' : 'status'}>
      <svg class="severity" viewBox="0 0 12 12" aria-hidden="true">
        {message.kind === 'error' ? (
          <path class="fill-stw" d="M6 .8L11.6 11H.4z" />
        ) : (
          <path class="diamond" d="M6 .6L11.4 6 6 11.4.6 6z" />
        )}
      </svg>
      <div class="message-text">
        <b>{message.title}</b>
        <div class="muted">{message.detail}</div>
      </div>
      {onClose !== undefined && (
        <button type="button" class="button small" onClick={onClose}>
          Close
        </button>
      )}
    </div>
  );
}
