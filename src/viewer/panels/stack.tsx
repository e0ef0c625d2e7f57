/** A stack, innermost frame first: function left, file and line right; the frames of Node itself folded to a count. */
import type { OpenTrace } from '../state/open-trace.ts';
import { type FrameText, stackLines } from '../state/stack-lines.ts';
import { Icon } from '../theme/icons.tsx';
import { cutPath, type TextMeasure } from '../timeline/labels.ts';
import { PanelHead } from './panel-head.tsx';
import { useWidth } from './use-width.ts';

/** Frames that are listed; the whole stack is what is copied. */
const LISTED = 40;

interface StackProps {
  readonly trace: OpenTrace;
  readonly stack: number;
  readonly title: string;
  readonly measure: TextMeasure;
}

/** Text in panels is 12 px, the measured font 11 px. */
const FONT_FACTOR = 12 / 11;
/** Pixels between function and place, and least room for a place. */
const GAP = 12;
const PLACE_MIN = 60;

export function Stack({ trace, stack, title, measure }: StackProps) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const frames = stackLines(trace, stack);
  const own = frames.filter((frame) => !frame.internal);
  const internal = frames.length - own.length;
  const copy = () =>
    void navigator.clipboard.writeText(frames.map((frame) => `${frame.func} ${frame.place}`).join('\n'));
  return (
    <div class="details-column stack" ref={ref}>
      <PanelHead
        title={title}
        right={
          frames.length > 0 && (
            <button type="button" class="link" onClick={copy}>
              <Icon name="copy" /> Copy
            </button>
          )
        }
      />
      {frames.length === 0 && <p class="muted">The trace holds no stack here.</p>}
      {own.slice(0, LISTED).map((frame, i) => (
        <div key={i} class="frame" title={`${frame.func} ${frame.place}`}>
          <span class="frame-func">{frame.func}</span>
          <span class="frame-place">{placeIn(frame, width, measure)}</span>
        </div>
      ))}
      {internal > 0 && (
        <p class="muted">
          {internal} {internal === 1 ? 'frame' : 'frames'} of node:internal
        </p>
      )}
    </div>
  );
}

/** The place of a frame in the room that its function leaves: the middle of its path is cut, never the file. */
function placeIn(frame: FrameText, width: number, measure: TextMeasure): string {
  const padding = 32;
  const room = (width - padding) / FONT_FACTOR - measure.width(frame.func) - GAP;
  return cutPath(frame.place, Math.max(PLACE_MIN, room), measure);
}
