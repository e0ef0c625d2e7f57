/** What a panel is about: the whole trace, or the chosen range and the brushed lengths as chips that can be put away. */
import type { Viewer } from '../state/viewer.ts';
import { Icon } from '../theme/icons.tsx';
import { columnUnit, figures3 } from '../theme/numbers.ts';

/** The chosen range, or "whole trace". */
export function RangeChip({ viewer }: { viewer: Viewer }) {
  const { app, scope } = viewer;
  const range = scope.range.value;
  if (range === undefined) return <span>whole trace</span>;
  const trace = app.trace.value!;
  const step = (range.end - range.start) / 100;
  return (
    <Chip
      text={`${trace.clock(range.start, step)} to ${trace.clock(range.end, step)}`}
      label="Show the whole trace"
      onClose={() => {
        app.range.value = undefined;
      }}
    />
  );
}

/** The lengths that were brushed in the histogram; nothing without. */
export function LengthsChip({ viewer }: { viewer: Viewer }) {
  const { app } = viewer;
  const lengths = app.lengths.value;
  if (lengths === undefined) return null;
  const unit = columnUnit(lengths.end);
  return (
    <Chip
      text={`${figures3(lengths.start / unit.ns)} to ${figures3(lengths.end / unit.ns)} ${unit.name}`}
      label="Show all lengths"
      onClose={() => {
        app.lengths.value = undefined;
      }}
    />
  );
}

function Chip({ text, label, onClose }: { text: string; label: string; onClose: () => void }) {
  return (
    <span class="chip">
      {text}
      <button type="button" aria-label={label} title={label} onClick={onClose}>
        <Icon name="close" />
      </button>
    </span>
  );
}
